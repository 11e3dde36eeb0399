"""Where the panels of a plot lie inside it, and where the labels above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LABEL_LINE = 16.0
"""Height of a line of axis text."""
_GAP, _RIGHT, _RATIO_SHARE = 7.0, 14.0, 0.34


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


def arrange(
    width: float,
    height: float,
    number_width: float,
    *,
    ratio: bool,
    above: bool,
    label_lines: int = 1,
    key_rows: int = 0,
) -> tuple[Box, ...]:
    """Return the main panel and, where there is one, the ratio panel below it.

    Parameters
    ----------
    number_width : float
        Width of the widest number beside either panel, so that both begin at the same place.
    above : bool
        Whether labels of vertical lines stand above the main panel.
    label_lines : int
        Lines of the upright labels at the left.
    key_rows : int
        Rows of the key at the top, over the labels of vertical lines.
    """
    left = number_width + LABEL_LINE * label_lines + 14.0
    top = LABEL_LINE * (key_rows + above) if above else LABEL_LINE * key_rows + (2.0 if key_rows else 6.0)
    bottom = 2 * LABEL_LINE + 10.0
    inner_width, inner_height = max(20.0, width - left - _RIGHT), max(20.0, height - top - bottom)
    if not ratio:
        return (Box(left, top, inner_width, inner_height),)
    lower = (inner_height - _GAP) * _RATIO_SHARE
    upper = inner_height - _GAP - lower
    return Box(left, top, inner_width, upper), Box(left, top + upper + _GAP, inner_width, lower)


def beside(centres: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float | None]:
    """Return the left edge of each label so that none overlaps another or leaves the range; None where it cannot.

    The last one wins its place first: it is the outermost limit.
    """
    edges: list[float | None] = [None] * len(centres)
    order = sorted(range(len(centres)), key=lambda i: centres[i], reverse=True)
    end = high
    for i in order:
        edge = min(max(centres[i] - widths[i] / 2, low), end - widths[i])
        if edge >= low and edge - 4 <= centres[i] <= edge + widths[i] + 4:
            edges[i] = edge
            end = edge - 8.0
    return edges
