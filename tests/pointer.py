"""Moves the mouse over a widget without the screen's one pointer, which other tests beside this one move, too."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

NONE = Qt.MouseButton.NoButton


def move(widget: QWidget, to: QPoint, held: Qt.MouseButton = NONE) -> None:
    """Let a widget see the mouse come to one of its pixels, with this button held."""
    place = QPointF(to)
    QApplication.sendEvent(
        widget,
        QMouseEvent(
            QEvent.Type.MouseMove, place, widget.mapToGlobal(place), NONE, held, Qt.KeyboardModifier.NoModifier
        ),
    )
    QApplication.processEvents()
