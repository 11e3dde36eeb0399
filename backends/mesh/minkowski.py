"""Minkowski functionals of all excursion sets of a periodic mesh at once, by Crofton's formula.

A set of cells is measured by how many of its cells, faces, edges and corners there are (Schmalzing &
Buchert 1997, ApJ 482, L1, eq. 7). A face belongs to the set of all thresholds up to the larger of its two
cells, an edge to the largest of four, a corner to the largest of eight: one histogram of these maxima
holds every threshold. Cells that touch at an edge or a corner are then one piece; with minima in place
of maxima they are two. The mean of both treats dense and empty regions alike.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.errors import WrongCall
from backends.progress import Progress, silent

Counts = NDArray[np.int64]
Bins = NDArray[np.uint8]

MOST = 250
"""Thresholds that fit in a byte a cell."""
JOINED = np.array([[0, 0, 0, 1], [0, 0, 2 / 9, -2 / 3], [0, 2 / 9, -4 / 9, 2 / 3], [1, -1, 1, -1]])
"""V₀ … V₃ from the numbers of corners, edges, faces and cells of a set with its whole surface."""
PARTED = np.array([[0, 0, 0, 1], [0, 0, -2 / 9, 2 / 3], [0, 2 / 9, -4 / 9, 2 / 3], [-1, 1, -1, 1]])
"""The same from those that lie inside the set."""
SLICE = 16
"""Planes between two reports."""


@nb.njit(parallel=True, nogil=True, cache=True)
def _rank(values: NDArray[np.float32], thresholds: NDArray[np.float64], ranks: Bins) -> None:
    """Count for every cell the thresholds that it reaches."""
    n, count = values.shape[0], thresholds.size
    step = (thresholds[-1] - thresholds[0]) / max(count - 1, 1)
    for i in nb.prange(n):
        for j in range(n):
            for k in range(n):
                value = np.float64(values[i, j, k])
                place = (value - thresholds[0]) / step + 1 if step > 0 else 0.0
                rank = int(min(max(place, 0.0), count))
                # The quotient may be rounded across a threshold, or they may not be evenly spaced.
                while rank < count and value >= thresholds[rank]:
                    rank += 1
                while rank > 0 and value < thresholds[rank - 1]:
                    rank -= 1
                ranks[i, j, k] = rank


@nb.njit(nogil=True, cache=True)
def _count_row(a: Bins, b: Bins, c: Bins, d: Bins, start: int, stop: int, most: Counts, least: Counts) -> None:
    """Count what lies at the upper corner of the cells of row a; b is next in y, c in x, d in both."""
    n = a.size
    for k in range(start, stop):
        u = k + 1 if k + 1 < n else 0
        # Sides of the cell (two cells), its edges (four) and its corner (eight); first this cell's layer in z.
        ab, ac, au = max(a[k], b[k]), max(a[k], c[k]), max(a[k], a[u])
        abu, acu = max(ab, max(a[u], b[u])), max(ac, max(a[u], c[u]))
        abcd = max(ab, max(c[k], d[k]))
        most[3, a[k]] += 1
        most[2, ab] += 1
        most[2, ac] += 1
        most[2, au] += 1
        most[1, abu] += 1
        most[1, acu] += 1
        most[1, abcd] += 1
        most[0, max(abcd, max(max(a[u], b[u]), max(c[u], d[u])))] += 1
        ab, ac, au = min(a[k], b[k]), min(a[k], c[k]), min(a[k], a[u])
        abu, acu = min(ab, min(a[u], b[u])), min(ac, min(a[u], c[u]))
        abcd = min(ab, min(c[k], d[k]))
        least[3, a[k]] += 1
        least[2, ab] += 1
        least[2, ac] += 1
        least[2, au] += 1
        least[1, abu] += 1
        least[1, acu] += 1
        least[1, abcd] += 1
        least[0, min(abcd, min(min(a[u], b[u]), min(c[u], d[u])))] += 1


@nb.njit(parallel=True, nogil=True, cache=True)
def _count(ranks: Bins, first: int, last: int, most: Counts, least: Counts) -> None:
    """Fill histograms (n, 4 quadrants, 4 dimensions, n_thresholds + 1) for the planes first … last − 1."""
    n = ranks.shape[0]
    for i in nb.prange(first, last):
        x = i + 1 if i + 1 < n else 0
        for j in range(n):
            y = j + 1 if j + 1 < n else 0
            for half in range(2):
                start, stop = (0, n // 2) if half == 0 else (n // 2, n)
                place = half + (2 if j >= n // 2 else 0)
                rows = ranks[i, j], ranks[i, y], ranks[x, j], ranks[x, y]
                _count_row(rows[0], rows[1], rows[2], rows[3], start, stop, most[i, place], least[i, place])


def minkowski_functionals(
    values: NDArray[np.float32],
    thresholds: NDArray[np.float64],
    cell_size: float = 1.0,
    joined: float = 0.5,
    progress: Progress = silent,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return V₀ … V₃ per volume of the sets {value ≥ threshold}, of the whole box and of its octants.

    V₀ is the share of the volume, V₁ = A / 6V, V₂ = ∫ (κ₁ + κ₂) dA / 6πV and V₃ = χ / V with χ the Euler
    characteristic of the set (bodies − tunnels + cavities).

    Parameters
    ----------
    values : (N, N, N) float32, periodic
    thresholds : (n,) float64, rising
    cell_size : Mpc/h, for the units (h/Mpc)^j
    joined : share of the touches at edges and corners that join cells; ½ treats dense and empty alike

    Returns
    -------
    (4, n) float64 and (8, 4, n) float64

    Raises
    ------
    WrongCall
        For more than 250 thresholds, or falling ones.
    """
    if not 0 < thresholds.size <= MOST or (np.diff(thresholds) <= 0).any():
        raise WrongCall(f"thresholds must rise, and be between 1 and {MOST}")
    n = values.shape[0]
    ranks = np.empty(values.shape, np.uint8)
    progress(0.0, "Ranking cells")
    with exclusive():
        _rank(np.ascontiguousarray(values), np.asarray(thresholds, np.float64), ranks)
    most, least = np.zeros((2, n, 4, 4, thresholds.size + 1), np.int64)
    for first in range(0, n, SLICE):
        progress(0.3 + 0.7 * first / n, "Counting faces, edges and corners")
        with exclusive():
            _count(ranks, first, min(first + SLICE, n), most, least)
    progress(1.0, "Counted")
    octants = np.zeros((8, 4, thresholds.size))
    cells = np.zeros(8)
    for counts, weights in ((most, joined * JOINED), (least, (1 - joined) * PARTED)):
        # What has rank r belongs to the sets of the first r thresholds.
        reached = counts[..., ::-1].cumsum(axis=-1)[..., ::-1]
        by_octant = np.concatenate([reached[: n // 2].sum(axis=0), reached[n // 2 :].sum(axis=0)])
        cells[:] = by_octant[:, 3, 0]
        octants += np.einsum("vd,odt->ovt", weights, by_octant[..., 1:])
    octants /= float(cell_size) ** np.arange(4)[:, None]
    return octants.sum(axis=0) / cells.sum(), octants / np.maximum(cells, 1)[:, None, None]
