"""Compiled: who belongs to which group, and where each group is densest.

``labels`` gives each particle's group of ``link`` and ``group`` the place of that group among those
that are kept, or −1. ``masses`` holds one mass for all particles or one for each.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

SHRINK = 0.9
SHARE, MOST, FEWEST = 0.01, 1000, 10


@njit(cache=True, nogil=True)
def sort_members(labels, group, counts):  # type: ignore[no-untyped-def]
    """Return the particles of each group, one group after another, and where each group begins."""
    n_groups = counts.shape[0]
    starts = np.zeros(n_groups + 1, np.int64)
    for g in range(n_groups):
        starts[g + 1] = starts[g] + counts[g]
    place = starts[:-1].copy()
    members = np.empty(starts[n_groups], np.int32)
    for i in range(labels.shape[0]):
        g = group[labels[i]]
        if g >= 0:
            members[place[g]] = i
            place[g] += 1
    return members, starts


@njit(cache=True, parallel=True, nogil=True)
def shrink_spheres(positions, masses, members, starts, centres, box_size, first, last):  # type: ignore[no-untyped-def]
    """Move the centres first … last − 1, in place, from the centres of mass to where their groups are densest.

    A sphere around the centre shrinks by a tenth at a time and is set on the centre of mass of what is
    left in it, until it holds a hundredth of the group, ten members at least and a thousand at most
    (Power et al. 2003, MNRAS 338, 14).
    """
    for g in prange(first, last):
        n = starts[g + 1] - starts[g]
        fewest = max(FEWEST, min(MOST, int(SHARE * n)))
        if n <= fewest:
            continue
        offsets = np.empty((n, 3))
        weights = np.empty(n)
        radius = 0.0
        for a in range(n):
            i = members[starts[g] + a]
            weights[a] = masses[i if masses.shape[0] > 1 else 0]
            square = 0.0
            for axis in range(3):
                step = np.float64(positions[i, axis]) - centres[g, axis]
                step -= box_size * np.round(step / box_size)
                offsets[a, axis] = step
                square += step * step
            radius = max(radius, square)
        radius = np.sqrt(radius)
        x = y = z = 0.0
        while radius > 0:
            radius *= SHRINK
            held, total, sx, sy, sz = 0, 0.0, 0.0, 0.0, 0.0
            for a in range(n):
                dx, dy, dz = offsets[a, 0] - x, offsets[a, 1] - y, offsets[a, 2] - z
                if dx * dx + dy * dy + dz * dz <= radius * radius:
                    held += 1
                    total += weights[a]
                    sx += weights[a] * dx
                    sy += weights[a] * dy
                    sz += weights[a] * dz
            if held < fewest or total <= 0:
                break
            x, y, z = x + sx / total, y + sy / total, z + sz / total
            # Who is far outside will not come back: the sphere moves by less than it shrinks.
            kept = 0
            for a in range(n):
                dx, dy, dz = offsets[a, 0] - x, offsets[a, 1] - y, offsets[a, 2] - z
                if dx * dx + dy * dy + dz * dz <= 2.25 * radius * radius:
                    offsets[kept] = offsets[a]
                    weights[kept] = weights[a]
                    kept += 1
            n = kept
        centres[g, 0] += x
        centres[g, 1] += y
        centres[g, 2] += z
        for axis in range(3):
            centres[g, axis] -= box_size * np.floor(centres[g, axis] / box_size)
            if centres[g, axis] >= box_size:
                centres[g, axis] = 0.0
