"""Slices and projections of a field, taken by numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field


def layers(n: int, cell_offset: float, depth: tuple[float, float]) -> range:
    """Return the layers whose values lie in a depth range; at least the one nearest to its middle.

    Layers from n on are those of the periodic box's other side.

    Parameters
    ----------
    n : cells along the axis
    cell_offset : where in its cell a value sits, in cells
    depth : (start, stop), fractions of the box; beyond 1 is its other side
    """
    start, stop = min(depth), max(depth)
    first = int(np.ceil(start * n - cell_offset - 1e-6))
    last = int(np.ceil(stop * n - cell_offset - 1e-6))
    first = max(first, 0)
    last = min(last, first + n if stop > 1.0 else n)
    if last <= first:
        middle = round((start + stop) / 2 * n - cell_offset)
        first = max(middle if stop > 1.0 else min(middle, n - 1), 0)
        last = first + 1
    return range(first, last)


def _kept(field: Field, axis: int, depth: tuple[float, float]) -> NDArray[np.float32]:
    n = field.values.shape[axis]
    taken = layers(n, field.cell_offset, depth)
    if taken.stop > n:
        return np.take(field.values, [layer % n for layer in taken], axis)
    kept: list[slice] = [slice(None)] * 3
    kept[axis] = slice(taken.start, taken.stop)
    return field.values[tuple(kept)]


def mean(field: Field, axis: int, depth: tuple[float, float]) -> NDArray[np.float32]:
    """Return the mean of a slab along an axis: (n, n) float32, the remaining axes in order.

    Over the whole depth of a density this is the column density over its mean, Σ / Σ̄.
    """
    return np.asarray(_kept(field, axis, depth).mean(axis=axis, dtype=np.float32), dtype=np.float32)


def highest(field: Field, axis: int, depth: tuple[float, float] = (0.0, 1.0)) -> NDArray[np.float32]:
    """Return the maximum over a slab along an axis: (n, n) float32."""
    return np.asarray(_kept(field, axis, depth).max(axis=axis), dtype=np.float32)


def middles(field: Field, thickness: float, of_highest: bool) -> NDArray[np.float32]:
    """Return slabs of that thickness through the box's middle, along all three axes: (m,) float32.

    They stand for a cut of any orientation where only its range is asked for.
    """
    take, depth = highest if of_highest else mean, (0.5 - thickness / 2, 0.5 + thickness / 2)
    return np.concatenate([take(field, axis, depth).ravel() for axis in range(3)])


def thinned(field: Field, at_most: int) -> Field:
    """Return the field with every so many cells only, enough to measure percentiles quickly."""
    stride = -(-max(field.grid) // at_most)
    if stride == 1:
        return field
    values = field.values[::stride, ::stride, ::stride]
    return Field(values, field.box_size, field.quantity, field.cell_offset, field.redshift)
