"""Tidies the memory up when data have left: a window that is open for days grows no larger with every study."""

from __future__ import annotations

import gc
import threading

from PyQt6.QtCore import QObject, QTimer

from app.document import Document
from backends.data.study import Study
from backends.engine.memory import give_back

SOON = 500
"""Milliseconds: by then the views and the plots of what has left are gone."""


class Tidying(QObject):
    """Collects what runs that were removed leave behind, and gives its memory back to the system."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON)
        self._soon.timeout.connect(_tidy)
        document.changed.connect(self._changed)

    def _changed(self, old: Study, new: Study) -> None:
        if {run.key for run in old.runs} - {run.key for run in new.runs}:
            self._soon.start()


def _tidy() -> None:
    gc.collect()  # on the window's thread, where what wraps its objects may be deleted
    threading.Thread(target=give_back, name="halograph-memory", daemon=True).start()
