"""Friends-of-friends halos in a periodic box (Davis, Efstathiou, Frenk & White 1985, ApJ 292, 371)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.members import Members
from backends.data.particles import Particles
from backends.engine.threads_numba import exclusive
from backends.errors import InputError, NotApplicable, WrongCall
from backends.progress import Progress, part, silent

PAIRS_AT_ONCE = 50_000_000
PARTICLES_AT_ONCE = 2_000_000
HALOS_AT_ONCE = 4096
OVERDENSITY = 200.0


def link(
    positions: NDArray[np.floating[Any]],
    box_size: float,
    linking_length_in_mpc: float,
    progress: Progress = silent,
) -> NDArray[np.int32]:
    """Return the group of every particle: particles at most a linking length apart are friends.

    The groups are the connected components of {(i, j): |x_i − x_j| ≤ ℓ} under the minimum image,
    exactly those of ``scipy.spatial.cKDTree(x, boxsize=L).query_pairs(ℓ)``: float32 positions are
    taken as they are and every distance is formed in float64. A coordinate may equal L, to which
    float32 rounds what lies just below it, and is then the point at 0; what lies further out is
    brought into the box first.

    Parameters
    ----------
    positions : (n, 3) float32 or float64, comoving Mpc/h
    box_size : comoving side of the periodic box, Mpc/h
    linking_length_in_mpc : comoving Mpc/h, less than half the box

    Returns
    -------
    labels : (n,) int32
        Numbers 0 … n_groups − 1, which depend neither on threads nor on chance.

    Raises
    ------
    WrongCall
        For a length or a box that cannot be meant.
    InputError
        Where a position is not a number.
    """
    from backends.halos import linking_kernels as kernels

    length, box_size = float(linking_length_in_mpc), float(box_size)
    if not (math.isfinite(box_size) and box_size > 0):
        raise WrongCall(f"the box size is {box_size:g} Mpc/h; it must be a positive number")
    if not 0 < length < box_size / 2:
        raise WrongCall(
            f"a linking length of {length:g} Mpc/h cannot be used in a box of {box_size:g} Mpc/h: "
            "it must be positive and less than half the box"
        )
    positions = inside_box(positions, box_size)
    n = positions.shape[0]
    if n == 0:
        return np.empty(0, np.int32)
    n_columns = min(int(box_size / length * (1 - 1e-6)), max(3, math.isqrt(4 * n)))
    parents = np.arange(n, dtype=np.int32)
    if n_columns < 3:
        rows = max(1, PAIRS_AT_ONCE // n)
        for first in range(0, n, rows):
            progress(first / n, "linking particles")
            kernels.link_all_pairs(positions, parents, first, min(first + rows, n), length, box_size)
        kernels.number_groups(parents)
        return parents
    progress(0.0, "sorting particles")
    with exclusive() as n_threads:
        order, inside, starts = kernels.sort_into_columns(positions, box_size, n_columns, n_threads)
    n_batches = -(-n // PARTICLES_AT_ONCE)
    edges = _slab_edges(starts, n_columns, n_batches * n_threads)
    for batch in range(n_batches):
        progress(0.3 + 0.6 * batch / n_batches, "linking particles")
        slabs = edges[batch * n_threads : (batch + 1) * n_threads + 1]
        with exclusive():
            kernels.link_slabs(inside, parents, starts, slabs, n_columns, length, box_size)
    kernels.link_seams(inside, parents, starts, edges, n_columns, length, box_size)
    progress(0.9, "numbering groups")
    kernels.number_groups(parents)
    with exclusive():
        labels: NDArray[np.int32] = kernels.unsort(order, parents)
    progress(1.0)
    return labels


def find_halos(
    particles: Particles, linking_length: float = 0.2, min_particles: int = 20, progress: Progress = silent
) -> Catalogue:
    """Find halos, most massive first.

    Their positions are the periodic centres of mass, their masses those of the linked particles,
    their velocities the mass-weighted means, and their radii those of spheres that hold the halo's
    mass at 200 times the mean density of the linked species. The column "centre" says where each is
    densest (``Catalogue.centres``), and ``members``, where particles have ids, which are in it.

    Parameters
    ----------
    particles : of one species; those of several masses are linked by the same length
    linking_length : b, in units of the mean separation L / n^(1/3) of these particles
    min_particles : the smallest halo that is kept

    Raises
    ------
    NotApplicable
        Where the particles have no mass, or there are none.
    """
    if particles.masses is None:
        raise NotApplicable("the file states no particle mass, so halos have no mass")
    if particles.count == 0:
        raise NotApplicable(f"there are no {particles.species} particles to link")
    if min_particles < 1:
        raise WrongCall(f"a halo of at least {min_particles} particles cannot be meant; say 1 or more")
    box_size = float(particles.box_size)
    separation = box_size / particles.count ** (1 / 3)
    labels = link(particles.positions, box_size, linking_length * separation, part(progress, 0.0, 0.8))
    return measure_groups(particles, labels, linking_length, min_particles, part(progress, 0.8, 1.0))


def measure_groups(
    particles: Particles, labels: NDArray[np.int32], linking_length: float, min_particles: int, progress: Progress
) -> Catalogue:
    """Weigh the groups of ``link`` and keep those of at least ``min_particles``, most massive first."""
    from backends.halos import centre_kernels
    from backends.halos import group_kernels as kernels

    progress(0.0, "weighing halos")
    counts = np.bincount(labels)
    kept = np.flatnonzero(counts >= min_particles)
    group = np.full(counts.shape[0], -1, np.int32)
    group[kept] = np.arange(kept.shape[0], dtype=np.int32)
    masses = np.atleast_1d(np.asarray(particles.masses, np.float32 if particles.weights() is not None else np.float64))
    box_size = float(particles.box_size)
    total, centres = kernels.centres_of_mass(particles.positions, masses, labels, group, kept.shape[0], box_size)
    velocities = None
    if particles.velocities is not None:
        progress(0.5)
        velocities = kernels.mean_velocities(particles.velocities, masses, labels, group, total)
    mean_density = particles.count * float(masses.mean(dtype=np.float64)) / box_size**3
    order = np.lexsort((kept, -counts[kept], -total))
    group[kept[order]] = np.arange(kept.shape[0], dtype=np.int32)
    found, starts = centre_kernels.sort_members(labels, group, counts[kept][order])
    densest = centres[order].copy()
    for first in range(0, densest.shape[0], HALOS_AT_ONCE):
        progress(0.6 + 0.4 * first / densest.shape[0], "finding centres")
        last = min(first + HALOS_AT_ONCE, densest.shape[0])
        with exclusive():
            centre_kernels.shrink_spheres(particles.positions, masses, found, starts, densest, box_size, first, last)
    with np.errstate(divide="ignore", invalid="ignore"):
        radii = np.cbrt(3 * total / (4 * np.pi * OVERDENSITY * mean_density))
    progress(1.0)
    return Catalogue(
        positions=centres[order],
        masses=total[order],
        box_size=box_size,
        counts=counts[kept][order].astype(np.int64),
        radii=radii[order],
        velocities=None if velocities is None else velocities[order],
        redshift=particles.redshift,
        finder="fof",
        parameters=(("linking_length", float(linking_length)), ("min_particles", float(min_particles))),
        columns={"centre": densest},
        members=None if particles.ids is None else Members(particles.ids[found], starts, particles.count),
    )


def inside_box(positions: NDArray[np.floating[Any]], box_size: float) -> NDArray[np.floating[Any]]:
    """Return the positions as a contiguous array in [0, box_size], copied only where it must be."""
    from backends.halos import linking_kernels as kernels

    dtype = np.float32 if positions.dtype == np.float32 else np.float64
    positions = np.ascontiguousarray(positions, dtype)
    if positions.ndim != 2 or positions.shape[1] != 3:
        raise WrongCall(f"positions of shape {positions.shape} cannot be linked; they must be (n, 3)")
    with exclusive():
        outside = kernels.count_outside(positions, box_size)
    if outside:
        if not np.isfinite(positions).all():
            raise InputError("some particle positions are not numbers, so no halos can be found")
        positions = np.mod(positions, positions.dtype.type(box_size))
    return positions


def _slab_edges(starts: NDArray[np.int64], n_columns: int, n_slabs: int) -> NDArray[np.int64]:
    """Deal the rows of columns out in slabs of about as many particles: (n_slabs + 1,) first rows."""
    row_starts = starts[::n_columns]
    wanted = row_starts[-1] * np.arange(n_slabs + 1) // n_slabs
    edges: NDArray[np.int64] = np.searchsorted(row_starts, wanted).astype(np.int64)
    edges[0], edges[-1] = 0, n_columns
    return edges
