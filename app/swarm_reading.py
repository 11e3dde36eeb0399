"""From a run's data to the particles that views draw, with what their colours need."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.field import Field
from backends.data.identities import matched
from backends.data.particles import Particles
from backends.errors import InputError, NotApplicable
from backends.progress import Progress, part
from backends.statistics.sample import Sample, halos_as_particles
from widgets.volume.swarm import VELOCITIES, Pair, Swarm

MOST = 1 << 26
"""Particles that a view draws of a run at most: half a gigabyte on the graphics card, a gigabyte with colours."""

Glance = Callable[[str | None], Particles]


def swarm_of(
    sample: Sample, description: Description, species: str | None, colour: str, glance: Glance, progress: Progress
) -> Swarm:
    """Return a run's particles with what a colour needs of them.

    Parameters
    ----------
    species : the one that is shown, or None for all matter
    colour : as in ``ParticleLook``
    glance : reads some of the particles where not all of them fit in memory

    Raises
    ------
    NotApplicable
        Where the run has none, or not what they are coloured by.
    """
    names = _told_apart(description, species) if colour == "species" else (species,)
    columns = ("velocities",) if colour in VELOCITIES else ()
    parts = []
    for i, name in enumerate(names):
        step = part(progress, i / len(names), (i + 1) / len(names))
        if sample.stream(name) is None:
            parts.append(_held(sample, name, columns, step))
        elif columns:
            raise NotApplicable("These are too many particles to hold with their velocities: colour them by density")
        else:
            parts.append(glance(name))
    progress(1.0)
    total = sum(_count(description, name, one) for name, one in zip(names, parts, strict=True))
    return Swarm(tuple(one for one in parts if one.count), total, most=MOST)


def pair_of(
    before: Sample, after: Sample, description: Description, species: str | None, colour: str, progress: Progress
) -> Pair:
    """Return a run's particles at two times, those that are there at both, with what a colour needs of them.

    Parameters
    ----------
    description : of the earlier snapshot
    species, colour : as of :func:`swarm_of`

    Raises
    ------
    NotApplicable
        Where they cannot be followed from one time to the other: the reason, as a clause.
    """
    names = _told_apart(description, species) if colour == "species" else (species,)
    columns = ("ids", "velocities") if colour in VELOCITIES else ("ids",)
    pairs = []
    for i, name in enumerate(names):
        if before.stream(name) is not None or after.stream(name) is not None:
            raise NotApplicable("these are too many particles to hold with their ids")
        both = []
        for j, sample in enumerate((before, after)):
            step = part(progress, (2 * i + j) / (2 * len(names)), (2 * i + j + 1) / (2 * len(names)))
            both.append(sample.particles(name, columns, step))
        pairs.append(matched(both[0], both[1]))
    progress(1.0)
    total = sum(_count(description, name, one) for name, (one, _) in zip(names, pairs, strict=True))
    first, second = (Swarm(tuple(pair[side] for pair in pairs), total, most=MOST) for side in (0, 1))
    return Pair(first, second)


def _held(sample: Sample, species: str | None, columns: Collection[str], progress: Progress) -> Particles:
    """Return particles that fit in memory; of a catalogue its halos."""
    data = sample.data(species, part(progress, 0.0, 0.5))
    if isinstance(data, Field):
        raise NotApplicable("This run is a grid and has no particles: choose Column or Volume to see it")
    if isinstance(data, Catalogue):
        halos = halos_as_particles(data)
        speeds = None if data.velocities is None else data.velocities.astype(np.float32)
        return Particles(halos.positions, halos.box_size, velocities=speeds, species="halos")
    try:
        return sample.particles(species, columns, part(progress, 0.5, 1.0))
    except InputError as lacking:
        if not columns:
            raise
        raise NotApplicable("This run keeps no velocities: colour its particles by density") from lacking


def _told_apart(description: Description, species: str | None) -> tuple[str | None, ...]:
    """Species that are drawn in colours of their own; what is not told apart is one."""
    held = tuple(name for name, facts in description.species.items() if facts.count and name != "tracers")
    return held if species is None and len(held) > 1 else (species,)


def _count(description: Description, species: str | None, found: Particles) -> int:
    held = description.species
    stated = sum(f.count for name, f in held.items() if name == species or (species is None and name != "tracers"))
    return max(stated, found.count) if description.kind == "particles" else found.count
