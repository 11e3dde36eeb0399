"""A scene in a window of its own, that is gone when it is done with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PyQt6 import sip
from PyQt6.QtWidgets import QApplication

from widgets.volume.scene import Scene


@contextmanager
def window_scene(size: tuple[int, int], half: bool = True) -> Iterator[Scene]:
    """Open a scene; its context is given back at the end, or the collector does it while another one draws."""
    made = Scene("pyqt6", size, half=half)
    made.canvas.show()
    while not made.canvas.native.isValid():
        QApplication.processEvents()
    yield made
    made.close()
    sip.delete(made.canvas.native)
