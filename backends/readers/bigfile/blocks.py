"""BigFile's blocks: a folder of raw numbers in files named in hexadecimal, a header in text, and attributes.

Y. Feng, github.com/rainwoodman/bigfile. Attributes stand in ``attr-v2`` (text) or, of old, ``attr`` (binary).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.files.checksums import byte_sum
from backends.readers.files.stored import StoredArray
from backends.readers.particles.columns import ArrayColumn

HEADER, ATTRIBUTES, OLD_ATTRIBUTES = "header", "attr-v2", "attr"
START = b"DTYPE:"
NUMBERED = re.compile(r"^[0-9A-F]{6,}$")
TYPE = re.compile(r"^([<>=|]?)([fiubcSa])(\d{1,6})$")
ROW = re.compile(r"^([0-9A-Fa-f]{6,}):\s*(\d{1,19})(?:\s*:\s*(\d{1,19}))?(?:\s*:\s*(\d{1,19}))?\s*$")
LARGEST_TEXT = 1 << 24
LARGEST_ATTRIBUTE = 1 << 17
SMALL = 64 << 20
"""Bytes of one data set whose checksums are looked at before it is read."""


@dataclass(frozen=True)
class Block:
    """A column in one or several files.

    rows : of each file;  sums : their bytes' sum modulo 2³², 0 where it was not written
    """

    folder: Path
    dtype: np.dtype[Any]
    components: int
    rows: tuple[int, ...]
    sums: tuple[int, ...]

    @property
    def count(self) -> int:
        """Rows of all files."""
        return sum(self.rows)

    @property
    def row_size(self) -> int:
        """Bytes of one row."""
        return self.dtype.itemsize * self.components

    def file(self, number: int) -> Path:
        """The file of that number."""
        return self.folder / f"{number:06X}"

    def lost(self) -> tuple[str, ...]:
        """Say which files are missing or too short, as clauses; one that is too long loses nothing."""
        found = []
        for number, rows in enumerate(self.rows):
            file, wanted = self.file(number), rows * self.row_size
            size = file.stat().st_size if file.is_file() else -1
            if rows and size < wanted:
                what = "is missing" if size < 0 else f"is truncated: {size} of {wanted} bytes"
                found.append(f"{self.folder.parent.name}/{self.folder.name}/{file.name} {what}")
        return tuple(found)

    def altered(self) -> tuple[str, ...]:
        """Name the files whose bytes do not add up to what the header says; reads all of them."""
        found = []
        for number, (rows, stated) in enumerate(zip(self.rows, self.sums, strict=True)):
            if stated and rows:
                total, stored = 0, StoredArray.of(self.file(number), np.uint8, 0, (rows * self.row_size,))
                for block in stored.blocks():
                    total = byte_sum(block, total)
                if total != stated:
                    found.append(f"{self.folder.parent.name}/{self.folder.name}/{self.file(number).name}")
        return tuple(found)

    def column(self, factor: float = 1.0) -> BlockColumn:
        """Return the column, none of it read yet; raises ``UnreadableFile`` where files are lost."""
        lost = self.lost()
        if lost:
            raise UnreadableFile(self.folder, f"is incomplete: {lost[0]}", "Copy it again")
        return BlockColumn(self, factor)


@dataclass(frozen=True, eq=False)
class BlockColumn:
    """Rows that go on from file to file, each of which is open only while it is read."""

    block: Block
    factor: float

    chunk = 1

    @property
    def shape(self) -> tuple[int, ...]:
        rows = self.block.count
        return (rows,) if self.block.components == 1 else (rows, self.block.components)

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.block.dtype.newbyteorder("=")

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        before, block = 0, self.block
        for number, count in enumerate(block.rows):
            start, stop = max(rows.start, before), min(rows.stop, before + count)
            if start < stop:
                stored = StoredArray.of(block.file(number), block.dtype, 0, (count, *self.shape[1:]))
                part = ArrayColumn(stored, self.factor)
                part.read(slice(start - before, stop - before), out[start - rows.start : stop - rows.start])
            before += count


def is_block(folder: Path) -> bool:
    """Whether a folder is a block, by the first bytes of its header; never raises."""
    try:
        with (folder / HEADER).open("rb") as file:
            return file.read(len(START)) == START
    except OSError:
        return False


def read_block(folder: Path) -> Block:
    """Read a block's header; raises ``UnreadableFile``."""
    lines = _text(folder / HEADER).splitlines()
    facts: dict[str, str] = {}
    found: dict[int, tuple[int, int]] = {}
    for line in lines:
        row = ROW.match(line)
        name, colon, value = line.partition(":")
        if row:
            found[int(row[1], 16)] = (int(row[2]), int(row[3] or 0))
        elif colon:
            facts[name.strip()] = value.strip()
    dtype, components, n_files = _type(facts.get("DTYPE", "")), facts.get("NMEMB", ""), facts.get("NFILE", "")
    if dtype is None or not re.fullmatch(r"\d{1,6}", components) or not re.fullmatch(r"\d{1,9}", n_files):
        raise UnreadableFile(folder / HEADER, "is damaged: it is no header of a block", "Copy it again")
    if (
        len(found) != int(n_files)
        or any(n not in found for n in range(len(found)))
        or sum(rows for rows, _ in found.values()) >= 1 << 62
    ):
        raise UnreadableFile(folder / HEADER, f"is damaged: it lists {len(found)} of {n_files} files", "Copy it again")
    counted = [found[number] for number in sorted(found)]
    return Block(folder, dtype, int(components), tuple(r for r, _ in counted), tuple(s for _, s in counted))


def read_attributes(folder: Path) -> Mapping[str, Any]:
    """Read a block's attributes as plain scalars, texts and small arrays; empty where it has none."""
    if (folder / ATTRIBUTES).is_file():
        return _parsed(_text(folder / ATTRIBUTES))
    if (folder / OLD_ATTRIBUTES).is_file():
        return _unpacked(folder / OLD_ATTRIBUTES)
    return {}


def _parsed(text: str) -> dict[str, Any]:
    """Lines of name, type, number of values, their bytes in hexadecimal, and a comment for people."""
    values: dict[str, Any] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) < 3 or not words[2].isdigit():
            continue
        data = words[3] if len(words) > 3 else ""
        if re.fullmatch(r"(?:[0-9A-Fa-f]{2})*", data):
            _take(values, words[0], words[1], int(words[2]), bytes.fromhex(data))
    return values


def _unpacked(path: Path) -> dict[str, Any]:
    """Records of two integers (values, letters of the name), a type in eight letters, the name, the values."""
    with path.open("rb") as file:
        data = file.read(LARGEST_TEXT)
    values: dict[str, Any] = {}
    place = 0
    while place + 16 <= len(data):
        count, letters = struct.unpack_from("<2i", data, place)
        kind = data[place + 8 : place + 16].rstrip(b"\0").decode("ascii", "replace")
        dtype = _type(kind)
        start = place + 16 + letters
        stop = start + count * (dtype.itemsize if dtype else 0)
        if dtype is None or count < 0 or not 0 < letters < 1024 or stop > len(data):
            raise UnreadableFile(path, "is damaged: its attributes break off", "Copy it again")
        name = data[place + 16 : start].rstrip(b"\0").decode("utf-8", "replace")
        _take(values, name, kind, count, data[start:stop])
        place = stop
    return values


def _take(values: dict[str, Any], name: str, kind: str, count: int, data: bytes) -> None:
    """Add an attribute whose bytes are as many as it says."""
    dtype = _type(kind)
    if dtype is None or len(data) > LARGEST_ATTRIBUTE or count * dtype.itemsize != len(data):
        return
    if dtype.kind == "S":
        values[name] = data.rstrip(b"\0").decode("utf-8", "replace")
    elif count:
        array = np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))
        values[name] = array[0] if count == 1 else array


def _type(text: str) -> np.dtype[Any] | None:
    """The dtype that a short word names, numbers and letters alone, or None."""
    match = TYPE.match(text)
    if not match:
        return None
    order, kind, size = match[1].replace("|", "").replace("=", ""), match[2], int(match[3])
    if kind == "b":
        kind = "i"  # C's and NumPy's one-byte truth
    if kind in "Sa":  # text: NumPy's letter for it was once a
        return np.dtype(f"S{size}") if 0 < size <= LARGEST_ATTRIBUTE else None
    sizes = {"f": (2, 4, 8), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "c": (8, 16)}[kind]
    return np.dtype(f"{order or '<'}{kind}{size}") if size in sizes else None


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise UnreadableFile(path, "is far too long for a header", "Write it again")
    return data.decode("utf-8", "replace")
