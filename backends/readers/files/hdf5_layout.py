"""Whether a dataset of HDF5 is virtual, from its bytes: the library may never return from opening a damaged one.

A virtual dataset lists the files that its parts lie in, and HDF5 unpacks the list as it opens the dataset. The layout
of object headers is that of the HDF5 File Format Specification 3.0, IV.A.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import h5py

LAYOUT, CONTINUATION = 0x08, 0x10
VIRTUAL = 3
MOST_CHUNKS = 64
LARGEST_CHUNK = 1 << 20
"""Bytes of an object header that are looked at; what is longer holds attributes."""


def is_virtual(path: Path, group: Any, name: str) -> bool:
    """Whether a member of an open group is a virtual dataset; nothing of it is opened."""
    base = group.file.userblock_size
    place = base + h5py.h5o.get_info(group.id, name.encode()).addr
    with path.open("rb") as file:
        return any(
            kind == LAYOUT and len(data) > 1 and data[0] >= 3 and data[1] == VIRTUAL
            for kind, data in _messages(file, place, base)
        )


def _messages(file: BinaryIO, place: int, base: int) -> Iterator[tuple[int, bytes]]:
    """The messages of an object header, by number and content; what it points to is counted from ``base``."""
    file.seek(place)
    start = file.read(34)
    if start[:4] == b"OHDR" and len(start) > 26:
        flags = start[5]
        width = 1 << (flags & 3)
        first = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        chunks = [(place + first + width, int.from_bytes(start[first : first + width], "little"))]
        head, order = struct.Struct("<BHB"), 2 if flags & 4 else 0
    elif start[:1] == b"\x01" and len(start) > 16:
        chunks = [(place + 16, int.from_bytes(start[8:12], "little"))]
        head, order = struct.Struct("<HHB3x"), 0
    else:
        return
    for number in range(MOST_CHUNKS):
        if number >= len(chunks):
            return
        where, size = chunks[number]
        file.seek(where)
        data, at = file.read(min(size, LARGEST_CHUNK)), 0
        while at + head.size + order <= len(data):
            kind, length = head.unpack_from(data, at)[:2]
            content = data[at + head.size + order : at + head.size + order + length]
            if kind == CONTINUATION and len(content) >= 16:
                offset, length_there = struct.unpack_from("<QQ", content)
                if head.size == 4:  # a chunk of the newer kind has a signature before it and a checksum behind it
                    offset, length_there = offset + 4, max(0, length_there - 8)
                if offset < 1 << 62:
                    chunks.append((base + offset, length_there))
            yield kind, content
            at += head.size + order + length
