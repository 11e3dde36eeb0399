"""Mass assignment as slow and obvious as can be: the oracle of the fast ones."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from backends.mesh.assignment import order


def kernel_share(distance: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Return what a particle gives to a cell at that distance along one axis, in cells.

    The top hat convolved with itself (Hockney & Eastwood 1981; Sefusatti et al. 2016, eq. 17–20).
    """
    s = np.abs(distance)
    if order == 1:
        share = np.where(s < 0.5, 1.0, 0.0)
    elif order == 2:
        share = np.maximum(1 - s, 0.0)
    elif order == 3:
        share = np.where(s < 0.5, 0.75 - s**2, np.where(s < 1.5, (1.5 - s) ** 2 / 2, 0.0))
    else:
        share = np.where(s < 1, (4 - 6 * s**2 + 3 * s**3) / 6, np.where(s < 2, (2 - s) ** 3 / 6, 0.0))
    return np.asarray(share, dtype=np.float64)


def paint_reference(
    positions: NDArray[np.floating],
    box_size: float,
    n_mesh: int,
    mass_assignment: str = "tsc",
    weights: NDArray[np.floating] | None = None,
    shift: float = 0.0,
) -> NDArray[np.float64]:
    """Return 1+δ as :func:`backends.mesh.painting.paint` does, in double precision, offset by offset."""
    p = order(mass_assignment)
    x = np.asarray(positions, np.float64) * n_mesh / box_size + shift
    w = np.ones(x.shape[0]) if weights is None else np.asarray(weights, np.float64)
    grid = np.zeros((n_mesh,) * 3)
    nearest = np.floor(x + 0.5).astype(np.int64)
    for offsets in product(range(-2, 3), repeat=3):
        cell = nearest + np.array(offsets)
        share = kernel_share(x - cell, p).prod(axis=1)
        np.add.at(grid, tuple((cell % n_mesh).T), share * w)
    return np.asarray(grid * (n_mesh**3 / w.sum()), dtype=np.float64)
