"""Bricks of cells with the lowest and highest values around them: rays jump over those that change nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

# Cells a side of a brick, and how far around it a sample may lie that its extremes hold for.
SIDE, AROUND = 8, 4
# Cards round what they store in half precision; no brick may be found empty by that.
HALF_MARGIN = 1e-3


def block(step: float, cells: int) -> int:
    """Return how many steps lie around their middle.

    Parameters
    ----------
    step : box lengths
    cells : a side of the mesh
    """
    return max(int(2 * AROUND / (step * cells) + 1e-3), 1)


def extremes(
    values: NDArray[np.float32], side: int = SIDE, around: int = AROUND, margin: float = 0.0
) -> NDArray[np.float32]:
    """Return the lowest and the highest value of each brick and its surroundings: (b, b, b, 2) float32.

    Between the middles of cells their values are mixed, so that a sample knows one cell more; the box is periodic.

    Parameters
    ----------
    values : (n, n, n) float32
    side : of a brick, in cells; the last ones may be smaller
    around : cells by which samples may lie beside it
    margin : relative, by which both are moved apart
    """
    border = around + 1
    low = high = values
    for axis in range(3):
        low = _reduced(low, side, border, axis, np.minimum)
        high = _reduced(high, side, border, axis, np.maximum)
    both = np.stack([low - margin * np.abs(low), high + margin * np.abs(high)], axis=-1)
    return np.ascontiguousarray(both, dtype=np.float32)


def _reduced(
    values: NDArray[np.float32], side: int, border: int, axis: int, pick: Callable[..., NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Reduce one axis to its bricks, each with so many cells before and after it."""
    n = values.shape[axis]
    layers = np.moveaxis(values, axis, 0)
    starts = range(0, n, side)
    out = np.empty((len(starts), *layers.shape[1:]), np.float32)
    for brick, start in enumerate(starts):
        out[brick] = layers[(start - border) % n]
        for cell in range(start - border + 1, min(start + side, n) + border):
            pick(out[brick], layers[cell % n], out=out[brick])
    return np.moveaxis(out, 0, axis)
