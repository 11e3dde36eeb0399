"""Minkowski functionals of all excursion sets of a periodic map at once, as ``backends.mesh.minkowski`` in a box.

A set of cells is measured by how many of its cells, sides and corners there are: a side belongs to the set of all
thresholds up to the larger of its two cells, a corner to the largest of four. Cells that touch at a corner are then
one piece; with minima in place of maxima they are two. The mean of both treats dense and empty regions alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

JOINED = np.array([[0, 0, 1], [0, np.pi / 8, -np.pi / 4], [1, -1, 1]])
"""V₀ … V₂ from the numbers of corners, sides and cells of a set with its whole boundary."""
PARTED = np.array([[0, 0, 1], [0, -np.pi / 8, np.pi / 4], [1, -1, 1]])
"""The same from those that lie inside the set."""


def map_functionals(
    values: NDArray[np.float32], thresholds: Floats, cell_size: float = 1.0, joined: float = 0.5
) -> tuple[Floats, Floats]:
    """Return V₀ … V₂ per area of the sets {value ≥ threshold}, of the whole map and of its quadrants.

    V₀ is the share of the area, V₁ a quarter of the boundary's length per area, and V₂ the Euler characteristic
    (pieces − holes) per area (Schmalzing & Górski 1998, MNRAS 297, 355). The length is Crofton's, of boundaries that
    run in all directions alike: π / 4 of that along the cells' sides.

    Parameters
    ----------
    values : (N, N) float32, periodic
    thresholds : (n,) float64, rising
    cell_size : Mpc/h, for the units (h/Mpc)^j
    joined : share of the touches at corners that join cells; ½ treats dense and empty alike

    Returns
    -------
    (3, n) float64 and (4, 3, n) float64
    """
    ranks = np.searchsorted(thresholds, values, side="right")
    half = np.arange(values.shape[0]) >= values.shape[0] // 2
    quadrant = 2 * half[:, None] + half[None, :]
    cells = np.bincount(quadrant.reshape(-1), minlength=4)
    quadrants = np.zeros((4, 3, thresholds.size))
    for extreme, weights in ((np.maximum, joined * JOINED), (np.minimum, (1 - joined) * PARTED)):
        below, right = (extreme(ranks, np.roll(ranks, -1, axis)) for axis in (0, 1))
        corners = extreme(below, np.roll(below, -1, 1))
        counts = np.zeros((4, 3, thresholds.size + 1))
        for place, found in ((0, corners), (1, below), (1, right), (2, ranks)):
            flat = np.bincount((quadrant * counts.shape[-1] + found).reshape(-1), minlength=4 * counts.shape[-1])
            counts[:, place] += flat.reshape(4, -1)
        # What has rank r belongs to the sets of the first r thresholds.
        reached = counts[..., ::-1].cumsum(axis=-1)[..., ::-1]
        quadrants += np.einsum("vd,qdt->qvt", weights, reached[..., 1:])
    quadrants /= float(cell_size) ** np.arange(3)[:, None]
    return quadrants.sum(axis=0) / cells.sum(), quadrants / np.maximum(cells, 1)[:, None, None]
