"""A run's halos through its snapshots: which of them are kin, and where one of them is at another time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backends.data.catalogue import Catalogue
from backends.data.kinship import Descent, Kinship, Neighbour
from backends.errors import NotApplicable
from backends.halos.descendants import descent, followed
from backends.progress import Progress, part, silent

Halos = Callable[[int, Progress], Catalogue]
"""Gives the halos of a snapshot by its number, earliest first, with their members."""


@dataclass(frozen=True, eq=False)
class Lineage:
    """Where a halo that was selected at one snapshot is at another, and the kin of all halos there.

    place : in the catalogue of the snapshot that is looked at, or None where its line ends before
    """

    place: int | None
    kin: Kinship


def lineage(
    halos: Halos, redshifts: Sequence[float], chosen: int, at: int, now: int, progress: Progress = silent
) -> Lineage:
    """Follow a halo from one snapshot to another, and find the kin of all halos there.

    Parameters
    ----------
    redshifts : of the snapshots, earliest first
    chosen : the halo's place in the catalogue of snapshot ``at``
    now : the snapshot that is looked at

    Raises
    ------
    NotApplicable
        Where a snapshot on the way has no halos, or they do not know their particles.
    """
    first, last = max(0, min(at, now - 1)), min(len(redshifts) - 1, max(at, now + 1))
    on_the_way = range(min(at, now), max(at, now) + 1)
    found: dict[int, Catalogue] = {}
    for i in range(first, last + 1):
        try:
            found[i] = halos(i, part(progress, (i - first) / (last - first + 1), (i + 1 - first) / (last - first + 1)))
        except NotApplicable:
            if i in on_the_way:
                raise  # a neighbour without halos is no kin, and hides no other's
    links = {i: descent(found[i], found[i + 1]) for i in range(first, last) if i in found and i + 1 in found}
    forwards = at <= now
    steps = [links[i] for i in (range(at, now) if forwards else range(at - 1, now - 1, -1))]
    place = followed(chosen, steps, forwards) if chosen < found[at].count else None

    def neighbour(other: int, link: Descent | None) -> Neighbour | None:
        return None if link is None else Neighbour(redshifts[other], found[other].masses, link)

    progress(1.0)
    return Lineage(place, Kinship(neighbour(now - 1, links.get(now - 1)), neighbour(now + 1, links.get(now))))
