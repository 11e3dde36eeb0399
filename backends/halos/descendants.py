"""Which halos become which: by the particles that they share at two times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.kinship import Descent
from backends.errors import NotApplicable
from backends.halos.matching import homes
from backends.progress import Progress, silent

Places = NDArray[np.int64]


def descent(earlier: Catalogue, later: Catalogue, progress: Progress = silent) -> Descent:
    """Return what the halos of one snapshot become at a later one of the same run.

    A halo's descendant is the later halo that holds most of its particles; of equals the more massive one. Of the
    halos that become one, that which gave it the most particles is its main progenitor; of equals the more massive.

    Raises
    ------
    NotApplicable
        Where one does not know its particles, or they are those of another box.
    """
    if earlier.members is None or later.members is None:
        raise NotApplicable("halos are followed in time by the ids of their particles, which are not known")
    if earlier.members.n_particles != later.members.n_particles:
        numbers = f"{earlier.members.n_particles} and {later.members.n_particles}"
        raise NotApplicable(f"the snapshots link {numbers} particles: equal ids are not the same matter")
    n_earlier, n_later = earlier.count, later.count
    found = homes(later.members, earlier.members.ids, progress)
    there = found >= 0
    of_earlier = np.repeat(np.arange(n_earlier), np.diff(earlier.members.starts))[there]
    progress(0.6, "Linking halos")
    pairs, shared = np.unique(of_earlier * np.int64(max(n_later, 1)) + found[there], return_counts=True)
    a, b = np.divmod(pairs, max(n_later, 1))
    best = _best_of(a, shared, later.masses[b], n_earlier)
    kept = best[best >= 0]
    descendant, given = np.full(n_earlier, -1, np.int64), np.zeros(n_earlier, np.int64)
    descendant[a[kept]], given[a[kept]] = b[kept], shared[kept]
    main = _best_of(b[kept], shared[kept], earlier.masses[a[kept]], n_later)
    progenitor = np.where(main >= 0, a[kept][main] if kept.size else -1, -1)
    progress(1.0)
    return Descent(descendant, given, progenitor, np.bincount(b[kept], minlength=n_later))


def followed(place: int, links: Sequence[Descent], forwards: bool) -> int | None:
    """Return where a halo is after so many steps of time, or None where its line ends.

    Forwards it is its descendant's descendant, backwards its main progenitor's.

    Parameters
    ----------
    links : between snapshots that follow each other, in the order of the steps
    """
    for link in links:
        place = int((link.descendant if forwards else link.progenitor)[place])
        if place < 0:
            return None
    return place


def _best_of(owner: Places, shared: Places, masses: NDArray[np.float64], n: int) -> Places:
    """Return the row with most shared particles of each owner, (n,), of equals the most massive; -1 for none."""
    order = np.lexsort((masses, shared))  # the last that is written stays
    best = np.full(n, -1, np.int64)
    best[owner[order]] = order
    return best
