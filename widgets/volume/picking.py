"""What lies under the cursor: the densest point along a ray, or a point of a slab."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from widgets.volume.box import WHOLE, Clip
from widgets.volume.flat import PLANES
from widgets.volume.slab import layers

Point = tuple[float, float, float]
# A quarter of a cell, halved so often, is less than a thousandth of one.
HALVINGS = 10


def voxel(field: Field, point: Point) -> tuple[int, int, int]:
    """Return the cell whose value is nearest to a point, periodically.

    Parameters
    ----------
    point : fractions of the box
    """
    i, j, k = (round(p * n - field.cell_offset) % n for p, n in zip(point, field.grid, strict=True))
    return i, j, k


def position(field: Field, index: tuple[int, ...]) -> Point:
    """Return where a cell's value sits, fractions of the box."""
    x, y, z = (((i + field.cell_offset) / n) % 1.0 for i, n in zip(index, field.grid, strict=True))
    return x, y, z


def crossing(origin: NDArray[np.float64], direction: NDArray[np.float64], clip: Clip) -> tuple[float, float] | None:
    """Return where along a ray the kept part of the box begins and ends, or None where it is missed."""
    low, high = np.asarray(clip, dtype=np.float64).T
    safe = np.where(np.abs(direction) < 1e-9, 1e-9, direction)
    one, two = (low - origin) / safe, (high - origin) / safe
    start = max(float(np.minimum(one, two).max()), 0.0)
    stop = float(np.maximum(one, two).min())
    return (start, stop) if stop > start else None


def densest(
    field: Field,
    origin: NDArray[np.float64],
    direction: NDArray[np.float64],
    clip: Clip = WHOLE,
    reach: float = np.inf,
) -> Point | None:
    """Return the densest point along a ray through the kept part of the box, or None where it is missed.

    Parameters
    ----------
    origin, direction : (3,) float64, box coordinates
    reach : how far along the ray is looked, box lengths
    """
    crossed = crossing(origin, direction, clip)
    if crossed is None or crossed[0] > reach:
        return None
    start, stop = crossed[0], min(crossed[1], reach)
    steps = max(int((stop - start) * max(field.grid) * 2), 1)
    t = start + (np.arange(steps) + 0.5) / steps * (stop - start)
    points = origin + t[:, None] * direction
    grid = np.asarray(field.grid)
    cells = np.rint(points * grid - field.cell_offset).astype(np.int64) % grid
    values = field.values[cells[:, 0], cells[:, 1], cells[:, 2]]
    return position(field, tuple(int(c) for c in cells[int(np.argmax(values))]))


def interpolated(field: Field, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the field between its cells, linearly in every axis and periodically: (m,) float64.

    Parameters
    ----------
    points : (m, 3), fractions of the box
    """
    grid = np.asarray(field.grid)
    place = points * grid - field.cell_offset
    first = np.floor(place).astype(np.int64)
    share = place - first
    total = np.zeros(len(points))
    for corner in np.ndindex(2, 2, 2):
        cells = (first + corner) % grid
        weight = np.where(corner, share, 1.0 - share).prod(axis=1)
        total += weight * field.values[cells[:, 0], cells[:, 1], cells[:, 2]]
    return total


def on_surface(
    field: Field, origin: NDArray[np.float64], direction: NDArray[np.float64], level: float, clip: Clip = WHOLE
) -> Point | None:
    """Return where a ray first meets an isosurface or the cut through what it encloses, or None where it does not.

    Parameters
    ----------
    origin, direction : (3,) float64, box coordinates
    level : in units of the field
    clip : the kept part; beyond 1 it is the box's other side, and so is what is found there
    """
    crossed = crossing(origin, direction, clip)
    if crossed is None:
        return None
    start, stop = crossed
    t = np.linspace(start, stop, max(int((stop - start) * max(field.grid) * 4), 1) + 1)
    values = interpolated(field, origin + t[:, None] * direction) - level
    if values[0] >= 0.0 and start > 0.0:
        found = start
    else:
        changes = np.flatnonzero((values[1:] >= 0.0) != (values[:-1] >= 0.0))
        if not changes.size:
            return None
        i = int(changes[0])
        near, found = float(t[i]), float(t[i + 1])
        for _ in range(HALVINGS):
            middle = (near + found) / 2
            value = interpolated(field, (origin + middle * direction)[None])[0] - level
            near, found = (middle, found) if (value >= 0.0) == (values[i] >= 0.0) else (near, middle)
    low, high = np.asarray(clip, dtype=np.float64).T
    x, y, z = np.clip(origin + found * direction, low, np.nextafter(high, low))
    return float(x), float(y), float(z)


def densest_beside(field: Field, point: Point, corner: Point = (0.0, 0.0, 0.0)) -> Point:
    """Return where the densest of the cells around a point sits; what lies beyond the box's walls is not beside it.

    Parameters
    ----------
    point : fractions of the box, in [0, 1) from the corner
    corner : where the walls are
    """
    grid = np.asarray(field.grid)
    around = np.floor(np.asarray(point) * grid - field.cell_offset).astype(np.int64) + list(np.ndindex(2, 2, 2))
    within = (around + field.cell_offset) / grid - np.asarray(corner)
    inside = around[((within >= 0.0) & (within < 1.0)).all(axis=1)] % grid
    values = field.values[inside[:, 0], inside[:, 1], inside[:, 2]]
    return position(field, tuple(int(i) for i in inside[int(np.argmax(values))]))


def in_slab(
    field: Field | None,
    right: float,
    up: float,
    axis: int,
    depth: tuple[float, float],
    corner: Point = (0.0, 0.0, 0.0),
) -> Point | None:
    """Return the densest point of a slab under a place of its picture, or None outside the box.

    A slab of one layer, or of an unknown field, gives the place itself at its middle.

    Parameters
    ----------
    right, up : fractions of the box from the corner that it is drawn from
    depth : in the box itself; beyond 1 is its other side
    """
    if not (0.0 <= right < 1.0 and 0.0 <= up < 1.0):
        return None
    point = [0.0, 0.0, 0.0]
    for across, place in zip(PLANES[axis], (right, up), strict=True):
        point[across] = (place + corner[across]) % 1.0
    point[axis] = (min(depth) + max(depth)) / 2 % 1.0
    if field is not None:
        kept = [layer % field.grid[axis] for layer in layers(field.grid[axis], field.cell_offset, depth)]
        column: list[int | list[int]] = list(voxel(field, (point[0], point[1], point[2])))
        column[axis] = kept
        along = field.values[tuple(column)]
        best = kept[int(np.argmax(along))]
        point[axis] = ((best + field.cell_offset) / field.grid[axis]) % 1.0
    return point[0], point[1], point[2]
