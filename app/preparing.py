"""What is imported beside the window's thread, and only when there is time: statistics, with them numba and scipy."""

from __future__ import annotations

import threading

from PyQt6.QtCore import QObject, pyqtSignal

from app.loading import prepare
from app.tasks import Tasks
from backends.data.view import TransferFunction
from backends.engine.libraries import open_ahead
from backends.progress import Progress
from backends.statistics import registry
from widgets.colour_map_choice import colours

KEY = ("prepare", "statistics")

FIRST_PICTURE = 0.3
"""Seconds that the first picture of a process has for itself: imports hold the interpreter that draws it."""


class Preparing(QObject):
    """Imports the statistics once, when they are first asked for."""

    ready = pyqtSignal()

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        threading.Thread(target=_ahead, name="halograph-ahead", daemon=True).start()

    def is_done(self) -> bool:
        """Whether statistics can be asked for at once; else they are imported, and ``ready`` is emitted."""
        if registry().is_found:
            return True
        if not self._tasks.is_running(KEY):
            # After the first look at what was dropped, and before closer ones.
            done, wait = lambda _: self.ready.emit(), lambda: FIRST_PICTURE
            self._tasks.start(KEY, "Statistics", _work, done, lane="open", priority=15, wait=wait)
        return False


def _ahead() -> None:
    """Open and read what the first study needs, while the window waits for it."""
    open_ahead()
    colours(TransferFunction().colour_map)  # the package that knows the maps reads a dozen files


def _work(progress: Progress) -> None:
    progress(0.0, "Getting the statistics ready")
    prepare()
