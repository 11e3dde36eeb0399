"""Which face of a view is seen: drags the divider of a wipe, and turns blinking views while they are in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PyQt6.QtGui import QMouseEvent

from backends.data.view import FASTEST_BLINK, SLOWEST_BLINK
from widgets.views.cell import Cell
from widgets.views.sheet import Rectangle
from widgets.views.surface import Surface
from widgets.volume import faces

if TYPE_CHECKING:
    from widgets.views.field_grid import FieldGrid

# Pixels to either side of the divider from which it is gripped.
REACH = 6.0
# Pixels at the upper edge of a view that belong to its name and its buttons.
BENEATH_HEAD = 36


class Facing(QObject):
    """Watches the surface's mouse before the camera does, and keeps the time of what blinks.

    turned : whether blinking views show the reference now
    """

    def __init__(self, grid: FieldGrid, surface: Surface) -> None:
        super().__init__(grid)
        self._grid, self._surface = grid, surface
        self._gripped: Rectangle | None = None
        self._drags = 0
        self.turned = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)
        surface.installEventFilter(self)

    # Blinking

    def follow(self) -> None:
        """Blink as the settings say where a view in sight does, and else not at all."""
        if self._grid.isVisible() and any(cell.comparison == "blink" for cell in self._grid.drawn_cells()):
            rate = min(max(self._grid.shown_view.blink_rate, SLOWEST_BLINK), FASTEST_BLINK)
            if not self._timer.isActive() or self._timer.interval() != round(1000 / rate):
                self._timer.start(round(1000 / rate))
        else:
            self._timer.stop()

    @property
    def blinks(self) -> bool:
        """Whether something blinks now."""
        return self._timer.isActive()

    def _turn(self) -> None:
        """Show the other face; nothing is drawn again for it."""
        window = self._grid.window()
        if window is not None and not window.isMinimized():
            self.turned = not self.turned
            self._grid.turn(self.turned)

    # The divider

    def grips(self, x: float, y: float) -> bool:
        """Whether a press at a pixel would take hold of a divider."""
        return self._divider_at(QPointF(x, y)) is not None

    def _divider_at(self, place: QPointF) -> Rectangle | None:
        """Return the view whose divider lies under a point."""
        found: tuple[Cell, Rectangle] | None = self._grid.places.at(place.x(), place.y())
        if found is None or found[0].comparison != "wipe":
            return None
        left, top, width, _ = found[1]
        if place.y() - top < BENEATH_HEAD:
            return None
        divider = left + faces.divider(self._grid.shown_view.wipe, width)
        return found[1] if abs(place.x() - divider) <= REACH else None

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # Qt's own name
        """Take the mouse while it drags a divider; let everything else pass."""
        if not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._gripped = self._divider_at(event.position())
            self._drags += 1
            return self._gripped is not None
        if event.type() == QEvent.Type.MouseButtonDblClick:
            return self._divider_at(event.position()) is not None
        if event.type() == QEvent.Type.MouseMove and self._gripped is not None:
            left, _, width, _ = self._gripped
            share = min(max((event.position().x() - left) / width, 0.0), 1.0)
            self._grid.wipe_requested.emit(share, f"wipe {self._drags}")
            return True
        if event.type() == QEvent.Type.MouseButtonRelease and self._gripped is not None:
            self._gripped = None
            return True
        return False
