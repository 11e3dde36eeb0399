"""A bar is drawn on a terminal, also on one that does not say its size, and nothing in a pipe."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WORK = """
import time
from app.cli.progress_bar import progress_bar
with progress_bar("Working") as progress:
    for done in range(5):
        progress(done / 5, "step")
        time.sleep(0.15)
"""


def test_nothing_in_a_pipe() -> None:
    done = subprocess.run([sys.executable, "-c", WORK], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_bar_on_a_terminal_that_does_not_say_its_size() -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen([sys.executable, "-c", WORK], stderr=theirs, stdout=subprocess.DEVNULL) as run:
        os.close(theirs)
        seen = b""
        try:
            while block := os.read(ours, 4096):
                seen += block
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(ours)
    assert run.returncode == 0
    assert b"Working" in seen
    assert b"%" in seen
    assert seen.endswith(b"\r")
