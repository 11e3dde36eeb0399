"""Binary group catalogues of Gadget-2 and -3: group_tab_NNN.M of friends-of-friends, subhalo_tab_NNN.M of Subfind.

Nothing in these files says what they are, so that the layout is that which gives exactly the file's size
and sensible groups: number of particles, mass, and the group of each subhalo.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description, Part
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.progress import Progress, part
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.files.limits import require_memory
from backends.readers.gadget.pieces import missing_note, siblings
from backends.readers.halos.rows import UNCHECKED, catalogue, described, species_facts
from backends.readers.halos.sound_pieces import sound_pieces
from backends.readers.lengths import box_of

UNIT_MASS = 1e10
"""Msun/h of one unit of mass, by convention."""

UNITS = (1e-3, 1.0)
"""Mpc/h of the units of length that are usual: kpc/h and Mpc/h."""

FILLED = 0.3
"""Halos of a whole box reach beyond this share of its side along every axis."""

MOST_PIECES = 100_000

HEADER = [("groups", "i4"), ("all_groups", "i4"), ("ids", "i4"), ("all_ids", "i8"), ("files", "i4")]
SUBHALO_HEADER = [*HEADER, ("subhalos", "i4"), ("all_subhalos", "i4")]

Fields = list[tuple[str, str, int]]
GROUP: Fields = [("counts", "i4", 1), ("offset", "i4", 1), ("masses", "f4", 1), ("positions", "f4", 3)]
FOF: Fields = [*GROUP, ("velocities", "f4", 3), ("len_type", "i4", 6), ("mass_type", "f4", 6)]
SPHERES: Fields = [(name, "f4", 1) for name in ("m200b", "r200b", "m200c", "radii", "m_tophat", "r_tophat")]
DISPERSIONS: Fields = [("dispersions", "f4", 3)]
INSIDE: Fields = [("contamination", "i4", 2), ("n_subs", "i4", 1), ("first_sub", "i4", 1)]
SUBHALO: Fields = [
    ("counts", "i4", 1), ("offset", "i4", 1), ("parent", "i4", 1), ("masses", "f4", 1), ("positions", "f4", 3),
    ("velocities", "f4", 3), ("centre", "f4", 3), ("spin", "f4", 3), ("dispersion", "f4", 1), ("vmax", "f4", 1),
    ("rvmax", "f4", 1), ("radii", "f4", 1),
]  # fmt: skip

KEPT = ("counts", "masses", "positions", "velocities", "radii", "m200b", "m200c", "vmax", "hosts")


@dataclass(frozen=True)
class _Piece:
    """One file and the layout that fits it; columns follow one another, each of all rows."""

    path: Path
    header: Any
    order: str
    groups: Fields
    subhalos: Fields

    def rows(self, member: str) -> int:
        return int(self.header[member]) if member in (self.header.dtype.names or ()) else 0

    def columns(self, member: str) -> dict[str, NDArray[Any]]:
        """Read the columns that are kept, in the file's units."""
        start = self.header.dtype.itemsize
        if member == "subhalos":
            start += self.rows("groups") * _width(self.groups)
        rows = self.rows(member)
        require_memory(self.path, rows * 100, f"{rows} {member}")
        found: dict[str, NDArray[Any]] = {}
        with reading(self.path):
            for name, kind, width in self.groups if member == "groups" else self.subhalos:
                if name in KEPT:
                    values = np.fromfile(self.path, f"{self.order}{kind}", rows * width, offset=start)
                    if values.size != rows * width:
                        raise UnreadableFile(self.path, "changed while it was read", "Open it again")
                    values = values.astype(np.int64 if kind[0] == "i" else np.float64)
                    found[name] = values.reshape(rows, width) if width > 1 else values
                start += rows * width * int(kind[1:])
        return found


@register("subfind-binary")
class SubfindBinary:
    """Positions and masses in code units, no box size, no redshift: these are to be told."""

    label = "Subfind or FoF binary"

    @UNCHECKED
    def recognises(self, path: Path) -> bool:
        try:
            piece = _piece(path) if path.is_file() else None
        except (OSError, UnreadableFile):
            return False
        return piece is not None and piece.rows("groups") > 0

    @UNCHECKED
    def gather(self, path: Path) -> tuple[Path, ...]:
        return siblings(path, _required(path).rows("files"))

    @UNCHECKED
    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        pieces, warnings = _pieces(files)
        n_files = pieces[0].rows("files")
        lost = missing_note([piece.path for piece in pieces], n_files)
        warnings += [lost] if lost else []
        if told.redshift is None:
            warnings.append("The file does not say its redshift: say it with --redshift Z.")
        species = {}
        for member in ("groups", "subhalos"):
            masses = _joined(pieces, member).get("masses", np.empty(0))
            total = max(pieces[0].rows(f"all_{member}") if lost else 0, masses.size)
            if total:
                species[member] = species_facts(total, None if lost else masses * UNIT_MASS)
        stem = files[0].name.split(".")[0]
        return described(
            "subfind-binary",
            [piece.path for piece in pieces],
            told,
            species,
            length_read=_unit_in(pieces, told),
            parts=[Part(member, f"{stem} {member}") for member in species],
            complete=not lost and len(pieces) == len(files),
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
        pieces, _ = _pieces(description.files)
        part(progress, 0.0, 0.9)(0.0, f"Reading {description.path.name}")
        member = "subhalos" if "subhalos" in (member, species) and pieces[0].rows("all_subhalos") else "groups"
        rows = _joined(pieces, member)
        length = UNITS[0]
        if not told.length_unit:
            length = _unit(description.path, rows["positions"], box_of(description.path, told, None))
        for name in ("positions", "radii"):
            if name in rows:
                rows[name] = rows[name] * length
        for name in ("masses", "m200b", "m200c"):
            if name in rows:
                rows[name] = rows[name] * UNIT_MASS
        if member == "groups" and "velocities" in rows:
            # Groups' velocities are over a, which only the redshift gives.
            velocities = rows.pop("velocities")
            if told.redshift is not None:
                rows["velocities"] = velocities * (1 + told.redshift)
        progress(1.0)
        finder = "fof" if member == "groups" else "subfind"
        described_as = replace(description, length_read=UNITS[0])
        return catalogue(described_as, told, rows, finder=finder, hosts_are="groups")


def _layouts() -> Iterator[tuple[Any, Fields, Fields]]:
    """Every layout that the codes' options make: with star formation, dispersions, long ids, masses by type."""
    extra: Fields = [("sfr", "f4", 1), ("type", "i4", 1)]
    for more in range(3):
        yield HEADER, FOF + extra[:more], []
    for dispersions, bytes_of_id, by_type in itertools.product((False, True), (4, 8), (False, True)):
        groups = GROUP + SPHERES + (DISPERSIONS if dispersions else []) + INSIDE
        subhalos = [*SUBHALO, ("most_bound", f"i{bytes_of_id}", 1), ("hosts", "i4", 1)]
        yield SUBHALO_HEADER, groups, [*subhalos, ("by_type", "f4", 6)] if by_type else subhalos


def _piece(path: Path) -> _Piece | None:
    """Find the one layout that fits a file, or None."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(64)
    fitting = []
    for order, (fields, groups, subhalos) in itertools.product("<>", _layouts()):
        dtype = np.dtype(fields).newbyteorder(order)
        if len(start) < dtype.itemsize:
            continue
        header = np.frombuffer(start, dtype, count=1)[0]
        piece = _Piece(path, header, order, groups, subhalos)
        n_groups, n_subhalos = piece.rows("groups"), piece.rows("subhalos")
        if min(int(header[name]) for name in dtype.names or ()) < 0 or not 1 <= piece.rows("files") <= MOST_PIECES:
            continue
        if piece.rows("all_groups") < n_groups or piece.rows("all_subhalos") < n_subhalos:
            continue
        if dtype.itemsize + n_groups * _width(groups) + n_subhalos * _width(subhalos) != size:
            continue
        if _sensible(piece):
            fitting.append(piece)
    return fitting[0] if fitting and all(f.order == fitting[0].order for f in fitting) else None


def _sensible(piece: _Piece) -> bool:
    """Whether what stands where this layout has it can be groups and subhalos."""
    for member in ("groups", "subhalos"):
        if not piece.rows(member):
            continue
        columns = piece.columns(member)
        masses = columns["masses"]
        if not (columns["counts"] > 0).all() or not (np.isfinite(masses) & (masses > 0) & (masses < 1e9)).all():
            return False
        if not np.isfinite(columns["positions"]).all():
            return False
        hosts = columns.get("hosts")
        if hosts is not None and not ((hosts >= 0) & (hosts < piece.rows("all_groups"))).all():
            return False
    return True


def _required(path: Path) -> _Piece:
    with reading(path):
        piece = _piece(path)
    if piece is None:
        raise UnreadableFile(path, "is no group catalogue, or a damaged one", "Copy or download it again")
    return piece


def _pieces(files: Sequence[Path]) -> tuple[list[_Piece], list[str]]:
    """Open every piece, and say which were left out."""
    warnings: list[str] = []
    names = ("all_groups", "all_subhalos", "files")
    pieces = sound_pieces(files, _required, lambda piece: tuple(map(piece.rows, names)), warnings)
    return list(pieces.values()), warnings


def _joined(pieces: Sequence[_Piece], member: str) -> dict[str, NDArray[Any]]:
    """Read the columns of all pieces, in the file's units."""
    read = [piece.columns(member) for piece in pieces if piece.rows(member)]
    return {name: np.concatenate([columns[name] for columns in read]) for name in read[0]} if read else {}


def _unit_in(pieces: Sequence[_Piece], told: Facts) -> float:
    """Return Mpc/h of the unit of length that the told box suggests, else the usual one's."""
    positions = _joined(pieces, "groups").get("positions")
    if positions is None or told.box_size is None or told.length_unit is not None:
        return UNITS[0]
    try:
        return _unit(pieces[0].path, positions, told.box_size)
    except UnreadableFile:  # who reads them will be told
        return UNITS[0]


def _unit(path: Path, positions: NDArray[np.float64], box_size: float) -> float:
    """Return Mpc/h of the unit of length with which the groups fill the box; raises ``UnreadableFile`` for none."""
    reach = float(positions.max()) if positions.size else 0.0
    for unit in UNITS:
        if FILLED * box_size < reach * unit <= 1.001 * box_size:
            return unit
    raise UnreadableFile(
        path,
        f"places groups up to {reach:.6g}, which is {box_size:g} Mpc/h neither in kpc/h nor in Mpc/h",
        "Say the right --box-size L",
    )


def _width(fields: Fields) -> int:
    """Bytes of one row over all columns."""
    return sum(int(kind[1:]) * width for _, kind, width in fields)
