"""From Lagrangian displacements to particles."""

from __future__ import annotations

import numpy as np

from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import InputError, NotApplicable
from backends.progress import Progress, silent

CRITICAL_DENSITY = 2.77536627e11
"""3 H0² / 8πG, in h² Msun / Mpc³."""


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
