"""The programs that a picture is drawn with: drawn with elsewhere first, and compiled one by one before the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from backends.data.view import ViewSettings
from widgets.volume.canvas import Frame
from widgets.volume.painter import OVER, SHARED, Look, Painter, kind_of
from widgets.volume.pane import Pane
from widgets.volume.passage import Carrier
from widgets.volume.programs import CHECKER, COPY, Kind
from widgets.volume.rehearsal import Drawing, Rehearsals
from widgets.volume.sources import Sources
from widgets.volume.swarming import Swarming

Seen = Callable[[Pane], Look]


class Compiling:
    """Knows which programs the panes need, and which of them are not compiled yet.

    Parameters
    ----------
    carrier : has a context to rehearse in, or None where programs are compiled as they come
    seen : how a pane is looked at
    """

    def __init__(self, sources: Sources, swarms: Swarming, seen: Seen, carrier: Carrier | None) -> None:
        self._sources, self._swarms, self._seen = sources, swarms, seen
        self._rehearsals = Rehearsals(carrier)
        self._kinds: frozenset[Kind] | None = None

    def forget(self) -> None:
        """Take it that the picture needs others."""
        self._kinds = None

    def kinds(self, panes: Sequence[Pane], view: ViewSettings) -> frozenset[Kind]:
        """Return the programs that the picture is drawn with; they are asked for several times a turn."""
        if self._kinds is None and self._swarms.active:
            self._kinds = self._swarms.kinds(view) | {COPY}
        if self._kinds is None:
            looks = [(self._seen(pane), self._sources.of(pane, view)) for pane in panes]
            faced = {CHECKER} if any(pane.comparison == "checkerboard" for pane in panes) else set()
            drawn = {kind_of(look, source) for look, source in looks if source is not None}
            self._kinds = frozenset({COPY} | faced | drawn)
        return self._kinds

    def waits(self, lacking: Sequence[Kind], panes: Sequence[Pane]) -> bool:
        """Whether all that can be done is to wait: for rehearsals, or for particles to rehearse with."""
        return not self._swarms.ready(panes) or not any(self._rehearsals.over(kind) for kind in lacking)

    def go_on(self, painter: Painter, lacking: Sequence[Kind], panes: Sequence[Pane], view: ViewSettings) -> bool:
        """Have the programs that are lacking rehearsed; return whether one that was is compiled now."""
        if not self._swarms.ready(panes):
            return False
        for kind in lacking:
            self._rehearsals.begin(kind, partial(self._drawings, painter, kind, panes, view))
        ready = next((kind for kind in lacking if self._rehearsals.over(kind)), None)
        if ready is not None:
            painter.compile(ready)
        return ready is not None

    def _drawings(self, painter: Painter, kind: Kind, panes: Sequence[Pane], view: ViewSettings) -> list[Drawing]:
        """Return how the panes are drawn with a program."""
        if kind in (COPY, CHECKER):
            return _copies(kind)
        if self._swarms.active:
            return self._swarms.drawings(kind, panes, view)
        for pane in panes:
            look, source = self._seen(pane), self._sources.of(pane, view)
            if source is not None and kind_of(look, source) == kind:
                return [Drawing(painter.textures(look, source), OVER)]
        return []


def _copies(kind: Kind) -> list[Drawing]:
    """Return how pictures are copied, and taken into the mean of several."""
    usual, precise = Frame((3, 3)).texture, Frame((3, 3), bits=16).texture
    plain = Drawing({"u_picture": usual})
    if kind == CHECKER:
        return [plain]
    return [plain, Drawing({"u_picture": usual}, SHARED, 16), Drawing({"u_picture": precise})]
