"""What lies over the fields and can be taken: names and buttons, the ends of the axes, the walls of the kept box."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import QWidget

from backends.data.place_words import coordinates
from widgets.views import cropping, gizmo, measure, tool_marks
from widgets.views.tooling import Hot

if TYPE_CHECKING:
    from widgets.views.field_grid import FieldGrid
    from widgets.views.pointing import Pointing

TIPS = {
    "enlarge": "Show this run large, or all views again (Return, or double-click the name)",
    "name": "A double click shows this run large, or all views again.\n"
    "A double click in the picture brings what is there to the middle of the view",
    "link": "Choose what this run shares with the others: camera, colours and limits, clip box",
    "wall": "Drag this wall of the box; a double click puts it back",
}


class Handles:
    """Finds what is under a pixel, and answers clicks on it and drags of it.

    taken : what was taken last, or None
    """

    def __init__(self, pointing: Pointing, grid: FieldGrid, surface: QWidget) -> None:
        self._pointing, self._grid, self._surface = pointing, grid, surface
        self.taken: Hot | None = None
        self._pulls, self._offset, self._pulled = count(), 0.0, ""

    def find(self, x: float, y: float) -> Hot | None:
        """Return what can be clicked or dragged under a pixel, or None where there is only the field."""
        found = self._grid.places.at(x, y)
        if found is None:
            return None
        cell, rectangle = found
        left, top, width, height = rectangle
        orbit = self._grid.camera_of(cell.key)[0]
        font, sheet = QFont(self._surface.font()), self._pointing.sheet()
        named = tool_marks.named(sheet, cell, rectangle, x, y, font)
        if named:
            return Hot(named, cell.key)
        if cell.key not in sheet.drawn or sheet.view.mode == "slice":
            return None
        if cell.key in sheet.with_axes:
            ball = gizmo.hit(orbit, rectangle, x, y)
            if ball is not None:
                return Hot("face", cell.key, *ball)
        if self._pointing.tools.name == "crop":
            wall = cropping.hit(orbit, self._pointing.view_of(cell).clip, (width, height), x - left, y - top)
            if wall is not None:
                return Hot("wall", cell.key, *wall)
        return None

    def take(self, x: float, y: float, *, twice: bool = False) -> bool:
        """Take what lies over the field under a pixel: a click or a drag of it begins."""
        self._pointing.moving.stop()
        hot = self.find(x, y)
        if hot is None or (hot.kind == "name" and not twice):
            return False
        self.taken = hot
        if hot.kind == "wall":
            self._pulled, self._offset = f"crop {next(self._pulls)}", 0.0
            if twice:
                self._move_wall(hot, float(hot.side > 0))
            else:
                self._offset = self._wall(hot) - self._aimed(hot, x, y)
        elif twice and hot.kind == "name":
            self._grid.cell_activated.emit(hot.cell)
        return True

    def pull(self, x: float, y: float) -> None:
        """Drag the wall that was taken."""
        if self.taken is not None and self.taken.kind == "wall":
            self._move_wall(self.taken, self._aimed(self.taken, x, y) + self._offset)

    def drop(self, x: float, y: float) -> None:
        """Answer the click that ends here."""
        hot = self.taken
        if hot is None or hot != self.find(x, y):
            return
        if hot.kind == "enlarge":
            self._grid.cell_activated.emit(hot.cell)
        elif hot.kind == "link":
            where = self._surface.mapToGlobal(QPoint(int(x), int(y)))
            self._pointing.links_requested.emit(hot.cell.partition(":")[0], where)
        elif hot.kind == "face":
            orbit = self._grid.camera_of(hot.cell)[0]
            self._pointing.moving.go(gizmo.asked(orbit, hot.axis, hot.side), None, hot.cell)

    def extent(self, hot: Hot) -> tuple[str, ...]:
        """Say from where to where the box is kept along a wall's axis, counted from the corner that is drawn."""
        found = self._grid.places.of(hot.cell)
        if found is None:
            return ()
        side = self._pointing.box_size
        kept = sorted(self._pointing.view_of(found[0]).clip[hot.axis])
        words = coordinates((edge * side for edge in kept), side, " – ")
        return (f"{'xyz'[hot.axis]} kept: {words}", words)

    def _wall(self, hot: Hot) -> float:
        found = self._grid.places.of(hot.cell)
        clip = self._grid.shown_view.clip if found is None else self._pointing.view_of(found[0]).clip
        return float(cropping.middle(clip, hot.axis, hot.side)[hot.axis])

    def _aimed(self, hot: Hot, x: float, y: float) -> float:
        found = self._grid.places.of(hot.cell)
        if found is None:
            return self._wall(hot)
        cell, (left, top, width, height) = found
        place = cropping.middle(self._pointing.view_of(cell).clip, hot.axis, hot.side)
        orbit = self._grid.camera_of(cell.key)[0]
        return cropping.along(orbit, place, hot.axis, x - left, y - top, (width, height))

    def _move_wall(self, hot: Hot, to: float) -> None:
        found = self._grid.places.of(hot.cell)
        if found is not None:
            clip = cropping.pulled(self._pointing.view_of(found[0]).clip, hot.axis, hot.side, to)
            self._pointing.crop_requested.emit(found[0].run, clip, self._pulled)

    def tip(self, x: float, y: float) -> str:
        """Return what there is to say about what is under a pixel."""
        hot = self.find(x, y)
        if hot is not None and hot.kind == "face":
            return f"Look from {'+' if hot.side > 0 else '−'}{'xyz'[hot.axis]}; again from the other side"
        if hot is not None:
            return TIPS[hot.kind]
        sheet, found = self._pointing.sheet(), self._grid.places.at(x, y)
        if found is None or len(sheet.tooling.measured) < 2 or self._pointing.tools.name == "measure":
            return ""
        touched = measure.touched(sheet, found[0].key, found[1], x, y, QFont(self._surface.font()))
        return measure.explained(sheet) if touched else ""
