"""Subfind and friends-of-friends catalogues of Gadget-4, AREPO, IllustrisTNG and CAMELS, of one piece or many."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description, Part
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.progress import Progress, part
from backends.readers import register
from backends.readers.files.hdf5 import child, opened
from backends.readers.files.recognition import is_swift, recognised
from backends.readers.gadget.pieces import GROUP, missing_note, siblings
from backends.readers.halos.hdf5_columns import found, read
from backends.readers.halos.rows import UNCHECKED, catalogue, described, species_facts
from backends.readers.halos.sound_pieces import sound_pieces
from backends.readers.halos.subfind_header import SubfindHeader, read_header, unit_of_length

MEMBERS = {"groups": "Group", "subhalos": "Subhalo"}

POSITIONS = {"groups": ("GroupPos", "GroupCM"), "subhalos": ("SubhaloPos", "SubhaloCM")}
MASSES = {"groups": ("GroupMass",), "subhalos": ("SubhaloMass",)}
OTHERS = {
    "groups": {
        "counts": ("GroupLen",),
        "velocities": ("GroupVel",),
        "radii": ("Group_R_Crit200", "Group_R_Mean200"),
        "m200c": ("Group_M_Crit200",),
        "m500c": ("Group_M_Crit500",),
        "m200b": ("Group_M_Mean200",),
    },
    "subhalos": {
        "counts": ("SubhaloLen",),
        "velocities": ("SubhaloVel",),
        "radii": ("SubhaloHalfmassRad",),
        "hosts": ("SubhaloGroupNr", "SubhaloGrNr"),
        "vmax": ("SubhaloVmax",),
    },
}

LENGTHS_BY_TYPE = {"groups": ("GroupLenType",), "subhalos": ("SubhaloLenType",)}
OFFSETS_BY_TYPE = {"groups": ("GroupOffsetType",), "subhalos": ("SubhaloOffsetType",)}
DM = 1
"""The type of dark-matter particles."""


@register("subfind-hdf5")
class SubfindHdf5:
    """Groups and the subhalos in them, in comoving code units; velocities of groups are times a, of subhalos not.

    Radii of groups are R200c, those of subhalos hold half of their mass. Hosts of subhalos are groups by number.
    """

    label = "Subfind HDF5"

    def recognises(self, path: Path) -> bool:
        return recognised(path, _is_catalogue)

    def gather(self, path: Path) -> tuple[Path, ...]:
        with opened(path) as file:
            n_files = read_header(path, file).n_files
        return siblings(path, n_files)

    @UNCHECKED
    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        headers, warnings = _headers(files)
        first = next(iter(headers.values()))
        lost = missing_note(tuple(headers), first.n_files)
        if lost:
            counts = {member: sum(header.counts[member] for header in headers.values()) for member in MEMBERS}
            held = (f"{n} {member.removesuffix('s') if n == 1 else member}" for member, n in counts.items())
            warnings += [lost, f"The pieces that are there hold {' and '.join(held)}."]
        length, note = unit_of_length(first, _mass(headers))
        if note:
            warnings.append(note)
        species = {}
        for member in MEMBERS:
            masses = _masses(headers, member)
            count = max(masses.size, first.totals.get(member, 0) if lost else 0)
            if count:
                # The masses of some pieces say nothing of the others': the heaviest groups come first.
                species[member] = species_facts(count, None if lost else masses * first.mass)
        if not species:
            raise UnreadableFile(files[0], "holds no groups and no subhalos", "Choose another snapshot")
        stem = files[0].name.split(".")[0]
        there = [member for member in MEMBERS if any(header.counts[member] for header in headers.values())]
        return described(
            "subfind-hdf5",
            tuple(headers),
            told,
            species,
            box_size=None if first.side is None else first.side * length,
            redshift=first.redshift,
            hubble=first.hubble,
            omega_m=first.omega_m,
            length_read=length,
            length_unit=first.length,
            parts=[Part(member, f"{stem} {member}") for member in there],
            complete=not lost and len(headers) == len(files),
            warnings=warnings,
        )

    @UNCHECKED
    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Catalogue:
        headers, _ = _headers(description.files)
        first = next(iter(headers.values()))
        length, _ = unit_of_length(first, _mass(headers))
        member = _chosen(description, member or species or "", headers)
        pieces: list[dict[str, NDArray[Any]]] = []
        for i, (path, header) in enumerate(headers.items()):
            step = part(progress, i / len(headers), (i + 1) / len(headers))
            step(0.0, f"Reading {path.name}")
            if header.counts[member]:
                pieces.append(_rows(path, header, member, _factors(member, header, length)))
        progress(1.0)
        _place_rows(pieces, member, complete=description.complete)
        joined = {
            name: np.concatenate([p[name] for p in pieces]) for name in pieces[0] if all(name in p for p in pieces)
        }
        finder = "fof" if member == "groups" else "subfind"
        return catalogue(
            description, told, joined, redshift=first.redshift, finder=finder, scaled=True, hosts_are="groups"
        )


def _is_catalogue(path: Path, file: Any) -> bool:
    header = child(path, file, "Header")
    if any(GROUP.match(name) for name in file) or is_swift(path, file):
        return False
    if isinstance(header, h5py.Group):
        return "Ngroups_Total" in header.attrs
    return any(found(path, child(path, file, MEMBERS[m]), POSITIONS[m]) is not None for m in MEMBERS)


def _headers(files: tuple[Path, ...]) -> tuple[dict[Path, SubfindHeader], list[str]]:
    """Read every piece's header, and say which pieces were left out."""

    def read_one(path: Path) -> SubfindHeader:
        with opened(path) as file:
            header = read_header(path, file)
            for member, group in MEMBERS.items():
                _require_rows(path, file, member, group, header)
        return header

    warnings: list[str] = []
    headers = sound_pieces(files, read_one, lambda h: (h.n_files, h.redshift, tuple(h.totals.items())), warnings)
    return headers, warnings


def _require_rows(path: Path, file: Any, member: str, group: str, header: SubfindHeader) -> None:
    """Refuse a piece whose header counts what its columns do not hold."""
    count = header.counts[member]
    if not count:
        return
    for names in (POSITIONS[member], MASSES[member]):
        column = found(path, child(path, file, group), names)
        if column is None:
            raise UnreadableFile(path, f"is a Subfind catalogue without {names[0]} of its {member}", "Write it whole")
        if column[1].shape[0] != count:
            raise UnreadableFile(
                path,
                f"is damaged: its header promises {count} {member} and {column[0]} holds {column[1].shape[0]}",
                "Copy or download it again",
            )


def _masses(headers: dict[Path, SubfindHeader], member: str) -> NDArray[np.float64]:
    """The masses that are there, in the file's unit."""
    found_masses = [np.empty(0)]
    for path, header in headers.items():
        if header.counts[member]:
            with opened(path) as file:
                column = found(path, child(path, file, MEMBERS[member]), MASSES[member])
                if column is not None:
                    found_masses.append(read(path, column[1], header.counts[member]))
    return np.concatenate(found_masses)


def _mass(headers: dict[Path, SubfindHeader]) -> float:
    """The mass of all groups that are there, Msun/h."""
    return float(_masses(headers, "groups").sum()) * next(iter(headers.values())).mass


def _chosen(description: Description, member: str, headers: dict[Path, SubfindHeader]) -> str:
    there = [name for name in MEMBERS if any(header.counts[name] for header in headers.values())]
    if not there:
        raise UnreadableFile(description.path, "holds no groups and no subhalos", "Choose another snapshot")
    return member if member in there else there[0]


def _factors(member: str, header: SubfindHeader, length: float) -> dict[str, float]:
    """What brings each column into Halograph's units: Msun/h, Mpc/h, peculiar km/s."""
    speed = header.velocity / (header.scale_factor or 1.0) if member == "groups" else header.velocity
    lengths, masses = ("positions", "radii"), ("masses", "m200c", "m500c", "m200b")
    return {
        **dict.fromkeys(lengths, length),
        **dict.fromkeys(masses, header.mass),
        "velocities": speed,
        "vmax": header.velocity,
    }


def _rows(path: Path, header: SubfindHeader, member: str, factors: dict[str, float]) -> dict[str, NDArray[Any]]:
    """Read the columns of one piece that are there."""
    rows: dict[str, NDArray[Any]] = {}
    with opened(path) as file:
        group = child(path, file, MEMBERS[member])
        wanted = {"positions": POSITIONS[member], "masses": MASSES[member], **OTHERS[member]}
        for ours, names in wanted.items():
            column = found(path, group, names)
            if column is not None:
                width = 3 if ours in ("positions", "velocities") else 1
                values = read(path, column[1], header.counts[member], width)
                rows[ours] = values * factors[ours] if ours in factors else values
        lengths = found(path, group, LENGTHS_BY_TYPE[member])
        if lengths is not None and lengths[1].ndim == 2 and lengths[1].shape[1] > DM:
            counts = read(path, lengths[1], header.counts[member], lengths[1].shape[1])[:, DM].astype(np.int64)
            starts = found(path, group, OFFSETS_BY_TYPE[member])
            first = np.full(counts.shape, -1, np.int64)
            if starts is not None and starts[1].shape == lengths[1].shape:
                first = read(path, starts[1], header.counts[member], starts[1].shape[1])[:, DM].astype(np.int64)
            rows["rows"] = np.stack([first, counts], axis=1)
    return rows


def _place_rows(pieces: list[dict[str, NDArray[Any]]], member: str, *, complete: bool) -> None:
    """Say where groups begin whose files say only how many particles they have: one follows the other.

    Where pieces are missing, or of subhalos, between which lie particles of none, that cannot be told.
    """
    if all("rows" in piece and (piece["rows"][:, 0] >= 0).all() for piece in pieces):
        return
    countable = complete and member == "groups" and all("rows" in piece for piece in pieces)
    start = 0
    for piece in pieces:
        if countable:
            ends = start + np.cumsum(piece["rows"][:, 1])
            piece["rows"][:, 0] = ends - piece["rows"][:, 1]
            start = int(ends[-1]) if ends.size else start
        else:
            piece.pop("rows", None)
