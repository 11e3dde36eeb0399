"""From paths to descriptions, and from a description to its numbers: what the application calls."""

from __future__ import annotations

import errno
import math
import os
import re
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from backends.data.description import HALOS, Description, Part
from backends.data.facts import Facts
from backends.data.particle_stream import ParticleStream
from backends.data.particles import Particles
from backends.errors import InputError, NotApplicable, UnknownFormat, UnreadableFile
from backends.progress import Progress, part, silent
from backends.readers import Data, Reader, registry
from backends.readers.files.stamp import stamp
from backends.readers.grids.glance import Glance, GlancingReader
from backends.readers.lengths import UNSTATED
from backends.readers.particles.loading import ParticleReader

DEEPEST = 6
MOST_FILES = 10_000

MOST_HALOS = 1 << 20
"""Halos that are read to see whether they can be; of more, loading alone will tell."""

ELSEWHERE = "Choose the folder that holds the snapshot"

FEW = 1 << 22
"""Particles that any machine holds: nobody needs them in pieces."""


def describe(
    paths: Sequence[Path], told: Facts = Facts(), progress: Progress = silent
) -> tuple[list[Description], list[InputError]]:
    """Recognise paths by their content and say what they hold; nothing large is read.

    A piece of a multi-file snapshot, its folder, and all its pieces are the same one data set. A
    folder that is no data set becomes what it holds; files in it that are of no known format are
    passed over where others are. ``FILE::MEMBER`` is one part of a file: ``sims.npy::37``,
    ``boxes.h5::group/density``, ``stack.npy::stack[3,0:3]``.

    Returns the data sets in the order of the paths, each once, and every refusal with its reason.
    """
    found: list[Description] = []
    refused: list[InputError] = []
    seen: set[Path] = set()
    for i, given in enumerate(paths):
        path, member = named_member(Path(given))
        step = part(progress, i / len(paths), (i + 1) / len(paths))
        step(0.0, f"Looking at {path.name}")
        try:
            _require_file(path)
            if path.is_dir() and _reader(path) is None:
                new, errors = _describe_folder(path, told, set() if member else seen, step)
                found += [_only(description, member) for description in new] if member else new
                refused += errors
            elif member:
                found += [_only(description, member) for description in _describe_one(path, told, set())]
            else:
                found += _describe_one(path, told, seen)
        except InputError as error:
            refused.append(error)
    progress(1.0)
    return found, refused


def load(
    description: Description,
    told: Facts = Facts(),
    member: str = "",
    species: str | None = None,
    progress: Progress = silent,
    columns: Collection[str] = (),
) -> Data:
    """Read one member of a described data set, in Halograph's units.

    Parameters
    ----------
    member : a ``Part.member``, or "" for the first or only one
    species : one of ``description.species``, or None for all matter but tracers
    columns : of particles, what is read beside positions and masses: "velocities", "ids"

    Raises
    ------
    UnreadableFile, MissingFact, WrongCall, NotApplicable
    """
    reader = _reader_of(description)
    if description.kind in HALOS and species not in description.species:
        species = None  # who compares the dark matter of snapshots wants the halos of a catalogue all the same
    return reader.load(description, told, member, species, progress, columns)


def examined(description: Description, told: Facts = Facts()) -> Description:
    """Return a description that says, as a warning, why its halos would be refused; what is no catalogue as it is."""
    if description.kind not in HALOS or sum(facts.count for facts in description.species.values()) > MOST_HALOS:
        return description
    try:
        load(description, told)
    except UnreadableFile as refused:
        said = f"It cannot be loaded, because it {refused.reason}. {refused.remedy}".rstrip(". ") + "."
        return replace(description, warnings=(*description.warnings, said))
    except InputError:
        pass  # a fact that nobody states is asked for already
    return description


def stream(
    description: Description,
    told: Facts = Facts(),
    member: str = "",
    species: str | None = None,
    progress: Progress = silent,
    columns: Collection[str] = (),
) -> Iterator[Particles]:
    """Yield the particles that :func:`load` gives in pieces, each gone when the next one is asked for.

    Memory stays at some tens of megabytes whatever the size of the files. Raises as :func:`load` does,
    and ``NotApplicable`` for what is no snapshot.
    """
    yield from _particle_reader(description).stream(description, told, member, species, progress, columns)


def outline(
    description: Description, told: Facts = Facts(), member: str = "", species: str | None = None
) -> ParticleStream | None:
    """Say how many particles :func:`stream` would give, reading none; None for what is no snapshot, or a small one.

    Raises as :func:`load` does.
    """
    reader = registry()[description.format]
    many = sum(facts.count for facts in description.species.values()) > FEW
    if not many or not isinstance(reader, ParticleReader) or not reader.are_particles(description, member):
        return None
    return reader.outline(description, told, member, species)


def sample(
    description: Description,
    told: Facts = Facts(),
    member: str = "",
    species: str | None = None,
    wanted: int = 1 << 16,
    progress: Progress = silent,
) -> Particles:
    """Read about ``wanted`` particles from all over a snapshot. Raises as :func:`stream`."""
    *_, last = samples(description, told, member, species, wanted, progress)
    return last


def samples(
    description: Description,
    told: Facts = Facts(),
    member: str = "",
    species: str | None = None,
    wanted: int = 1 << 16,
    progress: Progress = silent,
    seconds: float = math.inf,
) -> Generator[Particles]:
    """Yield particles from all over a snapshot for a first look: what comes in about so many seconds, then more.

    The last time there are about ``wanted``; the arrays of each are part of the next one's. Raises as :func:`stream`.
    """
    yield from _particle_reader(description).samples(description, told, member, species, wanted, progress, seconds)


def glances(
    description: Description, told: Facts, member: str, seconds: float, progress: Progress = silent
) -> Generator[Glance]:
    """Yield coarse densities of a large grid: what comes in about so many seconds, then more. Raises as :func:`load`.

    Nothing is yielded of what is small, no density, or packed in one piece.
    """
    reader = _reader_of(description)
    if isinstance(reader, GlancingReader):
        yield from reader.glances(description, told, member, seconds, progress)


def _reader_of(description: Description) -> Reader:
    """Return who reads a data set; of what is not there any more its description says so, and where to look."""
    if description.kind == "missing":
        raise InputError(description.warnings[0])
    return registry()[description.format]


def _particle_reader(description: Description) -> ParticleReader:
    reader = _reader_of(description)
    if not isinstance(reader, ParticleReader):
        raise NotApplicable(f"{description.path} holds no particles that could be read in pieces")
    return reader


def named_member(path: Path) -> tuple[Path, str]:
    """Split ``FILE::MEMBER`` where nothing has that whole name; the member is "" for a path alone."""
    text, _, member = str(path).rpartition("::")
    try:
        return (Path(text), member) if text and member and not path.exists() and Path(text).exists() else (path, "")
    except (OSError, ValueError):
        return path, ""


def _only(description: Description, member: str) -> Description:
    """Reduce a description to the part that was named, by its member or by its case.

    Of a grid's parts the reader knows more than the description names; a snapshot has no others.
    """
    named = [part for part in description.parts if member in (part.member, part.case)]
    if not named and description.kind == "particles":
        raise InputError(f"{description.path} is one snapshot, which has no part {member}. Name it without ::{member}")
    part = named[0] if named else Part(member, f"{description.path.stem} {member}")
    warnings = description.warnings
    if part.parameters:
        said = ", ".join(f"{name} = {value:g}" for name, value in part.parameters.items())
        warnings = (*warnings, f"Of {member}: {said}.")
    omega_m = part.parameters.get("omega_m", description.omega_m)
    return replace(description, parts=(part,), omega_m=omega_m, warnings=warnings)


def _describe_one(path: Path, told: Facts, seen: set[Path]) -> list[Description]:
    """Describe the data set that a path belongs to, unless it was described before."""
    if path.resolve() in seen:
        return []
    named = _reader(path)
    if named is None:
        from backends.readers.refusal import explain

        raise explain(path, tuple(reader.label for _, reader in registry()))
    _, reader = named
    try:
        files = reader.gather(path)
    except OSError as failed:
        raise UnreadableFile(path.parent, f"cannot be looked into: {failed.strerror or failed}") from failed
    real = {file.resolve() for file in files}
    if real and real <= seen:
        return []  # a folder in a data set that was described by another of its folders
    seen.update(real)
    stamped = hash(tuple(map(stamp, files)))  # before they are looked into: what is written meanwhile is not that
    description = replace(reader.describe(files, told), stamp=stamped)
    stated = description.hubble
    keeps = description.kind in ("particles", "field") and told.length_unit is None
    if keeps and told.hubble is not None and stated is not None and not math.isclose(told.hubble, stated, rel_tol=1e-6):
        said = (
            f"It states h = {stated:g}, by which its own numbers stay in units of h; the told h = {told.hubble:g} is "
            "taken for theory and distances in Mpc."
        )
        description = replace(description, warnings=(*description.warnings, said))
    if told.length_unit is not None and description.length_read is not None:
        still = tuple(said for said in description.warnings if not said.startswith(UNSTATED))
        description = replace(description, warnings=still)
    return [description]


def _describe_folder(
    folder: Path, told: Facts, seen: set[Path], progress: Progress
) -> tuple[list[Description], list[InputError]]:
    """Describe what a folder holds; only what is broken or known and not read is reported."""
    found: list[Description] = []
    refused: list[InputError] = []
    unknown = looked_at = 0
    known_before = len(seen)
    for file in _files(folder, DEEPEST, set()):
        looked_at += 1
        progress(min(0.99, looked_at / 100), f"Looking at {file.name}")
        if looked_at > MOST_FILES:
            refused.append(UnreadableFile(folder, f"holds more than {MOST_FILES} files; the rest was not looked at"))
            break
        try:
            found += _describe_one(file, told, seen)
        except UnknownFormat as error:
            unknown += bool(error.tried)
            if not error.tried:
                refused.append(error)
        except InputError as error:
            refused.append(error)
    if not looked_at:
        refused.append(UnreadableFile(folder, "is an empty folder", ELSEWHERE))
    elif not found and not refused and len(seen) == known_before and unknown:
        looked = f"{unknown} files looked at" if unknown > 1 else "one file looked at"
        refused.append(UnknownFormat(folder, why=f"holds nothing that Halograph reads ({looked}). {ELSEWHERE}"))
    return found, refused


def _files(folder: Path, depth: int, visited: set[Path]) -> Iterator[Path]:
    """All files below a folder that are not hidden, and folders that are one data set, as people count."""
    real = folder.resolve()
    if real in visited:
        return
    visited.add(real)
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: _natural(entry.name))
    except OSError as refused:
        raise UnreadableFile(folder, f"cannot be looked into: {refused.strerror or refused}") from refused
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink() and _reader(entry) is not None:
                yield entry
            elif depth:
                yield from _files(entry, depth - 1, visited)
        elif entry.is_file():
            yield entry


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts snap.2 before snap.10."""
    return [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d{1,18})", name)]


def _reader(path: Path) -> tuple[str, Reader] | None:
    """The first reader that recognises the content, by name, or None."""
    return next(((name, reader) for name, reader in registry() if reader.recognises(path)), None)


def _why_absent(path: Path) -> str:
    """Return what is wrong with a path at which there is nothing."""
    if not path.is_symlink():
        return "does not exist"
    try:
        path.stat()
    except OSError as failed:
        if failed.errno == errno.ELOOP:
            return "is a link that leads back to itself"
    return "points to a file that is gone"


def _require_file(path: Path) -> None:
    """Refuse what cannot be opened before anything tries: a pipe would hang, a device never end."""
    try:
        exists = path.exists()
    except (OSError, ValueError) as impossible:
        raise UnreadableFile(path, f"is no usable path: {impossible}") from impossible
    if not exists:
        raise UnreadableFile(path, _why_absent(path), "Check the path")
    if path.is_dir():
        return
    if not path.is_file():
        raise UnreadableFile(path, "is no regular file", "Only files and folders are opened")
    if not os.access(path, os.R_OK):
        raise UnreadableFile(path, "may not be read by you", "Change its permissions")
    if path.stat().st_size == 0:
        raise UnreadableFile(path, "is empty", "Copy or download it again")
