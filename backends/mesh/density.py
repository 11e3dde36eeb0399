"""A snapshot's density as a field that states how it was painted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.particles import Particles
from backends.mesh.fourier import interlaced_modes, to_mesh
from backends.mesh.painting import paint
from backends.progress import Progress, silent


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
