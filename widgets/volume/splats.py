"""Draws swarms of particles: light that adds up batch by batch, whatever the order, or points that hide each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from vispy import gloo

from backends.data.view import ViewSettings
from widgets.volume import swarm_card, swarm_look
from widgets.volume.cloud import Cloud
from widgets.volume.painter import Look
from widgets.volume.pane import Rectangle
from widgets.volume.programs import Kind, Programs
from widgets.volume.rehearsal import Attribute, Drawing
from widgets.volume.splat_budget import SplatBudget, next_view
from widgets.volume.swarm import CHUNK
from widgets.volume.swarm_pair import PairCloud

DEPTH_24 = 0x81A6
MOST_TABLES = 32
ADDED = ("one", "one")


@dataclass(frozen=True, eq=False)
class View:
    """One pane of particles.

    look : how its run is seen, with its camera
    viewport : in the framebuffer, pixels
    enlarged : drawn pixels per pixel of the window
    value_range : at the ends of the colour map
    share : of a pair, how far its particles have moved from one time to the other
    """

    cloud: Cloud | PairCloud
    look: Look
    viewport: Rectangle
    enlarged: float = 1.0
    value_range: tuple[float, float] = (0.0, 1.0)
    share: float = 0.0

    def kind(self, quads: bool) -> Kind:
        """Return the program that draws its particles."""
        return swarm_look.splat_kind(self.look.view, quads, len(self.cloud.clouds) > 1)

    @property
    def size(self) -> swarm_look.Size:
        """How large its particles are."""
        _, _, *size = self.viewport
        look = self.look
        return swarm_look.Size.of(look.view, look.orbit, self.cloud.swarm.box_size, (size[0], size[1]), self.enlarged)


def colours(view: ViewSettings) -> Any:
    """Return the texture of the particles' colours."""
    return gloo.Texture2D(swarm_look.table(view)[None], interpolation="linear", internalformat="rgba32f")


def drawing(kind: Kind, attributes: Mapping[str, swarm_card.Held], view: ViewSettings) -> Drawing:
    """Return how a program adds particles up that have these attributes."""
    quads, opaque = "QUADS" in kind[1], view.particles.opaque
    read = {name: Attribute(held.numbers, held.kind, each=quads) for name, held in attributes.items()}
    if quads:
        read["a_corner"] = Attribute(2, swarm_card.CORNERS.dtype)
    return Drawing({"u_lut": colours(view)}, None if opaque else ADDED, 32, read, points=not quads, deep=opaque)


class Sums:
    """Added light, as large as the canvas: four numbers a pixel, and a depth where points hide each other."""

    def __init__(self, size: tuple[int, int], deep: bool) -> None:
        self.size, self.deep = size, deep
        shape = (size[1], size[0])
        self.texture = gloo.Texture2D((*shape, 4), interpolation="nearest", internalformat="rgba32f")
        self._depth = gloo.RenderBuffer(shape, DEPTH_24) if deep else None
        self.buffer = gloo.FrameBuffer(color=self.texture, depth=self._depth)

    def clear(self) -> None:
        """Forget what was added."""
        with self.buffer:
            gloo.set_state(scissor_test=False, depth_test=self.deep, depth_mask=True)
            gloo.clear(color=(0.0, 0.0, 0.0, 0.0), depth=1.0 if self.deep else False)
            # Qt clears the window's transparency by what was set last: it would be seen through.
            gloo.set_clear_color((0.0, 0.0, 0.0, 1.0))

    def delete(self) -> None:
        """Free the card's memory."""
        self.buffer.delete()
        self.texture.delete()
        if self._depth is not None:
            self._depth.delete()


class Splats:
    """The particles of all panes of one framebuffer, and how many of each are in the picture."""

    def __init__(
        self, programs: Programs, clock: Callable[[], float] = time.monotonic, budget: SplatBudget | None = None
    ) -> None:
        self.budget = budget or SplatBudget()
        self._clock, self._programs = clock, programs
        self._tables: dict[Hashable, Any] = {}
        self._sums: Sums | None = None
        self._views: tuple[View, ...] = ()
        self._drawn: list[int] = []
        self._largest_point = 0.0
        self.toned = True

    @property
    def done(self) -> bool:
        """Whether all particles that are on the card are in the picture."""
        return next_view(self._drawn, self._available) is None

    @property
    def shares(self) -> tuple[float, ...]:
        """Which share of each view's particles is in the picture."""
        return tuple(n / max(v.cloud.swarm.count, 1) for n, v in zip(self._drawn, self._views, strict=True))

    @property
    def _available(self) -> list[int]:
        return [view.cloud.available for view in self._views]

    # Drawing

    def begin(self, views: Sequence[View], size: tuple[int, int], seconds: float) -> None:
        """Draw as many particles of these views as fit into so many seconds; nothing of what was drawn before stays."""
        self._start(views, size)
        counts = self.budget.moving(self._kind, self._available, seconds)
        self._measured(list(counts))

    def go_on(self, seconds: float) -> None:
        """Add more of the particles that are not in the picture yet, for about so many seconds."""
        until = self._clock() + seconds
        while (index := next_view(self._drawn, self._available)) is not None:
            counts = [0] * len(self._views)
            counts[index] = min(self.budget.batch(self._kind, seconds), self._available[index] - self._drawn[index])
            self._measured(counts)
            if self._clock() >= until:
                break

    def draw_all(self, views: Sequence[View], size: tuple[int, int]) -> None:
        """Draw all particles of these views that are on the card."""
        self._start(views, size)
        for index, count in enumerate(self._available):
            self._add(index, count)

    def tone(self, raw: bool = False) -> None:
        """Make the picture of what was added, in the framebuffer that is bound; or write the sums themselves."""
        assert self._sums is not None
        gloo.finish()
        start, self.toned = self._clock(), True
        width, height = self._sums.size
        for view, drawn in zip(self._views, self._drawn, strict=True):
            look = view.look
            x, y, across, along = view.viewport
            program = self._programs.program(swarm_look.tone_kind(look.view, raw))
            program["u_light"], program["u_background"] = self._sums.texture, (*look.background, 1.0)[:4]
            program["u_lut"], program["u_limits"] = self._table(look), look.limits
            program["u_range"] = view.value_range
            pixels = across / look.orbit.extent(across, along)[0]
            # N particles of mean weight 1 stand for the mean column: 1 / N of it each, on a box length squared.
            alike = view.cloud.swarm.faintest if view.cloud.attribute == "a_tint" else 1.0
            program["u_gain"] = pixels**2 / max(drawn, 1) / alike
            gloo.set_viewport(*view.viewport)
            gloo.set_state(scissor_test=False, blend=False, depth_test=False)
            origin, extent = (x / width, y / height), (across / width, along / height)
            self._programs.draw_rectangle(program, origin, extent)
        gloo.finish()
        self.budget.spent_besides(self._clock() - start)

    def close(self) -> None:
        """Free the card's memory."""
        if self._sums is not None:
            self._sums.delete()
            self._sums = None

    def _start(self, views: Sequence[View], size: tuple[int, int]) -> None:
        deep = any(view.look.view.particles.opaque for view in views)
        if self._sums is None or (self._sums.size, self._sums.deep) != (size, deep):
            if self._sums is not None:
                self._sums.delete()
            self._sums = Sums(size, deep)
        self._views, self._drawn = tuple(views), [0] * len(views)
        self._sums.clear()

    @property
    def _kind(self) -> Hashable:
        """What the time that a particle takes depends on."""
        largest = max((view.size.largest(view.look.orbit) for view in self._views), default=0.0)
        # Twice as wide a particle takes more time; a little wider one takes as long.
        return (round(np.log2(1.0 + largest)), *{view.kind(False) for view in self._views})

    def _measured(self, counts: Sequence[int]) -> None:
        """Add so many particles of each view, and learn how long that takes."""
        gloo.finish()
        start = self._clock()
        for index, count in enumerate(counts):
            self._add(index, min(count, self._available[index] - self._drawn[index]))
        gloo.finish()
        self.budget.measured(self._kind, sum(counts), self._clock() - start)

    def _add(self, index: int, count: int) -> None:
        """Add the next particles of one view."""
        if count <= 0:
            return
        assert self._sums is not None
        view, self.toned = self._views[index], False
        first, last = self._drawn[index], self._drawn[index] + count
        quads = self._wants_quads(view)
        program = self._programs.program(view.kind(quads))
        self._set(program, view)
        opaque = view.look.view.particles.opaque
        with self._sums.buffer:
            gloo.set_viewport(*view.viewport)
            gloo.set_state(scissor_test=True, cull_face=False, blend=not opaque, depth_test=opaque)
            gloo.set_scissor(*view.viewport)
            if opaque:
                gloo.set_depth_func("less")
            else:
                gloo.set_blend_func(*ADDED)
            brush = swarm_card.Brush(program, quads)
            for chunk in range(first // CHUNK, (last - 1) // CHUNK + 1):
                begin, end = max(first - chunk * CHUNK, 0), min(last - chunk * CHUNK, CHUNK)
                brush.draw(view.cloud.attributes(chunk), begin, end - begin)
            brush.close()
        gloo.set_state(scissor_test=False, blend=False, depth_test=False)
        self._drawn[index] = last

    def _wants_quads(self, view: View) -> bool:
        if not self._largest_point:
            self._largest_point = swarm_card.largest_point()
        largest = view.size.largest(view.look.orbit)
        too_large = 2 * largest + 1 > self._largest_point or largest > swarm_look.SPRITES_BELOW
        return too_large and swarm_card.draws_instances()

    def _set(self, program: Any, view: View) -> None:
        look, cloud, orbit = view.look, view.cloud, view.look.orbit
        right, up, towards = orbit.axes
        low, high = np.sort(np.asarray(look.view.clip, dtype=np.float64), axis=1).T
        _, _, width, height = view.viewport
        size = view.size
        lamp = tuple(float(orbit.lamp @ axis) for axis in (right, up, towards))
        told = {
            "u_matrix": orbit.matrix(width, height).T.astype(np.float32),
            "u_viewport": view.viewport,
            "u_corner_at": look.view.origin,
            "u_low": low,
            "u_high": high,
            "u_centre": orbit.centre,
            "u_away": -towards,
            "u_right": right,
            "u_up": up,
            "u_eye": orbit.eye,
            "u_reach": 0.0 if orbit.parallel else orbit.distance,
            "u_weights": cloud.swarm.weights,
            "u_radius": (size.fixed, size.central),
            "u_largest": self._largest_point,
            "u_fastest": cloud.fastest[0] if cloud.attribute == "a_velocity" else 1.0,
            "u_lamp": lamp,
            "u_lut": self._table(look),
            "u_range": view.value_range,
        }
        if len(cloud.clouds) > 1:
            told["u_share"] = view.share
            told["u_fastest_later"] = cloud.fastest[1] if cloud.attribute == "a_velocity" else 1.0
        for name, value in told.items():
            program[name] = value

    def _table(self, look: Look) -> Any:
        view = look.view
        key = (view.transfer.colour_map, swarm_look.colour_of(view) == "along", swarm_look.tone_kind(view))
        if key not in self._tables:
            while len(self._tables) >= MOST_TABLES:
                self._tables.pop(next(iter(self._tables))).delete()
            self._tables[key] = colours(view)
        return self._tables[key]
