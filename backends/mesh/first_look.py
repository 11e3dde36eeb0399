"""A coarse density of a few particles, for the eye alone, before the whole is painted."""

from __future__ import annotations

from itertools import product

import numpy as np

from backends.data.field import Field
from backends.data.particles import Particles
from backends.mesh.density import mass_weights

N_MESH = 64
"""Cells a side: with as many particles as a first look reads, empty cells do not yet dominate."""


def first_look(particles: Particles, n_mesh: int = N_MESH) -> Field:
    """Return 1+δ by CIC, as :func:`backends.mesh.painting.paint` does, without waiting for compiled kernels.

    Parameters
    ----------
    particles : some tens of thousands of them; slow beyond that
    """
    scaled = particles.positions.astype(np.float64) * (n_mesh / particles.box_size)
    lower = np.floor(scaled)
    share = scaled - lower
    cell = lower.astype(np.int64)
    weights = mass_weights(particles)
    total = float(particles.count if weights is None else weights.sum(dtype=np.float64))
    grid = np.zeros(n_mesh**3)
    for corner in product((0, 1), repeat=3):
        index = np.ravel_multi_index(tuple((cell + corner).T), (n_mesh,) * 3, mode="wrap")
        part = np.where(corner, share, 1 - share).prod(axis=1)
        grid += np.bincount(index, part if weights is None else part * weights, minlength=grid.size)
    values = (grid * (grid.size / total)).astype(np.float32).reshape((n_mesh,) * 3)
    return Field(values, particles.box_size, cell_offset=0.0, redshift=particles.redshift, mass_assignment="cic")
