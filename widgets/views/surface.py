"""What lies over the canvas: it paints the marks and turns the mouse and the keyboard into wishes."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QWidget

# A press that moves less than this before its release is a click.
CLICK_PIXELS = 4.0
KEY_PIXELS = 24.0
ARROWS = {
    Qt.Key.Key_Left: (-KEY_PIXELS, 0.0),
    Qt.Key.Key_Right: (KEY_PIXELS, 0.0),
    Qt.Key.Key_Up: (0.0, -KEY_PIXELS),
    Qt.Key.Key_Down: (0.0, KEY_PIXELS),
}
Button = Qt.MouseButton


class Surface(QWidget):
    """A transparent sheet that reports in pixels: where was clicked, how far was dragged.

    Signals
    -------
    clicked, activated, hovered : x, y;  left : nothing is hovered any more
    turned, pushed : dx, dy and where the drag began;  magnified : factor and where
    """

    clicked = pyqtSignal(float, float)
    activated = pyqtSignal(float, float)
    hovered = pyqtSignal(float, float)
    left = pyqtSignal()
    turned = pyqtSignal(float, float, float, float)
    pushed = pyqtSignal(float, float, float, float)
    magnified = pyqtSignal(float, float, float)

    def __init__(self, paint: Callable[[QPainter], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._paint = paint
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragging = False
        self._button = Button.NoButton
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAccessibleName("Views of the runs")
        self.setAccessibleDescription(
            "Arrow keys turn the box or push the slice, with Shift they push; plus and minus zoom."
        )

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the marks over the fields."""
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin a click or a drag."""
        if event is not None and self._pressed is None:
            self._pressed = self._last = event.position()
            self._button, self._dragging = event.button(), False
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Drag, or hover."""
        if event is None:
            return
        here = event.position()
        if self._pressed is None:
            self.hovered.emit(here.x(), here.y())
            return
        if not self._dragging and (here - self._pressed).manhattanLength() < CLICK_PIXELS:
            return
        step = here - self._last
        self._dragging, self._last = True, here
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        x, y = self._pressed.x(), self._pressed.y()
        if self._button == Button.RightButton:
            self.magnified.emit(1.008 ** -step.y(), x, y)
        elif self._button == Button.MiddleButton or shifted:
            self.pushed.emit(step.x(), step.y(), x, y)
        elif self._button == Button.LeftButton:
            self.turned.emit(step.x(), step.y(), x, y)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End a drag, or click."""
        if event is None or event.button() != self._button or self._pressed is None:
            return
        was_click = not self._dragging and self._button == Button.LeftButton
        self._pressed, self._dragging = None, False
        if was_click:
            self.clicked.emit(event.position().x(), event.position().y())

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Ask for one cell to be shown large."""
        if event is not None and event.button() == Button.LeftButton:
            self._pressed = None
            self.activated.emit(event.position().x(), event.position().y())

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom about the cursor."""
        if event is not None and event.angleDelta().y():
            here = event.position()
            self.magnified.emit(1.0015 ** event.angleDelta().y(), here.x(), here.y())
            event.accept()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is hovered any more."""
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Turn, push and zoom without a mouse."""
        if event is None:
            return
        middle = (self.width() / 2, self.height() / 2)
        key = Qt.Key(event.key())
        if key in ARROWS:
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            (self.pushed if shifted else self.turned).emit(*ARROWS[key], *middle)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.magnified.emit(1.15, *middle)
        elif key == Qt.Key.Key_Minus:
            self.magnified.emit(1 / 1.15, *middle)
        else:
            super().keyPressEvent(event)
