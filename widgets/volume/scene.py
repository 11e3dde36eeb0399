"""All views of a study on one canvas: what is drawn when, and how finely. Knows nothing of Qt."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from backends.data.field import Field
from backends.data.view import ViewSettings
from widgets.volume import averaging, faces, limits, modes, pictures
from widgets.volume.camera import Orbit
from widgets.volume.cameras import OwnCameras
from widgets.volume.canvas import FieldCanvas, Frame, Size
from widgets.volume.compiling import Compiling
from widgets.volume.easel import Easel
from widgets.volume.flat import Flat
from widgets.volume.library import FieldLibrary
from widgets.volume.paged import need_of
from widgets.volume.painter import Colour, Look, Painter, Source, Target
from widgets.volume.pane import Pane
from widgets.volume.passage import Carrier, Here
from widgets.volume.pictures import Told, share_of, untold
from widgets.volume.programs import COPY, Kind
from widgets.volume.quality import FULL, AdaptiveQuality, Level
from widgets.volume.ranging import Ranging
from widgets.volume.refinement import Refinement, Tile
from widgets.volume.refining import Refining
from widgets.volume.sources import Sources
from widgets.volume.swarm import Pair, Swarm
from widgets.volume.swarming import Swarming


class Scene:
    """The panes of a canvas, drawn coarsely while they move and refined while they rest.

    Parameters
    ----------
    backend : vispy's name of the window system: "pyqt6" in the window, "egl" without a display
    size : width, height in logical pixels
    half : whether volumes are kept in half precision
    carrier : works on arrays and uploads them; None does it all in the thread that asks
    clock : seconds, monotonic
    """

    def __init__(
        self,
        backend: str,
        size: Size,
        parent: Any = None,
        half: bool = True,
        carrier: Carrier | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.canvas = FieldCanvas(backend, size, parent)
        self.canvas.paint = self.draw
        self._carrier = carrier or Here()
        self.library = FieldLibrary(self._carrier, half)
        self.quality = AdaptiveQuality(clock)
        self.look = Look()
        self.panes: tuple[Pane, ...] = ()
        self.ground: Colour = (0.05, 0.07, 0.09)
        self._clock = clock
        self._easel = Easel(self.canvas)
        self._refining = Refining(self._draw_tiles)
        self._stale = True
        self._sources = Sources(self.library)
        self._ranging = Ranging(self.library, self._carrier)
        self.swarms = Swarming(self._carrier, clock)
        elsewhere = self._carrier if self.canvas.software else None
        self._compiling = Compiling(self._sources, self.swarms, self._seen, elsewhere)
        self.own_cameras = OwnCameras()
        self.drawn: frozenset[str] = frozenset()
        self.turned = False

    # What is shown

    def show(self, panes: Sequence[Pane]) -> None:
        """Show these panes; fields that none of them needs are forgotten."""
        shown = faces.with_backs(panes)
        if shown == self.panes:
            return
        self._sources.follow(self.panes, shown, self.look.view)
        self.panes = shown
        self.swarms.library.keep_only(pane.field for pane in shown)
        self._changed()

    def put(self, key: Hashable, field: Field, overlay: bool = False) -> None:
        """Give the array of that key."""
        if self.library.put(key, field, overlay):
            self._changed()

    def put_swarm(self, key: Hashable, swarm: Swarm | Pair) -> None:
        """Give the particles that the array of that key was made of; of a blend those of both times."""
        if self.swarms.library.put(key, swarm):
            self._changed()

    def set_view(self, view: ViewSettings) -> None:
        """Show in this way."""
        before, self.look = self.look.view, replace(self.look, view=view)
        if view == before:
            return
        self.swarms.follow(view)
        if faces.drawn_alike(view, before):
            return
        self.own_cameras.follow(before, view, self.camera())
        if view.mode == "iso":
            self.look = replace(self.look, signed=limits.on_surface(view.iso_level))
        self._changed()

    def camera(self, key: str = "") -> tuple[Orbit, Flat]:
        """Return where a pane is looked at from: its run's own camera, where that is let go."""
        return self.own_cameras.get(key.partition(":")[0], (self.look.orbit, self.look.flat))

    def set_camera(self, orbit: Orbit | None = None, flat: Flat | None = None, key: str = "") -> None:
        """Look from here: in all views that share a camera, in those of a run that has its own, or with "" in all."""
        was_orbit, was_flat = self.camera(key)
        camera, run = (orbit or was_orbit, flat or was_flat), key.partition(":")[0]
        if run and self.look.view.own_camera(run):
            self.own_cameras[run] = camera
        else:
            self.look = replace(self.look, orbit=camera[0], flat=camera[1])
            self.own_cameras.update({} if run else dict.fromkeys(self.own_cameras, camera))
        self._changed()

    def set_colours(self, ground: Colour, background: Colour) -> None:
        """Set the colour of the gaps and of the empty space around the box."""
        self.ground, self.look = ground, replace(self.look, background=background)
        self._changed()

    def _changed(self) -> None:
        self._redraw()
        self.quality.touched()

    def _redraw(self) -> None:
        self._stale = True
        self._compiling.forget()
        self._refining.begin(None)

    # Work between two pictures

    @property
    def settled(self) -> bool:
        """Whether everything given is drawn in full quality."""
        return not self._stale and not self._refining.busy and self._complete and self.swarms.done

    @property
    def _complete(self) -> bool:
        view, library = self.look.view, self.swarms if self.swarms.active else self.library
        return library.complete(self.panes, view) and self._ranging.known(self.panes, view)

    def advance(self, seconds: float) -> None:
        """Take up what was prepared, and work for about so long on what nobody else does.

        A program that the next picture needs is compiled first, one at a time and nothing beside it.
        """
        self.canvas.set_current()
        lacking = self._lacking()
        if lacking and self._compiling.go_on(self._painter, lacking, self.panes, self.look.view):
            self._take_up()
            return
        until = self._clock() + seconds
        self._take_up()
        while self._carrier.step() and self._clock() < until:
            self._take_up()
        self._take_up()

    def _take_up(self) -> None:
        self.library.seek(lambda pane: need_of(self._seen(pane), pane, self.canvas.pixel_scale), self.panes)
        fields = self.library.advance(() if self.swarms.active else self.panes, self.look.view)
        if self.swarms.advance(self.panes, self.library) or fields:
            self._redraw()
        self._sources.release(self.panes, self.look.view)
        found = self._ranging.advance(self.panes, self.look.view)
        if found is not None:
            self._wear(found)
        self.canvas.context.flush_commands()

    @property
    def stale(self) -> bool:
        """Whether :meth:`draw` has something new to show.

        The last picture stays while the next one would be drawn in another mode's ranges.
        """
        ready = self._stale and self.swarms.ready(self.panes) and not self._lacking()
        return ready and self._ranging.fits(self.panes, self.look.view)

    def _lacking(self) -> list[Kind]:
        """The programs that the next picture is drawn with, and that are not compiled yet."""
        kinds = self._kinds_in_use() if self._stale else ()
        return [kind for kind in kinds if self._painter.lacks(kind)]

    def _kinds_in_use(self) -> frozenset[Kind]:
        return self._compiling.kinds(self.panes, self.look.view)

    @property
    def works_in(self) -> float | None:
        """Seconds until there is work for this thread; None where there is none until something arrives."""
        lacking = self._lacking()
        if (
            self._carrier.works_here
            or self.library.tidies
            or (lacking and not self._compiling.waits(lacking, self.panes))
        ):
            return 0.0
        return self.refines_in

    @property
    def refines_in(self) -> float | None:
        """Seconds until :meth:`refine` may work; None where there is nothing to refine."""
        nothing = not self._refining.busy and self.swarms.done
        return None if nothing or self.stale else self.quality.rest_in

    def refine(self) -> None:
        """Draw one more batch of the picture finely, off the window."""
        fine, coarse = self._easel.fine, self._easel.coarse
        if fine is None or coarse is None or self._stale:
            return
        self.canvas.set_current()
        self.swarms.go_on(self.quality.batch_seconds)
        self._refining.go_on(self._painter, fine, coarse, self.quality.batch_seconds)

    def _draw_tiles(self, frame: Frame, tiles: list[Tile]) -> None:
        pane, parts = self.panes[tiles[0].pane], tuple(tile.rectangle for tile in tiles)
        target = Target(self._easel.viewport(pane), parts, FULL.step, turn=tiles[0].turn)
        seconds = self._walk(frame, {pane.key: target})
        pixels = sum(width * height for _, _, width, height in parts)
        self.quality.refined(modes.pace(self.look.view), self._samples_per_pixel(pane, FULL), pixels, seconds)

    def _wear(self, found: limits.Ranges) -> None:
        """Colour by these ranges; on a surface the field is at its level, and comparisons have ranges of their own."""
        view = self.look.view
        signed = limits.on_surface(view.iso_level) if view.mode == "iso" else found.signed
        self.look = self.look.ranged(replace(found, signed=signed))
        self._redraw()

    # Drawing

    def draw(self) -> None:
        """Draw into the window what there is: a changed picture coarsely, else as far as it is refined."""
        self.renew()
        self.present()

    def renew(self) -> None:
        """Draw a changed picture off the window."""
        self.canvas.set_current()
        self._draw_changed(self._frames())

    def present(self) -> None:
        """Bring what was last drawn to the bound framebuffer; only for one of another size it is drawn anew."""
        before, fine = self._easel.fine, self._frames()
        if fine is not before:
            self._draw_changed(fine)
        self.swarms.tone(fine)
        if self._painter.lacks(COPY):
            self._painter.clear([(0, 0, *fine.size)], self.ground)
            return
        self._painter.copy(fine.texture, *self._easel.fronts)
        for pane in [pane for pane in self.panes if pane.behind and self._easel.deep]:
            self._painter.reveal(fine, pane, self._easel.viewport(pane), self.look.view, self.turned)

    def picture(
        self, pane: Pane, size: Size, step: float = FULL.step, turns: int = averaging.KEPT, told: Told = untold
    ) -> NDArray[np.uint8]:
        """Return one pane at full quality and any size: (height, width, 4) uint8, top row first.

        Parameters
        ----------
        step : ray step, in cells
        turns : pictures whose mean it is, each from elsewhere within its pixels
        told : hears which share is drawn, and may raise to stop
        """
        if pane.faced:
            both = [self.picture(face, size, step, turns, share_of(told, i, 2)) for i, face in enumerate(pane.both())]
            return faces.merged(pane.comparison, self.look.view, both, self.turned)
        return pictures.drawn(self._prepared(pane), size, step, modes.turns(self.look.view, turns), told)

    def measured(self, pane: Pane, size: Size) -> NDArray[np.float32]:
        """Return the numbers that a column or maximum view shows, before any scaling: (height, width) float32.

        Of an isosurface: its distances from the eye, in box lengths; with parallel rays its positions along them.
        """
        return pictures.measured(self._prepared(pane), size, FULL.step)[..., 0]

    def finish(self) -> None:
        """Upload everything that the panes need, however long it takes."""
        while not self._complete:
            self.advance(1.0)
            time.sleep(0.0 if self._carrier.works_here else 0.001)

    def close(self) -> None:
        """Give the context back."""
        self.library.close()
        self._carrier.close()
        self.canvas.close()

    def _prepared(self, pane: Pane) -> pictures.Paint:
        """Return what paints a pane off the window, once all that it needs is there."""
        self.canvas.set_current()
        self.finish()
        return lambda target: self._paint(pane, target)

    @cached_property
    def _painter(self) -> Painter:  # needs a current context
        return Painter()

    def _frames(self) -> Frame:
        known = self._easel.fine is not None and not self.stale
        deep = self._easel.deep if known else any(pane.behind for pane in self.panes)
        if not self._easel.fits(deep):
            self._refining.forget()
            self._redraw()
            self._easel.renew(deep, self._painter, self.ground, keeps=not self.stale)
        assert self._easel.fine is not None
        return self._easel.fine

    def _draw_changed(self, fine: Frame) -> None:
        if not self.stale:
            return
        self._stale = False
        self.drawn = frozenset(pane.key for pane in self.panes if self.swarms.active or self._source(pane) is not None)
        with fine.buffer:
            self._painter.clear([(0, 0, *fine.size)], self.ground)
        if self.swarms.active:
            place, seconds = self._easel.viewport, self.quality.moving_seconds
            self.swarms.begin(self.panes, self._seen, place, fine, self._painter, seconds)
            return
        level = self.quality.level(modes.pace(self.look.view), self._samples)
        coarse = self._easel.coarse
        assert coarse is not None
        seconds = self._draw_all(fine if level == FULL else coarse, level)
        if level != FULL:
            with fine.buffer:
                for pane in self.panes:
                    self._painter.enlarge(coarse, self._easel.viewport(pane, level.scale), self._easel.viewport(pane))
        self._refining.begin(self._refinement(seconds if level == FULL else None) if self.drawn else None)

    def _refinement(self, drawn_in: float | None) -> Refinement:
        """Return how the picture is refined, of which the first was drawn finely in so many seconds, or is not yet."""
        samples = max((self._samples_per_pixel(pane, FULL) for pane in self.panes), default=1.0)
        pace = modes.pace(self.look.view)
        return Refinement(
            [self._easel.viewport(pane) for pane in self.panes],
            self.quality.tile_side(pace, samples),
            self._clock,
            modes.turns(self.look.view, averaging.MOST),
            drawn_in=drawn_in,
            dear=self.quality.dear(pace, samples),
        )

    def _draw_all(self, frame: Frame, level: Level) -> float:
        places = {pane.key: self._easel.viewport(pane, level.scale) for pane in self.panes}
        seconds = self._walk(frame, {k: Target(place, (), level.step, level.preview) for k, place in places.items()})
        self.quality.measured(modes.pace(self.look.view), self._samples(level), seconds, self._kinds_in_use())
        return seconds

    def _walk(self, frame: Frame, targets: Mapping[str, Target]) -> float:
        """Draw the panes that have a target; return the seconds that it took."""
        gloo.finish()
        start = self._clock()
        with frame.buffer:
            for pane in [pane for pane in self.panes if pane.key in targets]:
                self._paint(pane, targets[pane.key])
        gloo.finish()
        return self._clock() - start

    def _paint(self, pane: Pane, target: Target) -> None:
        self._painter.clear(target.parts, self.look.background)
        if self.swarms.active:
            self.swarms.paint(pane, self.panes, self._seen, self._painter, target)
            return
        source = self._source(pane)
        if source is not None:
            self._painter.paint(self._seen(pane), source, target)

    def _seen(self, pane: Pane) -> Look:
        """Return how a pane is looked at: from its own camera, in its run's own colours where it has some."""
        orbit, flat = self.camera(pane.key)
        return replace(self.look.seen_in(pane.run), orbit=orbit, flat=flat)

    def _source(self, pane: Pane) -> Source | None:
        """Return what a pane is drawn from, or None while there is nothing."""
        return self._sources.of(pane, self.look.view)

    def _samples_per_pixel(self, pane: Pane, level: Level) -> float:
        return modes.samples_per_pixel(self.look.view, pane, self._sources.texture(pane, self.look.view), level)

    def _samples(self, level: Level) -> float:
        """Return about how many texture samples a whole picture costs."""
        sizes = [(pane, self._easel.viewport(pane)) for pane in self.panes]
        return level.scale**2 * sum(w * h * self._samples_per_pixel(pane, level) for pane, (_, _, w, h) in sizes)
