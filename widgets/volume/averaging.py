"""Several pictures whose mean is seen: each has its rays elsewhere in its pixels, and other samples along them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# The powers of the inverse of the root of x⁴ = x + 1: any first few multiples of them spread evenly over the unit
# cube (Roberts 2018, "The unreasonable effectiveness of quasirandom sequences").
SPREAD = np.array([0.8191725133961645, 0.6710436067037893, 0.5497004779019703])
# Of a resting view: after so many pictures their mean hardly changes. And of a picture that is kept.
MOST, KEPT = 8, 4
# A movie is made of many that are seen for a moment; what is missed between samples does not show there, but edges do.
FILMED, FILMED_SURFACES = 1, 4


def offsets(turn: int) -> tuple[float, float, float]:
    """Return where a picture's rays go through their pixels, and by what part of a step their samples are shifted.

    The first picture has no offsets at all.

    Returns
    -------
    across, along : pixels from the middle of a pixel, in [-0.5, 0.5)
    forwards : steps, in [0, 1)
    """
    x, y, z = turn * SPREAD % 1.0
    return float((x + 0.5) % 1.0 - 0.5), float((y + 0.5) % 1.0 - 0.5), float(z)


def shifted(matrix: NDArray[np.floating], by: Sequence[float]) -> NDArray[np.float64]:
    """Return the camera's matrix for a picture that is shifted by so much of the view's cube, across and along."""
    moved = np.array(matrix, dtype=np.float64)
    for axis, way in enumerate(by):
        moved[axis] += way * moved[3]
    return moved
