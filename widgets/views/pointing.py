"""What the pointer and the keys do over the grid: cameras move, runs are hovered and selected, points probed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from widgets.views import gestures
from widgets.views.surface import Surface

if TYPE_CHECKING:
    from widgets.views.field_grid import FieldGrid


class Pointing:
    """Turns what the surface reports in pixels into cameras of the grid and into its wishes."""

    def __init__(self, grid: FieldGrid, surface: Surface) -> None:
        self._grid = grid
        surface.clicked.connect(self._probe)
        surface.activated.connect(self._activate)
        surface.hovered.connect(self._hover)
        surface.left.connect(lambda: self._hover(-1.0, -1.0))
        surface.turned.connect(lambda dx, dy, x, y: self._move(gestures.turned, dx, dy, x, y))
        surface.pushed.connect(lambda dx, dy, x, y: self._move(gestures.pushed, dx, dy, x, y))
        surface.magnified.connect(self._magnify)
        surface.advanced.connect(grid.cut_advanced)

    def _move(self, gesture: Callable[..., gestures.Camera], dx: float, dy: float, x: float, y: float) -> None:
        found = self._grid.at(x, y)
        if found is not None:
            cell, place = found
            camera = self._grid.camera_of(cell.key)
            self._grid.look(*gesture(self._grid.shown_view, camera, dx, dy, place[2:]), cell.key)

    def _magnify(self, factor: float, x: float, y: float) -> None:
        found = self._grid.at(x, y)
        if found is not None:
            cell, (left, top, *size) = found
            camera = self._grid.camera_of(cell.key)
            spot = (x - left, y - top, (size[0], size[1]))
            self._grid.look(*gestures.magnified(self._grid.shown_view, camera, factor, *spot), cell.key)

    def _hover(self, x: float, y: float) -> None:
        found = self._grid.at(x, y)
        run = found[0].run if found is not None else ""
        if self._grid.highlight(run):
            self._grid.run_hovered.emit(run)

    def _activate(self, x: float, y: float) -> None:
        found = self._grid.at(x, y)
        if found is not None:
            self._grid.cell_activated.emit(found[0].key)

    def _probe(self, x: float, y: float) -> None:
        found = self._grid.at(x, y)
        if found is None:
            return
        cell, (left, top, width, height) = found
        self._grid.run_selected.emit(cell.run)
        field, camera = self._grid.field(cell.field), self._grid.camera_of(cell.key)
        view = self._grid.shown_view.seen_in(cell.run)
        point = gestures.probed(view, camera, field, x - left, y - top, (width, height))
        if point is not None:
            self._grid.crosshair_requested.emit(*point)
