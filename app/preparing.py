"""What is imported beside the window's thread, and when there is time: statistics, with them numba and scipy."""

from __future__ import annotations

import threading

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.loading import prepare_computing
from app.tasks import Tasks
from backends.data.view import TransferFunction
from backends.engine.courtesy import give_way
from backends.engine.libraries import open_ahead
from backends.progress import Progress
from backends.statistics import registry
from widgets.colour_map_choice import colours

KEY = ("prepare", "statistics")

FIRST_PICTURE = 0.3
"""Seconds that the first picture of a process has for itself: imports hold the interpreter that draws it."""


IDLE = 1.5
"""Seconds after which a window that nobody has asked for anything uses the time: a drop then finds all imported."""


class Preparing(QObject):
    """Imports the statistics once, when they are first asked for, or while nobody does."""

    ready = pyqtSignal()

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        # Python waits for this thread and the next at its end: a library that is half opened crashes the process.
        threading.Thread(target=_ahead, name="halograph-ahead").start()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._use_the_time)
        self._idle.start(int(1000 * IDLE))

    def is_done(self) -> bool:
        """Whether statistics can be asked for at once; else they are imported, and ``ready`` is emitted."""
        if registry().is_found:
            return True
        if not self._tasks.is_running(KEY):
            # After the first look at what was dropped, and before closer ones.
            done, wait = lambda _: self.ready.emit(), lambda: FIRST_PICTURE
            self._tasks.start(KEY, "Statistics", _work, done, lane="open", priority=15, wait=wait)
        return False

    def _use_the_time(self) -> None:
        if self._tasks.idle and not registry().is_found:
            threading.Thread(target=_early, name="halograph-early").start()


def _early() -> None:
    give_way()
    prepare_computing()


def _ahead() -> None:
    """Open and read what the first study needs, while the window waits for it."""
    open_ahead()
    colours(TransferFunction().colour_map)  # the package that knows the maps reads a dozen files


def _work(progress: Progress) -> None:
    progress(0.0, "Getting the statistics ready")
    prepare_computing()
