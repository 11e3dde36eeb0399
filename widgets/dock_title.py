"""The slim title of a dock: a grip to drag it by, no words where the panel has its own head."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QDockWidget, QWidget

from widgets.current_theme import current_theme


class DockTitle(QWidget):
    """Eight pixels that the dock is dragged by; a double click lets it float.

    Put it on with ``dock.setTitleBarWidget(DockTitle(dock))``.
    """

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._hovered = False
        self.setAccessibleName(f"Move {dock.windowTitle()}")
        self.setToolTip(f"Drag to move {dock.windowTitle()}, double-click to let it float")
        self.setCursor(Qt.CursorShape.SizeAllCursor)

    def sizeHint(self) -> QSize:
        return QSize(80, 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(20, 8)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.quiet if self._hovered else theme.line))
        for step in range(-2, 3):
            painter.drawEllipse(QPointF(self.width() / 2 + 6 * step, 4.5), 1.2, 1.2)
        painter.end()
