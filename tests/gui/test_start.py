"""The window comes first: nothing heavy is imported before it can be used."""

from __future__ import annotations

import subprocess
import sys

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
