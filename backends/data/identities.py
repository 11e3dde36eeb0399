"""The same particles at two times, known by their ids."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.particles import Particles
from backends.errors import NotApplicable


def matched(before: Particles, after: Particles) -> tuple[Particles, Particles]:
    """Return the particles that are there at both times, row by row the same ones, in the order of their ids.

    Parameters
    ----------
    before, after : of one run at two times, with their ids

    Raises
    ------
    NotApplicable
        Where they have no ids, or ids that say nothing: several particles have one, or none is there at both times.
    """
    first, second = _ids(before), _ids(after)
    _, rows, later_rows = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    if not rows.size:
        raise NotApplicable("no particle has the same id in both snapshots")
    return _taken(before, rows), _taken(after, later_rows)


def _ids(particles: Particles) -> NDArray[np.int64]:
    if particles.ids is None:
        raise NotApplicable("its particles have no ids")
    ids = particles.ids.astype(np.int64, copy=False)
    ordered = np.sort(ids)
    if (ordered[1:] == ordered[:-1]).any():
        raise NotApplicable("several of its particles have one id")
    return ids


def _taken(particles: Particles, rows: NDArray[np.integer[Any]]) -> Particles:
    velocities, masses = particles.velocities, particles.masses
    return replace(
        particles,
        positions=particles.positions[rows],
        masses=masses[rows] if isinstance(masses, np.ndarray) else masses,
        velocities=None if velocities is None else velocities[rows],
        ids=None,
    )
