"""One halo's partner in another run, found while a person points at it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.halos.matching import MASS_FACTOR, sphere_radii


def partner(first: Catalogue, halo: int, second: Catalogue) -> int | None:
    """Return the halo of another run that is this one's best, as this one is its; None where there is none.

    Best is least (d / R)² + ln²(M_1 / M_2), as in :func:`match_by_distance`, of one halo alone: no tree is built.
    """
    other = _best(first, halo, second)
    return other if other is not None and _best(second, other, first) == halo else None


def _best(one: Catalogue, halo: int, others: Catalogue) -> int | None:
    apart: NDArray[np.float64] = others.centres - one.centres[halo]
    apart -= one.box_size * np.round(apart / one.box_size)
    reach = np.maximum(sphere_radii(others), sphere_radii(one)[halo])
    distance = np.sqrt((apart**2).sum(axis=1)) / reach
    with np.errstate(divide="ignore", invalid="ignore"):
        masses = np.log(others.masses / one.masses[halo])
    close = np.flatnonzero((distance <= 1) & (np.abs(masses) <= np.log(MASS_FACTOR)))
    if not close.size:
        return None
    return int(close[np.argmin(distance[close] ** 2 + masses[close] ** 2)])
