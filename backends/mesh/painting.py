"""From particles to a density mesh."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.particles import Particles
from backends.engine.threads_numba import exclusive
from backends.errors import InputError, WrongCall
from backends.mesh.assignment import order
from backends.progress import Progress, silent

CHUNK = 1 << 22
"""Particles painted between two reports of progress."""
SPARE = 192 << 20
"""Bytes that may be spent on private grids, beyond the mesh itself."""
CROWDED = 8
"""Mean particles per cell beyond which single precision would begin to lose mass."""
SMALL = 128**3
"""Cells up to which double precision costs nothing worth saving."""


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
    if 4 * n_mesh**3 <= SPARE:
        grid = paint_private(positions, weights, unit, kernel, box_size, n_mesh, shift, progress)
    else:
        grid = paint_slabs(positions, weights, unit, kernel, box_size, n_mesh, shift, progress)
    return grid.reshape(n_mesh, n_mesh, n_mesh)


def density_field(
    particles: Particles,
    n_mesh: int,
    mass_assignment: str = "tsc",
    interlaced: bool = False,
    cell_offset: float = 0.0,
    device: str = "cpu",
    progress: Progress = silent,
) -> Field:
    """Return 1+δ of particles, weighted by mass, as a field that states how it was painted.

    Parameters
    ----------
    interlaced : combine it with a second mesh shifted by half a cell (Sefusatti et al. 2016,
        arXiv:1512.07295); values may then be slightly negative
    cell_offset : where in its cell a value is to sit: 0 at the lower corner, 0.5 at the centre
    """
    weights = mass_weights(particles)
    if interlaced:
        from backends.mesh.fourier import interlaced_modes, to_mesh

        transform = interlaced_modes(
            particles.positions, particles.box_size, n_mesh, mass_assignment, weights, cell_offset, device, progress
        )
        values = to_mesh(transform, n_mesh) + np.float32(1)
    else:
        values = paint(
            particles.positions, particles.box_size, n_mesh, mass_assignment, weights, -cell_offset, device, progress
        )
    return Field(
        values=values,
        box_size=particles.box_size,
        quantity="relative_density",
        cell_offset=cell_offset,
        redshift=particles.redshift,
        mass_assignment=mass_assignment,
        interlaced=interlaced,
        shot_noise=shot_noise(particles),
    )


def mass_weights(particles: Particles) -> NDArray[np.float32] | None:
    """Return the particles' masses, or None where all weigh the same."""
    weights = particles.weights()
    if weights is None or (weights.size and float(weights.min()) == float(weights.max())):
        return None
    return weights


def shot_noise(particles: Particles) -> float:
    """Return the power of Poisson-sampled particles, L³ Σw² / (Σw)², in (Mpc/h)³."""
    weights = mass_weights(particles)
    if weights is None:
        return float(particles.box_size**3 / max(particles.count, 1))
    total = float(weights.sum(dtype=np.float64))
    squares = float(np.einsum("i,i->", weights, weights, dtype=np.float64))
    return float(particles.box_size**3 * squares / total**2)


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
    """Give particles piece by piece: positions (m, 3) and weights (m,) or (0,), contiguous float32."""
    count = positions.shape[0]
    for start in range(0, count, size):
        progress(start / count, "Painting particles")
        chosen = slice(start, start + size)
        masses = np.empty(0, np.float32) if weights is None else np.ascontiguousarray(weights[chosen], np.float32)
        yield np.ascontiguousarray(positions[chosen], np.float32), masses
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


def paint_private(
    positions: NDArray[np.floating],
    weights: NDArray[np.floating] | None,
    unit: float,
    kernel: int,
    box_size: float,
    n_mesh: int,
    shift: float,
    progress: Progress = silent,
) -> NDArray[np.float32]:
    """Paint with one grid for each thread, as many as fit."""
    from backends.mesh.deposit import add_up, deposit_private

    n_cells, count = n_mesh**3, positions.shape[0]
    grid = np.float64 if n_cells <= SMALL or count > CROWDED * n_cells else np.float32
    with exclusive() as threads:
        threads = max(1, min(threads, 1 + SPARE // (np.dtype(grid).itemsize * n_cells), count // (1 << 14)))
    grids = np.zeros((threads, n_cells), grid)
    for chunk, masses in _chunks(positions, weights, progress):
        with exclusive():
            lost = deposit_private(
                kernel, chunk, masses, np.float32(unit), grids, n_mesh, float(box_size), _upward(shift, n_mesh)
            )
        _refuse(lost, positions)
    if threads > 1:
        with exclusive():
            add_up(grids)
    return np.asarray(grids[0], dtype=np.float32)


def paint_slabs(
    positions: NDArray[np.floating],
    weights: NDArray[np.floating] | None,
    unit: float,
    kernel: int,
    box_size: float,
    n_mesh: int,
    shift: float,
    progress: Progress = silent,
) -> NDArray[np.float32]:
    """Paint a mesh too large for private grids: chunks are sorted by slab first."""
    from backends.mesh.deposit import deposit_slabs, sort_by_slab

    grid = np.zeros(n_mesh**3, np.float32)
    size = min(CHUNK, positions.shape[0])
    sorted_positions = np.empty((size, 3), np.float32)
    sorted_weights = np.empty(0 if weights is None else size, np.float32)
    slabs = min(128, n_mesh // 8 * 2)
    upward, box_size = _upward(shift, n_mesh), float(box_size)
    for chunk, masses in _chunks(positions, weights, progress, size):
        with exclusive() as threads:
            starts = sort_by_slab(
                chunk, masses, n_mesh, box_size, upward, slabs, threads, sorted_positions, sorted_weights
            )
            lost = deposit_slabs(
                kernel, sorted_positions, sorted_weights, np.float32(unit), starts, grid, n_mesh, box_size, upward
            )
        _refuse(lost, positions)
    return grid


def _upward(shift: float, n_mesh: int) -> np.float32:
    """Return the same shift in [0, N): the kernels know no negative cells."""
    return np.float32(shift % n_mesh)
