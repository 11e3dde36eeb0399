"""The grid of views: hosts the canvas and the marks over it, and passes wishes up as signals."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QFont, QHideEvent, QImage, QPainter, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QWidget

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.view import ViewSettings
from backends.errors import MachineError
from widgets.theme import Theme, theme
from widgets.views import sheet_painter
from widgets.views.cell import Cell
from widgets.views.facing import Facing
from widgets.views.flat_picture import FlatPictures
from widgets.views.graphics import graphics_failure, rgb
from widgets.views.pacing import Pacing
from widgets.views.places import Places
from widgets.views.pointing import Pointing
from widgets.views.sheet import Sheet
from widgets.views.shot import Shot, blank, pane_of, ranges, shot_of, taken
from widgets.views.stage import Stage
from widgets.views.surface import Surface
from widgets.volume import transfer_function
from widgets.volume.arrangement import Rectangle, rectangles
from widgets.volume.camera import Orbit
from widgets.volume.cameras import as_plain, from_plain
from widgets.volume.flat import Flat
from widgets.volume.scene import Scene
from widgets.volume.swarm import Pair, Swarm


class FieldGrid(QWidget):
    """Shows fields side by side; data goes down through methods, wishes come up as signals.

    Signals
    -------
    crosshair_requested : x, y, z in fractions of the box
    run_hovered, run_selected : a run's key, "" for none
    cell_activated : a cell's key: show it large
    halo_selected : key of the run and place in its catalogue, or None for no halo any more
    wipe_requested : share of the view that shows the run, and the same text for all of one drag
    cut_advanced : by how many notches the plane or the slice should move along its normal
    frame_drawn : everything given is drawn in full quality
    camera_changed : the views are looked at from somewhere else
    limits_changed : the colours have another range
    graphics_failed : why only slices can be drawn from now on, and what helps
    """

    crosshair_requested = pyqtSignal(float, float, float)
    run_hovered = pyqtSignal(str)
    run_selected = pyqtSignal(str)
    cell_activated = pyqtSignal(str)
    halo_selected = pyqtSignal(object)
    wipe_requested = pyqtSignal(float, str)
    cut_advanced = pyqtSignal(float)
    frame_drawn = pyqtSignal()
    camera_changed = pyqtSignal()
    limits_changed = pyqtSignal()
    graphics_failed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.failure = graphics_failure()
        self._cells: tuple[Cell, ...] = ()
        self._rectangles: tuple[Rectangle, ...] = ()
        self._view, self._theme = ViewSettings(), theme("dark")
        self._catalogues: dict[Hashable, Catalogue] = {}
        self._hovered = self.selected = ""
        self._standing: Sheet | None = None
        self._mean_density: float | None = None
        self._hubble: float | None = None
        self._flat_pictures = FlatPictures()
        self._surface = Surface(self._paint_surface, self)
        self._pacing = Pacing(self, self._surface)
        self._pacing.complete.connect(self.frame_drawn)
        self._pacing.limits_changed.connect(self.limits_changed)
        self._pacing.refused.connect(self._give_up)
        self._scene: Scene | None = None
        if not self.failure:
            self._stage = Stage(self, self._pacing.draw, self._refresh, self._revive)
            self._scene = self._stage.scene
            self._pacing.follow(self._scene)
            self._surface.raise_()
        self.pointing = Pointing(self, self._surface)
        self.facing = Facing(self, self._surface)
        self.set_theme(self._theme)

    # What is shown

    def show_cells(self, cells: tuple[Cell, ...]) -> None:
        """Lay out these cells; textures that are still used stay, the others are freed."""
        wanted = {side.halos for cell in cells for side in cell.ringed}
        self._catalogues = {key: held for key, held in self._catalogues.items() if key in wanted}
        if cells != self._cells:  # every result of a statistic asks, and few change what a chip says
            self._cells = tuple(cells)
            if not cells:
                self._standing = None
                self._pacing.forget_picture()
            self._arrange()

    def set_field(self, key: Hashable, field: Field) -> None:
        """Give the density (1+δ) of that key.

        Raises
        ------
        NotApplicable
            Where the field has components or is not of three dimensions.
        """
        (self._flat_pictures if self._scene is None else self._scene).put(key, field)
        self._refresh()

    def set_swarm(self, key: Hashable, swarm: Swarm | Pair) -> None:
        """Give the particles that the density of that key was made of."""
        if self._scene is not None:
            self._scene.put_swarm(key, swarm)
            self._refresh()

    def set_overlay(self, key: Hashable, field: Field) -> None:
        """Give the attribution of that key."""
        if self._scene is not None:
            self._scene.put(key, field, overlay=True)
        self._refresh()

    def set_mean_density(self, mean_density: float | None, hubble: float | None = None) -> None:
        """Say what the fields' mean is, (Msun/h) / (Mpc/h)³, and H0 / (100 km/s/Mpc); None where it is not known."""
        if (mean_density, hubble) != (self._mean_density, self._hubble):
            self._mean_density, self._hubble = mean_density, hubble
            self._surface.update()

    def set_halos(self, key: Hashable, catalogue: Catalogue) -> None:
        """Give the halos of that key."""
        self._catalogues[key] = catalogue
        self._surface.update()

    def set_view(self, view: ViewSettings) -> None:
        """Show in this way.

        Raises
        ------
        WrongCall
            Where there is no colour map of that name.
        """
        if view == self._view:
            return
        transfer_function.colours(view.transfer.colour_map)
        self._view = view
        if self._scene is not None:
            self._scene.set_view(view)
            if not self._scene.stale:
                self._pacing.show_soon()
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Wear this theme."""
        self._theme = theme
        if self._scene is not None:
            self._scene.set_colours(rgb(theme.ground), rgb(theme.field_background))
        self._refresh()

    def highlight(self, run: str) -> bool:
        """Frame the cells of this run finely, "" for none; return whether it was another one before."""
        changed = run != self._hovered
        if changed:
            self._hovered = run
            self._surface.update()
        return changed

    def select(self, run: str) -> None:
        """Frame the cells of this run; "" for none."""
        if run != self.selected:
            self.selected = run
            self._surface.update()

    # The camera

    def camera(self) -> dict[str, Any]:
        """Return where the views are looked at from, as plain values for JSON."""
        own = {} if self._scene is None else self._scene.own_cameras.saved()
        return {**as_plain(self.pointing.moving.destination()), "own": own}

    def set_camera(self, saved: Mapping[str, Any]) -> None:
        """Look from where :meth:`camera` said."""
        self.pointing.moving.stop()
        self.look(*from_plain(saved))
        if self._scene is not None:
            self._scene.own_cameras.restore(saved.get("own", {}))

    # What the application asks

    def is_settled(self) -> bool:
        """Whether everything given is uploaded and drawn in full quality."""
        drawn = self._scene is None or not self._cells or self._scene.settled
        return drawn and not self.pointing.moving.travels

    def be_brief(self, crowded: bool) -> None:
        """Refine in smaller portions while others want the processors."""
        if self._scene is not None:
            self._scene.quality.crowded = crowded

    def limits(self, run: str = "") -> tuple[float, float]:
        """Return a run's scaled colour range in use; an automatic one that is still sought comes with a signal."""
        if self._scene is None:
            return self._flat_pictures.limits(self._cells, self._view)
        return self._scene.look.own.get(run, self._scene.look.limits)

    def picture(self, width: int, height: int) -> QImage:
        """Return the grid with all its marks as a picture of any size, at full quality.

        Raises
        ------
        MachineError
            Where the size is more than the graphics driver can draw.
        """
        if self._scene is not None:
            pixels = taken(self._scene, self.shot(), (width, height))
            return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBX8888)

        def paint(painter: QPainter, places: tuple[Rectangle, ...]) -> None:
            self._paint_sheet(painter, self.sheet(places))

        return blank((width, height), (self.width(), self.height()), self._theme, len(self._cells), paint)

    def shot(self) -> Shot:
        """Return what is seen now as a value that can be drawn elsewhere; without OpenGL there is nothing to draw.

        Raises
        ------
        MachineError
            Where there is no OpenGL.
        """
        if self._scene is None:
            raise MachineError(self.failure)
        sheet = replace(self.sheet(self._rectangles), hovered="", selected="", tooling=self.pointing.pictured())
        return shot_of(self._scene, sheet, (self.width(), self.height()))

    # Inside

    def _refresh(self) -> None:
        """See to it that what changed gets drawn, when the event loop is free."""
        self.facing.follow()
        self._pacing.refresh()

    def _arrange(self) -> None:
        self._rectangles = rectangles(len(self._cells), self.width(), self.height())
        if self._scene is not None:
            placed = zip(self._cells, self._rectangles, strict=False)
            self._scene.show([pane_of(cell, rectangle) for cell, rectangle in placed])
        else:
            self._flat_pictures.keep_only(key for cell in self._cells for key in (cell.field, cell.reference_field))
        self._refresh()

    def field(self, key: Hashable | None) -> Field | None:
        """Return the field that was given under that key, or None."""
        return self._flat_pictures.field(key) if self._scene is None else self._scene.library.get(key)

    def drawn_cells(self) -> tuple[Cell, ...]:
        """Return the cells whose fields are there."""
        return tuple(one for one in self._cells if one.state == "ready" and None not in map(self.field, one.drawn))

    def turn(self, to_back: bool) -> None:
        """Let blinking views show the run, or with ``to_back`` the reference."""
        if self._scene is not None:
            self._scene.turned = to_back
        self._pacing.show()

    def _revive(self) -> None:
        """Build everything on the card anew: the context that it was made in is gone."""
        self._scene = self._stage.reopened()
        self._pacing.follow(self._scene)

    def _give_up(self, reason: str) -> None:
        """Go on without OpenGL: slices only, and the reason in the first cell."""
        scene, self._scene = self._scene, None
        self._pacing.follow(None)
        self.failure = f"This graphics driver cannot draw volumes ({reason.splitlines()[0].rstrip('.')}). Update it"
        if scene is not None:
            self._flat_pictures.take_over(self._cells, scene.library.get)
            QTimer.singleShot(0, scene.canvas.native.hide)
        self.graphics_failed.emit(self.failure)
        self._refresh()

    def _paint_surface(self, painter: QPainter) -> None:
        if self._pacing.picture is not None:
            painter.drawImage(self.rect(), self._pacing.picture)
        if self._standing is None or not self._standing.cells or not self._awaits_picture():
            self._standing = self.sheet(self._rectangles)
        self._paint_sheet(painter, self._standing)

    def _awaits_picture(self) -> bool:
        """Whether there is all for other views than those of the last picture: it keeps its own marks until then."""
        if self._scene is None or self._scene.settled:
            return False
        there = {cell.key for cell in self.drawn_cells()}
        return len(there) == len(self._cells) and not there <= self._scene.drawn

    def _paint_sheet(self, painter: QPainter, sheet: Sheet) -> None:
        if self._scene is None:
            sheet = self._flat_pictures.paint(painter, sheet)
        else:  # what is given is on its way to the card: there is no box without a picture
            sheet = replace(sheet, drawn=sheet.drawn & self._scene.drawn)
        sheet_painter.paint(painter, sheet, QFont(self.font()))

    def sheet(self, places: tuple[Rectangle, ...]) -> Sheet:
        """Return what is written and drawn over the fields, in these rectangles."""
        return Sheet(
            cells=self._cells if len(places) == len(self._cells) else (),
            rectangles=places,
            view=self._view,
            theme=self._theme,
            camera=self.camera_of,
            catalogues=self._catalogues,
            drawn=frozenset(cell.key for cell in self.drawn_cells()),
            hovered=self._hovered,
            selected=self.selected,
            halo=self.pointing.halo,
            turned=self.facing.turned,
            mean_density=self._mean_density,
            hubble=self._hubble,
            tooling=self.pointing.tooling(),
            **self._measures(),
        )

    def _measures(self) -> dict[str, Any]:
        fields = [self.field(cell.field) for cell in self._cells]
        sides = tuple(None if field is None else field.box_size for field in fields)
        redshifts = tuple(None if field is None else field.redshift for field in fields)
        side = next((side for side in sides if side is not None), 1.0)
        told = {"box_size": side, "box_sizes": sides, "redshifts": redshifts}
        if self._scene is None:
            flat, shown = self._flat_pictures, (self._cells, self._view)
            return {**told, "limits": flat.limits(*shown), "signed": flat.signed(*shown)}
        return {**told, **ranges(self._scene, self._cells)}

    @property
    def shown_view(self) -> ViewSettings:
        """The settings as they are shown: without OpenGL everything is a slice."""
        return self._view if self._scene is not None else replace(self._view, mode="slice")

    def camera_of(self, key: str) -> tuple[Orbit, Flat]:
        """Return where the cell of that key is looked at from, or with "" where all are."""
        return self._flat_pictures.camera if self._scene is None else self._scene.camera(key)

    def look(self, orbit: Orbit | None, flat: Flat | None, key: str = "") -> None:
        """Look from here at the cell of that key, and at all that share its camera."""
        if self._scene is not None:
            self._scene.set_camera(orbit, flat, key)
        else:
            self._flat_pictures.look(orbit, flat)
        self._refresh()
        self.camera_changed.emit()

    @property
    def surface(self) -> QWidget:
        """What has the keyboard and the pointer; not by proxy, which Tab would come to twice, and nowhere else."""
        return self._surface

    @property
    def places(self) -> Places:
        """The cells and where they lie."""
        return Places(self._cells, self._rectangles)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lay out again."""
        if self._scene is not None:
            self._stage.place(self.rect())
        self._surface.setGeometry(self.rect())
        self._surface.raise_()
        self._arrange()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Go on drawing; while hidden, nothing is drawn."""
        self._refresh()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Let nothing blink that nobody sees."""
        self.facing.follow()
