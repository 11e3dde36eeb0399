"""The editor of a transfer function: opacity over the values' histogram, the colour map and its stops below."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QPointF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from backends.data.view import TransferFunction
from widgets.current_theme import current_theme
from widgets.theme import Theme
from widgets.transfer_painting import TransferPainting
from widgets.transfer_points import ControlPoints

REACH = 9.0
"""A control point answers the pointer within so many pixels."""
COLOURS_TIP = (
    "Colour of each value: in the strip, drag a stop, double-click to add one, right-click to remove it. Opacity counts"
    " in the density volume alone."
)
OPACITY_TIP = (
    "Opacity (0 to 1) of each value, and its colour in the strip below. Drag a point or a stop, double-click to"
    " add one, right-click to remove it."
)
_STEP, _LONG_STEP = 0.01, 0.05


class TransferFunctionEditor(QWidget):
    """Shows and changes opacity and colour as functions of the scaled value.

    Drag a point, or a stop of the colours; double-click adds one; right-click or Delete removes it. By keys: Page Up
    and Page Down go from point to point and on to the stops, the arrows move them (with Shift in longer steps),
    Insert adds one after it.

    Signal: ``transfer_changed(TransferFunction, bool)``; False while a drag goes on, True when it is done.
    """

    transfer_changed = pyqtSignal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._transfer = TransferFunction()
        self._points = ControlPoints(self._transfer.points)
        self._stops = ControlPoints(self._transfer.stops)
        self._edges: NDArray[np.float64] = np.empty(0)
        self._counts: NDArray[np.float64] = np.empty(0)
        self._limits, self._label = (-2.0, 3.0), "log₁₀(1 + δ)"
        self._theme = current_theme()
        self._pointed: int | None = None
        self._dragged: int | None = None
        self._current = 0
        self._by_key = False
        self._unfinished = False
        self._hides = True
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Opacity over the values")
        self.setToolTip(OPACITY_TIP)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(220, 136)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 112)

    def set_histogram(self, edges: ArrayLike, counts: ArrayLike) -> None:
        """Show how many cells have which value.

        Parameters
        ----------
        edges : (n + 1,) ascending, in the units of the limits
        counts : (n,) numbers of cells; drawn logarithmically
        """
        self._edges, self._counts = np.asarray(edges, dtype=float), np.asarray(counts, dtype=float)
        self.update()

    def set_transfer(self, transfer: TransferFunction) -> None:
        """Show a transfer function; a drag that goes on is not disturbed. Emits nothing."""
        self._transfer = transfer
        if self._dragged is None:
            self._points, self._stops = ControlPoints(transfer.points), ControlPoints(transfer.stops)
            self._current = min(max(self._current, self._first), self._count - 1)
        self._describe()
        self.update()

    def allow_opacity(self, allowed: bool) -> None:
        """Offer the opacity's points, or the colours' stops alone: most ways of drawing hide nothing."""
        if allowed != self._hides and self._dragged is None:
            self._hides, self._pointed = allowed, None
            self._current = max(self._current, self._first)
            self.setAccessibleName("Opacity over the values" if allowed else "Colours over the values")
            self.setToolTip(OPACITY_TIP if allowed else COLOURS_TIP)
            self._describe()
            self.update()

    def set_limits(self, low: float, high: float, label: str) -> None:
        """Say which values the range stands for, and what the axis is called, with its unit."""
        self._limits, self._label = (low, high), label
        self._describe()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self._theme = theme
        self.update()

    # Drawing

    def _painting(self) -> TransferPainting:
        shown = self._dragged if self._dragged is not None else self._pointed
        return TransferPainting(
            size=self.size(),
            theme=self._theme,
            transfer=replace(self._transfer, points=self._points.points, stops=self._stops.points),
            edges=self._edges,
            counts=self._counts,
            limits=self._limits,
            label=self._label,
            bright=self._current if self._by_key and self.hasFocus() else shown,
            focused=self._by_key and self.hasFocus(),
            hides=self._hides,
        )

    def paintEvent(self, event: QPaintEvent | None) -> None:
        self._painting().paint(self)

    def point_position(self, number: int) -> QPointF:
        """Return where a control point is on this widget; the numbers of the stops follow those of the points."""
        held, own = self._held(number)
        if held is self._stops:
            return self._painting().stop_pixel(held.points[own][0])
        return self._painting().pixel(held.points[own])

    @property
    def _count(self) -> int:
        return len(self._points) + len(self._stops)

    @property
    def _first(self) -> int:
        """The first point that is offered."""
        return 0 if self._hides else len(self._points)

    def _held(self, number: int) -> tuple[ControlPoints, int]:
        """Return what a numbered point is among: the opacity's points or the colours' stops, and its number there."""
        first = len(self._points)
        return (self._points, number) if number < first else (self._stops, number - first)

    # The pointer

    def _at(self, position: QPointF) -> int | None:
        first = len(self._points)
        on_strip = self._painting().strip.adjusted(-6, -2, 6, 4).contains(position)
        # The ends of the colours stay where they are, and lie right beneath points that do not.
        among = range(first + 1, self._count - 1) if on_strip else range(first if self._hides else 0)
        reaches = [((self.point_position(n) - position).manhattanLength(), n) for n in among] or [(1e9, 0)]
        distance, number = min(reaches)
        return number if distance <= REACH * 1.3 else None

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        if self._dragged is not None:
            held, own = self._held(self._dragged)
            x, y = self._painting().value(event.position())
            held.move(own, x, held.points[own][1] if held is self._stops else y)
            self._tell(finished=False)
            return
        pointed = self._at(event.position())
        if pointed != self._pointed:
            self._pointed = pointed
            self.setCursor(Qt.CursorShape.ArrowCursor if pointed is None else Qt.CursorShape.SizeAllCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        self._by_key = False
        number = self._at(event.position())
        if number is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = self._current = number
            self.update()
        elif event.button() == Qt.MouseButton.RightButton and self._remove(number):
            self._pointed = None
            self._current = max(0, number - 1)
            self._tell(finished=True)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton and self._dragged is not None:
            self._dragged = None
            if self._unfinished:
                self._tell(finished=True)
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._at(event.position()) is not None:
            return
        painting = self._painting()
        x, y = painting.value(event.position())
        added: int | None = None
        if painting.strip.adjusted(-2, -1, 2, 4).contains(event.position()):
            stop = self._stops.add(x, painting.place_of(x))
            added = None if stop is None else len(self._points) + stop
        elif self._hides and painting.area.adjusted(-2, -2, 2, 2).contains(event.position()):
            added = self._points.add(x, y)
        if added is not None:
            self._current = self._pointed = added
            self._tell(finished=True)

    def leaveEvent(self, event: object) -> None:
        self._pointed = None
        self.update()

    # The keys

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        self._by_key = True
        key = event.key()
        step = _LONG_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        moves = {
            Qt.Key.Key_Left: (-step, 0.0),
            Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, step),
            Qt.Key.Key_Down: (0.0, -step),
        }
        if key in moves:
            held, own = self._held(self._current)
            x, y = held.points[own]
            across, up = moves[Qt.Key(key)]
            held.move(own, x + across, y + up)
            self._tell(finished=False)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._go_to(self._current + (1 if key == Qt.Key.Key_PageDown else -1))
        elif key == Qt.Key.Key_Home:
            self._go_to(self._first)
        elif key == Qt.Key.Key_End:
            self._go_to(self._count - 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if self._remove(self._current):
                self._current -= 1
                self._tell(finished=True)
        elif key == Qt.Key.Key_Insert:
            held, own = self._held(self._current)
            added = held.add_after(own)
            if added is not None:
                self._current += added - own
                self._tell(finished=True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and not event.isAutoRepeat() and self._unfinished and self._dragged is None:
            self._tell(finished=True)
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self._by_key = event is not None and event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        if self._unfinished and self._dragged is None:
            self._tell(finished=True)
        self.update()

    def _remove(self, number: int) -> bool:
        held, own = self._held(number)
        return held.remove(own)

    def _go_to(self, number: int) -> None:
        first = self._first
        self._current = first + (number - first) % (self._count - first)
        self._describe()
        self.update()

    def _tell(self, *, finished: bool) -> None:
        self._unfinished = not finished
        self._transfer = replace(self._transfer, points=self._points.points, stops=self._stops.points)
        self._describe()
        self.update()
        self.transfer_changed.emit(self._transfer, finished)

    def _describe(self) -> None:
        """Say for a screen reader which point is current and where it is."""
        held, own = self._held(self._current)
        x, y = held.points[own]
        low, high = self._limits
        kind, what = ("Stop", "colour") if held is self._stops else ("Point", "opacity")
        place = f"{self._label} {low + x * (high - low):.2f}, {what} {y:.2f}"
        self.setAccessibleDescription(f"{kind} {own + 1} of {len(held)}: {place}")
