"""What one view box shows, and where."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True)
class Pane:
    """One view of a grid.

    key : unique among the panes
    rectangle : x, y (downwards), width, height in pixels of the canvas
    field : the array that is shown, or None while there is none
    comparison : "field", or "difference" or "ratio" against ``reference``
    overlay : the second array that is laid over it, or None
    """

    key: str
    rectangle: Rectangle
    field: Hashable | None
    comparison: str = "field"
    reference: Hashable | None = None
    overlay: Hashable | None = None

    @property
    def compares(self) -> bool:
        """Whether two fields are marched together."""
        return self.comparison != "field"
