"""Mass assignment on all cores, in two ways that differ in memory.

*Private grids*: every thread adds to a grid of its own, summed at the end; the fastest for meshes of
which some more fit in memory. *Slabs*: particles are sorted by slabs of planes, then all even slabs
are painted at once and all odd ones after them, so that no two threads ever touch the same cell; no
further grid is needed, and the order of the particles no longer matters to the caches.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.mesh.deposit import back_inside, deposit, inside

Floats = NDArray[np.float32]


@nb.njit(parallel=True, nogil=True, cache=True)
def deposit_private(
    order: int,
    positions: Floats,
    weights: Floats,
    unit: np.float32,
    grids: Floats,
    n: int,
    box_size: float,
    shift: np.float32,
) -> int:
    """Add particles to ``grids`` (n_threads, n³), an equal share of them to each; return how many were left out."""
    threads, count = grids.shape[0], positions.shape[0]
    lost = 0
    for t in nb.prange(threads):
        start, stop = count * t // threads, count * (t + 1) // threads
        mine = weights[start:stop] if weights.shape[0] > 0 else weights
        lost += deposit(order, positions[start:stop], mine, unit, grids[t], n, box_size, shift)
    return lost


@nb.njit(parallel=True, nogil=True, cache=True)
def add_up(grids: Floats) -> None:
    """Add all grids to the first."""
    for i in nb.prange(grids.shape[1]):
        for t in range(1, grids.shape[0]):
            grids[0, i] += grids[t, i]


@nb.njit(parallel=True, nogil=True, cache=True)
def drain(grids: Floats, total: NDArray[np.float64]) -> None:
    """Move what the grids hold to a grid of double precision, and empty them."""
    for i in nb.prange(total.shape[0]):
        for t in range(grids.shape[0]):
            total[i] += grids[t, i]
            grids[t, i] = 0


@nb.njit(inline="always")
def _plane(x: np.float32, box_size: float, scale: np.float32, shift: np.float32) -> int:
    """The plane of cells along x, in 0 … 2n; whatever is nowhere goes to the first."""
    if not inside(x, box_size):
        x = back_inside(x, box_size) if np.isfinite(x) else np.float32(0)
    return int(x * scale + shift)


@nb.njit(parallel=True, nogil=True, cache=True)
def sort_by_slab(
    positions: Floats,
    weights: Floats,
    n: int,
    box_size: float,
    shift: np.float32,
    slabs: int,
    threads: int,
    sorted_positions: Floats,
    sorted_weights: Floats,
) -> NDArray[np.int64]:
    """Copy particles in the order of their slab of planes along x (a counting sort, stable).

    Returns
    -------
    (slabs + 1,) int64, where each slab begins in ``sorted_positions``
    """
    count, scale = positions.shape[0], np.float32(n / box_size)
    slab_of_plane = np.empty(2 * n + 1, np.int32)
    for plane in range(2 * n + 1):
        slab_of_plane[plane] = (plane % n) * slabs // n
    places = np.zeros((threads, slabs), np.int64)
    for t in nb.prange(threads):
        for i in range(count * t // threads, count * (t + 1) // threads):
            places[t, slab_of_plane[_plane(positions[i, 0], box_size, scale, shift)]] += 1
    starts = np.empty(slabs + 1, np.int64)
    held = 0
    for slab in range(slabs):
        starts[slab] = held
        for t in range(threads):
            held, places[t, slab] = held + places[t, slab], held
    starts[slabs] = held
    for t in nb.prange(threads):
        for i in range(count * t // threads, count * (t + 1) // threads):
            slab = slab_of_plane[_plane(positions[i, 0], box_size, scale, shift)]
            place = places[t, slab]
            places[t, slab] += 1
            for axis in range(3):
                sorted_positions[place, axis] = positions[i, axis]
            if weights.shape[0] > 0:
                sorted_weights[place] = weights[i]
    return starts


@nb.njit(parallel=True, nogil=True, cache=True)
def deposit_slabs(
    order: int,
    positions: Floats,
    weights: Floats,
    unit: np.float32,
    starts: NDArray[np.int64],
    grid: Floats,
    n: int,
    box_size: float,
    shift: np.float32,
) -> int:
    """Add sorted particles to one grid (n³,): first the even slabs, all at once, then the odd ones.

    Slabs must be an even number and at least four planes thick: a particle reaches one plane below
    its own and two above. Returns how many particles were left out, having no finite position.
    """
    lost = 0
    for parity in range(2):
        for pair in nb.prange((starts.shape[0] - 1) // 2):
            start, stop = starts[2 * pair + parity], starts[2 * pair + parity + 1]
            mine = weights[start:stop] if weights.shape[0] > 0 else weights
            lost += deposit(order, positions[start:stop], mine, unit, grid, n, box_size, shift)
    return lost
