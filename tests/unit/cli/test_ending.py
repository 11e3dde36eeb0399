"""However a command is asked to end, it ends, and says so by its exit status."""

from __future__ import annotations

import os
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


def ended(*words: str, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE, shut: int = -1) -> tuple[int, str]:
    """Run the command with these streams, or with one of them closed; return its status and what it wrote."""
    command = [sys.executable, "-m", "app", *words]
    if shut >= 0:
        command = ["/bin/sh", "-c", f'exec "$@" {shut}>&-', "sh", *command]
    # As people run it: what is printed is written when the buffer is full, or at the end.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(command, stdout=stdout, stderr=stderr, text=True, timeout=60, env=environment)
    return done.returncode, (done.stdout or "") + (done.stderr or "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
def test_what_nobody_can_read_changes_no_status_but_that_of_output_that_is_lost() -> None:
    with open("/dev/full", "w") as full:
        assert ended("--help", stdout=full.fileno()) == (
            1, "halograph: the machine failed: [Errno 28] No space left on device\n",
        )  # fmt: skip
        assert ended("info", "nowhere", stderr=full.fileno()) == (2, "")
    assert ended("info", "nowhere", shut=2) == (2, "")
    assert ended("--version", shut=1) == (0, "")


def test_a_reader_who_has_left_is_told_of_as_by_every_program() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert ended("--help", stdout=writing) == (128 + signal.SIGPIPE, "")
    os.close(writing)
