"""From Lagrangian displacements to particles, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import InputError, NotApplicable
from backends.progress import Progress, silent

CRITICAL_DENSITY = 2.77536627e11
"""3 H0² / 8πG, in h² Msun / Mpc³."""

SCATTERED = 0.2
"""Displacement's rms along an axis, in box sides, from which places on a lattice explain nothing: chance gives 0.29."""

MOST_ASKED = 64
"""Lattice points along an axis that tell where in its cell a point sits; displacements hardly differ between them."""


def displaced(field: Field, omega_m: float | None = None, progress: Progress = silent) -> Particles:
    """Return the particles that a displacement field moves: x = q + ψ(q), q = (i + cell_offset) L / N.

    Parameters
    ----------
    field : quantity "displacement", values (3, N, N, N) float32, comoving Mpc/h
    omega_m : today's matter density parameter; with it every particle has the mass
        2.775e11 Ω_m L³ / N³ Msun/h, without it none

    Returns
    -------
    Particles in the order of the lattice, z fastest, wrapped into the box

    Raises
    ------
    NotApplicable
        Where the field is no displacement.
    InputError
        Where it is not (3, N, N, N), or holds values that are not finite numbers.
    """
    if field.quantity != "displacement":
        raise NotApplicable(f"a field of {field.quantity} displaces no particles")
    values = field.values
    n = field.n_mesh
    if values.shape != (3, n, n, n):
        raise InputError(f"a displacement has the shape (3, N, N, N); this one has {values.shape}")
    positions = np.empty((n, n, n, 3), np.float32)
    q = ((np.arange(n) + field.cell_offset) * field.cell_size).astype(np.float32)
    side = np.float32(field.box_size)
    for axis in range(3):
        progress(axis / 3, "Moving particles")
        moved = values[axis] + q.reshape([-1 if other == axis else 1 for other in range(3)])
        moved %= side
        # The remainder of a tiny negative number rounds to the side itself.
        moved[moved >= side] = 0
        positions[..., axis] = moved
    if not np.isfinite(positions).all():
        bad = int(np.count_nonzero(~np.isfinite(values)))
        raise InputError(f"{bad} of {values.size} displacements are not finite numbers; the file is damaged or misread")
    progress(1.0, "Moved particles")
    mass = None if omega_m is None else CRITICAL_DENSITY * omega_m * (field.box_size / n) ** 3
    return Particles(
        positions=positions.reshape(-1, 3),
        box_size=field.box_size,
        masses=mass,
        ids=np.arange(1, n**3 + 1, dtype=np.int32),  # their places on the lattice, the same in every run of one mesh
        redshift=field.redshift,
        species="dm",
    )


def in_lattice_order(ids: NDArray[np.integer] | None) -> bool:
    """Whether ids are 1, 2, 3, …, judged by the first and the last."""
    return ids is not None and ids.size > 0 and int(ids[0]) == 1 and int(ids[-1]) == ids.size


def _offset(particles: Particles, order: NDArray[np.signedinteger]) -> float:
    """Return where in its cell a lattice point sits, to half a cell, from a lattice within the lattice.

    Parameters
    ----------
    order : (n, n, n), which particle began where
    """
    n, step = order.shape[0], -(-order.shape[0] // MOST_ASKED)
    offset = 0.0
    for axis in range(3):
        q = (np.arange(0, n, step) / n).reshape([-1 if other == axis else 1 for other in range(3)])
        moved = particles.positions[order[::step, ::step, ::step], axis] / particles.box_size - q
        offset += float(np.angle(np.exp(2j * np.pi * moved).mean())) * n / (2 * np.pi) / 3
    return round(2 * offset) / 2


def displacement_of(particles: Particles, label: str, progress: Progress = silent) -> Field:
    """Return the displacement of particles whose ids number a lattice, along z first or along x first.

    ψ = x − q, each component the shortest way through the periodic box. Where in its cell a lattice point sits is
    found to half a cell, from their mean.

    Parameters
    ----------
    label : what the run is called in messages

    Raises
    ------
    NotApplicable
        Where ids are not known, or number no lattice.
    """
    n = round(particles.count ** (1 / 3))
    if particles.ids is None:
        raise NotApplicable(f"{label} has no ids that tell where on the lattice its particles were")
    order = _lattice_order(particles.ids, n)
    if order is None:
        raise NotApplicable(f"the ids of {label} are not those of a lattice: it has no displacements")
    for axes in ((0, 1, 2), (2, 1, 0)):
        places = order.transpose(axes)
        offset = _offset(particles, places)
        values, scatter = _away(particles, places, offset, progress)
        if scatter < SCATTERED * particles.box_size:
            progress(1.0, "Found displacements")
            return Field(values, particles.box_size, "displacement", offset, particles.redshift)
    raise NotApplicable(f"the ids of {label} do not tell where on the lattice its particles were")


def _lattice_order(ids: NDArray[np.integer], n: int) -> NDArray[np.signedinteger] | None:
    """Return (n, n, n) which particle has the first, the second, … of n³ ids without a gap, or None of other ids."""
    if not ids.size or n**3 != ids.size:
        return None
    first = int(ids.min())
    if int(ids.max()) - first >= n**3:
        return None
    number: type[np.signedinteger] = np.int32 if n**3 < 1 << 31 else np.int64
    order: NDArray[np.signedinteger] = np.full(n**3, -1, number)
    for start in range(0, n**3, n * n):
        some = slice(start, start + n * n)
        order[ids[some].astype(np.int64) - first] = np.arange(start, start + n * n)
    # As many particles as places: where one has two, another has none.
    return order.reshape(n, n, n) if order.min() >= 0 else None


def _away(
    particles: Particles, places: NDArray[np.signedinteger], offset: float, progress: Progress
) -> tuple[NDArray[np.float32], float]:
    """Return how far particles are from their lattice, (3, n, n, n), and the largest scatter along an axis, Mpc/h.

    A plane of the lattice at a time: what is made on the way stays in the processor's caches.
    """
    n, box_size = places.shape[0], particles.box_size
    lattice = (np.arange(n) + offset) * (box_size / n)
    values, sums, squares = np.empty((3, n, n, n), np.float32), np.zeros(3), np.zeros(3)
    for plane in range(n):
        progress(plane / n, "Finding displacements")
        positions = particles.positions[places[plane]]
        for axis, q in enumerate((lattice[plane], lattice[:, None], lattice)):
            away = positions[..., axis] - q
            away -= box_size * np.rint(away / box_size)
            values[axis, plane] = away
            sums[axis] += away.sum()
            squares[axis] += np.square(away).sum()
    variance = squares / n**3 - (sums / n**3) ** 2
    return values, float(np.sqrt(max(variance.max(), 0.0)))
