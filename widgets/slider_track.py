"""The line of a slider with one handle or two, moved by mouse or by keys."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from widgets.current_theme import current_theme
from widgets.style_sheet import mixed

_RADIUS = 5.0
_STEP, _PAGE = 0.01, 0.1


class SliderTrack(QWidget):
    """Handles at fractions in [0, 1] of the track, in order; two handles enclose a range.

    Left and Right move the active handle by a hundredth, Page Up and Down by a tenth, Home and End to
    the ends; Tab goes on to the second handle before it leaves. A double click puts the defaults back.

    moved : the new fractions, as a tuple, at every movement
    begun : a new gesture starts: a press of the mouse, or a visit by the keyboard
    """

    moved = pyqtSignal(tuple)
    begun = pyqtSignal()

    def __init__(self, defaults: tuple[float, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._defaults = self._fractions = defaults
        self._active, self._dragging, self._ring, self._hovered = 0, False, False, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def fractions(self) -> tuple[float, ...]:
        """Return where the handles are."""
        return self._fractions

    def show_fractions(self, fractions: tuple[float, ...]) -> None:
        """Put the handles somewhere without announcing it; ignored while the person drags."""
        if not self._dragging and fractions != self._fractions:
            self._fractions = fractions
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 16)

    def _span(self) -> float:
        return max(1.0, self.width() - 2 * _RADIUS)

    def _x(self, fraction: float) -> float:
        return _RADIUS + fraction * self._span()

    def _move(self, handle: int, fraction: float) -> None:
        low = self._fractions[handle - 1] if handle > 0 else 0.0
        high = self._fractions[handle + 1] if handle + 1 < len(self._fractions) else 1.0
        changed = list(self._fractions)
        changed[handle] = min(max(fraction, low), high)
        if tuple(changed) != self._fractions:
            self._fractions = tuple(changed)
            self.update()
            self.moved.emit(self._fractions)

    def _at(self, position: QPointF) -> float:
        return (position.x() - _RADIUS) / self._span()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        fraction = self._at(event.position())
        distances = [abs(f - fraction) for f in self._fractions]
        nearest = min(distances)
        tied = [i for i, distance in enumerate(distances) if distance == nearest]
        self._active = tied[-1] if fraction > self._fractions[tied[0]] else tied[0]
        self._dragging, self._ring = True, False
        self.begun.emit()
        self._move(self._active, fraction)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._dragging:
            self._move(self._active, self._at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self._dragging = False
        if self._fractions != self._defaults:
            self.begun.emit()
            self._fractions = self._defaults
            self.update()
            self.moved.emit(self._fractions)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Scroll the panel, never the value: nothing changes that was not taken hold of."""
        if event is not None:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        now, key = self._fractions[self._active], event.key()
        targets = {
            Qt.Key.Key_Left: now - _STEP,
            Qt.Key.Key_Down: now - _STEP,
            Qt.Key.Key_Right: now + _STEP,
            Qt.Key.Key_Up: now + _STEP,
            Qt.Key.Key_PageDown: now - _PAGE,
            Qt.Key.Key_PageUp: now + _PAGE,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        if key not in targets:
            super().keyPressEvent(event)
            return
        if not self._ring:  # what the mouse did before is a gesture of its own
            self.begun.emit()
        self._ring = True
        self._move(self._active, targets[Qt.Key(key)])
        self.update()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        if event is not None and event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            forwards = event.reason() == Qt.FocusReason.TabFocusReason
            self._active = 0 if forwards else len(self._fractions) - 1
            self._ring = True
            self.begun.emit()
        self.update()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        target = self._active + (1 if forwards else -1)
        if self.hasFocus() and 0 <= target < len(self._fractions):
            self._active, self._ring = target, True
            self.update()
            return True
        return super().focusNextPrevChild(forwards)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._ring = False
        self.update()

    def enterEvent(self, event: object) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current_theme()
        fill = theme.accent if self.isEnabled() else theme.line
        handle = theme.text if theme.name == "dark" else theme.accent
        middle = self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(QRectF(0, middle - 2, self.width(), 4), 2, 2)
        start = self._x(self._fractions[0]) if len(self._fractions) > 1 else 0.0
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(QRectF(start, middle - 2, self._x(self._fractions[-1]) - start, 4), 2, 2)
        for number, fraction in enumerate(self._fractions):
            ringed = self._ring and self.hasFocus() and number == self._active
            painter.setPen(QPen(QColor(theme.accent), 2.0) if ringed else QPen(QColor(theme.panel), 1.5))
            usable = handle if self.isEnabled() else mixed(theme.line, theme.quiet, 0.5)
            painter.setBrush(QColor(theme.panel if ringed else usable))
            grown = 1.0 if (self._hovered and self.isEnabled()) or ringed else 0.0
            painter.drawEllipse(QPointF(self._x(fraction), middle), _RADIUS + grown, _RADIUS + grown)
        painter.end()
