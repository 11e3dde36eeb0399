"""How fast the points of pairs move against each other, by their distance."""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
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


@nb.njit(parallel=True, nogil=True, cache=True)
def _add(x, v, region, starts, n_cells, offsets, box_size, squares, first_guess, plane, whole, touching):  # type: ignore[no-untyped-def]
    """Add the pairs of the cells of one plane with those that lie ahead, each row of cells into its own row."""
    n_bins = squares.shape[0] - 1
    per_square = first_guess.shape[0] / squares[n_bins] * (1 - 1e-12)
    for j in nb.prange(n_cells):
        for k in range(n_cells):
            here = (plane * n_cells + j) * n_cells + k
            for o in range(offsets.shape[0]):
                a, b, c = plane + offsets[o, 0], j + offsets[o, 1], k + offsets[o, 2]
                there = ((a % n_cells) * n_cells + b % n_cells) * n_cells + c % n_cells
                sx = box_size * np.floor(a / n_cells)
                sy = box_size * np.floor(b / n_cells)
                sz = box_size * np.floor(c / n_cells)
                for p in range(starts[here], starts[here + 1]):
                    px, py, pz = x[p, 0] - sx, x[p, 1] - sy, x[p, 2] - sz
                    for q in range(p + 1 if o == 0 else starts[there], starts[there + 1]):
                        dx, dy, dz = x[q, 0] - px, x[q, 1] - py, x[q, 2] - pz
                        d2 = dx * dx + dy * dy + dz * dz
                        if d2 >= squares[n_bins] or d2 < squares[0]:
                            continue
                        found = first_guess[int(d2 * per_square)]
                        while d2 < squares[found]:
                            found -= 1
                        ux, uy, uz = v[q, 0] - v[p, 0], v[q, 1] - v[p, 1], v[q, 2] - v[p, 2]
                        radial = (ux * dx + uy * dy + uz * dz) / np.sqrt(d2)
                        across = ux * ux + uy * uy + uz * uz - radial * radial
                        first, second = region[p], region[q]
                        for into in (whole[j, found], touching[j, first, found]):
                            into[0] += 1.0
                            into[1] += radial
                            into[2] += radial * radial
                            into[3] += across
                        if second != first:
                            into = touching[j, second, found]
                            into[0] += 1.0
                            into[1] += radial
                            into[2] += radial * radial
                            into[3] += across


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
            _add(*where, plane, whole, touching)
    progress(1.0, "Paired velocities")
    total = whole.sum(axis=0)
    return PairVelocities(total, total - touching.sum(axis=0))
