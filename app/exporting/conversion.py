"""Writes a run's data in another format: particles for N-body codes, and fields as grids."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.exporting.pieces import Pieces, pieces_of
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.errors import MissingFact, NotApplicable, WrongCall
from backends.progress import Progress, part, silent
from backends.readers import Data
from backends.statistics.sample import Sample
from backends.writers.bigfile import bigfile
from backends.writers.field_hdf5 import write_field
from backends.writers.gadget_hdf5 import gadget_hdf5
from backends.writers.npy import write_npy
from backends.writers.snapshot_facts import SnapshotFacts, types_of
from backends.writers.whole import require_new_folder, require_writable

SNAPSHOTS = ("gadget-hdf5", "bigfile")
GRIDS = ("npy", "halograph-hdf5")
FORMATS = (*SNAPSHOTS, *GRIDS)


@dataclass(frozen=True)
class Source:
    """A run to be written elsewhere.

    read : its data as the file has them, of one species or of all matter
    sample : its data as statistics ask for them, which paints them
    told : what the user says and the files do not
    omega_m : told, where the files do not state it
    """

    label: str
    description: Description
    told: Facts
    member: str
    read: Callable[[str | None, Progress], Data]
    sample: Callable[[], Sample]
    omega_m: float | None = None

    def facts(self) -> Facts:
        """What is known: what was told, else what the files say."""
        return self.told.over(self.description.facts_of(self.member))

    def cosmology(self) -> tuple[float | None, float | None]:
        """Ω_m and H0 / 100, told or stated."""
        stated, omega_m, hubble = self.description, self.omega_m, self.told.hubble
        return (stated.omega_m if omega_m is None else omega_m, stated.hubble if hubble is None else hubble)


def convert(
    source: Source,
    to: str,
    out: Path,
    *,
    what: str = "",
    species: str | None = None,
    n_mesh: int | None = None,
    created_by: str = "",
    progress: Progress = silent,
) -> str:
    """Write a run in another format, whole or not at all; return what was written, in words.

    Snapshots are streamed: memory does not grow with them.

    Parameters
    ----------
    to : one of ``FORMATS``
    what : "density", "displacement" or "particles"; "" for particles in snapshots, and for grids the
        field as it is stored, or the density where it is particles or ``n_mesh`` is given
    species : one of the description's, or None for all of them (in snapshots) or all matter (in grids)
    n_mesh : cells a side of a density that is painted, or None for as many as ``compare`` takes

    Raises
    ------
    InputError
        Where the run cannot become that, or does not state what it needs.
    MachineError
        Where it cannot be written.
    """
    _require_place(source, to, out)
    if what not in ("", "density", "displacement", "particles") or (to in SNAPSHOTS and what not in ("", "particles")):
        raise WrongCall(f"{what} cannot be written as {to}")
    if to in SNAPSHOTS:
        return _write_snapshot(source, to, out, species, created_by, progress)
    if what == "particles":
        raise WrongCall(f"particles cannot be written as {to}; take {' or '.join(SNAPSHOTS)}")
    return _write_grid(source, to, out, what, species, n_mesh, created_by, progress)


def _require_place(source: Source, to: str, out: Path) -> None:
    """Refuse at once to write over the input, or where nothing can be written."""
    if to not in FORMATS:
        raise WrongCall(f"there is no format {to!r} to write; there are {', '.join(FORMATS)}")
    if out.resolve() in {file.resolve() for file in (source.description.path, *source.description.files)}:
        raise WrongCall(f"{out} is what is read; name another path")
    if to == "bigfile":
        require_new_folder(out)
    else:
        require_writable(out)


def _write_snapshot(
    source: Source, to: str, out: Path, species: str | None, created_by: str, progress: Progress
) -> str:
    pieces = pieces_of(source.description, source.told, source.member, species, source.read, part(progress, 0.0, 0.1))
    facts = _snapshot_facts(source, pieces, created_by)
    types = types_of(tuple(pieces.counts))
    if len(types) < len(pieces.counts):
        raise NotApplicable(f"{source.label} has more species than the six types of such snapshots: choose one")
    total, done = sum(pieces.counts.values()), 0
    counts = {types[name]: count for name, count in pieces.counts.items()}
    open_draft = gadget_hdf5 if to == "gadget-hdf5" else bigfile
    progress(0.1, "Writing particles")
    with open_draft(out, facts, counts) as draft:
        for name, count in pieces.counts.items():
            step = part(progress, 0.1 + 0.9 * done / total, 0.1 + 0.9 * (done + count) / total)
            _stream(draft.add, types[name], pieces, name, step)
            done += count
        progress(1.0, "Writing particles")
    named = ", ".join(f"{count:,} {name}" for name, count in pieces.counts.items())
    without = "" if pieces.moving else ", without velocities, which are not known"
    lost = f", without {', '.join(pieces.left_out)}, whose places are not kept" if pieces.left_out else ""
    return f"{named} particles{without}{lost}"


def _stream(add: Callable[[int, Particles], None], type_: int, pieces: Pieces, name: str, progress: Progress) -> None:
    stream: Generator[Particles] = pieces.of(name, progress)
    with closing(stream):
        for piece in stream:
            if piece.masses is None and len(pieces.counts) > 1:
                raise MissingFact(pieces.path, f"masses of {name} particles", "--species NAME, which writes one alone")
            add(type_, piece)


def _snapshot_facts(source: Source, pieces: Pieces, created_by: str) -> SnapshotFacts:
    """What a snapshot's header needs; raises ``MissingFact`` where the files do not say it and nobody told it."""
    redshift = source.facts().redshift if pieces.redshift is None else pieces.redshift
    omega_m, hubble = source.cosmology()
    path = source.description.path
    if redshift is None:
        raise MissingFact(path, "redshift, which snapshots need", "--redshift Z")
    if omega_m is None:
        raise MissingFact(path, "Ω_m, which snapshots need", "--omega-m X")
    if hubble is None:
        raise MissingFact(path, "H0 / 100, which snapshots need", "--hubble H")
    return SnapshotFacts(pieces.box_size, redshift, omega_m, hubble, created_by=created_by)


def _write_grid(
    source: Source,
    to: str,
    out: Path,
    what: str,
    species: str | None,
    n_mesh: int | None,
    created_by: str,
    progress: Progress,
) -> str:
    field = _field(source, what, species, n_mesh, part(progress, 0.0, 0.8))
    rest = part(progress, 0.8, 1.0)
    if to == "npy":
        write_npy(out, field, rest)
    else:
        omega_m, hubble = source.cosmology()
        write_field(
            out, field, hubble=hubble, omega_m=omega_m, label=source.label, created_by=created_by, progress=rest
        )
    return f"{field.quantity.replace('_', ' ')} {' × '.join(map(str, field.values.shape))}"


def _field(source: Source, what: str, species: str | None, n_mesh: int | None, progress: Progress) -> Field:
    """The field as it is stored, or the density that is painted of it."""
    kind = source.description.kind
    if kind not in ("particles", "field", "bundle"):
        raise NotApplicable(f"{source.label} is a {kind}: it has neither particles nor a grid to write")
    stored = None if kind == "particles" else source.read(species, part(progress, 0.0, 0.4))
    if isinstance(stored, Field):
        if stored.quantity == "displacement":
            if what != "density" and n_mesh is None:
                return stored
        elif what == "displacement":
            raise NotApplicable(f"{source.label} holds {stored.quantity.replace('_', ' ')} and no displacement")
        elif n_mesh not in (None, stored.n_mesh):
            raise WrongCall(f"{source.label} is a grid of {stored.n_mesh}³ cells, which {n_mesh}³ cannot be made of")
        else:
            return stored.relative_density() if what == "density" else stored
    elif what == "displacement":
        raise NotApplicable(f"{source.label} holds no displacement: only grids of one have it")
    sample = source.sample()
    parameters = Parameters(species=species)
    n = n_mesh or sample.default_n_mesh(parameters, part(progress, 0.4, 0.6))
    return sample.relative_density(parameters, n, part(progress, 0.6, 1.0))
