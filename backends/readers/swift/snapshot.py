"""SWIFT snapshots, whole or distributed over files, and initial conditions for SWIFT."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py

from backends.data.description import Description, SpeciesFacts
from backends.data.facts import Facts
from backends.errors import MissingFact, UnreadableFile
from backends.readers import register
from backends.readers.files.hdf5 import attributes, child, number, opened
from backends.readers.files.hdf5_layout import is_virtual
from backends.readers.files.recognition import is_swift, recognised
from backends.readers.gadget.blocks import description_of, snapshot_of
from backends.readers.gadget.pieces import GROUP, MOST_PIECES, NUMBERED, siblings
from backends.readers.gadget.survey import Dialect, Survey, survey
from backends.readers.particles.loading import ParticleReader
from backends.readers.particles.snapshot import Snapshot
from backends.readers.swift.cells import lost_cells
from backends.readers.swift.header import read_swift_header, swift_species

SWIFT = Dialect(read_swift_header, swift_species)


@register("swift")
class Swift(ParticleReader):
    """Particles by type under /PartTypeN, comoving without h, velocities peculiar."""

    label = "SWIFT"

    def recognises(self, path: Path) -> bool:
        return recognised(path, _has_particles)

    def gather(self, path: Path) -> tuple[Path, ...]:
        pieces = _indexed(path)
        if pieces is not None:
            return (*pieces, path)
        with opened(path) as file:
            n_files = read_swift_header(path, file).n_files
        return (*(pieces := siblings(path, n_files)), *_index_of(path, pieces))

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        pieces = _pieces(files)
        found = survey(pieces, SWIFT)
        warnings = _of_what_is_lost(files, pieces) if not found.complete else []
        if any("Weights" in piece.columns.get(6, ()) for piece in found.pieces):
            warnings.append("The neutrinos carry weights (δf), which are not applied.")
        if _needs_hubble(found):
            if told.hubble is not None:
                return replace(description_of(_with_hubble(found, told.hubble), "swift", told, warnings), hubble=None)
            if told.box_size is None:
                warnings.append(
                    f"The box is {found.box_size or 0:.6g} Mpc and h is not stated: say it with --hubble H."
                )
            described = description_of(found, "swift", told, warnings)
            return replace(described, box_size=None, species=_counts(found), length_unit=None, length_read=None)
        return description_of(found, "swift", told, warnings)

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        found = survey(_pieces(description.files), SWIFT)
        if _needs_hubble(found):
            implied = told.box_size / found.box_size if told.box_size and found.box_size else None
            # Beside a unit of length that is told, the box says nothing of h.
            hubble = (told.hubble or implied) if told.length_unit else (implied or told.hubble)
            if hubble is None:
                raise MissingFact(description.path, "Hubble parameter, and so its box in Mpc/h", "--box-size L")
            found = _with_hubble(found, hubble)
        return snapshot_of(found)


def _has_particles(path: Path, file: Any) -> bool:
    if not isinstance(child(path, file, "Header"), h5py.Group) or not is_swift(path, file):
        return False
    if str(attributes(file["Header"]).get("OutputType", "")).upper() == "FOF":
        return False
    return any(GROUP.match(name) and isinstance(file.get(name, getlink=True), h5py.HardLink) for name in file)


def _needs_hubble(found: Survey) -> bool:
    """Whether h is not said although lengths depend on it."""
    return found.header.hubble is None and found.header.redshift is not None


def _with_hubble(found: Survey, hubble: float) -> Survey:
    """Bring the units of a snapshot that does not say h to units of h."""

    def scaled(mass: float | None) -> float | None:
        return None if mass is None else mass * hubble

    species = {
        name: SpeciesFacts(facts.count, scaled(facts.mass_min), scaled(facts.mass_max))
        for name, facts in found.species.items()
    }
    header = replace(found.header, mass=found.header.mass * hubble, hubble=hubble)
    return replace(found, header=header, length=found.length * hubble, species=species)


def _counts(found: Survey) -> dict[str, SpeciesFacts]:
    return {name: SpeciesFacts(facts.count) for name, facts in found.species.items()}


def _pieces(files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Leave out the file that only says where the pieces are."""
    pieces = tuple(file for file in files if len(files) == 1 or _indexed(file) is None)
    if len(pieces) == 1 and _indexed(pieces[0]) is not None:
        raise UnreadableFile(
            pieces[0], "only says which files hold its particles, and none of them is beside it", "Put them together"
        )
    return pieces


def _of_what_is_lost(files: tuple[Path, ...], pieces: tuple[Path, ...]) -> list[str]:
    """Say how much of the box the missing pieces hold, where the index is there."""
    numbers = [int(match["number"]) for piece in pieces if (match := NUMBERED.match(piece.name))]
    try:
        return [said for index in files if index not in pieces and (said := lost_cells(index, numbers))]
    except UnreadableFile:
        return []  # the particles that are there need no index


def _indexed(path: Path) -> tuple[Path, ...] | None:
    """Return the pieces of the snapshot that a file is the index of, None where it is none.

    The index reaches its pieces by virtual datasets, which could name any file of the machine and are not even
    opened: the pieces are looked for beside it, by the names that SWIFT gives them.
    """
    with opened(path) as file:
        if not number(attributes(child(path, file, "Header")), "Virtual") and not _is_virtual(path, file):
            return None
    likes = {other: NUMBERED.match(other.name) for other in path.parent.iterdir()}
    found = {
        int(like["number"]): other
        for other, like in likes.items()
        if like and (like["stem"], like["suffix"] or "") == (path.stem, path.suffix) and other.is_file()
    }
    return tuple(found[place] for place in sorted(found) if place < MOST_PIECES)


def _is_virtual(path: Path, file: Any) -> bool:
    """Whether the positions of some type lie in other files."""
    for name in file:
        if GROUP.match(name) and isinstance(file.get(name, getlink=True), h5py.HardLink):
            group = child(path, file, name)
            link = group.get("Coordinates", getlink=True) if isinstance(group, h5py.Group) else None
            if isinstance(link, h5py.HardLink) and is_virtual(path, group, "Coordinates"):
                return True
    return False


def _index_of(path: Path, pieces: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the index that lies beside the pieces of a snapshot, if one does."""
    match = NUMBERED.match(path.name)
    if match is None or len(pieces) < 2:
        return ()
    index = path.with_name(match["stem"] + (match["suffix"] or ""))
    if not recognised(index, _has_particles):
        return ()
    named = _indexed(index)
    return (index,) if named is not None and path in named else ()
