"""Where particles seem to be, to who takes their redshift for their distance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backends.cosmology.background import Cosmology
from backends.data.particles import Particles
from backends.errors import NotApplicable

AT_ONCE = 1 << 16
"""Particles that are moved together: what is made of them on the way stays in the processor's caches."""


def in_redshift_space(particles: Particles, axis: int, omega_m: float | None, label: str) -> Particles:
    """Return particles at s = x + v (1 + z) / (100 E(z)) along one axis, comoving Mpc/h, folded into the box.

    Parameters
    ----------
    axis : 0, 1 or 2
    omega_m : today's matter density parameter: E² = Ω_m (1 + z)³ + 1 − Ω_m

    Raises
    ------
    NotApplicable
        Where velocities, redshift or Ω_m are not known.
    """
    if particles.velocities is None:
        raise NotApplicable(f"{label} holds no velocities, which redshift space needs")
    if particles.redshift is None:
        raise NotApplicable(f"{label} does not say its redshift, which redshift space needs; tell it with its facts")
    if omega_m is None:
        raise NotApplicable(f"{label} does not say Ω_m, which turns velocities into distances")
    a = 1 / (1 + particles.redshift)
    per_speed = 1 / (a * 100 * float(Cosmology(omega_m=omega_m, omega_b=0.0).expansion(a)))
    positions, bad = np.array(particles.positions), 0
    for start in range(0, particles.count, AT_ONCE):
        some = slice(start, start + AT_ONCE)
        shifted = np.asarray(positions[some, axis] + particles.velocities[some, axis] * per_speed, np.float64)
        bad += shifted.size - int(np.count_nonzero(np.isfinite(shifted)))
        with np.errstate(invalid="ignore"):
            positions[some, axis] = shifted % particles.box_size
    if bad:
        raise NotApplicable(f"{bad} of {particles.count} velocities of {label} are not finite numbers")
    return replace(particles, positions=positions, velocities=None)
