"""What lies over the canvas: it paints the marks and turns the mouse and the keyboard into wishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QToolTip, QWidget

# A press that moves less than this before its release is a click.
CLICK_PIXELS = 4.0
Button = Qt.MouseButton


class Hands(Protocol):
    """Takes what lies over the fields before the fields themselves are clicked, turned or pushed."""

    def take(self, x: float, y: float, *, twice: bool = False) -> bool:
        """Take what is under a pixel, or leave it to the field beneath."""

    def pull(self, x: float, y: float) -> None:
        """Drag what was taken to a pixel."""

    def drop(self, x: float, y: float) -> None:
        """Let go of it there."""

    def tip(self, x: float, y: float) -> str:
        """Return what there is to say about what is under a pixel."""


class Keyboard(Protocol):
    """Answers the keys."""

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is not to be a shortcut now."""

    def answer(self, event: QKeyEvent, pressed: bool) -> bool:
        """Answer a key; return whether it means anything."""

    def rest(self) -> None:
        """Let go of all keys: the keyboard went elsewhere."""


class Surface(QWidget):
    """A transparent sheet that reports in pixels: where was clicked, how far was dragged.

    Signals
    -------
    clicked, centred, hovered : x, y;  left : nothing is hovered any more
    turned, pushed : dx, dy and where the drag began;  magnified : factor and where
    advanced : by how many notches of the wheel what cuts the box moves along its normal
    menu_requested : x, y; both are negative where the keyboard asks
    """

    clicked = pyqtSignal(float, float)
    centred = pyqtSignal(float, float)
    hovered = pyqtSignal(float, float)
    left = pyqtSignal()
    turned = pyqtSignal(float, float, float, float)
    pushed = pyqtSignal(float, float, float, float)
    magnified = pyqtSignal(float, float, float)
    advanced = pyqtSignal(float)
    menu_requested = pyqtSignal(float, float)

    def __init__(self, paint: Callable[[QPainter], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._paint = paint
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragging = self._taken = False
        self._button = Button.NoButton
        self.hands: Hands | None = None
        self.keys: Keyboard | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAccessibleName("Views of the runs")
        self.setAccessibleDescription(
            "Arrow keys turn the box or push the slice, with Shift they push; plus and minus zoom. "
            "Page Up and Page Down, or Ctrl and the wheel, move a slice or a cutting plane. "
            "Return shows one run large, the Menu key lists what can be done here."
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
            is_left = event.button() == Button.LeftButton
            self._taken = is_left and self.hands is not None and self.hands.take(self._last.x(), self._last.y())
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
        if self._taken:
            assert self.hands is not None
            self.hands.pull(here.x(), here.y())
        elif self._button == Button.RightButton:
            self.magnified.emit(1.008 ** -step.y(), x, y)
        elif self._button == Button.MiddleButton or shifted:
            self.pushed.emit(step.x(), step.y(), x, y)
        elif self._button == Button.LeftButton:
            self.turned.emit(step.x(), step.y(), x, y)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End a drag, or click."""
        if event is None or event.button() != self._button or self._pressed is None:
            return
        clicked, taken, here = not self._dragging, self._taken, event.position()
        self._pressed, self._dragging, self._taken = None, False, False
        if taken and self.hands is not None:
            self.hands.drop(here.x(), here.y())
        elif clicked and self._button == Button.LeftButton:
            self.clicked.emit(here.x(), here.y())
        elif clicked and self._button == Button.RightButton:
            self.menu_requested.emit(here.x(), here.y())

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Bring what is there to the middle of the view, unless it is something over the field."""
        if event is None or event.button() != Button.LeftButton:
            return
        self._pressed = None
        here = event.position()
        if self.hands is None or not self.hands.take(here.x(), here.y(), twice=True):
            self.centred.emit(here.x(), here.y())

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """Ask for a menu from the keyboard; the mouse asks with a click, and a drag with its right button zooms."""
        if event is not None:
            event.accept()
            if event.reason() == QContextMenuEvent.Reason.Keyboard:
                self.menu_requested.emit(-1.0, -1.0)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom about the cursor; with Ctrl move what cuts the box."""
        if event is not None and event.angleDelta().y():
            here = event.position()
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.advanced.emit(event.angleDelta().y() / 120)
                event.accept()
                return
            self.magnified.emit(1.0015 ** event.angleDelta().y(), here.x(), here.y())
            event.accept()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is hovered any more."""
        self.left.emit()

    def event(self, event: QEvent | None) -> bool:
        """Keep keys that a tool uses from being shortcuts, and say what is under the pointer."""
        if self.hands is not None and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.hands.tip(event.pos().x(), event.pos().y()), self)
            return True
        if self.keys is not None and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(self.keys.wants(event))
            if event.isAccepted():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Turn, push and zoom without a mouse."""
        if event is not None and not (self.keys is not None and self.keys.answer(event, True)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        """Let go of a key."""
        if event is not None and not (self.keys is not None and self.keys.answer(event, False)):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Let go of all keys."""
        if self.keys is not None:
            self.keys.rest()
        super().focusOutEvent(event)
