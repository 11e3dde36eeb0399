"""A run's particles species by species and piece by piece, whatever they are stored as."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import NotApplicable, UnreadableFile, WrongCall
from backends.mesh.lattice import displaced
from backends.progress import Progress
from backends.readers import Data, registry
from backends.readers.opening import stream
from backends.readers.particles.loading import ParticleReader

PIECE = 1 << 20


@dataclass(frozen=True)
class Pieces:
    """Particles that are read when they are asked for.

    counts : of each species, in the order of the file
    of : yields one species in pieces; each is gone when the next one is asked for
    moving : whether they have velocities
    left_out : species whose places the files do not keep: TNG's tracers ride on the gas
    """

    path: Path
    counts: dict[str, int]
    of: Callable[[str, Progress], Generator[Particles]]
    box_size: float
    redshift: float | None
    moving: bool
    left_out: tuple[str, ...] = ()


def pieces_of(
    description: Description,
    told: Facts,
    member: str,
    species: str | None,
    read: Callable[[str | None, Progress], Data],
    progress: Progress,
) -> Pieces:
    """Return the particles of a snapshot, or those that a displacement moves from their lattice.

    Raises
    ------
    NotApplicable
        Where it is a density, a catalogue, or anything else that has no particles.
    InputError
        Whatever reading raises.
    """
    reader: object = registry()[description.format] if description.kind == "particles" else None
    if isinstance(reader, ParticleReader) and reader.are_particles(description, member):
        return _stored(reader, description, told, member, species)
    data = read(None, progress)
    if isinstance(data, Particles):
        return _held(description.path, data)
    if not isinstance(data, Field) or data.quantity != "displacement":
        held = data.quantity.replace("_", " ") if isinstance(data, Field) else f"a {description.kind}"
        raise NotApplicable(f"{description.path} holds {held} and no particles: write it as a grid")
    if species not in (None, "dm"):
        raise WrongCall(f"{description.path} is a displacement of dm and has no {species}")
    return _held(description.path, displaced(data, description.omega_m, progress))


def _stored(reader: ParticleReader, description: Description, told: Facts, member: str, species: str | None) -> Pieces:
    names = [name for name, facts in description.species.items() if facts.count]
    blocks = [block for block in reader.snapshot(description, told, member).blocks() if block.count]
    nowhere = {block.species for block in blocks if block.positions is None}
    chosen = [species] if species else [name for name in names if name not in nowhere]
    if species is not None and species not in names:
        raise WrongCall(f"{description.path} has no species {species!r}; it holds {', '.join(names) or 'nothing'}")
    if not chosen:
        raise UnreadableFile(description.path, "holds no particles", "Choose another file")
    known = [reader.outline(description, told, member, name) for name in chosen]
    keeps = {"velocities": True, "ids": True}
    for block in blocks:
        if block.species in chosen:
            keeps["velocities"] &= block.velocities is not None
            keeps["ids"] &= block.ids is not None
    columns = tuple(name for name, kept in keeps.items() if kept)

    def of(name: str, progress: Progress) -> Generator[Particles]:
        yield from stream(description, told, member, name, progress, columns)

    counts = {name: outline.count for name, outline in zip(chosen, known, strict=True)}
    first = known[0]
    left_out = tuple(name for name in names if name not in chosen and species is None)
    return Pieces(description.path, counts, of, first.box_size, first.redshift, keeps["velocities"], left_out)


def _held(path: Path, particles: Particles) -> Pieces:
    """Particles that are in memory already; their ids are their places, the first is 1."""

    def of(name: str, progress: Progress) -> Generator[Particles]:
        for start in range(0, particles.count, PIECE):
            rows = slice(start, start + PIECE)
            masses = particles.masses[rows] if isinstance(particles.masses, np.ndarray) else particles.masses
            speeds = None if particles.velocities is None else particles.velocities[rows]
            ids = None if particles.ids is None else particles.ids[rows]
            yield Particles(
                particles.positions[rows], particles.box_size, masses, speeds, ids, particles.redshift, name
            )
            progress(min(1.0, rows.stop / particles.count), "Writing particles")

    counts = {particles.species: particles.count}
    return Pieces(path, counts, of, particles.box_size, particles.redshift, particles.velocities is not None)
