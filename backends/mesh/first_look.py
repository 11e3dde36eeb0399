"""A coarse density of a few particles, for the eye alone, before the whole is painted."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.particles import Lots, Particles
from backends.mesh.density import mass_weights

NEIGHBOURS = 4
"""Particles that a sample takes from one place; they say as much as one."""

COARSEST = 8
"""Cells a side below which a picture shows nothing."""

THIN = 0.6
"""Spread of a chunk's particles along an axis, 1 for all of the box and 0.36 for half of it, below which it is thin."""

MOST_OF_THEM = 0.9
"""Of all chunks: what is not seen then leaves no gaps."""


def resolution(count: int) -> int:
    """Return the cells a side at which a sample of so many particles is no mere noise: one place in four cells."""
    return 2 * max(4, int(0.8 * float(count / NEIGHBOURS) ** (1 / 3) + 0.5))


def fair_resolution(particles: Particles) -> int | None:
    """Return the cells a side at which a sample is a fair picture of the box; None where it is at none.

    Particles of one chunk of a file mostly lie together in space: of few chunks there would be slabs, or blocks, with
    nothing between them. So there are no more cells along the axes in which chunks are thin than chunks.
    """
    finest, lots = resolution(particles.count), particles.lots
    if lots is None or lots.seen > MOST_OF_THEM * lots.of:
        return finest
    thin = int(np.count_nonzero(_spans(particles, lots) < THIN))
    if thin:
        finest = min(finest, 2 * int(lots.seen ** (1 / thin) / 2))
    return finest if finest >= COARSEST else None


def _spans(particles: Particles, lots: Lots) -> NDArray[np.float64]:
    """Return how much of the box, (3,), particles of one lot are spread over: the usual share of an even spread."""
    angles = np.exp((2j * np.pi / particles.box_size) * particles.positions.astype(np.float64))
    counts = np.bincount(lots.numbers, minlength=lots.seen)
    means = [np.bincount(lots.numbers, part, lots.seen) / counts for part in (*angles.real.T, *angles.imag.T)]
    length = np.hypot(*np.array(means).reshape(2, 3, lots.seen))  # 1 for a point, 0 for what is spread evenly
    return 1 - np.median(length, axis=1)


def first_look(particles: Particles, n_mesh: int | None = None) -> Field | None:
    """Return 1+δ by CIC, as :func:`backends.mesh.painting.paint` does, without waiting for compiled kernels.

    None where the particles are from too few places of their files for a fair picture.

    Parameters
    ----------
    particles : some tens of thousands of them; slow beyond that
    n_mesh : cells a side, or None for as many as the particles can bear
    """
    n_mesh = n_mesh or fair_resolution(particles)
    if n_mesh is None:
        return None
    scaled = particles.positions.T.astype(np.float64) * (n_mesh / particles.box_size)
    lower = np.floor(scaled)
    share = scaled - lower
    weights = mass_weights(particles)
    if particles.lots is not None:
        weights = particles.lots.weights[particles.lots.numbers] * (1.0 if weights is None else weights)
    total = float(particles.count if weights is None else weights.sum(dtype=np.float64))
    strides = np.array([[n_mesh**2], [n_mesh], [1]])
    below = lower.astype(np.int64) % n_mesh
    above = (below + 1) % n_mesh
    cells, shares = (below * strides, above * strides), (1 - share, share)
    grid = np.zeros(n_mesh**3)
    for x, y in product((0, 1), repeat=2):
        column, part = cells[x][0] + cells[y][1], shares[x][0] * shares[y][1]
        if weights is not None:
            part *= weights
        for z in (0, 1):
            grid += np.bincount(column + cells[z][2], part * shares[z][2], minlength=grid.size)
    values = (grid * (grid.size / total)).astype(np.float32).reshape((n_mesh,) * 3)
    return Field(values, particles.box_size, cell_offset=0.0, redshift=particles.redshift, mass_assignment="cic")
