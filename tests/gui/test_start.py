"""The window comes first: nothing heavy is imported before it can be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("torch", "scipy", "numba", "matplotlib", "captum", "h5py")

START = f"""
import sys
from PyQt6.QtWidgets import QApplication
qt = QApplication(["halograph"])
from app.application import Application
from app.settings import Settings
application = Application(Settings(temporary=True))
application.window.show()
qt.processEvents()
loaded = [name for name in {HEAVY!r} if name in sys.modules]
application.close()
print("heavy:", ",".join(loaded))
"""


def test_the_empty_window_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip().endswith("heavy:"), done.stdout + done.stderr


# What follows the first look waits for its picture however busy the machine is, so that it is seen what that needs.
FIRST_PICTURE = """
import sys, time
from PyQt6.QtWidgets import QApplication
qt = QApplication(["halograph"])
from app import comparing, preparing
comparing.HEAD_START = preparing.FIRST_PICTURE = 5.0
from app.application import Application
from app.settings import Settings
application = Application(Settings(temporary=True))
application.window.show()
drawn, draw, scene = [], application.window.grid._scene.present, application.window.grid._scene
def drawing():
    draw()
    if not drawn and scene.drawn and not scene.stale:
        cell = application.window.grid._cells[0]
        drawn.append((cell.label, cell.detail, "numba" in sys.modules))
scene.present = drawing
application.open_demo()
until = time.monotonic() + 60
while not drawn and time.monotonic() < until:
    qt.processEvents()
print(*drawn)
while not application.settled and time.monotonic() < until:
    qt.processEvents()
print(application.window.grid._cells[0].detail)
application.close()
"""


def test_the_first_picture_waits_for_no_compiled_loops() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PICTURE], capture_output=True, text=True, timeout=120, check=True
    )
    first, last = done.stdout.splitlines()[-2:]
    assert first == "('N-body', 'preview, coarse', False)", done.stdout + done.stderr
    assert last == "reference"


def test_a_refusal_is_photographed_and_told_by_the_exit_status(tmp_path: Path) -> None:
    refused, picture = tmp_path / "text.npy", tmp_path / "picture.png"
    refused.write_text("no array\n")
    words = [sys.executable, "-m", "app", str(refused), "--temp-profile", "--screenshot", str(picture)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "text.npy" in done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")


CANCELLED = """
import time
from PyQt6.QtWidgets import QApplication
qt = QApplication(["halograph"])
from app.application import Application
from app.settings import Settings
application = Application(Settings(temporary=True))
application.window.show()
application.open_demo()
until, cancelled = time.monotonic() + 60, 0
while time.monotonic() < until and not (cancelled and application.settled):
    for task in application.tasks.running:
        if task.key[0] == "first-look":
            application.tasks.cancel_named(task.name)
            cancelled += 1
    qt.processEvents()
study = application.document.study
print(cancelled, all(application.comparing.is_ready(run) for run in study.runs))
application.close()
"""


def test_nothing_waits_for_a_first_look_that_was_cancelled() -> None:
    done = subprocess.run([sys.executable, "-c", CANCELLED], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "1 True", done.stdout + done.stderr


IDLE = """
import sys, time
from PyQt6.QtWidgets import QApplication
qt = QApplication(["halograph"])
from app.application import Application
from app.settings import Settings
from backends.statistics import registry
application = Application(Settings(temporary=True))
application.window.show()
until, shown = time.monotonic() + 60, set()
while time.monotonic() < until and not registry().is_found:
    qt.processEvents()
    time.sleep(0.001)
    shown |= {task.title for task in application.tasks.running}
print(registry().is_found, application.comparing.preparing.is_done(), *shown)
application.close()
"""


def test_a_window_that_nobody_asks_for_anything_gets_the_statistics_ready_without_a_word() -> None:
    done = subprocess.run([sys.executable, "-c", IDLE], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "True True", done.stdout + done.stderr
