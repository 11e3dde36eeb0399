"""Where the parts of a heat map lie: the names of its rows, its cells, its columns' numbers and its bar of colours."""

from __future__ import annotations

from dataclasses import dataclass

from widgets.plots.layout import LABEL_LINE, Box

CHIP = 8.0
"""Side of the square in a run's colour."""
_GAP, _BAR, _TICK = 6.0, 9.0, 4.0
_MOST_NAMES, _TALLEST = 0.34, 44.0


@dataclass(frozen=True)
class CellLayout:
    """Boxes in pixels.

    names : room of the rows' names, right of their squares
    grid : all cells
    bar : the bar of colours
    """

    names: Box
    grid: Box
    bar: Box
    rows: int
    columns: int

    def cell(self, row: int, column: int) -> Box:
        """Return the box of a cell."""
        width, height = self.grid.width / self.columns, self.grid.height / self.rows
        return Box(self.grid.left + column * width, self.grid.top + row * height, width, height)

    def at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column under a pixel, or None."""
        column = (x - self.grid.left) / self.grid.width * self.columns
        row = (y - self.grid.top) / self.grid.height * self.rows
        return (int(row), int(column)) if 0 <= row < self.rows and 0 <= column < self.columns else None


def arrange_cells(
    width: float, height: float, rows: int, columns: int, name_width: float, tick_width: float
) -> CellLayout:
    """Lay a heat map out.

    Parameters
    ----------
    name_width : of the widest row's name
    tick_width : of the widest number beside the bar
    """
    names = min(name_width, _MOST_NAMES * width)
    left = 10.0 + CHIP + _GAP + names + _GAP
    right = _GAP + _BAR + _TICK + tick_width + 8.0
    top, bottom = LABEL_LINE + 2.0, 2 * LABEL_LINE + 8.0
    inner = max(20.0, height - top - bottom)
    grid = Box(left, top, max(20.0, width - left - right), min(inner, _TALLEST * max(rows, 1)))
    bar = Box(grid.right + _GAP, top, _BAR, min(inner, max(grid.height, 72.0)))
    return CellLayout(Box(10.0 + CHIP + _GAP, top, names, grid.height), grid, bar, max(rows, 1), max(columns, 1))


def numbered(widths: tuple[float, ...], step: float, first: int) -> list[int]:
    """Return which of the columns' beginnings have their number: as many as do not touch, evenly, ``first`` among them.

    Parameters
    ----------
    widths : of the numbers, in pixels
    step : pixels from one column to the next
    """
    every = next((n for n in range(1, len(widths) + 1) if n * step >= max(widths, default=0.0) + 6.0), len(widths) or 1)
    return [place for place in range(len(widths)) if (place - first) % every == 0]
