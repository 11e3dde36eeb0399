"""Where the cells of the grid lie: which one is under a pixel, and where one of them is."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QRectF

from widgets.views.cell import Cell
from widgets.volume.arrangement import Rectangle

Placed = tuple[Cell, Rectangle]


@dataclass(frozen=True)
class Places:
    """The cells and, in the same order, their rectangles in pixels of the grid."""

    cells: tuple[Cell, ...] = ()
    rectangles: tuple[Rectangle, ...] = ()

    @property
    def all(self) -> tuple[Placed, ...]:
        """Every cell with its rectangle; none while they are being laid out."""
        return tuple(zip(self.cells, self.rectangles, strict=False))

    def at(self, x: float, y: float) -> Placed | None:
        """Return the cell under a pixel, or None."""
        return next((placed for placed in self.all if QRectF(*placed[1]).contains(x, y)), None)

    def of(self, key: str) -> Placed | None:
        """Return the cell of that key, or None."""
        return next((placed for placed in self.all if placed[0].key == key), None)

    def of_run(self, run: str) -> Placed | None:
        """Return the first cell of that run, or None."""
        return next((placed for placed in self.all if placed[0].run == run), None)

    def first(self) -> Placed | None:
        """Return the first cell, or None where there is none."""
        return next(iter(self.all), None)
