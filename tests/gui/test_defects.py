"""A defect in a slot ends neither the window nor what nobody has saved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RAISES = """
import sys
from pathlib import Path
from PyQt6.QtCore import QTimer
from app.application import Application
from app.starting import window_main
from backends.errors import MachineError
create = Application.__init__
def begin(self, *given):
    create(self, *given)
    timer = QTimer(self.window)
    timer.timeout.connect(lambda: 1 / 0)
    timer.start(10)
    def end():
        print(*self.window.messages.messages())
        self.window.close()
    QTimer.singleShot(500, end)
Application.__init__ = begin
try:
    window_main([], temp_profile=True, screenshot=Path(sys.argv[1]) if sys.argv[1:] else None)
except MachineError as error:
    print("ended:", error)
"""


@pytest.mark.parametrize("pictured", [False, True])
def test_a_defect_is_told_once_and_the_window_goes_on(tmp_path: Path, pictured: bool) -> None:
    words = [str(tmp_path / "window.png")] if pictured else []
    done = subprocess.run([sys.executable, "-c", RAISES, *words], capture_output=True, text=True, timeout=120)
    if pictured:  # nobody is there to read it: the command fails with it
        assert "ended: Something failed inside Halograph (ZeroDivisionError" in done.stdout
    else:
        assert done.stdout.count("failed inside Halograph (ZeroDivisionError: division by zero)") == 1
        assert "ended" not in done.stdout
    assert done.stderr.count("Traceback") == 1
    assert done.returncode == 0
