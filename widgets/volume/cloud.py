"""A swarm of particles on both sides: in memory, and chunk by chunk on the graphics card."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from widgets.volume import swarm_card
from widgets.volume.passage import Carrier
from widgets.volume.swarm import VALUES, Swarm
from widgets.volume.swarm_card import ArrayPassage, Held

Range = tuple[float, float]
Arrays = tuple[NDArray[np.generic] | None, NDArray[np.generic] | None, Range | None]
# Beyond these percentiles of the particles' values the colours do not change.
PERCENTILES = {"density": (2.0, 99.8), "speed": (0.0, 99.5), "mass": (0.0, 100.0)}
ALONG = 97.0
# Chunks that are prepared or uploaded at once: more would keep others waiting.
UNDER_WAY = 2


def kept_as(colour: str) -> str:
    """Return which attribute a colour needs beside places and weights, or "" for none."""
    if colour in ("density", "speed", "mass"):
        return "a_value"
    return {"along": "a_velocity", "direction": "a_velocity", "species": "a_tint"}.get(colour, "")


def value_range(painted: NDArray[np.generic] | None, colour: str, fastest: float) -> Range | None:
    """Return the range of the values that particles are coloured by; "along" is symmetric about zero."""
    if painted is None or colour not in VALUES:
        return None
    if colour == "along":
        reach = float(np.percentile(np.abs(painted[:, :3].astype(np.float32)), ALONG)) / 32767 * fastest
        return (-reach, reach) if reach > 0 else (-1.0, 1.0)
    low, high = (float(edge) for edge in np.percentile(painted.astype(np.float64), PERCENTILES[colour]))
    if colour == "speed":
        low = 0.0
    return (low, high) if high - low > 1e-6 * max(abs(high), 1.0) else (low - 0.5, high + 0.5)


class Cloud:
    """One swarm on its way to the card and there; any first chunks of it are a fair sample.

    ``range`` is that of its values in the colour that it has now.
    """

    def __init__(self, swarm: Swarm, carrier: Carrier) -> None:
        self.swarm, self.given, self._carrier = swarm, swarm, carrier
        self._places: list[ArrayPassage] = []
        self._paints: list[ArrayPassage] = []
        self._colour: tuple[str, Hashable] = ("", None)
        self._preparing: tuple[tuple[str, Hashable], Future[Arrays]] | None = None
        self._leaving: list[ArrayPassage] = []
        self.range: Range | None = None
        self.refused = ""

    @property
    def clouds(self) -> tuple[Cloud, ...]:
        """The swarms that it is drawn from, each at its time."""
        return (self,)

    @property
    def fastest(self) -> tuple[float, ...]:
        """The largest component of a velocity at each time, km/s."""
        return (self.swarm.fastest,)

    @property
    def attribute(self) -> str:
        """The attribute that its colour needs, or ""."""
        return kept_as(self._colour[0])

    @property
    def available(self) -> int:
        """Particles that can be drawn now."""
        kept = zip(self._places, self._paints, strict=False) if self.attribute else ((p, p) for p in self._places)
        ready = 0
        for place, paint in kept:
            if not (place.there and paint.there):
                break
            ready += 1
        return min(ready * self.swarm.size(0), self.swarm.count) if ready else 0

    def shows(self, colour: str) -> bool:
        """Whether some of it can be drawn in that colour."""
        return self._colour[0] == colour and self.available > 0

    def shown_whole(self, colour: str) -> bool:
        """Whether all of it is on the card that ever will be drawn in that colour."""
        nothing_comes = bool(self.refused) or bool(self.swarm.lacks(colour))
        return nothing_comes or (self._colour[0] == colour and self.available == self.swarm.count)

    def attributes(self, chunk: int) -> Mapping[str, Held]:
        """Return what a chunk is drawn from."""
        held = {"a_packed": self._places[chunk].held}
        return {**held, self.attribute: self._paints[chunk].held} if self.attribute else held

    def advance(self, colour: str, density: Field | None, edition: Hashable) -> None:
        """Go on with what is on its way; the canvas's context must be current."""
        wanted = (colour, edition if colour == "density" else None)
        if wanted != self._colour:
            self._let_go(self._paints)
            self._paints, self._colour, self.range, self.refused = [], wanted, None, ""
        self._take_up(wanted)
        self._delete_idle()
        on_their_way = sum(not passage.ended for passage in (*self._places, *self._paints))
        if self._preparing is None and on_their_way < UNDER_WAY and not self.refused:
            self._prepare(wanted, density)

    def _prepare(self, wanted: tuple[str, Hashable], density: Field | None) -> None:
        swarm, colour = self.swarm, wanted[0]
        needs_paint = bool(kept_as(colour))
        chunk = min(len(self._places), len(self._paints)) if needs_paint else len(self._places)
        # Particles that lack what they are coloured by are about to be replaced by others that have it.
        if chunk >= swarm.n_chunks or swarm.lacks(colour) or (colour == "density" and density is None):
            return
        needs_place = chunk == len(self._places)

        def prepare() -> Arrays:
            # Looked for among all particles, which the window's thread has no time for.
            fastest = swarm.fastest if kept_as(colour) == "a_velocity" else 1.0
            painted = swarm.painted(chunk, colour, density, fastest) if needs_paint else None
            packed = swarm.packed(chunk) if needs_place else None
            return packed, painted, value_range(painted, colour, fastest) if chunk == 0 else None

        self._preparing = (wanted, self._carrier.compute(prepare))

    def _take_up(self, wanted: tuple[str, Hashable]) -> None:
        if self._preparing is None or not self._preparing[1].done():
            return
        (colour, future), self._preparing = self._preparing, None
        packed, painted, found = future.result()
        if packed is not None:
            self._send(packed, self._places)
        if painted is not None and colour == wanted:
            self._send(painted, self._paints)
            self.range = found or self.range
        # What was refused once is refused again.
        refused = next((p.refused for p in (*self._places, *self._paints) if p.refused), "")
        self.refused = self.refused or refused

    def _send(self, array: NDArray[np.generic], kept: list[ArrayPassage]) -> None:
        passage = ArrayPassage(array, swarm_card.new_buffer())
        kept.append(passage)
        self._carrier.upload(passage)

    def _let_go(self, passages: Iterable[ArrayPassage]) -> None:
        for passage in passages:
            passage.unwanted = True
            self._leaving.append(passage)

    def _delete_idle(self) -> None:
        for passage in [passage for passage in self._leaving if passage.ended]:
            self._leaving.remove(passage)
            swarm_card.delete_buffer(passage.held.buffer)

    def leave(self) -> bool:
        """Give the card's memory back; return whether all of it is given."""
        if self._preparing is not None:
            self._preparing[1].cancel()
            self._preparing = None
        self._let_go((*self._places, *self._paints))
        self._places, self._paints = [], []
        self._delete_idle()
        return not self._leaving
