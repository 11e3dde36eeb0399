"""The periodic box: where its points are drawn, and how far apart they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backends.data.view import OwnView, ViewSettings

Point = tuple[float, float, float]
Interval = tuple[float, float]
MIDDLE: Point = (0.5, 0.5, 0.5)


def wrapped(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points (..., 3), fractions of the box, as they lie within it, in [0, 1)."""
    inside = np.asarray(points, dtype=np.float64) % 1.0
    # A rounding error below 0 is as much as the whole box.
    return np.where(inside >= 1.0, 0.0, inside)


def point(values: Sequence[float] | NDArray[np.float64]) -> Point:
    """Return three numbers as a point of the box."""
    x, y, z = (float(value) for value in wrapped(np.asarray(values)))
    return x, y, z


def as_drawn(points: NDArray[np.float64] | Point, view: ViewSettings) -> NDArray[np.float64]:
    """Return where points of the box (..., 3) are drawn, fractions of it, in [0, 1)."""
    return wrapped(np.asarray(points, dtype=np.float64) - np.asarray(view.origin))


def apart(one: Point, other: Point) -> NDArray[np.float64]:
    """Return the way (3,) from one point to the nearest image of another, in [-0.5, 0.5) of the box along each axis."""
    return np.asarray((np.asarray(other) - np.asarray(one) + 0.5) % 1.0 - 0.5, dtype=np.float64)


def depth_in_box(view: ViewSettings) -> Interval:
    """Return the depth of a slice along its axis in the box itself: it may end beyond 1, on the box's other side."""
    start, stop = min(view.depth), max(view.depth)
    by = view.origin[view.axis] if stop - start < 1.0 else 0.0
    return start + by, stop + by


def with_origin(view: ViewSettings, origin: Point) -> ViewSettings:
    """Return the settings that draw the box from another corner: what is cropped and cut stays the same matter.

    Where the wall of the box would now tear a kept part in two, that part is pushed inside, as large as it was.
    """
    by = np.asarray(view.origin) - np.asarray(origin)
    return replace(
        view,
        origin=origin,
        clip=_moved_along(view.clip, by),
        depth=_moved(view.depth, float(by[view.axis])),
        own=tuple(_own(own, by) for own in view.own),
    )


def brought_to_the_middle(view: ViewSettings, middle: Point) -> ViewSettings:
    """Return the settings that draw a point of the box in its middle."""
    return with_origin(view, point(np.asarray(middle) - 0.5))


def _own(own: OwnView, by: NDArray[np.float64]) -> OwnView:
    return own if own.clip is None else replace(own, clip=_moved_along(own.clip, by))


def _moved_along(clip: tuple[Interval, ...], by: NDArray[np.float64]) -> tuple[Interval, ...]:
    return tuple(_moved(kept, float(step)) for kept, step in zip(clip, by, strict=True))


def _moved(kept: Interval, by: float) -> Interval:
    """Return an interval after a move along the periodic axis."""
    low, high = min(kept), max(kept)
    length = high - low
    if length >= 1.0 or by == 0.0:
        return kept
    middle = ((low + high) / 2 + by) % 1.0
    low = min(max(middle - length / 2, 0.0), 1.0 - length)
    return low, low + length
