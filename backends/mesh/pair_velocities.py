"""How fast the points of pairs move against each other, by their distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.mesh import pair_kernels
from backends.mesh.pair_counts import bins_of_squares, cells_of
from backends.progress import Progress, silent

Floats = NDArray[np.float64]

ACROSS = 3
"""Regions along every axis, of which the jackknife leaves one out at a time."""
SUMS = 4
"""Pairs, and their sums of v_r, v_r² and v_t²."""


@dataclass(frozen=True, eq=False)
class PairVelocities:
    """What a box's pairs, and all but those that touch a region, add up to: number, v_r, v_r², v_t², by distance.

    whole : (m, 4) float64
    without : (27, m, 4) float64
    """

    whole: Floats
    without: Floats

    @property
    def nbytes(self) -> int:
        return int(self.whole.nbytes + self.without.nbytes)


def pair_velocities(
    positions: NDArray[np.floating],
    velocities: NDArray[np.floating],
    box_size: float,
    edges: Floats,
    progress: Progress = silent,
) -> PairVelocities:
    """Add up the velocities of pairs along and across their separation; v_r is below zero where they approach.

    Parameters
    ----------
    positions : (n, 3), comoving Mpc/h; outside [0, L) they are wrapped
    velocities : (n, 3), peculiar km/s
    edges : (m + 1,) ascending and above zero, Mpc/h, at most a third of the box

    Raises
    ------
    InputError
        Where a position is not a finite number.
    WrongCall
        Where the bins reach too far.
    """
    cells = cells_of(positions, box_size, float(edges[-1]))
    v = np.asarray(velocities, np.float64)[cells.order]
    third = np.minimum((cells.positions * (ACROSS / box_size)).astype(np.int64), ACROSS - 1)
    region = (third[:, 0] * ACROSS + third[:, 1]) * ACROSS + third[:, 2]
    n_bins, n_cells = edges.size - 1, cells.n_cells
    whole, touching = np.zeros((n_cells, n_bins, SUMS)), np.zeros((n_cells, ACROSS**3, n_bins, SUMS))
    squares, first_guess = bins_of_squares(edges)
    where = cells.positions, v, region, cells.starts, n_cells, cells.offsets, float(box_size), squares, first_guess
    for plane in range(n_cells):
        progress(plane / n_cells, "Pairing velocities")
        with exclusive():
            pair_kernels.add_velocities(*where, plane, whole, touching)
    progress(1.0, "Paired velocities")
    total = whole.sum(axis=0)
    return PairVelocities(total, total - touching.sum(axis=0))
