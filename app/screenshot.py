"""Saves the window as a picture once everything it started has finished."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from backends.errors import MachineError
from backends.writers.whole import whole

if TYPE_CHECKING:
    from app.application import Application

LOOK_EVERY = 100
"""Milliseconds between looks whether all is done."""
CALM = 4
"""Looks in a row at which nothing may be under way: results start further tasks."""


class Screenshot(QObject):
    """Waits for calm, saves the window, and says why it could not ("" where it could)."""

    def __init__(self, application: Application, path: Path, taken: Callable[[str], None]) -> None:
        super().__init__(application.window)
        self._application, self._path, self._taken = application, path, taken
        self._calm = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        self._calm = self._calm + 1 if self._application.settled else 0
        if self._calm >= CALM:
            self._timer.stop()
            self._taken(self._save())

    def _save(self) -> str:
        picture = self._application.window.grab()
        try:
            with whole(self._path) as draft:
                if not picture.save(str(draft), "PNG"):
                    raise MachineError(f"The screenshot could not be saved as {self._path}. Make room on the disk")
        except MachineError as failed:
            return str(failed)
        return ""
