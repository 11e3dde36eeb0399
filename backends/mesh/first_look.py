"""A coarse density of a few particles, for the eye alone, before the whole is painted."""

from __future__ import annotations

from itertools import product

import numpy as np

from backends.data.field import Field
from backends.data.particles import Particles
from backends.mesh.density import mass_weights

NEIGHBOURS = 4
"""Particles that a sample takes from one place; they say as much as one."""


def resolution(count: int) -> int:
    """Return the cells a side at which a sample of so many particles is no mere noise: one place in four cells."""
    return 2 * max(4, int(0.8 * float(count / NEIGHBOURS) ** (1 / 3) + 0.5))


def first_look(particles: Particles, n_mesh: int | None = None) -> Field:
    """Return 1+δ by CIC, as :func:`backends.mesh.painting.paint` does, without waiting for compiled kernels.

    Parameters
    ----------
    particles : some tens of thousands of them; slow beyond that
    n_mesh : cells a side, or None for as many as the particles can bear
    """
    n_mesh = n_mesh or resolution(particles.count)
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
