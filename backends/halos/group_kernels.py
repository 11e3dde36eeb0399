"""Compiled sums over the members of groups: mass, periodic centre of mass, mean velocity.

``labels`` gives each particle's group of ``link`` and ``group`` the place of that group among those
that are kept, or −1. ``masses`` holds one mass for all particles or one for each.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def centres_of_mass(positions, masses, labels, group, n_groups, box_size):  # type: ignore[no-untyped-def]
    """Return total masses (n_groups,) and centres (n_groups, 3) in [0, box_size), both float64.

    Offsets are taken from a group's first member by the minimum image, which is the centre of mass
    for any group that spans less than half the box.
    """
    total = np.zeros(n_groups)
    origin = np.zeros((n_groups, 3))
    begun = np.zeros(n_groups, np.bool_)
    offset = np.zeros((n_groups, 3))
    for i in range(labels.shape[0]):
        g = group[labels[i]]
        if g < 0:
            continue
        mass = np.float64(masses[i if masses.shape[0] > 1 else 0])
        total[g] += mass
        for axis in range(3):
            x = np.float64(positions[i, axis])
            if not begun[g]:
                origin[g, axis] = x
            step = x - origin[g, axis]
            offset[g, axis] += mass * (step - box_size * np.round(step / box_size))
        begun[g] = True
    for g in range(n_groups):
        for axis in range(3):
            centre = origin[g, axis] + (offset[g, axis] / total[g] if total[g] > 0 else 0.0)
            centre -= box_size * np.floor(centre / box_size)
            origin[g, axis] = centre if centre < box_size else 0.0
    return total, origin


@njit(cache=True, nogil=True)
def mean_velocities(velocities, masses, labels, group, total):  # type: ignore[no-untyped-def]
    """Return the mass-weighted mean velocities (n_groups, 3) float64."""
    mean = np.zeros((total.shape[0], 3))
    for i in range(labels.shape[0]):
        g = group[labels[i]]
        if g >= 0 and total[g] > 0:
            share = np.float64(masses[i if masses.shape[0] > 1 else 0]) / total[g]
            for axis in range(3):
                mean[g, axis] += share * np.float64(velocities[i, axis])
    return mean
