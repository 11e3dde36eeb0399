"""Painting particles that are too many for memory: slab by slab, as they come from their files.

All meshes that are wanted are painted in one pass. Memory holds them and a few slabs of particles,
however many there are. The numbers are those of painting from memory, but for the order in which
single precision rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.particle_stream import ParticleStream
from backends.errors import InputError, WrongCall
from backends.mesh import painting
from backends.mesh.assignment import order
from backends.mesh.fourier import SMALL, Modes, combine, cut, overdensity_modes
from backends.mesh.painting import LOSS, Grid, empty_grid, fitting_way, mass_in
from backends.progress import Progress, part, silent

Mesh = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Painted:
    """Meshes of one pass over the particles.

    meshes : for each shift (N, N, N) float32, 1+δ
    shot_noise : L³ Σw² / (Σw)², (Mpc/h)³
    """

    meshes: list[Mesh]
    shot_noise: float


def paint_stream(
    stream: ParticleStream,
    n_mesh: int,
    mass_assignment: str = "tsc",
    shifts: Sequence[float] = (0.0,),
    progress: Progress = silent,
) -> Painted:
    """Return what :func:`backends.mesh.painting.paint` does, for each shift, from one pass over the files.

    Raises
    ------
    InputError
        Where the particles' masses add up to nothing, and whatever reading raises.
    WrongCall
        Where there is no such mass assignment, or no such mesh.
    """
    if n_mesh < 2 or not all(-1 <= shift <= 1 for shift in shifts):
        raise WrongCall(f"a mesh of {n_mesh} cells a side, shifted by {list(shifts)}, cannot be painted")
    kernel = order(mass_assignment)
    painted = _pass(stream, kernel, n_mesh, shifts, n_mesh**3 <= painting.SMALL, progress)
    if painted is None:
        # Millions of particles in one cell: what each adds falls below the last digit of the sum.
        painted = _pass(stream, kernel, n_mesh, shifts, True, progress)
    assert painted is not None
    return painted


def _pass(
    stream: ParticleStream, kernel: int, n_mesh: int, shifts: Sequence[float], double: bool, progress: Progress
) -> Painted | None:
    """Paint all pieces; None where single precision lost mass.

    Many particles a cell are painted in single precision too, which takes a third less time. What is painted is now
    and then added to sums, so that no cell holds so much that a particle falls below its last digit; of those few
    additions single precision loses some 1e-7.
    """
    grids: list[Grid] = [empty_grid(n_mesh, double) for _ in shifts]
    often = painting.CROWDED * n_mesh**3
    sums: list[Grid] = [] if double or stream.count <= often else [empty_grid(n_mesh, False) for _ in shifts]
    waiting = 0
    total = squares = 0.0
    lightest, heaviest = np.inf, -np.inf
    # Masses are known only at the end; painted in units of about their mean, no digit is lost on the way.
    unit = n_mesh**3 / stream.count
    mean = 0.0
    with closing(stream.pieces(progress)) as pieces:
        for piece in pieces:
            if sums and waiting > often:
                _gather(grids, sums)
                waiting = 0
            waiting += piece.count
            weights = piece.weights()
            if weights is None:
                total, squares = total + piece.count, squares + piece.count
                lightest, heaviest = min(lightest, 1.0), max(heaviest, 1.0)
            else:
                mean = mean or float(weights.mean(dtype=np.float64)) or 1.0
                total += float(weights.sum(dtype=np.float64))
                squares += float(np.einsum("i,i->", weights, weights, dtype=np.float64))
                lightest, heaviest = min(lightest, float(weights.min())), max(heaviest, float(weights.max()))
            way = fitting_way(piece.positions, stream.box_size, n_mesh)
            for grid, shift in zip(grids, shifts, strict=True):
                way(
                    piece.positions, weights, unit / (mean or 1.0), kernel, stream.box_size, n_mesh, shift,
                    double, silent, grid,
                )  # fmt: skip
    if sums:
        _gather(grids, sums)
        grids = sums
    if not total > 0:
        raise InputError("the particles' masses add up to nothing; choose another species")
    scale = n_mesh**3 / (total * unit / (mean or 1.0))
    if not double and any(abs(mass_in(grid, n_mesh) * scale / n_mesh**3 - 1) > LOSS for grid in grids):
        return None
    shot_noise = stream.box_size**3 * (1 / stream.count if lightest == heaviest else squares / total**2)
    return Painted([_finished(grids, i, scale, n_mesh) for i in range(len(grids))], float(shot_noise))


def _gather(grids: list[Grid], sums: list[Grid]) -> None:
    """Add meshes to their sums, and empty them."""
    for grid, gathered in zip(grids, sums, strict=True):
        gathered += grid
        grid[:] = 0


def _finished(grids: list[Grid], place: int, scale: float, n_mesh: int) -> Mesh:
    """Return one mesh in units of its mean, and let go of what it was painted in."""
    grid, grids[place] = grids[place], np.empty(0, np.float32)
    if scale != 1:
        grid *= grid.dtype.type(scale)
    return np.asarray(grid, dtype=np.float32).reshape(n_mesh, n_mesh, n_mesh)


def stream_density(
    stream: ParticleStream, n_mesh: int, mass_assignment: str = "tsc", progress: Progress = silent
) -> Field:
    """Return 1+δ, as :func:`backends.mesh.density.density_field` does without interlacing."""
    painted = paint_stream(stream, n_mesh, mass_assignment, (0.0,), progress)
    return _field(stream, painted.meshes[0], mass_assignment, painted.shot_noise)


def stream_modes(
    stream: ParticleStream,
    n_mesh: int,
    mass_assignment: str = "tsc",
    interlaced: bool = True,
    cell_offset: float = 0.0,
    density: Field | None = None,
    progress: Progress = silent,
) -> tuple[Modes, Field | None]:
    """Return the overdensity's modes, the window left in, and the density where it came about on the way.

    Both meshes of an interlaced pair are painted in one pass. The first of them is the density itself, if
    values sit at the lower corners of their cells: with ``density`` at hand only the second is painted.
    """
    kernel, first = order(mass_assignment), part(progress, 0.0, 0.9)
    if interlaced and n_mesh <= SMALL:
        painted = paint_stream(stream, 2 * n_mesh, mass_assignment, (-2 * cell_offset, 0.5 - 2 * cell_offset), first)
        values = cut(_combined(painted.meshes), n_mesh, mass_assignment)
        return Modes(values, stream.box_size, n_mesh, kernel, painted.shot_noise, cell_offset), None
    shifts = [-cell_offset, 0.5 - cell_offset][: 1 + interlaced]
    if density is not None and cell_offset == 0:
        shot_noise, meshes = density.shot_noise, [density.values]
        if interlaced:
            meshes += paint_stream(stream, n_mesh, mass_assignment, shifts[1:], first).meshes
    else:
        painted = paint_stream(stream, n_mesh, mass_assignment, shifts, first)
        shot_noise, meshes = painted.shot_noise, painted.meshes
        if cell_offset == 0:
            density = _field(stream, meshes[0], mass_assignment, shot_noise)
    progress(0.9, "Transforming")
    values = _combined(meshes)
    progress(1.0, "Transformed")
    modes = Modes(values, stream.box_size, n_mesh, kernel, shot_noise, cell_offset)
    return modes, density if cell_offset == 0 else None


def _combined(meshes: list[Mesh]) -> NDArray[np.complex64]:
    """Transform the meshes, letting go of each, and combine them."""
    transform = overdensity_modes(meshes.pop(0))
    if meshes:
        combine(transform, overdensity_modes(meshes.pop(0)))
    return transform


def _field(stream: ParticleStream, values: Mesh, mass_assignment: str, shot_noise: float) -> Field:
    return Field(
        values=values,
        box_size=stream.box_size,
        quantity="relative_density",
        cell_offset=0.0,
        redshift=stream.redshift,
        mass_assignment=mass_assignment,
        shot_noise=shot_noise,
    )
