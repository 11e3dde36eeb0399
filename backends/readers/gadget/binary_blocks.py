"""One piece of a binary Gadget snapshot: which bytes are whose positions, velocities, numbers and masses."""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from backends.errors import UnreadableFile
from backends.readers.files.failures import reading
from backends.readers.files.fortran_records import Record, read_record
from backends.readers.files.stored import StoredArray
from backends.readers.gadget.binary_header import LABEL, find_start, read_header
from backends.readers.gadget.header import Header
from backends.readers.gadget.pieces import Piece

MOST_RECORDS = 1000

INFO = 40
"""Bytes of one line of an INFO block: label, type, components, and a flag for each particle type."""

BLOCKS = {"POS ": (3, "f"), "VEL ": (3, "f"), "ID  ": (1, "u"), "MASS": (1, "f")}
"""Components and kind of numbers of the blocks that are read, in the order of format 1."""


@dataclass(frozen=True)
class Stored:
    """A block: its place in the file, its numbers, and for each type its first row and how many it has."""

    start: int
    dtype: np.dtype[Any]
    width: int
    rows: Mapping[int, tuple[int, int]]

    def of(self, path: Path, type_: int) -> StoredArray | None:
        """Say where the rows of one type are, or return None where the block leaves it out."""
        if type_ not in self.rows:
            return None
        first, count = self.rows[type_]
        shape = (count,) if self.width == 1 else (count, self.width)
        place = self.start + first * self.width * self.dtype.itemsize
        with reading(path):
            return StoredArray.of(path, self.dtype, place, shape)


@dataclass(frozen=True)
class BinaryPiece(Piece):
    """A piece and where its blocks are, by label."""

    stored: Mapping[str, Stored]


def read_piece(path: Path) -> BinaryPiece:
    """Walk over the records of one file; none of its columns is read.

    Raises ``UnreadableFile`` where the records do not close, or do not fit the header's counts.
    """
    with reading(path), path.open("rb") as file:
        order, labelled, place, header = _begin(path, file)
        here = {type_: n for type_, n in enumerate(header.counts) if n}
        massive = [t for t in here if t >= len(header.mass_table) or not header.mass_table[t]]
        sizes = {size * sum(here.values()) for size in (4, 8, 12, 24)}
        records = _records(path, file, place, order, labelled, sizes)
        members = _members(file, records, order)
    members.setdefault("MASS", massive)
    stored = _labelled(path, records, members, here, order) if labelled else _ordered(records, massive, here, order)
    if here and "POS " not in stored:
        size = next((record.size for label, record in records if label in ("POS ", "")), 0)
        raise UnreadableFile(
            path,
            f"is damaged: its header promises {sum(here.values())} particles and it holds {size} bytes of positions",
            "Copy or download it again",
        )
    labels = {label for label, _ in records}
    return BinaryPiece(path, header, here, {t: _columns(labels, t) for t in here}, stored)


def read_n_files(path: Path) -> int:
    """Return how many pieces the header of one promises; what is behind the header may be damaged."""
    with reading(path), path.open("rb") as file:
        return _begin(path, file)[-1].n_files


def _begin(path: Path, file: BinaryIO) -> tuple[str, bool, int, Header]:
    """Return the byte order, whether blocks have labels, where the first begins, and the header."""
    start = find_start(file)
    if start is None:
        raise UnreadableFile(path, "does not begin with a Gadget header", "Copy or download it again")
    order, place = start
    record = read_record(path, file, place, order, path.stat().st_size)
    file.seek(record.start)
    header = read_header(path, file.read(record.size), order)
    if any(n < 0 for n in (*header.counts, *header.totals)):
        raise UnreadableFile(path, "is damaged: its header counts fewer than no particles", "Copy it again")
    return order, bool(place), record.end, header


def _records(
    path: Path, file: BinaryIO, place: int, order: str, labelled: bool, sizes: Collection[int]
) -> list[tuple[str, Record]]:
    """List the records behind the header with their labels, which are "" in format 1."""
    found: list[tuple[str, Record]] = []
    file_size = path.stat().st_size
    while place < file_size:
        if len(found) > MOST_RECORDS:
            raise UnreadableFile(path, f"has more than {MOST_RECORDS} blocks, which no snapshot has")
        label = ""
        if labelled:
            named = read_record(path, file, place, order, file_size)
            if named.size != LABEL:
                raise UnreadableFile(path, f"is damaged: no label stands at byte {place}", "Copy or download it again")
            file.seek(named.start)
            label, place = file.read(4).decode("latin-1").upper(), named.end
        record = read_record(path, file, place, order, file_size, sizes)
        found.append((label, record))
        place = record.end
    return found


def _members(file: BinaryIO, records: Sequence[tuple[str, Record]], order: str) -> dict[str, Sequence[int]]:
    """Read which types each block covers, where a block INFO says it."""
    info = next((record for label, record in records if label == "INFO"), None)
    found: dict[str, Sequence[int]] = {}
    if info is None or info.size % INFO or info.size > INFO * MOST_RECORDS:
        return found
    file.seek(info.start)
    data = file.read(info.size)
    for line in range(0, len(data) - INFO + 1, INFO):
        flags = struct.unpack_from(f"{order}6i", data, line + 16)
        found[data[line : line + 4].decode("latin-1").upper()] = [t for t, flag in enumerate(flags) if flag]
    return found


def _labelled(
    path: Path,
    records: Sequence[tuple[str, Record]],
    members: Mapping[str, Sequence[int]],
    here: Mapping[int, int],
    order: str,
) -> dict[str, Stored]:
    """Find the blocks of format 2 by their labels."""
    stored: dict[str, Stored] = {}
    known = dict(reversed(records))
    for label in BLOCKS:
        if label in known and here:
            block = _fitting(label, known[label], [members.get(label, ()), list(here)], here, order, stored)
            if block is None:
                total = sum(here.values())
                reason = f"is damaged: block {label.strip()} has {known[label].size} bytes for {total} particles"
                raise UnreadableFile(path, reason, "Copy or download it again")
            stored[label] = block
    return stored


def _ordered(
    records: Sequence[tuple[str, Record]], massive: Sequence[int], here: Mapping[int, int], order: str
) -> dict[str, Stored]:
    """Find the blocks of format 1 by their order; one whose length fits no more was left out by the writer."""
    stored: dict[str, Stored] = {}
    waiting = [record for _, record in records]
    for label in BLOCKS:
        if not waiting or (label == "MASS" and not massive):
            break
        covers = [massive, list(here)] if label == "MASS" else [list(here)]
        block = _fitting(label, waiting[0], covers, here, order, stored)
        if block is not None:
            stored[label] = block
            waiting.pop(0)
        elif label == "POS ":
            break
    return stored


def _fitting(
    label: str,
    record: Record,
    covers: Sequence[Sequence[int]],
    here: Mapping[int, int],
    order: str,
    stored: Mapping[str, Stored],
) -> Stored | None:
    """Return the block in which the bytes suffice for just the types covered, in single or double precision.

    Where both precisions fit different types, that of the positions is the one: the codes have one switch.
    """
    width, kind = BLOCKS[label]
    first = stored["POS "].dtype.itemsize if "POS " in stored else 4
    for size in (first, 12 - first) if kind == "f" else (4, 8):
        for types in covers:
            covered = [t for t in sorted(here) if t in types]
            if covered and record.size == sum(here[t] for t in covered) * width * size:
                starts = np.cumsum([0, *(here[t] for t in covered)]).tolist()
                rows = {t: (start, here[t]) for t, start in zip(covered, starts, strict=False)}
                return Stored(record.start, np.dtype(f"{order}{kind}{size}"), width, rows)
    return None


def _columns(labels: Collection[str], type_: int) -> frozenset[str]:
    """The columns of a type by the names that tell its species; only format 2 says any."""
    return frozenset(f"BH_{label}" for label in labels if type_ == 5 and label.startswith("BH"))
