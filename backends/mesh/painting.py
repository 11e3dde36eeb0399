"""From particles to a density mesh."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.errors import InputError, WrongCall
from backends.mesh.assignment import order
from backends.progress import Progress, silent

Grid = NDArray[np.float32] | NDArray[np.float64]

CHUNK = 1 << 21
"""Particles painted between two reports of progress."""
SORTED = 1 << 22
"""Particles that are sorted at once: the more of them, the more meet in a slab while it is in the cache."""
OWNERS = 8
"""Threads up to which each can own a block of planes; every particle may be looked at by all of them."""
WORTHWHILE = 1 << 14
"""Particles that are worth a thread."""
CROWDED = 8
"""Mean particles per cell beyond which single precision would begin to lose mass."""
SMALL = 128**3
"""Cells up to which double precision costs nothing worth saving."""
LOSS = 5e-7
"""The share of the mass that may be lost before the mesh is painted again in double precision."""


def paint(
    positions: NDArray[np.floating],
    box_size: float,
    n_mesh: int,
    mass_assignment: str = "tsc",
    weights: NDArray[np.floating] | None = None,
    shift: float = 0.0,
    device: str = "cpu",
    progress: Progress = silent,
) -> NDArray[np.float32]:
    """Return the density of particles on a periodic mesh, in units of its mean: 1+δ.

    (1+δ)(x_c) = N³ / Σw · Σ_i w_i Π_axes S_p((x_i − x_c) N / L), S_p the top hat convolved p − 1 times
    with itself (Hockney & Eastwood 1981); cell c has its value at x_c = c L / N, its lower corner.

    Parameters
    ----------
    positions : (n, 3) float32 or float64, comoving Mpc/h; outside [0, L) they are wrapped
    box_size : L, comoving Mpc/h
    n_mesh : N, cells a side
    mass_assignment : "ngp", "cic", "tsc" or "pcs"
    weights : (n,) or None where all weigh the same
    shift : added to the positions, in cells, in [−1, 1]: 0.5 for the second mesh of an interlaced pair
    device : "cpu", or a torch device such as "cuda"

    Returns
    -------
    (N, N, N) float32 of mean one: the total mass is conserved to 1e-6

    Raises
    ------
    InputError
        Where a position or weight is NaN or infinite, or where there is nothing to paint.
    WrongCall
        Where there is no such mass assignment, or no such mesh.
    """
    if n_mesh < 2 or not box_size > 0 or not -1 <= shift <= 1:
        raise WrongCall(f"a mesh of {n_mesh} cells a side over {box_size} Mpc/h, shifted by {shift}, cannot be painted")
    kernel = order(mass_assignment)
    unit = n_mesh**3 / _total(positions, weights)
    if device != "cpu":
        from backends.mesh.painting_torch import deposit_torch

        cells = deposit_torch(_chunks(positions, weights, progress), kernel, box_size, n_mesh, shift, device)
        return np.asarray(cells * np.float32(unit), dtype=np.float32).reshape(n_mesh, n_mesh, n_mesh)
    crowded = n_mesh**3 <= SMALL or positions.shape[0] > CROWDED * n_mesh**3
    grid = _deposited(positions, weights, unit, kernel, box_size, n_mesh, shift, crowded, progress)
    if not crowded and abs(mass_in(grid, n_mesh) / n_mesh**3 - 1) > LOSS:
        # Millions of particles in one cell: what each adds falls below the last digit of the sum.
        del grid
        grid = _deposited(positions, weights, unit, kernel, box_size, n_mesh, shift, True, progress)
    return np.asarray(grid, dtype=np.float32).reshape(n_mesh, n_mesh, n_mesh)


def _total(positions: NDArray[np.floating], weights: NDArray[np.floating] | None) -> float:
    """Return Σw; refuse what cannot be painted at all."""
    if positions.ndim != 2 or positions.shape[1] != 3:
        raise InputError(f"positions have the shape {positions.shape}; (n, 3) is needed")
    if positions.shape[0] == 0:
        raise InputError("there are no particles to paint; choose another species")
    if weights is None:
        return float(positions.shape[0])
    total = float(weights.sum(dtype=np.float64))
    if not np.isfinite(total):
        bad = int(np.count_nonzero(~np.isfinite(weights)))
        raise InputError(f"{bad} of {weights.size} masses are not finite numbers; the file is damaged or misread")
    if total <= 0:
        raise InputError("the particles' masses add up to nothing; choose another species")
    return total


def _chunks(
    positions: NDArray[np.floating],
    weights: NDArray[np.floating] | None,
    progress: Progress,
    size: int = CHUNK,
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Give particles piece by piece: positions (m, 3) and weights (m,) or (0,), of the one kind that kernels take."""
    count = positions.shape[0]
    for start in range(0, count, size):
        progress(start / count, "Painting particles")
        chosen = slice(start, start + size)
        masses = (
            np.empty(0, np.float32) if weights is None else np.require(weights[chosen], np.float32, ("C", "A", "W"))
        )
        yield np.require(positions[chosen], np.float32, ("C", "A", "W")), masses
    progress(1.0, "Painted particles")


def _refuse(lost: int, positions: NDArray[np.floating]) -> None:
    """Say that some particles are nowhere."""
    if lost:
        bad = sum(
            int(np.count_nonzero(~np.isfinite(positions[start : start + CHUNK]).all(axis=1)))
            for start in range(0, positions.shape[0], CHUNK)
        )
        raise InputError(
            f"{bad} of {positions.shape[0]} particles have positions that are not finite numbers; "
            "the file is damaged or misread"
        )


def _deposited(
    positions: NDArray[np.floating],
    weights: NDArray[np.floating] | None,
    unit: float,
    kernel: int,
    box_size: float,
    n_mesh: int,
    shift: float,
    double: bool,
    progress: Progress,
) -> Grid:
    """Paint in single or double precision, in the way that suits the particles."""
    way = fitting_way(positions, box_size, n_mesh)
    return way(positions, weights, unit, kernel, box_size, n_mesh, shift, double, progress)


def fitting_way(positions: NDArray[np.floating], box_size: float, n_mesh: int) -> Callable[..., Grid]:
    """Return :func:`paint_owned` or :func:`paint_slabs`, whichever suits the order of the particles and the threads."""
    with exclusive() as threads:
        if n_mesh < 16:
            return paint_owned
        if threads > OWNERS or (n_mesh**3 > SMALL and _scattered(positions, box_size)):
            return paint_slabs
        return paint_owned


def _scattered(positions: NDArray[np.floating], box_size: float) -> bool:
    """Whether most neighbours in memory are far apart in the box, by a sample: then no cache holds their cells."""
    pairs = positions.shape[0] // 2
    chosen = slice(0, 2 * pairs, 2 * max(1, pairs >> 10))
    first, second = positions[chosen, 0].astype(np.float64), positions[1 : 2 * pairs][chosen, 0]
    with np.errstate(invalid="ignore"):  # what is not finite is refused where it is painted
        apart = np.abs(first - second)
        return bool(2 * np.count_nonzero(np.minimum(apart, box_size - apart) > box_size / 32) > first.size)


def empty_grid(n_mesh: int, double: bool) -> Grid:
    """Return a flat mesh of nothing, in single or double precision.

    It is written to, because the system gives memory when it is first touched: two threads that ask for it at once,
    by reading before they write, wait for it three times as long as all of the painting takes.
    """
    return np.full(n_mesh**3, 0, np.float64) if double else np.full(n_mesh**3, 0, np.float32)


def paint_owned(
    positions: NDArray[np.floating],
    weights: NDArray[np.floating] | None,
    unit: float,
    kernel: int,
    box_size: float,
    n_mesh: int,
    shift: float,
    double: bool = False,
    progress: Progress = silent,
    grid: Grid | None = None,
) -> Grid:
    """Paint with a block of planes for each thread, which reads an equal share of the particles.

    Each reads from a place of its own, so that particles in the order of a lattice are mostly read by
    the thread that owns their planes. They are added to ``grid`` where it is given.
    """
    from backends.mesh.deposit import deposit_owned

    count = positions.shape[0]
    with exclusive() as threads:
        threads = max(1, min(threads, OWNERS, n_mesh // 8, count // WORTHWHILE))
    if grid is None:
        grid = empty_grid(n_mesh, double)
    edges = _blocks(positions, box_size, n_mesh, threads)
    first = count * np.arange(threads + 1) // threads
    size = max(1, CHUNK // threads)
    longest = min(size, int(np.diff(first).max()))
    others = np.empty((threads, longest if threads > 1 else 0, 3), np.float32)
    other_weights = np.empty((threads, 0 if weights is None else others.shape[1]), np.float32)
    given = [positions] if weights is None else [positions, weights]
    ready = all(array.dtype == np.float32 and array.flags.carray for array in given)
    weightless = np.empty(0, np.float32)
    lost, shifted = 0, _shifted(shift, kernel)
    for done in range(0, int(np.diff(first).max()), size):
        progress(done * threads / count, "Painting particles")
        begins = np.minimum(first[:-1] + done, first[1:])
        ends = np.minimum(begins + size, first[1:])
        if ready:
            pieces = given
        else:
            # The kernels are compiled for one kind of array only: native, whole, and not read-only.
            spans = [slice(i, j) for i, j in zip(begins, ends, strict=True)]
            joined = [np.concatenate([array[span] for span in spans], dtype=np.float32) for array in given]
            pieces = [np.ascontiguousarray(array) for array in joined]
            ends = np.cumsum(ends - begins)
            begins = np.concatenate([[0], ends[:-1]])
        chunk, masses = pieces[0], weightless if weights is None else pieces[1]
        with exclusive():
            lost += deposit_owned(
                kernel, chunk, masses, begins, ends, np.float32(unit), grid, n_mesh, float(box_size), shifted,
                edges, others, other_weights,
            )  # fmt: skip
        _refuse(lost, positions)
    progress(1.0, "Painted particles")
    return grid


def paint_slabs(
    positions: NDArray[np.floating],
    weights: NDArray[np.floating] | None,
    unit: float,
    kernel: int,
    box_size: float,
    n_mesh: int,
    shift: float,
    double: bool = False,
    progress: Progress = silent,
    grid: Grid | None = None,
) -> Grid:
    """Paint chunks of particles sorted by slab, for many threads, and add them to ``grid`` where it is given."""
    from backends.mesh.deposit import deposit_slabs, sort_by_slab

    if grid is None:
        grid = empty_grid(n_mesh, double)
    size = min(SORTED, positions.shape[0])
    sorted_positions = np.empty((size, 3), np.float32)
    sorted_weights = np.empty(0 if weights is None else size, np.float32)
    slabs = min(64, n_mesh // 8 * 2)
    shifted, box_size = _shifted(shift, kernel), float(box_size)
    for chunk, masses in _chunks(positions, weights, progress, size):
        with exclusive() as threads:
            starts = sort_by_slab(
                chunk, masses, n_mesh, box_size, shifted, slabs, threads, sorted_positions, sorted_weights
            )
            lost = deposit_slabs(
                kernel, sorted_positions, sorted_weights, np.float32(unit), starts, threads, grid, n_mesh, box_size,
                shifted,
            )  # fmt: skip
        _refuse(lost, positions)
    return grid


def _blocks(positions: NDArray[np.floating], box_size: float, n_mesh: int, threads: int) -> NDArray[np.int64]:
    """Return where the threads' blocks of planes begin: about as many particles in each, by a sample of them."""
    sample = positions[:: max(1, positions.shape[0] >> 12), 0].astype(np.float64)
    planes = (sample[np.isfinite(sample)] % box_size * (n_mesh / box_size)).astype(np.int64)
    held = np.cumsum(np.bincount(planes, minlength=n_mesh)[:n_mesh])
    edges = np.searchsorted(held, held[-1] * np.arange(threads + 1) / threads)
    edges[0], edges[threads] = 0, n_mesh
    thinnest = 8
    for t in range(1, threads):
        edges[t] = min(max(edges[t], edges[t - 1] + thinnest), n_mesh - thinnest * (threads - t))
    return np.asarray(edges, dtype=np.int64)


def _shifted(shift: float, kernel: int) -> np.float32:
    """Return the shift by which the integer part of a coordinate is a particle's first cell."""
    return np.float32(shift - (kernel / 2 - 1))


def mass_in(grid: Grid, n_mesh: int) -> float:
    """Return the sum over a flat mesh: within a plane pairwise, as precise as it was painted; of planes in double."""
    return float(grid.reshape(n_mesh, -1).sum(axis=1).sum(dtype=np.float64))
