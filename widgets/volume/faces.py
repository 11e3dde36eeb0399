"""Two faces of one view: a run in front, the reference behind it, and which pixels show which.

Both faces are drawn in full. To move the divider, to change the squares or to blink is then to show other parts
of the same two pictures, at once and at full quality.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backends.data.view import ViewSettings
from widgets.volume.pane import Pane

# What decides about the parts alone, and about neither picture.
SEEN_BY = ("wipe", "squares", "blink_rate")


def with_backs(panes: Iterable[Pane]) -> tuple[Pane, ...]:
    """Return the panes and, behind those that have two faces, the reference's."""
    given = tuple(panes)
    return (*given, *(pane.back() for pane in given if pane.faced))


def drawn_alike(one: ViewSettings, other: ViewSettings) -> bool:
    """Whether both settings need the same pictures: they differ in the parts that are seen at most."""
    return replace(one, **{name: getattr(other, name) for name in SEEN_BY}) == other


def divider(share: float, width: float) -> int:
    """Return how many columns of pixels, from the left, show the run."""
    return round(min(max(share, 0.0), 1.0) * width)


def side(squares: float, width: float, height: float) -> float:
    """Return the side of a square, in pixels; the first one touches the upper left corner and shows the run."""
    return min(width, height) / max(squares, 1.0)


def behind(comparison: str, view: ViewSettings, size: tuple[int, int], turned: bool) -> NDArray[np.bool_]:
    """Return which pixels show the reference: (height, width), top row first.

    Parameters
    ----------
    size : (width, height), pixels
    turned : whether a blinking view shows the reference now
    """
    width, height = size
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    if comparison == "wipe":
        seen = x > divider(view.wipe, width)
        return np.broadcast_to(seen, (height, width))
    if comparison == "checkerboard":
        square = side(view.squares, width, height)
        return np.asarray((np.floor(x / square)[None, :] + np.floor(y / square)[:, None]) % 2 == 1)
    return np.full((height, width), comparison == "blink" and turned)


def merged(comparison: str, view: ViewSettings, both: Sequence[NDArray[np.uint8]], turned: bool) -> NDArray[np.uint8]:
    """Return the seen parts of a front and a back, (height, width, 4) each, as one picture."""
    front, back = both
    height, width = front.shape[:2]
    return np.where(behind(comparison, view, (width, height), turned)[..., None], back, front)
