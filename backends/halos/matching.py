"""Which halos of two catalogues are the same: by the particles that they share, or by where they are and how heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.catalogue import Catalogue
from backends.data.members import Members
from backends.progress import Progress, silent

Array = NDArray[np.float64]
Places = NDArray[np.int64]

NEIGHBOURS = 8
"""Halos around each that are looked at; further ones are hidden behind so many nearer."""
MASS_FACTOR = 4.0
"""Two halos whose masses differ by more are not the same."""
SPREAD = 4
"""How much further than the particles' number their ids may reach to be looked up in a table."""
MEAN_DENSITY = 0.3 * CRITICAL_DENSITY
"""Stands for the mean density where radii are not known: their cube root hardly feels it."""


@dataclass(frozen=True, eq=False)
class Matches:
    """Pairs of mutual best matches.

    first, second : (n,) int64, places in the two catalogues
    shared : (n,) float64, the share of the smaller halo's particles that both have, or None
    """

    first: Places
    second: Places
    shared: Array | None = None


def match_by_particles(
    first: Members, second: Members, least_shared: float = 0.5, progress: Progress = silent
) -> Matches:
    """Match halos that are each other's best by N_shared² / (N_1 N_2), and share enough.

    Parameters
    ----------
    least_shared : the smallest N_shared / min(N_1, N_2)
    """
    progress(0.0, "Sorting particles")
    n_first, n_second = (np.diff(members.starts) for members in (first, second))
    found = homes(second, first.ids, progress)
    there = found >= 0
    of_first = np.repeat(np.arange(n_first.size), n_first)[there]
    of_second = found[there]
    progress(0.6, "Matching halos")
    pairs, shared = np.unique(of_first * np.int64(max(n_second.size, 1)) + of_second, return_counts=True)
    a, b = np.divmod(pairs, max(n_second.size, 1))
    share = shared / np.minimum(n_first[a], n_second[b])
    merit = shared.astype(np.float64) ** 2 / (n_first[a] * n_second[b].astype(np.float64))
    kept = mutual_best(a, b, -merit, n_first.size, n_second.size)
    kept = kept[share[kept] >= least_shared]
    progress(1.0)
    return Matches(a[kept], b[kept], share[kept])


def homes(second: Members, ids: NDArray[np.integer[Any]], progress: Progress = silent) -> NDArray[np.int32]:
    """Return the halo of ``second`` that each particle is in, (n,) int32, or -1."""
    counts = np.diff(second.starts)
    home = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
    if not home.size:
        return np.full(ids.shape, -1, np.int32)
    lowest, highest = int(second.ids.min()), int(second.ids.max())
    if highest - lowest < SPREAD * second.n_particles:  # as good as consecutive: a table of all of them is fastest
        table = np.full(highest - lowest + 1, -1, np.int32)
        table[second.ids - lowest] = home
        progress(0.3, "Looking for shared particles")
        inside = (ids >= lowest) & (ids <= highest)
        return np.where(inside, table[np.where(inside, ids - lowest, 0)], -1).astype(np.int32)
    order = np.argsort(second.ids, kind="stable")
    known = second.ids[order]
    progress(0.3, "Looking for shared particles")
    place = np.minimum(np.searchsorted(known, ids), known.size - 1)
    return np.where(known[place] == ids, home[order[place]], -1).astype(np.int32)


def match_by_distance(first: Catalogue, second: Catalogue, progress: Progress = silent) -> Matches:
    """Match halos that are each other's best by (d / R)² + ln²(M_1 / M_2).

    They must lie within R, the radius of the larger (R200 of the mean density), and differ in mass by less than
    a factor of four.
    """
    from scipy.spatial import cKDTree

    box_size = float(first.box_size)
    x, y = _wrapped(first.centres, box_size), _wrapped(second.centres, box_size)
    if not len(x) or not len(y):
        return Matches(np.empty(0, np.int64), np.empty(0, np.int64))
    radii = sphere_radii(first), sphere_radii(second)
    widest = float(max(radii[0].max(), radii[1].max())) * (1 + 1e-9)
    progress(0.0, "Looking for neighbours")
    near = _neighbours(cKDTree(y, boxsize=box_size), x, widest)
    progress(0.5, "Looking for neighbours")
    back = _neighbours(cKDTree(x, boxsize=box_size), y, widest)
    pairs = np.unique(np.concatenate([near, back[:, ::-1]]), axis=0)
    a, b = pairs[:, 0], pairs[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        masses = np.log(first.masses[a] / second.masses[b])
        apart = separations(x[a], y[b], box_size) / np.maximum(radii[0][a], radii[1][b])
    close = (apart <= 1) & (np.abs(masses) <= np.log(MASS_FACTOR))
    a, b, merit = a[close], b[close], (apart**2 + masses**2)[close]
    kept = mutual_best(a, b, merit, len(x), len(y))
    progress(1.0)
    return Matches(a[kept], b[kept])


def mutual_best(a: Places, b: Places, badness: Array, n_a: int, n_b: int) -> Places:
    """Return the pairs that are the best of both sides; of equals the first is taken."""
    order = np.lexsort((b, a, badness))
    best_a, best_b = np.full(n_a, -1, np.int64), np.full(n_b, -1, np.int64)
    backwards = order[::-1]  # the last that is written stays
    best_a[a[backwards]] = backwards
    best_b[b[backwards]] = backwards
    best = best_a[best_a >= 0]
    return np.asarray(best[best_b[b[best]] == best])


def separations(x: Array, y: Array, box_size: float) -> Array:
    """Distances between pairs of points of a periodic box: (n,) for (n, 3)."""
    step = x - y
    step -= box_size * np.round(step / box_size)
    return np.asarray(np.sqrt((step**2).sum(axis=1)))


def _neighbours(tree: object, points: Array, widest: float) -> Places:
    """Return pairs (point, neighbour) within reach, (n, 2)."""
    k = min(NEIGHBOURS, tree.n)  # type: ignore[attr-defined]
    _, found = tree.query(points, k=k, distance_upper_bound=widest)  # type: ignore[attr-defined]
    found = found.reshape(len(points), k)
    point, place = np.nonzero(found < tree.n)  # type: ignore[attr-defined]
    return np.stack([point, found[point, place]], axis=1).astype(np.int64)


def sphere_radii(halos: Catalogue) -> Array:
    """Return radii (n,), Mpc/h: the file's, or those of spheres of 200 times the mean density."""
    of_mass = np.cbrt(3 * halos.masses / (4 * np.pi * 200 * MEAN_DENSITY))
    known = halos.radii
    return of_mass if known is None else np.where(np.isfinite(known) & (known > 0), known, of_mass)


def _wrapped(x: Array, box_size: float) -> Array:
    inside = np.mod(np.asarray(x, np.float64), box_size)
    inside[inside >= box_size] = 0.0
    return inside
