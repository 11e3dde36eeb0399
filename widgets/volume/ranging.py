"""Keeps the colour ranges true to what is shown; they are found while the window lives on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import NamedTuple

from backends.data.field import Field
from backends.data.periodic import depth_in_box
from backends.data.view import ViewSettings
from widgets.volume import limits
from widgets.volume.blend import Blend, parts
from widgets.volume.library import FieldLibrary
from widgets.volume.pane import Pane
from widgets.volume.passage import Carrier

# Ranges that are remembered: enough for all modes and scalings of a study.
REMEMBERED = 24


class Dependence(NamedTuple):
    """What ranges depend on. ``kind`` tells whether one can be drawn in another's ranges until its own are found.

    ``over_time`` is what automatic ranges of a run's snapshots have in common, or None: they share one scale.
    """

    kind: Hashable
    rest: Hashable
    over_time: Hashable = None


class Ranging:
    """Finds ranges, remembers them, and says which are worn."""

    def __init__(self, library: FieldLibrary, carrier: Carrier) -> None:
        self._library, self._carrier = library, carrier
        self._found: dict[Dependence, limits.Ranges] = {}
        self._finding: tuple[Dependence, Future[limits.Ranges]] | None = None
        self._over_time: dict[Hashable, limits.Limits] = {}
        self._worn: Dependence | None = None
        self._asked: tuple[Sequence[Pane], ViewSettings, int] | None = None
        self._answer: Dependence | None = None

    def known(self, panes: Sequence[Pane], view: ViewSettings) -> bool:
        """Whether the worn ranges are those of what is shown."""
        wanted = self._dependence(panes, view)
        return wanted is None or wanted == self._worn

    def fits(self, panes: Sequence[Pane], view: ViewSettings) -> bool:
        """Whether the worn ranges do for a picture in motion: they are of this mode, scaling and reference."""
        wanted = self._dependence(panes, view)
        return wanted is None or (self._worn is not None and wanted.kind == self._worn.kind)

    def advance(self, panes: Sequence[Pane], view: ViewSettings) -> limits.Ranges | None:
        """Return the ranges to wear from now on, or None where nothing changes yet."""
        wanted = self._dependence(panes, view)
        if wanted is None or wanted == self._worn:
            return None
        if self._finding is not None and self._finding[0] != wanted and self._finding[1].cancel():
            self._finding = None
        if wanted not in self._found and self._finding is None:
            # What lies between two snapshots has the colours that hold for both.
            blended = any(isinstance(pane.field, Blend) or isinstance(pane.reference, Blend) for pane in panes)
            shown = [self._shown(panes, side) for side in range(1 + blended)]
            find = self._carrier.compute(lambda: limits.united([limits.ranges(one, view) for one in shown]))
            self._finding = (wanted, find)
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
            # What was found is of another mode by now: nobody would ask again for what is wanted.
            return self.advance(panes, view) if self._finding is None else None
        self._worn = newest
        return self._widened(newest, self._found[newest])

    def _shown(self, panes: Sequence[Pane], side: int) -> list[limits.Shown]:
        """Return what the panes show at the snapshots before (0) or after (1) the time that is looked at."""

        def get(key: Hashable | None) -> Field | None:
            return self._library.get(parts(key)[side] if isinstance(key, Blend) else key)

        return [
            limits.Shown(found, pane.marched, get(pane.reference), get(pane.overlay), pane.overlay_kind, pane.run)
            for pane in panes
            if (found := get(pane.field)) is not None
        ]

    def _widened(self, newest: Dependence, found: limits.Ranges) -> limits.Ranges:
        """Return ranges that hold for all snapshots seen so far: what grows with time is not scaled away."""
        if newest.over_time is None or found.fields is None:
            return found
        low, high = self._over_time.pop(newest.over_time, found.fields)
        whole = min(low, found.fields[0]), max(high, found.fields[1])
        self._over_time[newest.over_time] = whole
        while len(self._over_time) > REMEMBERED:
            self._over_time.pop(next(iter(self._over_time)))
        return replace(found, fields=whole)

    def _dependence(self, panes: Sequence[Pane], view: ViewSettings) -> Dependence | None:
        """Return what the ranges of these views depend on, or None while no field is there.

        It is asked for several times a turn, and the fields' keys are dear to hash.
        """
        known = self._asked
        if known is None or known[0] is not panes or known[1] is not view or known[2] != self._library.changes:
            self._asked, self._answer = (panes, view, self._library.changes), self._worked_out(panes, view)
        return self._answer

    def _worked_out(self, panes: Sequence[Pane], view: ViewSettings) -> Dependence | None:
        edition = self._library.edition
        fields = [
            (first, pane.marched, pane.overlay_kind, pane.run, edition(pane.overlay), edition(pane.reference))
            for pane in panes
            if (first := edition(pane.field)) is not None
        ]
        if not fields:
            return None
        decides = next((reference for *_, reference in fields if reference is not None), fields[0][0])
        own = tuple((one.run, one.limits) for one in view.own if one.transfer is not None)
        cut = (view.axis, depth_in_box(view), view.plane.thickness, view.plane.highest, view.column_unit)
        rest = (view.limits, own, cut, frozenset(fields))
        series = next((pane.series for pane in panes if pane.series is not None), None)
        over_time = None if series is None or view.limits is not None else (series, view.mode, view.scaling, cut)
        return Dependence((view.mode, view.scaling, decides), rest, over_time)
