"""A timer for work that can wait: it leaves a turn of the event loop to those who have worked in it already."""

from __future__ import annotations

import time
from typing import ClassVar
from weakref import WeakSet

from PyQt6.QtCore import QAbstractEventDispatcher, QObject, QTimer, pyqtSignal

BUSY = 0.002
"""Seconds; a turn in which others took longer has no room for another piece of work."""

MOST_LEFT = 5
"""So many turns in a row are left to others; then it has waited long enough."""


class PoliteTimer(QTimer):
    """Fires once, as Qt's does, but not at the end of a turn that was long without it: ``due``.

    Two pieces of work of 20 ms each are not felt in two turns; in one they are. Who was left out more often goes
    first, so that those who come back every turn take turns.
    """

    due = pyqtSignal()

    _all: ClassVar[WeakSet[PoliteTimer]] = WeakSet()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._began, self._left = time.perf_counter(), 0
        self._all.add(self)
        self.setSingleShot(True)
        self.timeout.connect(self._timeout)
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.awake.connect(self._begin)

    def _begin(self) -> None:
        self._began = time.perf_counter()

    def _timeout(self) -> None:
        is_late = time.perf_counter() - self._began > BUSY
        if self._left < MOST_LEFT and (is_late or any(other._left > self._left for other in self._all)):
            self._left += 1
            self.start(0)
            return
        self._left = 0
        self.due.emit()
