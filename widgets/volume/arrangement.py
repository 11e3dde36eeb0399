"""How many views share a rectangle: rows and columns, separated by gaps of one pixel."""

from __future__ import annotations

from math import ceil

Rectangle = tuple[int, int, int, int]
GAP = 1


def rows_and_columns(count: int, width: float, height: float) -> tuple[int, int]:
    """Return the rows and columns that show the largest squares with the fewest holes."""

    def worth(columns: int) -> tuple[float, int]:
        rows = ceil(count / columns)
        square = min(width / columns, height / rows)
        return square * square * (1.0 - 0.15 * (rows * columns - count) / count), -rows

    columns = max(range(1, max(count, 1) + 1), key=worth)
    return ceil(count / columns), columns


def rectangles(count: int, width: int, height: int, gap: int = GAP) -> tuple[Rectangle, ...]:
    """Return the views' rectangles, row by row, together filling the whole but for the gaps."""
    if count == 0 or width <= 0 or height <= 0:
        return ()
    rows, columns = rows_and_columns(count, width, height)

    def edges(parts: int, length: int) -> list[tuple[int, int]]:
        inner = length - gap * (parts - 1)
        cuts = [round(i * inner / parts) for i in range(parts + 1)]
        return [(cuts[i] + i * gap, max(cuts[i + 1] - cuts[i], 1)) for i in range(parts)]

    across, along = edges(columns, width), edges(rows, height)
    return tuple(
        (across[i % columns][0], along[i // columns][0], across[i % columns][1], along[i // columns][1])
        for i in range(count)
    )
