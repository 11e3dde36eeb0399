"""The halo nearest to a point, as the matter that it is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backends.attribution.target import Target, halo_target
from backends.data.field import Field
from backends.errors import NotApplicable
from backends.halos.friends_of_friends import link
from backends.mesh.lattice import displaced
from backends.progress import Progress, part, silent


def nearest_halo(
    displacement: Field,
    point: Sequence[float],
    linking_length: float = 0.2,
    min_particles: int = 20,
    progress: Progress = silent,
) -> Target:
    """Return the friends-of-friends halo that has a particle nearest to a point, as a target.

    Parameters
    ----------
    displacement : (3, n, n, n), Mpc/h: of the run whose halos are meant, usually the reference
    point : three fractions of the box
    linking_length : in mean separations;  min_particles : the smallest halo that counts

    Raises
    ------
    NotApplicable
        Where there is no halo at all.
    """
    n, size = displacement.n_mesh, displacement.box_size
    particles = displaced(displacement, None, part(progress, 0.0, 0.2))
    labels = link(particles.positions, size, linking_length * size / n, part(progress, 0.2, 0.9))
    large = np.bincount(labels) >= min_particles
    inside = np.flatnonzero(large[labels])
    if not inside.size:
        raise NotApplicable(f"there is no halo of {min_particles} particles in the box, so none can be explained")
    apart = particles.positions[inside] / size - np.asarray(point)
    apart -= np.round(apart)
    nearest = labels[inside[int(np.einsum("ij,ij->i", apart, apart).argmin())]]
    progress(1.0)
    return halo_target(np.flatnonzero(labels == nearest), n)


def place_of(target: Target, displacement: Field) -> tuple[float, float, float]:
    """Return where a target's matter is now: its mean comoving position in the periodic box, Mpc/h."""
    size = displacement.box_size
    positions = displaced(displacement).positions[np.asarray(target.cells)].astype(np.float64)
    apart = positions - positions[0]
    apart -= size * np.round(apart / size)
    x, y, z = (positions[0] + apart.mean(axis=0)) % size
    return float(x), float(y), float(z)
