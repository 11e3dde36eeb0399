"""A guard against flaws of the HDF5 library: damaged texts make it walk in place, or take gigabytes.

Variable-length text lies in global heaps: "GCOL", version, size, then objects one after another. The
library steps over each object by its own size, and over one of index 0 by a size that may be 0, so
that it never ends; and it makes room for the length that an attribute states before it compares it
with the object's. (HDF5 File Format Specification, sections III.E "Global Heap", IV.A.2.d "Datatype".)
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from backends.errors import UnreadableFile

SIGNATURE = b"GCOL\x01\0\0\0"
HEADER = 16
OBJECT = struct.Struct("<HHIQ")

TEXT_TYPE = re.compile(rb"\x01.\0\x10\0\0\0", re.DOTALL)
"""The end of the description of variable-length text: kind, letters, and the 16 bytes it takes."""

AFTER_TYPE = 72
"""Bytes after that description within which an attribute has its (length, heap, index)."""

LONGEST = 1 << 20
"""Bytes of a text that points to no heap, above which nothing but damage can be meant."""

MOST_TEXTS = 1 << 12
"""Texts of one attribute that are looked at."""

LOOKED_AT = 16 << 20
"""Bytes at either end of the file that are looked at; attributes are written there."""

BLOCK = 1 << 20
"""Bytes that are looked at at once: as many as need no memory anew for each."""

BEHIND = AFTER_TYPE + 16 * MOST_TEXTS
"""Bytes behind these in which an attribute can go on that begins in them."""


def require_sound_heaps(path: Path) -> None:
    """Refuse a file in which reading text would never end; raises ``UnreadableFile``."""
    state = path.stat()
    if not _sound(path, state.st_mtime_ns, state.st_size):
        raise UnreadableFile(path, "is damaged where it keeps its texts", "Copy or download it again")


@lru_cache(maxsize=256)
def _sound(path: Path, changed: int, size: int) -> bool:
    heaps: dict[int, dict[int, int]] = {}
    with path.open("rb") as file:
        for start, data in _blocks(file, size):
            place = data.find(SIGNATURE)
            while 0 <= place < BLOCK:
                objects = _objects(file, start + place, size)
                if objects is None:
                    return False
                heaps[start + place] = objects
                place = data.find(SIGNATURE, place + HEADER)
        return all(_lengths_fit(data, heaps) for _, data in _blocks(file, size))


def _blocks(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield either end of the file in blocks, where each begins, with some bytes of the next ones behind it."""
    ranges = [(0, size)] if size <= 2 * LOOKED_AT else [(0, LOOKED_AT), (size - LOOKED_AT, size)]
    for start, stop in ranges:
        for place in range(start, stop, BLOCK):
            yield place, _read(file, place, BLOCK + BEHIND)


def _read(file: BinaryIO, place: int, n_bytes: int) -> bytes:
    return os.pread(file.fileno(), n_bytes, place)


def _objects(file: BinaryIO, place: int, size: int) -> dict[int, int] | None:
    """Sizes by index of the objects of a heap, or None where a walk over them would not end."""
    end = place + int.from_bytes(_read(file, place + 8, HEADER - 8), "little")
    if not place + HEADER <= end <= size:
        return None
    sizes: dict[int, int] = {}
    at = place + HEADER
    while at + OBJECT.size <= end:
        found = _read(file, at, OBJECT.size)
        if len(found) < OBJECT.size:
            return None
        index, _, _, length = OBJECT.unpack(found)
        step = length if index == 0 else OBJECT.size + -(-length // 8) * 8
        if step < OBJECT.size or at + step > end:
            return None
        sizes[index] = length
        at += step
    return sizes


def _lengths_fit(data: bytes, heaps: dict[int, dict[int, int]]) -> bool:
    """Whether every attribute of text states a length that is there."""
    known = {place.to_bytes(8, "little"): sizes for place, sizes in heaps.items()}
    for match in TEXT_TYPE.finditer(data, 0, BLOCK + AFTER_TYPE):
        window = data[match.end() : match.end() + AFTER_TYPE]
        places = {address: window.find(address, 4, AFTER_TYPE - 4) for address in known}
        found = {address: at for address, at in places.items() if at >= 0}
        for address, at in found.items():
            length = int.from_bytes(window[at - 4 : at], "little")
            index = int.from_bytes(window[at + 8 : at + 12], "little")
            if length > known[address].get(index, length):
                return False
        if any(length > LONGEST for length in _stated_lengths(data, match.end())):
            return False
    return True


def _stated_lengths(data: bytes, end_of_type: int) -> list[int]:
    """The lengths that texts state behind their type, whose letters are described first, and their shape.

    Empty where that is not what stands there.
    """
    head = data[end_of_type : end_of_type + AFTER_TYPE]
    letters = {0: 12, 3: 8}.get(head[0] & 15 if head else 15)
    if letters is None:
        return []
    for at in (letters, letters + 4):  # some versions fill the type up to eight bytes
        version, rank, limits = head[at : at + 3].ljust(3, b"\xff")
        if version in (1, 2) and rank <= 1 and limits <= 1:
            sides = at + (8 if version == 1 else 4)
            count = int.from_bytes(head[sides : sides + 8], "little") if rank else 1
            first = end_of_type + sides + 8 * rank * (1 + limits)
            stated = data[first : first + 16 * min(count, MOST_TEXTS)]
            return [int.from_bytes(stated[i : i + 4], "little") for i in range(0, len(stated) - 15, 16)]
    return []
