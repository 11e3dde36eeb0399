"""SWIFT's own friends-of-friends groups: fof_output_NNNN.hdf5, whole or one piece a rank (Schaller et al. 2024)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.errors import MissingFact, UnreadableFile
from backends.progress import Progress, part
from backends.readers import register
from backends.readers.files.hdf5 import attributes, child, integers, number, opened
from backends.readers.files.recognition import is_swift, recognised
from backends.readers.gadget.header import Header
from backends.readers.gadget.pieces import MOST_PIECES, missing_note, siblings
from backends.readers.halos.hdf5_columns import found, read
from backends.readers.halos.rows import UNCHECKED, catalogue, described, species_facts
from backends.readers.halos.sound_pieces import sound_pieces
from backends.readers.swift.header import read_swift_header

COLUMNS = {"positions": "Centres", "masses": "Masses", "counts": "Sizes", "ids": "GroupIDs", "radii": "Radii"}
NEEDED = ("positions", "masses")


@dataclass(frozen=True)
class _Piece:
    header: Header
    rows: int
    total: int


@register("swift-fof")
class SwiftFof:
    """Centres of mass, comoving, and masses, without h in their units; groups have no velocities."""

    label = "SWIFT FoF groups"

    def recognises(self, path: Path) -> bool:
        return recognised(path, _is_groups)

    def gather(self, path: Path) -> tuple[Path, ...]:
        with opened(path) as file:
            n_files = read_swift_header(path, file).n_files
            is_index = bool(number(attributes(child(path, file, "Header")), "Virtual"))
        if not is_index:
            return siblings(path, n_files)
        # The index reaches its pieces by links, which are not followed: they lie beside it under its name.
        names = (f"{path.stem}.{number_}{path.suffix}" for number_ in range(min(n_files, MOST_PIECES)))
        pieces = tuple(path.with_name(name) for name in names if path.with_name(name).is_file())
        if not pieces:
            raise UnreadableFile(path, "only says which files hold its groups, and none is beside it", "Add them")
        return pieces

    @UNCHECKED
    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        pieces, warnings = _pieces(files)
        first = next(iter(pieces.values()))
        header = first.header
        lost = missing_note(tuple(pieces), header.n_files)
        warnings += [lost] if lost else []
        h, length = _hubble(header, told), header.length or 1.0
        if h is None:
            warnings.append("The file does not say h, on which masses and lengths depend: say it with --hubble H.")
        masses = np.concatenate([_column(path, piece, "masses") for path, piece in pieces.items()])
        count = max(masses.size, first.total if lost else 0)
        return described(
            "swift-fof",
            tuple(pieces),
            told,
            {"groups": species_facts(count, None if h is None or lost else masses * header.mass * h)},
            box_size=header.side * length * h if header.side and h else None,
            redshift=header.redshift,
            hubble=header.hubble,
            omega_m=header.omega_m,
            length_read=None if h is None else length * h,
            length_unit=None if h is None else length * h,
            complete=not lost and len(pieces) == len(files),
            warnings=(*warnings, *header.oddities),
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
        header = next(iter(pieces.values())).header
        h = _hubble(header, told)
        if h is None:
            raise MissingFact(description.path, "Hubble parameter", "--hubble H")
        length = (header.length or 1.0) * h
        factors = {"positions": length, "radii": length, "masses": header.mass * h}
        read_pieces = []
        for i, (path, piece) in enumerate(pieces.items()):
            part(progress, 0.0, 0.9)(i / len(pieces), f"Reading {path.name}")
            if piece.rows:
                rows = {name: _column(path, piece, name) for name in COLUMNS}
                read_pieces.append({name: values for name, values in rows.items() if values.size})
        progress(1.0)
        if not read_pieces:
            raise UnreadableFile(description.path, "holds no groups", "Choose another snapshot")
        shared = [name for name in read_pieces[0] if all(name in rows for rows in read_pieces)]
        joined = {name: np.concatenate([rows[name] for rows in read_pieces]) for name in shared}
        return catalogue(
            replace(description, box_size=header.side * length if header.side else None, length_read=length),
            told,
            {name: values * factors[name] if name in factors else values for name, values in joined.items()},
            redshift=header.redshift,
            finder="fof",
            scaled=True,
        )


def _hubble(header: Header, told: Facts) -> float | None:
    """What brings units without h to those with it: 1 where they have it or there is none, None where nobody says h."""
    return 1.0 if header.hubble is not None or header.redshift is None else told.hubble


def _is_groups(path: Path, file: Any) -> bool:
    header = child(path, file, "Header")
    if not isinstance(header, h5py.Group) or not is_swift(path, file):
        return False
    return str(attributes(header).get("OutputType", "")).upper() == "FOF" and "Groups" in file


def _pieces(files: tuple[Path, ...]) -> tuple[dict[Path, _Piece], list[str]]:
    """Read every piece's header, and say which were left out."""

    def read_one(path: Path) -> _Piece:
        with opened(path) as file:
            header = read_swift_header(path, file)
            values = attributes(child(path, file, "Header"))
            here, everywhere = (integers(values, f"NumGroups_{name}")[:1] for name in ("ThisFile", "Total"))
            group = child(path, file, "Groups")
            column = found(path, group, (COLUMNS["masses"],))
            rows = 0 if column is None else int(column[1].shape[0])
            if here and here[0] != rows:
                reason = f"is damaged: its header promises {here[0]} groups and it holds {rows}"
                raise UnreadableFile(path, reason, "Copy or download it again")
            if rows and any(found(path, group, (COLUMNS[name],)) is None for name in NEEDED):
                raise UnreadableFile(path, "holds groups without places or masses", "Write it whole")
        return _Piece(header, rows, max(rows, *everywhere, 0))

    warnings: list[str] = []
    return sound_pieces(
        files, read_one, lambda piece: (piece.header.n_files, piece.header.redshift), warnings
    ), warnings


def _column(path: Path, piece: _Piece, name: str) -> NDArray[Any]:
    """Read one column in the file's units, empty where it is not there."""
    with opened(path) as file:
        column = found(path, child(path, file, "Groups"), (COLUMNS[name],))
        if column is None or not piece.rows:
            return np.empty(0)
        return read(path, column[1], piece.rows, 3 if name == "positions" else 1)
