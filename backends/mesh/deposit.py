"""The compiled loops of mass assignment, kept on disk.

Particles are taken in batches: the first loop over a batch finds cells and weights and is
vectorised, the second only adds. The short second loop lets the processor have many cells under way
at once, which halves the time of particles in random order.

All cores share the work in one of two ways that differ in memory. *Private grids*: every thread adds
to a grid of its own, summed at the end; the fastest for meshes of which some more fit in memory.
*Slabs*: particles are sorted by slabs of planes, then all even slabs are painted at once and all odd
ones after them, so that no two threads ever touch the same cell; no further grid is needed, and the
order of the particles no longer matters to the caches.

All of it stands in one file because numba's cache notices only changes of the file in which a
function stands, not of those that it calls.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Grid = NDArray[np.float32] | NDArray[np.float64]

BATCH = 128
FAST = {"nsz", "arcp", "contract", "reassoc"}
"""Arithmetic may be reordered; NaN and infinity keep their meaning, because they are looked for."""
_zero, _one = np.int32(0), np.int32(1)


@nb.njit(inline="always")
def _wrapped(cell: np.int32, n: np.int32) -> np.int32:
    """Bring 0 … 2n back into 0 … n − 1."""
    cell = cell - n if cell >= n else cell
    return cell - n if cell >= n else cell


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _stage_ngp(x: Floats, scale: np.float32, shift: np.float32, n: np.int32, cells: Integers) -> None:
    for axis in range(3):
        for i in range(x.shape[0]):
            cells[axis, 0, i] = _wrapped(np.int32(x[i, axis] * scale + shift + np.float32(0.5)), n)


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _stage_cic(x: Floats, scale: np.float32, shift: np.float32, n: np.int32, cells: Integers, shares: Floats) -> None:
    for axis in range(3):
        for i in range(x.shape[0]):
            a = x[i, axis] * scale + shift
            k = np.int32(a)
            u = a - np.float32(k)
            shares[axis, 0, i] = np.float32(1) - u
            shares[axis, 1, i] = u
            k = _wrapped(k, n)
            cells[axis, 0, i] = k
            cells[axis, 1, i] = k + _one if k + _one < n else _zero


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _stage_tsc(x: Floats, scale: np.float32, shift: np.float32, n: np.int32, cells: Integers, shares: Floats) -> None:
    half = np.float32(0.5)
    for axis in range(3):
        for i in range(x.shape[0]):
            a = x[i, axis] * scale + shift
            k = np.int32(a + half)
            u = a - np.float32(k)
            shares[axis, 0, i] = half * (half - u) * (half - u)
            shares[axis, 1, i] = np.float32(0.75) - u * u
            shares[axis, 2, i] = half * (half + u) * (half + u)
            k = _wrapped(k, n)
            cells[axis, 0, i] = k - _one if k > _zero else n - _one
            cells[axis, 1, i] = k
            cells[axis, 2, i] = k + _one if k + _one < n else _zero


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _stage_pcs(x: Floats, scale: np.float32, shift: np.float32, n: np.int32, cells: Integers, shares: Floats) -> None:
    sixth, three, four, six = np.float32(1 / 6), np.float32(3), np.float32(4), np.float32(6)
    for axis in range(3):
        for i in range(x.shape[0]):
            a = x[i, axis] * scale + shift
            k = np.int32(a)
            u = a - np.float32(k)
            v = np.float32(1) - u
            shares[axis, 0, i] = sixth * v * v * v
            shares[axis, 1, i] = sixth * (four - six * u * u + three * u * u * u)
            shares[axis, 2, i] = sixth * (four - six * v * v + three * v * v * v)
            shares[axis, 3, i] = sixth * u * u * u
            k = _wrapped(k, n)
            cells[axis, 0, i] = k - _one if k > _zero else n - _one
            cells[axis, 1, i] = k
            k = k + _one if k + _one < n else _zero
            cells[axis, 2, i] = k
            cells[axis, 3, i] = k + _one if k + _one < n else _zero


@nb.njit(inline="always")
def _row(cells: Integers, i: int, a: int, b: int, n: int) -> np.uint64:
    """Where the row of cells along z begins; unsigned, which spares numba's test for negative indices."""
    return np.uint64((np.int64(cells[0, a, i]) * n + cells[1, b, i]) * n)


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _add_ngp(grid: Grid, n: int, cells: Integers, masses: Floats, count: int) -> None:
    for i in range(count):
        grid[_row(cells, i, 0, 0, n) + np.uint64(cells[2, 0, i])] += masses[i]


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _add_cic(grid: Grid, n: int, cells: Integers, shares: Floats, masses: Floats, count: int) -> None:
    for i in range(count):
        z0, z1 = np.uint64(cells[2, 0, i]), np.uint64(cells[2, 1, i])
        upper = shares[2, 1, i]
        for a in range(2):
            plane = masses[i] * shares[0, a, i]
            for b in range(2):
                row = _row(cells, i, a, b, n)
                whole = plane * shares[1, b, i]
                part = whole * upper
                grid[row + z0] += whole - part
                grid[row + z1] += part


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _add_tsc(grid: Grid, n: int, cells: Integers, shares: Floats, masses: Floats, count: int) -> None:
    for i in range(count):
        z0, z1, z2 = np.uint64(cells[2, 0, i]), np.uint64(cells[2, 1, i]), np.uint64(cells[2, 2, i])
        s0, s1, s2 = shares[2, 0, i], shares[2, 1, i], shares[2, 2, i]
        for a in range(3):
            plane = masses[i] * shares[0, a, i]
            for b in range(3):
                row = _row(cells, i, a, b, n)
                whole = plane * shares[1, b, i]
                grid[row + z0] += whole * s0
                grid[row + z1] += whole * s1
                grid[row + z2] += whole * s2


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _add_pcs(grid: Grid, n: int, cells: Integers, shares: Floats, masses: Floats, count: int) -> None:
    for i in range(count):
        z0, z1 = np.uint64(cells[2, 0, i]), np.uint64(cells[2, 1, i])
        z2, z3 = np.uint64(cells[2, 2, i]), np.uint64(cells[2, 3, i])
        s0, s1, s2, s3 = shares[2, 0, i], shares[2, 1, i], shares[2, 2, i], shares[2, 3, i]
        for a in range(4):
            plane = masses[i] * shares[0, a, i]
            for b in range(4):
                row = _row(cells, i, a, b, n)
                whole = plane * shares[1, b, i]
                grid[row + z0] += whole * s0
                grid[row + z1] += whole * s1
                grid[row + z2] += whole * s2
                grid[row + z3] += whole * s3


@nb.njit(inline="always")
def inside(x: np.float32, box_size: float) -> bool:
    """Whether a coordinate is in [0, L); NaN is not."""
    return bool(x >= 0.0 and x < box_size)


@nb.njit(inline="always")
def back_inside(x: np.float32, box_size: float) -> np.float32:
    """Bring a coordinate into [0, L] by whole boxes."""
    return np.float32(x - box_size * np.floor(x / box_size))


@nb.njit(nogil=True, cache=True)
def _any_outside(coordinates: Floats, box_size: np.float32) -> bool:
    outside = np.int32(0)
    for i in range(coordinates.shape[0]):
        x = coordinates[i]
        # Without "and", which would keep the loop from being vectorised.
        outside += np.int32(not ((x >= np.float32(0)) & (x < box_size)))
    return bool(outside > 0)


@nb.njit(nogil=True, cache=True)
def _bring_inside(x: Floats, box_size: float, masses: Floats, wrapped: Floats) -> int:
    """Wrap a batch; take the mass from particles without a place, and count them."""
    lost = 0
    for i in range(x.shape[0]):
        finite = True
        for axis in range(3):
            finite = finite and np.isfinite(x[i, axis])
            wrapped[i, axis] = back_inside(x[i, axis], box_size)
        if not finite:
            lost += 1
            masses[i] = 0
            wrapped[i, :] = 0
    return lost


@nb.njit(nogil=True, cache=True)
def deposit(
    order: int,
    positions: Floats,
    weights: Floats,
    unit: np.float32,
    grid: Grid,
    n: int,
    box_size: float,
    shift: np.float32,
) -> int:
    """Add particles to a flat grid with the kernel of that order.

    Parameters
    ----------
    positions : (m, 3) float32, comoving Mpc/h; wrapped where they are not in [0, L)
    weights : (m,) float32, or (0,) where all weigh ``unit``; multiplied by ``unit``
    grid : (n³,) float32 or float64, added to
    shift : added to positions in units of cells, in [0, n)

    Returns
    -------
    how many particles were left out because a position is not a finite number
    """
    cells = np.empty((3, 4, BATCH), np.int32)
    shares = np.empty((3, 4, BATCH), np.float32)
    masses = np.empty(BATCH, np.float32)
    wrapped = np.empty((BATCH, 3), np.float32)
    n32, scale, lost = np.int32(n), np.float32(n / box_size), 0
    for start in range(0, positions.shape[0], BATCH):
        x = positions[start : start + BATCH]
        count = x.shape[0]
        for i in range(count):
            masses[i] = weights[start + i] * unit if weights.shape[0] > 0 else unit
        if _any_outside(x.reshape(-1), np.float32(box_size)):
            lost += _bring_inside(x, box_size, masses, wrapped)
            x = wrapped[:count]
        if order == 1:
            _stage_ngp(x, scale, shift, n32, cells)
            _add_ngp(grid, n, cells, masses, count)
        elif order == 2:
            _stage_cic(x, scale, shift, n32, cells, shares)
            _add_cic(grid, n, cells, shares, masses, count)
        elif order == 3:
            _stage_tsc(x, scale, shift, n32, cells, shares)
            _add_tsc(grid, n, cells, shares, masses, count)
        else:
            _stage_pcs(x, scale, shift, n32, cells, shares)
            _add_pcs(grid, n, cells, shares, masses, count)
    return lost


# On all cores


@nb.njit(parallel=True, nogil=True, cache=True)
def deposit_private(
    order: int,
    positions: Floats,
    weights: Floats,
    unit: np.float32,
    grids: Grid,
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
def add_up(grids: Grid) -> None:
    """Add all grids to the first."""
    for i in nb.prange(grids.shape[1]):
        for t in range(1, grids.shape[0]):
            grids[0, i] += grids[t, i]


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
