"""What the pointer does over the grid: cameras move, runs are hovered and selected, points probed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QObject, QPoint, Qt, pyqtSignal

from backends.data import periodic
from backends.data.periodic import Point
from backends.data.view import ViewSettings
from widgets.views import gestures, rings
from widgets.views.cell import Cell
from widgets.views.handles import Handles
from widgets.views.keys import Keys
from widgets.views.moving import Moving
from widgets.views.sheet import Halo, Rectangle, Sheet
from widgets.views.surface import Surface
from widgets.views.tooling import Hot, Tooling
from widgets.views.tools import Tools

if TYPE_CHECKING:
    from widgets.views.field_grid import FieldGrid


class Pointing(QObject):
    """Turns what the surface reports in pixels into cameras of the grid and into its wishes.

    Signals
    -------
    crop_requested : key of the run, its kept part of the box, and the same text for all of one drag
    menu_requested : key of the cell, the point of the box or None, and the place on the screen
    links_requested : key of the run, and the place on the screen
    """

    crop_requested = pyqtSignal(str, object, str)
    menu_requested = pyqtSignal(str, object, QPoint)
    links_requested = pyqtSignal(str, QPoint)

    def __init__(self, grid: FieldGrid, surface: Surface) -> None:
        super().__init__(grid)
        self._grid, self._surface = grid, surface
        self.moving = Moving(grid)
        self.tools = Tools(self)
        self._pointed = ""
        self._hot: Hot | None = None
        self.halo: Halo | None = None
        self.handles = Handles(self, grid, surface)
        surface.hands, surface.keys = self.handles, Keys(self, grid)
        surface.clicked.connect(self._click)
        surface.centred.connect(self._centre)
        surface.hovered.connect(self._hover)
        surface.left.connect(self._leave)
        surface.turned.connect(lambda dx, dy, x, y: self.move(gestures.turned, dx, dy, x, y))
        surface.pushed.connect(lambda dx, dy, x, y: self.move(gestures.pushed, dx, dy, x, y))
        surface.magnified.connect(self.magnify)
        surface.advanced.connect(grid.cut_advanced)
        surface.menu_requested.connect(self._menu)

    def repaint(self) -> None:
        """Draw what lies over the fields again."""
        self._surface.update()

    def tooling(self) -> Tooling:
        """Return what is drawn for the pointer and the tools."""
        return self.tools.tooling(self._pointed, self._hot)

    def pictured(self) -> Tooling:
        """Return what is drawn in pictures: a measured line, and nothing that can be clicked."""
        return Tooling(measured=self.tools.tooling("", None).measured)

    def current(self) -> tuple[Cell, Rectangle] | None:
        """Return the cell that keys are about: under the pointer, else of the selected run, else the first."""
        places = self._grid.places
        return places.of(self._pointed) or places.of_run(self._grid.selected) or places.first()

    # Cameras

    def move(self, gesture: Callable[..., gestures.Camera], dx: float, dy: float, x: float, y: float) -> None:
        """Turn or push the cell under a pixel; in flight, look around."""
        if self.moving.flies_in is not None:
            self.moving.looked(dx, dy)
            return
        found = self._grid.places.at(x, y)
        if found is not None:
            cell, place = found
            self.moving.stop()
            camera = self._grid.camera_of(cell.key)
            self._grid.look(*gesture(self._grid.shown_view, camera, dx, dy, place[2:]), cell.key)

    def magnify(self, factor: float, x: float, y: float) -> None:
        """Show the cell under a pixel larger, about the matter there; in flight, change the speed."""
        if self.moving.flies_in is not None:
            self.tools.hasten(factor)
            return
        found = self._grid.places.at(x, y)
        if found is not None:
            cell, (left, top, *size) = found
            self.moving.stop()
            point, camera = self.point(x, y), self._grid.camera_of(cell.key)
            about = None if point is None else periodic.as_drawn(point, self.view_of(cell))
            spot = (x - left, y - top, (size[0], size[1]))
            self._grid.look(*gestures.magnified(self._grid.shown_view, camera, factor, *spot, about), cell.key)

    def _centre(self, x: float, y: float) -> None:
        """Travel to what is seen there, so that it lies in the middle."""
        found, point = self._grid.places.at(x, y), self.point(x, y)
        if found is not None and point is not None and self.moving.flies_in is None:
            self.centre_on(point, found[0].key)

    def centre_on(self, point: Point, key: str = "") -> None:
        """Travel so that a point of the box lies in the middle of a cell's view, or with "" of all."""
        self.look_at(periodic.point(periodic.as_drawn(point, self._grid.shown_view)), key)

    def look_at(self, drawn: Point, key: str = "") -> None:
        """Travel so that a place of the drawn box lies in the middle."""
        camera = gestures.centred(self._grid.shown_view, self._grid.camera_of(key), np.asarray(drawn))
        self.moving.go(*camera, key)

    def view_of(self, cell: Cell) -> ViewSettings:
        """Return the settings as a cell shows them."""
        return self._grid.shown_view.seen_in(cell.run)

    @property
    def box_size(self) -> float:
        """Side of the box that is shown, Mpc/h."""
        fields = (self._grid.field(cell.field) for cell in self._grid.places.cells)
        return next((field.box_size for field in fields if field is not None), 1.0)

    def sheet(self) -> Sheet:
        """Return what is written and drawn over the fields."""
        return self._grid.sheet(self._grid.places.rectangles)

    def point(self, x: float, y: float) -> Point | None:
        """Return the point of the box that is seen at a pixel, or None."""
        found = self._grid.places.at(x, y)
        if found is None:
            return None
        cell, (left, top, width, height) = found
        field, camera = self._grid.field(cell.field), self._grid.camera_of(cell.key)
        return gestures.probed(self.view_of(cell), camera, field, x - left, y - top, (width, height))

    # The pointer

    def _hover(self, x: float, y: float) -> None:
        found = self._grid.places.at(x, y)
        run = found[0].run if found is not None else ""
        if self._grid.highlight(run):
            self._grid.run_hovered.emit(run)
        pointed, hot = "" if found is None else found[0].key, self.handles.find(x, y)
        halo = None if found is None or hot is not None or self.tools.name else self._halo(*found, x, y)
        if self.tools.name == "measure":
            self.tools.aim(self.point(x, y))
        if (pointed, hot, halo) != (self._pointed, self._hot, self.halo):
            self._pointed, self._hot, self.halo = pointed, hot, halo
            self._surface.update()
        if hot is not None and hot.kind != "name":
            self._surface.setCursor(
                Qt.CursorShape.SizeAllCursor if hot.kind == "wall" else Qt.CursorShape.PointingHandCursor
            )
        elif self._grid.facing.grips(x, y):
            self._surface.setCursor(Qt.CursorShape.SplitHCursor)
        elif self.tools.name == "measure":
            self._surface.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._surface.unsetCursor()

    def _leave(self) -> None:
        self._hover(-1.0, -1.0)
        self.tools.aim(None)

    def _click(self, x: float, y: float) -> None:
        found, point = self._grid.places.at(x, y), self.point(x, y)
        self.moving.stop()
        if found is None or self.moving.flies_in is not None:
            return
        if self.tools.name == "measure":
            self.tools.measure(point)
            return
        self._grid.run_selected.emit(found[0].run)
        if self.handles.find(x, y) is not None:  # a name: what lies beneath it is not meant
            return
        halo = self._halo(*found, x, y)
        if halo is not None or self._grid.shown_view.rings.chosen is not None:
            self._grid.halo_selected.emit(halo)
        if halo is not None:
            self._grid.crosshair_requested.emit(*rings.position(self.sheet(), halo))
        elif point is not None:
            self._grid.crosshair_requested.emit(*point)

    def _halo(self, cell: Cell, rectangle: Rectangle, x: float, y: float) -> Halo | None:
        """Return the halo whose ring lies under a pixel of a cell."""
        return rings.touched(self.sheet(), cell, rectangle, x, y)

    def _menu(self, x: float, y: float) -> None:
        """Ask for the menu of what lies under a pixel, or with the keyboard under the crosshair."""
        by_keyboard = x < 0
        found = self.current() if by_keyboard else self._grid.places.at(x, y)
        if found is not None and self.moving.flies_in is None:
            cell, (left, top, width, height) = found
            place = np.array([left + width / 2, top + height / 2] if by_keyboard else [x, y])
            point = self._grid.shown_view.crosshair if by_keyboard else self.point(x, y)
            where = self._surface.mapToGlobal(QPoint(int(place[0]), int(place[1])))
            self.menu_requested.emit(cell.key, point, where)
