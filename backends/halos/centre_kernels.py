"""Compiled: who belongs to which group, and where each group is densest.

``labels`` gives each particle's group of ``link`` and ``group`` the place of that group among those
that are kept, or −1. ``masses`` holds one mass for all particles or one for each.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

SHRINK = 0.9
SHARE, MOST, FEWEST = 0.01, 1000, 10
SAMPLE = 256
"""Members of a group whose potentials are compared: enough to find its deepest clump."""
CLUMP = 0.25
"""Share of a group's members in the sphere that begins to shrink."""


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


@njit(cache=True, nogil=True)
def _deepest(offsets, weights):  # type: ignore[no-untyped-def]
    """Return which of a group's members, or of an even sample of them, lies deepest in the potential of the sample.

    Potentials are softened by half the members' mean separation within their rms radius: pairs do not count as clumps.
    """
    n = offsets.shape[0]
    step = max(1, n // SAMPLE)
    taken = np.arange(0, n, step)
    softening = 0.0
    for a in taken:
        softening += offsets[a, 0] ** 2 + offsets[a, 1] ** 2 + offsets[a, 2] ** 2
    softening = 0.25 * softening / taken.shape[0] / np.float64(taken.shape[0]) ** (2 / 3) + 1e-300
    depth = np.zeros(taken.shape[0])
    for p in range(taken.shape[0]):
        a = taken[p]
        for q in range(p):
            b = taken[q]
            dx, dy, dz = offsets[a, 0] - offsets[b, 0], offsets[a, 1] - offsets[b, 1], offsets[a, 2] - offsets[b, 2]
            pull = 1.0 / np.sqrt(dx * dx + dy * dy + dz * dz + softening)
            depth[p] += weights[b] * pull
            depth[q] += weights[a] * pull
    return taken[np.argmax(depth)]


@njit(cache=True, parallel=True, nogil=True)
def shrink_spheres(positions, masses, members, starts, centres, box_size, first, last):  # type: ignore[no-untyped-def]
    """Move the centres first … last − 1, in place, from the centres of mass to where their groups are densest.

    A sphere shrinks by a tenth at a time and is set on the centre of mass of what is left in it, until it
    holds a hundredth of the group, ten members at least and a thousand at most (Power et al. 2003, MNRAS
    338, 14). It begins around the member that lies deepest in the group's potential, with a quarter of the
    group in it: around the centre of mass it would come to rest between two clumps that a bridge links.
    """
    for g in prange(first, last):
        n = starts[g + 1] - starts[g]
        fewest = max(FEWEST, min(MOST, int(SHARE * n)))
        if n <= fewest:
            continue
        offsets = np.empty((n, 3))
        weights = np.empty(n)
        for a in range(n):
            i = members[starts[g] + a]
            weights[a] = masses[i if masses.shape[0] > 1 else 0]
            for axis in range(3):
                step = np.float64(positions[i, axis]) - centres[g, axis]
                offsets[a, axis] = step - box_size * np.round(step / box_size)
        deepest = _deepest(offsets, weights)
        x, y, z = offsets[deepest]
        square = (offsets[:, 0] - x) ** 2 + (offsets[:, 1] - y) ** 2 + (offsets[:, 2] - z) ** 2
        radius = np.sqrt(np.sort(square)[min(n - 1, max(2 * fewest, int(CLUMP * n)))])
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
