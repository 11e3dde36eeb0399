"""The particles of listed halos, in a snapshot that its code has sorted by halo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.members import Members
from backends.data.particles import Particles
from backends.halos.matching import sphere_radii

LOOKED_AT = 32
NEAR = 3.0
"""Radii of a halo within which the middle of what is said to be its particles lies."""


def members_in(matter: Particles, halos: Catalogue) -> Members | None:
    """Return which particles halos are made of whose catalogue says in which rows of the snapshot they are.

    None where the particles have no ids, or are not sorted so: where those of the largest halos lie elsewhere.

    Parameters
    ----------
    matter : the snapshot's dark matter, in the order of its file, with ids
    """
    rows = halos.rows
    if matter.ids is None or rows is None:
        return None
    first, counts = rows[:, 0], rows[:, 1]
    if (first < 0).any() or (counts < 0).any() or (first + counts > matter.count).any():
        return None
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    places = np.arange(starts[-1]) + np.repeat(first - starts[:-1], counts)
    if not _are_there(matter, halos, places, starts):
        return None
    return Members(matter.ids[places], starts, matter.count)


def _are_there(matter: Particles, halos: Catalogue, places: NDArray[np.int64], starts: NDArray[np.int64]) -> bool:
    radii = sphere_radii(halos)
    for halo in np.flatnonzero(np.diff(starts))[:LOOKED_AT]:
        x = matter.positions[places[starts[halo] : starts[halo + 1]]].astype(np.float64) - halos.positions[halo]
        x -= halos.box_size * np.round(x / halos.box_size)
        if np.linalg.norm(np.median(x, axis=0)) > NEAR * radii[halo]:
            return False
    return True
