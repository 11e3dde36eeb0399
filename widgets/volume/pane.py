"""What one view box shows, and where."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

Rectangle = tuple[int, int, int, int]
MARCHED = ("difference", "ratio")
"""Comparisons of two fields in one march, sample by sample."""
FACED = ("wipe", "checkerboard", "blink")
"""Comparisons of two whole pictures, of each of which parts are seen."""


@dataclass(frozen=True)
class Pane:
    """One view of a grid.

    key : unique among the panes
    rectangle : x, y (downwards), width, height in pixels of the canvas
    field : the array that is shown, or None while there is none
    comparison : "field", or one with ``reference``
    overlay : the second array that is laid over it, or None
    overlay_kind : "attribution"; "density", which is seen as the field is; or "error", what the field is off by
    behind : whether it is the back of another pane, and is drawn out of sight
    series : what the snapshots of a run over time have in common, whose automatic colours share one scale
    """

    key: str
    rectangle: Rectangle
    field: Hashable | None
    comparison: str = "field"
    reference: Hashable | None = None
    overlay: Hashable | None = None
    overlay_kind: str = "attribution"
    behind: bool = False
    series: Hashable | None = None

    @property
    def run(self) -> str:
        """Key of the run that it belongs to."""
        return self.key.partition(":")[0]

    @property
    def marched(self) -> str:
        """The comparison that rays make; a view with two faces marches through one field for each."""
        return self.comparison if self.comparison in MARCHED else "field"

    @property
    def compares(self) -> bool:
        """Whether two fields are marched together."""
        return self.comparison in MARCHED

    @property
    def faced(self) -> bool:
        """Whether it has a back that shows the reference."""
        return self.comparison in FACED and not self.behind

    def both(self) -> tuple[Pane, Pane]:
        """Return the run alone, and the pane that lies behind it."""
        return replace(self, comparison="field"), self.back()

    def back(self) -> Pane:
        """Return the pane behind it; what the field is off by is the same from either side."""
        overlay = self.field if self.overlay_kind == "error" and self.overlay is not None else self.overlay
        return replace(self, key=f"{self.key}:behind", field=self.reference, overlay=overlay, behind=True)
