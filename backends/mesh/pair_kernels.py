"""Compiled loops over the pairs of points in neighbouring cells of a periodic box.

Each adds the pairs of one plane of cells with those that lie ahead of it, each row of cells into its own row of sums,
so that rows can be looked at side by side.
"""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(inline="always")
def _ahead(plane, j, k, offset, n_cells, box_size):  # type: ignore[no-untyped-def]
    """Return the cell so far from (plane, j, k), and by what its points are moved to stand beside that one's."""
    a, b, c = plane + offset[0], j + offset[1], k + offset[2]
    there = ((a % n_cells) * n_cells + b % n_cells) * n_cells + c % n_cells
    return there, box_size * np.floor(a / n_cells), box_size * np.floor(b / n_cells), box_size * np.floor(c / n_cells)


@nb.njit(inline="always")
def _bin_of(d2, squares, first_guess, per_square):  # type: ignore[no-untyped-def]
    """Return the bin of a squared distance, or -1 where it is in none."""
    if d2 >= squares[squares.shape[0] - 1] or d2 < squares[0]:
        return -1
    found = first_guess[int(d2 * per_square)]
    while d2 < squares[found]:
        found -= 1
    return found


@nb.njit(inline="always")
def _slots_per_square(squares, first_guess):  # type: ignore[no-untyped-def]
    return first_guess.shape[0] / squares[squares.shape[0] - 1] * (1 - 1e-12)


@nb.njit(parallel=True, nogil=True, cache=True)
def count(x, starts, n_cells, offsets, w, box_size, squares, first_guess, plane, counts, sums):  # type: ignore[no-untyped-def]
    """Add up how many pairs there are at each distance, and where points have weights Σ w_i w_j."""
    weighted, per_square = w.shape[0] > 0, _slots_per_square(squares, first_guess)
    for j in nb.prange(n_cells):
        for k in range(n_cells):
            here = (plane * n_cells + j) * n_cells + k
            for o in range(offsets.shape[0]):
                there, sx, sy, sz = _ahead(plane, j, k, offsets[o], n_cells, box_size)
                for p in range(starts[here], starts[here + 1]):
                    px, py, pz = x[p, 0] - sx, x[p, 1] - sy, x[p, 2] - sz
                    for q in range(p + 1 if o == 0 else starts[there], starts[there + 1]):
                        dx, dy, dz = x[q, 0] - px, x[q, 1] - py, x[q, 2] - pz
                        found = _bin_of(dx * dx + dy * dy + dz * dz, squares, first_guess, per_square)
                        if found >= 0:
                            counts[j, found] += 1
                            if weighted:
                                sums[j, found] += w[p] * w[q]


@nb.njit(parallel=True, nogil=True, cache=True)
def add_velocities(x, v, region, starts, n_cells, offsets, box_size, squares, first_guess, plane, whole, touching):  # type: ignore[no-untyped-def]
    """Add up number, v_r, v_r² and v_t² of pairs at each distance: of all, and of those that touch each region."""
    per_square = _slots_per_square(squares, first_guess)
    for j in nb.prange(n_cells):
        for k in range(n_cells):
            here = (plane * n_cells + j) * n_cells + k
            for o in range(offsets.shape[0]):
                there, sx, sy, sz = _ahead(plane, j, k, offsets[o], n_cells, box_size)
                for p in range(starts[here], starts[here + 1]):
                    px, py, pz = x[p, 0] - sx, x[p, 1] - sy, x[p, 2] - sz
                    for q in range(p + 1 if o == 0 else starts[there], starts[there + 1]):
                        dx, dy, dz = x[q, 0] - px, x[q, 1] - py, x[q, 2] - pz
                        d2 = dx * dx + dy * dy + dz * dz
                        found = _bin_of(d2, squares, first_guess, per_square)
                        if found < 0:
                            continue
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
