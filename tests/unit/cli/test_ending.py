"""However a command is asked to end, it ends, and says so by its exit status."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

LOST = """
import os, sys, time
from app.cli.ending import ended_well

class Held:
    def __del__(self):
        os.kill(os.getpid(), {number})
        time.sleep(0)

def work():
    held = Held()
    del held
    time.sleep(30)
    return 0

sys.exit(ended_well(work))
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_python_cannot_raise_is_not_lost(number: signal.Signals, status: int) -> None:
    """Python only prints what is raised while an object is taken away."""
    command = [sys.executable, "-c", LOST.format(number=int(number))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == status
    assert len(done.stderr.splitlines()) == 1
