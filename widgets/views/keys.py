"""What keys mean while the views have the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent

from widgets.views import gestures

if TYPE_CHECKING:
    from widgets.views.field_grid import FieldGrid
    from widgets.views.pointing import Pointing

Key = Qt.Key
STEP = 24.0
"""Pixels that an arrow key turns or pushes by."""
LARGER = 1.15
ARROWS: dict[int, tuple[float, float]] = {
    Key.Key_Left: (-STEP, 0.0),
    Key.Key_Right: (STEP, 0.0),
    Key.Key_Up: (0.0, -STEP),
    Key.Key_Down: (0.0, STEP),
}
FLIGHT: dict[int, str] = {
    Key.Key_W: "forward",
    Key.Key_S: "back",
    Key.Key_A: "left",
    Key.Key_D: "right",
    Key.Key_E: "up",
    Key.Key_Q: "down",
    Key.Key_PageUp: "up",
    Key.Key_PageDown: "down",
    Key.Key_Left: "look left",
    Key.Key_Right: "look right",
    Key.Key_Up: "look up",
    Key.Key_Down: "look down",
}
CUT_KEYS: dict[int, float] = {Key.Key_PageUp: 1.0, Key.Key_PageDown: -1.0}
"""Notches by which what cuts the box moves along its normal."""
LARGER_KEYS, SMALLER_KEYS = (Key.Key_Plus, Key.Key_Equal), (Key.Key_Minus, Key.Key_Underscore)


class Keys:
    """Turns, pushes, zooms and flies without a mouse."""

    def __init__(self, pointing: Pointing, grid: FieldGrid) -> None:
        self._pointing, self._grid = pointing, grid

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is the tool's now, and no shortcut."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if self._pointing.moving.flies_in is not None:
            return plain and (event.key() in FLIGHT or event.key() == Key.Key_Escape)
        return event.key() == Key.Key_Escape and self._pointing.tools.at_work

    def answer(self, event: QKeyEvent, pressed: bool) -> bool:
        """Do what a key means; return whether it means anything."""
        key, moving = event.key(), self._pointing.moving
        if moving.flies_in is not None and key in (*FLIGHT, Key.Key_Shift):
            moving.hurried = (
                pressed if key == Key.Key_Shift else bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            )
            if key in FLIGHT and not event.isAutoRepeat():
                moving.hold(FLIGHT[key], pressed)
            return True
        if not pressed:
            return False
        if key == Key.Key_Escape:
            return self._pointing.tools.escape()
        return self._look(event, key)

    def rest(self) -> None:
        """Let go of all keys: the keyboard went elsewhere."""
        self._pointing.moving.rest()

    def _look(self, event: QKeyEvent, key: int) -> bool:
        found = self._pointing.current()
        if found is None:
            return False
        cell, (left, top, width, height) = found
        middle = (left + width / 2, top + height / 2)
        if key in ARROWS:
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._pointing.move(gestures.pushed if shifted else gestures.turned, *ARROWS[key], *middle)
        elif key in CUT_KEYS:
            self._grid.cut_advanced.emit(CUT_KEYS[key])
        elif key in LARGER_KEYS:
            self._pointing.magnify(LARGER, *middle)
        elif key in SMALLER_KEYS:
            self._pointing.magnify(1 / LARGER, *middle)
        elif key in (Key.Key_Return, Key.Key_Enter):
            self._grid.cell_activated.emit(cell.key)
        else:
            return False
        return True
