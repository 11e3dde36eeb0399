"""Bricks of cells with their lowest and highest values, so that rays jump over those that change nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

# Cells a side. Rays through the coarse version of a field meet fewer cells, and smaller bricks.
SIDE, COARSE_SIDE = 8, 4
# Cards round what they store in half precision; no brick may be found empty by that.
HALF_MARGIN = 1e-3


def extremes(values: NDArray[np.float32], side: int, margin: float = 0.0) -> NDArray[np.float32]:
    """Return the lowest and the highest value of each brick and of the cells that touch it: (b, b, b, 2) float32.

    Between the middles of cells their values are mixed, so that a sample in a brick knows the cells around it; the
    box is periodic.

    Parameters
    ----------
    values : (n, n, n) float32
    side : of a brick, in cells; the last ones may be smaller
    margin : relative, by which both are moved apart
    """
    low = _reduced(_reduced(_reduced(values, side, 0, np.minimum), side, 1, np.minimum), side, 2, np.minimum)
    high = _reduced(_reduced(_reduced(values, side, 0, np.maximum), side, 1, np.maximum), side, 2, np.maximum)
    both = np.stack([low - margin * np.abs(low), high + margin * np.abs(high)], axis=-1)
    return np.ascontiguousarray(both, dtype=np.float32)


def _reduced(
    values: NDArray[np.float32], side: int, axis: int, pick: Callable[..., NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Reduce one axis to its bricks, each with the cell before it and the cell after it."""
    n = values.shape[axis]
    ahead = np.moveaxis(values, axis, 0)
    starts = range(0, n, side)
    out = np.empty((len(starts), *ahead.shape[1:]), np.float32)
    for brick, start in enumerate(starts):
        stop = min(start + side, n)
        pick(ahead[start - 1], ahead[stop % n], out=out[brick])
        for cell in range(start, stop):
            pick(out[brick], ahead[cell], out=out[brick])
    return np.moveaxis(out, 0, axis)
