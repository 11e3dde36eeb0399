"""Pairs of points in a periodic box, by their distance.

Points are sorted into cells. The pairs of two cells are looked at once, and only where the cells are
near enough; across the box's faces a cell's image stands where it belongs, so that no distance needs
folding.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.errors import InputError, WrongCall
from backends.mesh import pair_kernels
from backends.progress import Progress, silent

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

IN_A_CELL = 12
"""Points in a cell at which looking at cells costs about as little as looking at points."""
MOST_CELLS = 96
SLOTS = 1 << 12
"""Of squared distances, in a table that tells their bin."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Points sorted into the cells of a box.

    positions : (n, 3) float64, in [0, L), in the order of their cells
    order : (n,), where each was before
    starts : (n_cells³ + 1,), at which point each cell begins
    offsets : (m, 3), the cells near enough that come after a cell, itself first
    """

    positions: Floats
    order: Whole
    starts: Whole
    n_cells: int
    offsets: Whole


def cells_of(positions: NDArray[np.floating], box_size: float, reach: float) -> Cells:
    """Sort points into cells between which pairs up to ``reach`` are found; raises as ``pair_counts`` does."""
    if not 0 < reach <= box_size / 3:
        raise WrongCall(
            f"pairs up to {reach:g} Mpc/h cannot be counted in a box of {box_size:g}: at most a third of it"
        )
    x = np.asarray(positions, np.float64)
    if not np.isfinite(x).all():
        raise InputError("some positions are not finite numbers; the file is damaged or misread")
    x = x % box_size
    x[x >= box_size] = 0.0
    n_cells = int(np.clip(round((x.shape[0] / IN_A_CELL) ** (1 / 3)), 3, MOST_CELLS))
    # Cells much smaller than the reach only make more of them to look at.
    n_cells = min(n_cells, max(3, int(6 * box_size / reach)))
    while 2 * _reach(reach, box_size, n_cells) + 1 > n_cells:
        n_cells -= 1
    cell = np.minimum((x * (n_cells / box_size)).astype(np.int64), n_cells - 1)
    flat = (cell[:, 0] * n_cells + cell[:, 1]) * n_cells + cell[:, 2]
    order = np.argsort(flat, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=n_cells**3))])
    return Cells(x[order], order, starts, n_cells, _ahead(reach, box_size, n_cells))


def bins_of_squares(edges: Floats) -> tuple[Floats, Whole]:
    """Return the edges' squares, and the bin of the farthest pair in each slot of squared distances.

    For nearly all slots that is the bin of every pair.
    """
    squares = np.asarray(edges, np.float64) ** 2
    ends = squares[-1] * np.arange(1, SLOTS + 1) / SLOTS * (1 + 1e-9)
    return squares, np.clip(np.searchsorted(squares, ends, "right") - 1, 0, edges.size - 2)


def pair_counts(
    positions: NDArray[np.floating],
    box_size: float,
    edges: Floats,
    weights: NDArray[np.floating] | None = None,
    progress: Progress = silent,
) -> tuple[Whole, Floats]:
    """Return how many pairs have a distance in each bin, and Σ w_i w_j of them.

    Parameters
    ----------
    positions : (n, 3), comoving Mpc/h; outside [0, L) they are wrapped
    edges : (m + 1,) ascending, Mpc/h, at most a third of the box; a bin holds edges[i] ≤ r < edges[i + 1]
    weights : (n,), or None where all weigh the same: then the sums are the numbers

    Returns
    -------
    (m,) int64 and (m,) float64, a pair counted once

    Raises
    ------
    InputError
        Where a position is not a finite number.
    WrongCall
        Where the bins reach too far.
    """
    cells = cells_of(positions, box_size, float(edges[-1]))
    n_cells, where = cells.n_cells, (cells.positions, cells.starts, cells.n_cells, cells.offsets)
    w = np.empty(0) if weights is None else np.asarray(weights, np.float64)[cells.order]
    counts, sums = np.zeros((n_cells, edges.size - 1), np.int64), np.zeros((n_cells, edges.size - 1))
    squares, first_guess = bins_of_squares(edges)
    for plane in range(n_cells):
        progress(plane / n_cells, "Counting pairs")
        with exclusive():
            pair_kernels.count(*where, w, float(box_size), squares, first_guess, plane, counts, sums)
    progress(1.0, "Counted pairs")
    total = counts.sum(axis=0)
    return total, total.astype(np.float64) if weights is None else sums.sum(axis=0)


def _reach(reach: float, box_size: float, n_cells: int) -> int:
    """Return how many cells away the farthest partner may be."""
    return int(np.ceil(reach * n_cells / box_size * (1 - 1e-12)))


def _ahead(reach: float, box_size: float, n_cells: int) -> Whole:
    """Return the cells that are near enough and come after a cell, itself first."""
    away = _reach(reach, box_size, n_cells)
    near = []
    for offset in product(range(-away, away + 1), repeat=3):
        gap = sum(max(abs(step) - 1, 0) ** 2 for step in offset)
        if offset > (0, 0, 0) and gap * (box_size / n_cells) ** 2 <= reach**2 * (1 + 1e-12):
            near.append(offset)
    return np.array([(0, 0, 0), *near], np.int64)
