"""Fortran's unformatted records: every run of bytes stands between two copies of its length."""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from backends.errors import UnreadableFile

WRAP = 1 << 32
"""Lengths are kept in 32 bits, so what is longer is written modulo this."""

MARKER = 4


@dataclass(frozen=True)
class Record:
    """Where the bytes between two markers are."""

    start: int
    size: int

    @property
    def end(self) -> int:
        """The first byte behind the closing marker."""
        return self.start + self.size + MARKER


def read_record(
    path: Path, file: BinaryIO, place: int, order: str, file_size: int, expected: Collection[int] = ()
) -> Record:
    """Find the record whose opening marker is at ``place``.

    order : "<" or ">"
    expected : lengths that are likely; they tell which multiple of 2³² a marker left away

    Raises
    ------
    UnreadableFile
        Where no length that the opening marker can mean is confirmed by the closing one.
    """
    opening = _marker(file, place, order)
    start = place + MARKER
    if opening is None:
        raise UnreadableFile(path, f"is truncated: {file_size} bytes end within a record's length", "Copy it again")
    likely = [size for size in sorted(expected) if size % WRAP == opening]
    possible = range(opening, file_size - start - MARKER + 1, WRAP)
    for size in (*likely, *possible):
        if start + size + MARKER <= file_size and _marker(file, start + size, order) == opening:
            return Record(start, size)
    due = start + (likely[0] if likely else opening) + MARKER
    if due > file_size:
        raise UnreadableFile(path, f"is truncated: {file_size} of at least {due} bytes", "Copy or download it again")
    closing = _marker(file, start + opening, order)
    raise UnreadableFile(
        path,
        f"is damaged: the record at byte {place} begins as one of {opening} bytes and ends as one of {closing}",
        "Copy or download it again",
    )


def _marker(file: BinaryIO, place: int, order: str) -> int | None:
    file.seek(place)
    data = file.read(MARKER)
    return int(struct.unpack(f"{order}I", data)[0]) if len(data) == MARKER else None
