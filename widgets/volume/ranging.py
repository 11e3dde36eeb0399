"""Keeps the colour ranges true to what is shown; they are found while the window lives on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from backends.data.view import ViewSettings
from widgets.volume import limits
from widgets.volume.library import FieldLibrary
from widgets.volume.pane import Pane
from widgets.volume.passage import Carrier

# Ranges that are remembered: enough for all modes and scalings of a study.
REMEMBERED = 24


class Dependence(NamedTuple):
    """What ranges depend on. ``kind`` tells whether one can be drawn in another's ranges until its own are found."""

    kind: Hashable
    rest: Hashable


class Ranging:
    """Finds ranges, remembers them, and says which are worn."""

    def __init__(self, library: FieldLibrary, carrier: Carrier) -> None:
        self._library, self._carrier = library, carrier
        self._found: dict[Dependence, limits.Ranges] = {}
        self._finding: tuple[Dependence, Future[limits.Ranges]] | None = None
        self._worn: Dependence | None = None

    def known(self, panes: Sequence[Pane], view: ViewSettings) -> bool:
        """Whether the worn ranges are those of what is shown."""
        return self._worn == self._dependence(panes, view) or not self._ready(panes)

    def fits(self, panes: Sequence[Pane], view: ViewSettings) -> bool:
        """Whether the worn ranges do for a picture in motion: they are of this mode, scaling and reference."""
        worn = self._worn
        return not self._ready(panes) or (worn is not None and worn.kind == self._dependence(panes, view).kind)

    def advance(self, panes: Sequence[Pane], view: ViewSettings) -> limits.Ranges | None:
        """Return the ranges to wear from now on, or None where nothing changes yet."""
        wanted = self._dependence(panes, view)
        if wanted == self._worn or not self._ready(panes):
            return None
        if self._finding is not None and self._finding[0] != wanted and self._finding[1].cancel():
            self._finding = None
        if wanted not in self._found and self._finding is None:
            get = self._library.get
            shown = [
                limits.Shown(field, pane.comparison, get(pane.reference), get(pane.overlay))
                for pane in panes
                if (field := get(pane.field)) is not None
            ]
            self._finding = (wanted, self._carrier.compute(lambda: limits.ranges(shown, view)))
        newest = wanted
        if self._finding is not None and self._finding[1].done():
            newest, future = self._finding
            self._finding = None
            self._found[newest] = future.result()
            while len(self._found) > REMEMBERED:
                self._found.pop(next(iter(self._found)))
        # Along a slider ranges come late: those of a moment ago do better than those of its beginning.
        if wanted in self._found:
            newest = wanted
        if newest.kind != wanted.kind or newest not in self._found:
            return None
        self._worn = newest
        return self._found[newest]

    def _ready(self, panes: Sequence[Pane]) -> list[Pane]:
        return [pane for pane in panes if self._library.get(pane.field) is not None]

    def _dependence(self, panes: Sequence[Pane], view: ViewSettings) -> Dependence:
        edition, ready = self._library.edition, self._ready(panes)
        fields = frozenset((edition(p.field), p.comparison, edition(p.reference), edition(p.overlay)) for p in ready)
        references = [n for pane in ready if (n := edition(pane.reference)) is not None]
        first = references[0] if references else edition(ready[0].field) if ready else None
        return Dependence((view.mode, view.scaling, first), (view.limits, view.axis, view.depth, fields))
