"""What a scene does where particles are shown: swarms on their way, a picture in motion, and its completion at rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from backends.data.species import in_order
from backends.data.view import ViewSettings
from widgets.volume.blend import Blend, parts
from widgets.volume.canvas import Frame
from widgets.volume.cloud import Cloud, Range
from widgets.volume.library import FieldLibrary
from widgets.volume.painter import Look, Painter, Target
from widgets.volume.pane import Pane, Rectangle
from widgets.volume.passage import Carrier
from widgets.volume.programs import Kind
from widgets.volume.rehearsal import Drawing
from widgets.volume.splat_budget import SplatBudget
from widgets.volume.splats import Splats, Sums, View, colours, drawing
from widgets.volume.swarm_library import SwarmLibrary
from widgets.volume.swarm_look import colour_of, splat_kind, tone_kind
from widgets.volume.swarm_pair import PairCloud

Seen = Callable[[Pane], Look]
Place = Callable[[Pane, float], Rectangle]
Places = Mapping[str, Rectangle]


class Swarming:
    """The swarms of a scene's panes, and the picture that is made of them.

    Parameters
    ----------
    carrier : packs particles, and takes them to the card

    While it is not ``active`` fields are drawn, and everything here is as it should be.
    """

    def __init__(self, carrier: Carrier, clock: Callable[[], float] = time.monotonic) -> None:
        self.library = SwarmLibrary(carrier)
        self._clock, self._budget = clock, SplatBudget()
        self._splats: Splats | None = None
        self._seen: tuple[object, ...] = ()
        self.active, self._colour, self._moved = False, "", False
        self.held: Range | None = None

    def follow(self, view: ViewSettings) -> None:
        """Draw particles, coloured so, or no more."""
        self.active, self._colour = view.mode == "particles", colour_of(view)
        if not self.active:
            self.library.keep_only(())
            self._splats, self._seen = None, ()

    def advance(self, panes: Sequence[Pane], fields: FieldLibrary) -> bool:
        """Go on with what the panes need; return whether the picture must be drawn anew.

        The canvas's context must be current.
        """
        self.library.tidy()
        if not self.active:
            return False
        colour = self._colour
        clouds = self._clouds(panes)
        for pane, cloud in clouds:
            for one, key in zip(cloud.clouds, parts(pane.field), strict=False):
                one.advance(colour, fields.get(key), fields.edition(key))
        self._moved = any(len(cloud.clouds) > 1 for _, cloud in clouds)
        # More particles are added to the picture that is there; only the first of a swarm begin another.
        seen = tuple((cloud, cloud.available > 0, cloud.range, colour) for _, cloud in clouds)
        changed, self._seen = seen != self._seen, seen
        return changed

    def ready(self, panes: Sequence[Pane]) -> bool:
        """Whether something of every swarm can be drawn."""
        return not self.active or all(cloud.shows(self._colour) for _, cloud in self._clouds(panes))

    def complete(self, panes: Sequence[Pane], _view: ViewSettings | None = None) -> bool:
        """Whether all particles are on the card that ever will be."""
        return all(cloud.shown_whole(self._colour) for _, cloud in self._clouds(panes))

    @property
    def done(self) -> bool:
        """Whether all particles that are on the card are in the picture."""
        return not self.active or self._splats is None or self._splats.done

    @property
    def shares(self) -> tuple[float, ...]:
        """Which share of each pane's particles is in the picture."""
        return () if self._splats is None else self._splats.shares

    def kinds(self, view: ViewSettings) -> frozenset[Kind]:
        """Return the programs that the picture is drawn with."""
        return frozenset({*(splat_kind(view, quads, self._moved) for quads in (False, True)), tone_kind(view)})

    def drawings(self, kind: Kind, panes: Sequence[Pane], view: ViewSettings) -> list[Drawing]:
        """Return how the picture is drawn with one of these programs."""
        if kind == tone_kind(view):
            return [Drawing({"u_light": Sums((3, 3), deep=False).texture, "u_lut": colours(view)})]
        shown = [cloud for _, cloud in self._clouds(panes) if cloud.shows(self._colour)]
        return [drawing(kind, cloud.attributes(0), view) for cloud in shown[:1]]

    def note(self, key: Hashable | None) -> str:
        """Return what a view of this swarm must say about how it is drawn, or nothing."""
        cloud = self.library.get(key)
        if cloud is None:
            return ""
        moved = key.moved_words if isinstance(key, Blend) else ""
        return " · ".join(words for words in (moved, cloud.refused or cloud.swarm.note) if words)

    def value_range(self, panes: Sequence[Pane]) -> Range:
        """Return the range of the particles' values, one for all panes and, where one is held, for all times."""
        if self.held is not None:
            return self.held
        known = [cloud.range for _, cloud in self._clouds(panes) if cloud.range is not None]
        return (min(low for low, _ in known), max(high for _, high in known)) if known else (0.0, 1.0)

    def legend(self, panes: Sequence[Pane]) -> dict[str, Any]:
        """Return what a legend of these panes is drawn from: the range of values, and the species in order."""
        names = (part.species for _, cloud in self._clouds(panes) for part in cloud.swarm.parts)
        return {"values": self.value_range(panes), "species": in_order(names)}

    def begin(
        self, panes: Sequence[Pane], seen: Seen, place: Place, frame: Frame, painter: Painter, seconds: float
    ) -> None:
        """Draw the picture in motion: as many particles as fit into so many seconds."""
        places = {pane.key: place(pane, 1.0) for pane in panes}
        if self._splats is None:
            self._splats = Splats(painter.programs, self._clock, self._budget)
        with frame.buffer:
            for pane in panes:
                painter.clear([places[pane.key]], seen(pane).background)
        self._splats.begin(self._views(panes, panes, seen, places), frame.size, seconds)

    def go_on(self, seconds: float) -> None:
        """Add more of the particles, for about so many seconds."""
        if self._splats is not None and not self.done:
            self._splats.go_on(seconds)

    def tone(self, frame: Frame) -> None:
        """Bring what was added since the last time into the picture."""
        if self.active and self._splats is not None and not self._splats.toned:
            with frame.buffer:
                self._splats.tone()

    def paint(self, pane: Pane, panes: Sequence[Pane], seen: Seen, painter: Painter, target: Target) -> None:
        """Draw all particles of one pane into the framebuffer that is bound."""
        _, _, width, height = target.viewport
        alone = replace(pane, rectangle=(0, 0, width, height))
        views = self._views([alone], panes, seen, {pane.key: target.viewport})
        if not views:
            return
        splats = Splats(painter.programs, self._clock)
        splats.draw_all(views, (target.viewport[0] + width, target.viewport[1] + height))
        splats.tone(target.raw)
        splats.close()

    def _views(self, chosen: Sequence[Pane], panes: Sequence[Pane], seen: Seen, places: Places) -> list[View]:
        shared = self.value_range(panes)
        views = []
        for pane, cloud in self._clouds(chosen):
            if cloud.shows(self._colour):
                viewport = places[pane.key]
                enlarged = viewport[2] / max(pane.rectangle[2], 1)
                share = pane.field.share if isinstance(pane.field, Blend) else 0.0
                views.append(View(cloud, seen(pane), viewport, enlarged, shared, share))
        return views

    def _clouds(self, panes: Sequence[Pane]) -> list[tuple[Pane, Cloud | PairCloud]]:
        found = ((pane, self.library.get(pane.field)) for pane in panes)
        return [(pane, cloud) for pane, cloud in found if cloud is not None]
