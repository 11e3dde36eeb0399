"""ASDF as Abacus writes it: a short header of text, then binary blocks, unpacked a few megabytes at a time.

The whole of ASDF is not read, and that is the point: no tags are resolved, no references followed, no
array looked for in another file. https://asdf-standard.readthedocs.io gives the layout of a block.
"""

from __future__ import annotations

import hashlib
import math
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.files.failures import reading
from backends.readers.files.limits import human, require_memory

SIGNATURE = b"#ASDF 1."
END_OF_TEXT = re.compile(rb"\n\.\.\.\r?\n")
LONGEST_TEXT = 1 << 20
BLOCK = b"\xd3BLK"
BLOCK_HEADER = struct.Struct(">I4sQQQ16s")
STREAMED = 1
MOST_BLOCKS = 4096
UNPACKED = (b"\0\0\0\0", b"blsc")
LARGEST_CHUNK = 1 << 28
MOST_CHUNKS = 1 << 17
MOST_ROOM = 1 << 26
"""Bytes behind an array that are read for nothing but the checksum of its block."""

DTYPES = {f"{kind}{bits}": f"{kind[0]}{bits // 8}" for kind in ("int", "uint", "float") for bits in (8, 16, 32, 64)} | {
    "bool8": "u1"
}
del DTYPES["float8"]

Chunk = tuple[int, int, int, int]


class Checksum:
    """The MD5 of a block's unpacked bytes, taken as they pass in order.

    stated : 16 bytes, or none where the file does not say it
    """

    def __init__(self, stated: bytes) -> None:
        self.stated = stated
        self.passed = 0
        self._sum = hashlib.md5(usedforsecurity=False)

    def take(self, start: int, data: NDArray[np.uint8]) -> None:
        """Go on where these bytes, which begin at ``start``, follow those that have passed."""
        if start <= self.passed < start + data.size:
            self._sum.update(data[self.passed - start :].data)
            self.passed = start + data.size

    @property
    def holds(self) -> bool:
        """Whether all that has passed is what was written."""
        return self._sum.digest() == self.stated


@dataclass(frozen=True)
class AsdfArray:
    """One array of numbers, not read yet.

    size : bytes of its block, unpacked: the array and the room behind it
    checksum : of its block
    packed : chunks that can be unpacked alone, as (first byte, end, place in the file, bytes there), the first two
        counted unpacked; None where the numbers stand as they are from ``start`` on
    """

    path: Path
    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    size: int
    checksum: Checksum | None = field(repr=False, compare=False)
    packed: tuple[Chunk, ...] | None
    _last: dict[int, NDArray[np.uint8]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def raw(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Return the bytes from a place to another, unpacking whatever chunks they touch."""
        found = np.empty(max(0, stop - start), np.uint8)
        with self.path.open("rb") as file:
            if self.packed is None:
                file.seek(self.start + start)
                if file.readinto(found.data) != found.size:
                    raise UnreadableFile(self.path, "is cut short", "Copy or download it again")
                return found
            first = int(np.searchsorted(self._places, start, side="right")) - 1
            for number in range(max(0, first), len(self.packed)):
                place, end, where, size = self.packed[number]
                if place >= stop:
                    break
                if number not in self._last:
                    file.seek(where)
                    self._last.clear()  # the last one is kept: small pieces are asked for in order
                    self._last[number] = unpacked(self.path, file.read(size), end - place)
                chunk = self._last[number]
                low, high = max(start, place), min(stop, end)
                found[low - start : high - start] = chunk[low - place : high - place]
        return found

    def checked(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Return the same bytes as :meth:`raw`; who reads all in order is told of damage by the checksum."""
        found = self.raw(start, stop)
        if self.checksum is not None and self.checksum.passed < self.size:
            self.checksum.take(start, found)
            if self.checksum.passed == self.nbytes < self.size:
                self.checksum.take(self.nbytes, self.raw(self.nbytes, self.size))
            if self.checksum.passed == self.size and not self.checksum.holds:
                raise UnreadableFile(
                    self.path, f"is damaged: the checksum of {self.name!r} does not hold", "Copy or download it again"
                )
        return found

    def values(self) -> NDArray[Any]:
        """Return the whole array; raises ``UnreadableFile`` where there is no memory for it, or it is damaged."""
        require_memory(self.path, self.nbytes, self.name)
        numbers = self.checked(0, self.nbytes).view(self.dtype).reshape(self.shape)
        return numbers.astype(self.dtype.newbyteorder("="), copy=False)

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        return np.array([chunk[0] for chunk in self.packed or ()], np.int64)


@dataclass(frozen=True)
class AsdfFile:
    """The text of a file, taken apart: what its header says, and its arrays.

    header : what stands below ``header:``, as text; lists as "[a, b]"
    arrays : what stands below ``data:``, by name
    """

    path: Path
    header: Mapping[str, str]
    arrays: Mapping[str, AsdfArray]

    def number(self, *names: str) -> float | None:
        """Return the first of these entries that is one finite number, or None."""
        for name in names:
            try:
                value = float(self.header.get(name, ""))
            except ValueError:
                continue
            if math.isfinite(value):
                return value
        return None


def is_asdf(path: Path) -> bool:
    """Whether the first bytes are ASDF's."""
    try:
        with path.open("rb") as file:
            return file.read(len(SIGNATURE)) == SIGNATURE
    except OSError:
        return False


def names(path: Path) -> frozenset[str]:
    """Return the names of a file's arrays from its text alone; empty where it is no sound ASDF."""
    try:
        with reading(path), path.open("rb") as file:
            text, _ = _text(path, file)
        return frozenset(_entries(text, "data"))
    except UnreadableFile:
        return frozenset()


def read_asdf(path: Path) -> AsdfFile:
    """Read the text and find the blocks; no array is read. Raises ``UnreadableFile``."""
    with reading(path), path.open("rb") as file:
        text, after = _text(path, file)
        blocks = _Blocks(path, file, after)
        entries = _entries(text, "data").items()
        arrays = {name: _array(path, name, entry, blocks) for name, entry in entries if "ndarray" in entry}
    header = {name: entry.strip().strip("'\"") for name, entry in _entries(text, "header").items()}
    return AsdfFile(path, header, arrays)


def unpacked(path: Path, data: bytes, n_bytes: int) -> NDArray[np.uint8]:
    """Unpack one Blosc frame into so many bytes and not one more."""
    try:
        from numcodecs import blosc
    except ImportError as absent:
        raise UnreadableFile(path, "is packed with Blosc", "Open it after pip install numcodecs") from absent
    if len(data) < 16 or struct.unpack_from("<I4xI", data, 4) != (n_bytes, len(data)):
        raise UnreadableFile(path, "is damaged: a chunk is not as long as it says", "Copy or download it again")
    found = np.empty(n_bytes, np.uint8)
    with reading(path):
        blosc.decompress(data, found)
    return found


def _text(path: Path, file: BinaryIO) -> tuple[str, int]:
    """Return the text at the start of a file, and where it ends."""
    start = file.read(LONGEST_TEXT)
    if not start.startswith(SIGNATURE):
        raise UnreadableFile(path, "is no ASDF file", "Choose another file")
    end = END_OF_TEXT.search(start)
    if end is None:
        raise UnreadableFile(path, "is damaged: its header does not end", "Copy or download it again")
    return start[: end.start()].decode("utf-8", "replace"), end.end()


def _entries(text: str, section: str) -> dict[str, str]:
    """Return what stands two deep below one key of the text, each entry with all its lines.

    This is as much of YAML as the library that writes these files uses for names, numbers and lists.
    """
    entries: dict[str, list[str]] = {}
    inside, name = False, ""
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip(" "))
        key, colon, rest = line.strip().partition(":")
        if depth == 0 and line[:1] not in ("-", "", "#"):
            inside, name = key == section and bool(colon), ""
        elif inside and depth == 2 and colon and not key.startswith("-"):
            name = key.strip("'\"")
            entries[name] = [rest.strip()]
        elif inside and name:
            entries[name].append(line.strip())
    return {name: " ".join(lines) for name, lines in entries.items()}


@dataclass
class _Blocks:
    """The binary blocks behind the text, found one after another as far as they are asked for."""

    path: Path
    file: BinaryIO
    after: int

    def __post_init__(self) -> None:
        self.size = self.path.stat().st_size
        self.found: list[tuple[bytes, int, int, int, bytes]] = []

    def __getitem__(self, number: int) -> tuple[bytes, int, int, int, bytes]:
        """Return how a block is packed, where it starts, its bytes there and unpacked, and its checksum."""
        if number >= MOST_BLOCKS:
            raise UnreadableFile(self.path, f"speaks of {number} blocks", "Choose another file")
        while len(self.found) <= number:
            self._next()
        return self.found[number]

    def _next(self) -> None:
        self.file.seek(self.after)
        head = self.file.read(6)
        size = int.from_bytes(head[4:], "big")
        rest = self.file.read(BLOCK_HEADER.size)
        if head[:4] != BLOCK or size < BLOCK_HEADER.size or len(rest) < BLOCK_HEADER.size:
            raise UnreadableFile(self.path, f"is cut short: block {len(self.found)} is missing", "Copy it again")
        flags, packing, allocated, used, length, checksum = BLOCK_HEADER.unpack(rest)
        start = self.after + 6 + size
        if flags & STREAMED or used > allocated or start + used > self.size:
            raise UnreadableFile(
                self.path, f"is cut short: block {len(self.found)} promises {human(used)}", "Copy or download it again"
            )
        self.found.append((packing, start, used, length, checksum))
        self.after = start + allocated


def _array(path: Path, name: str, entry: str, blocks: _Blocks) -> AsdfArray:
    """Find the block of an array and judge what it declares."""
    stated = dict(re.findall(r"(\w+): (\[[^\]]*\]|[^\s,{}\[\]]+)", entry))
    source, kind = stated.get("source", ""), stated.get("datatype", "")
    shape = stated.get("shape", "")
    if not re.fullmatch(r"\d{1,4}", source) or kind not in DTYPES or "strides" in stated or "mask" in stated:
        raise UnreadableFile(path, f"keeps {name!r} in a way that is not read", "Write it as a plain array")
    if not re.fullmatch(r"\[ ?(\d{1,18}(, ?\d{1,18})* ?)?\]", shape):
        raise UnreadableFile(path, f"gives {name!r} the shape {shape[:40]!r}", "Write it again")
    dtype = np.dtype((">" if stated.get("byteorder") == "big" else "<") + DTYPES[kind])
    sides = tuple(int(n) for n in re.findall(r"\d+", shape))
    declared = math.prod(sides) * dtype.itemsize
    packing, start, used, length, checksum = blocks[int(source)]
    if packing not in UNPACKED:
        raise UnreadableFile(path, f"is packed by {packing!r}, which is not read", "Write it with Blosc or unpacked")
    size = length if packing == b"blsc" else used
    # Abacus' blocks are longer than their arrays: it leaves room that it does not fill, and sums it with them.
    if stated.get("offset", "0") != "0" or declared > size:
        raise UnreadableFile(
            path, f"declares {human(declared)} for {name!r} and holds {human(length)}", "Copy it again"
        )
    packed = _chunks(path, blocks.file, start, used, length) if packing == b"blsc" else None
    is_summed = any(checksum) and size - declared <= MOST_ROOM
    return AsdfArray(path, name, dtype, sides, start, size, Checksum(checksum) if is_summed else None, packed)


def _chunks(path: Path, file: BinaryIO, start: int, used: int, length: int) -> tuple[Chunk, ...]:
    """Find the Blosc frames of a block: each is led by its size, and says itself what it becomes."""
    found: list[Chunk] = []
    place, where = 0, start
    while where < start + used:
        file.seek(where)
        head = file.read(20)
        size = int.from_bytes(head[:4], "big")
        n_bytes, _, packed = struct.unpack_from("<III", head, 8) if len(head) == 20 else (0, 0, 0)
        if not n_bytes or packed != size or n_bytes > LARGEST_CHUNK or where + 4 + size > start + used:
            raise UnreadableFile(path, "is damaged: its packed chunks do not add up", "Copy or download it again")
        if len(found) == MOST_CHUNKS:
            raise UnreadableFile(path, f"is packed in more than {MOST_CHUNKS} chunks", "Write it in larger ones")
        found.append((place, place + n_bytes, where + 4, size))
        place, where = place + n_bytes, where + 4 + size
    if place != length:
        raise UnreadableFile(path, f"holds {human(place)} where {human(length)} are declared", "Copy it again")
    return tuple(found)
