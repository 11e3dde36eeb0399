"""A few rows of an HDF5 dataset, straight from the file: HDF5 itself unpacks whole chunks to give any row of them.

Only datasets that are stored as they are, or packed by deflate, shuffled or not, can be read so. Fletcher's checksums
are not looked at: who reads a dataset for its numbers reads it through HDF5.
"""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
"""HDF5's own numbers of these filters."""

DEPTH, ALL = 1 << 18, 1 << 24
"""Bytes up to which a packed chunk is unpacked from its beginning, and all together, where there are few.

What lies deeper is not seen.
"""

DEEPEST = 1 << 26
"""Bytes of a chunk that are unpacked at most, where there are many."""

FEW = 16
"""Chunks that are unpacked to their ends: the beginnings of so few are no fair sample."""

SLICE = 1 << 16
"""Packed bytes that are read at once."""


@dataclass(frozen=True)
class RawRows:
    """Where the rows of a dataset are.

    file : descriptor of the open file
    start : of the first row in the file, where all stand one behind another; None where they are in chunks
    packed : whether the chunks are deflated
    shuffled : whether the first bytes of all numbers of a chunk stand together, then the second ones, and so on
    """

    dataset: Any
    file: int
    start: int | None
    packed: bool
    shuffled: bool = False
    _chunks: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, dataset: Any) -> RawRows | None:
        """Find the rows; None where only HDF5 can."""
        if dataset.external or dataset.is_virtual or dataset.file.driver != "sec2" or dataset.file.userblock_size:
            return None
        file = dataset.file.id.get_vfd_handle()
        if dataset.chunks is None:
            start = dataset.id.get_offset()
            return None if start is None else cls(dataset, file, start, False)
        plan = dataset.id.get_create_plist()
        filters = [plan.get_filter(i)[0] for i in range(plan.get_nfilters())]
        shuffled = filters[:2] == [SHUFFLE, DEFLATE]
        found = cls(dataset, file, None, DEFLATE in filters, shuffled)
        if dataset.chunks[1:] != dataset.shape[1:] or not {*filters[shuffled:]} <= {DEFLATE, FLETCHER32}:
            return None
        return None if shuffled and found.width * dataset.chunks[0] > DEEPEST else found

    @cached_property
    def width(self) -> int:
        """Bytes of a row."""
        return int(self.dataset.dtype.itemsize * np.prod(self.dataset.shape[1:], dtype=int))

    @property
    def visible(self) -> int:
        """Rows of a packed chunk, from its first, that can be had without unpacking all of it."""
        rows = int(self.dataset.chunks[0])
        chunks = -(-int(self.dataset.shape[0]) // rows)
        depth = max(1, DEPTH // self.width, ALL // (chunks * self.width))
        return rows if chunks < FEW or self.shuffled else min(rows, depth)

    @property
    def deepest(self) -> int:
        """Rows of a packed chunk, from its first, that there is memory for in several threads."""
        return max(self.visible, min(int(self.dataset.chunks[0]), DEEPEST // self.width))

    def read(self, starts: NDArray[np.int64], length: int) -> NDArray[Any] | None:
        """Return so many rows from each of some places, of which none reaches over the end of a chunk.

        Returns
        -------
        (starts.size × length, …) as stored, or None where HDF5 must be asked
        """
        found = np.empty((starts.size * length, *self.dataset.shape[1:]), self.dataset.dtype)
        room, n_bytes = found.reshape(-1).view(np.uint8).data, length * self.width
        if self.start is not None:
            self._read_places(self.start + starts * self.width, n_bytes, room)
            return found
        firsts, group = np.unique(starts // self.dataset.chunks[0] * self.dataset.chunks[0], return_inverse=True)
        chunks = [self._chunk(int(first)) for first in firsts]
        if any(chunk.byte_offset is None or chunk.filter_mask for chunk in chunks):
            return None
        rows, begins = starts - firsts[group], [chunk.byte_offset for chunk in chunks]
        if not self.packed:
            self._read_places(np.array(begins)[group] + rows * self.width, n_bytes, room)
            return found
        sizes = [chunk.size for chunk in chunks]
        ends = [self._end(int(rows[group == number].max()) + length) for number in range(firsts.size)]
        with ThreadPoolExecutor(min(len(chunks), os.cpu_count() or 1), "halograph-glance") as threads:
            unpacked = list(threads.map(self._unpacked, begins, sizes, ends))
        if self.shuffled:
            self._gather(unpacked, group, rows[:, None] + np.arange(length), found)
            return found
        for i, (number, row) in enumerate(zip(group, rows, strict=True)):
            room[i * n_bytes : (i + 1) * n_bytes] = unpacked[number][row * self.width : (row + length) * self.width]
        return found

    def _read_places(self, places: NDArray[np.int64], n_bytes: int, room: memoryview) -> None:
        """Read from many places; a disk that is told of all of them first is several times as fast."""
        wanted = [int(place) for place in places]
        if hasattr(os, "posix_fadvise"):
            for place in wanted:
                os.posix_fadvise(self.file, place, n_bytes, os.POSIX_FADV_WILLNEED)
        for i, place in enumerate(wanted):
            if os.preadv(self.file, [room[i * n_bytes : (i + 1) * n_bytes]], place) != n_bytes:
                raise OSError("the file ends before its data do")

    def _unpacked(self, place: int, size: int, n_bytes: int) -> bytes:
        """Unpack the beginning of a chunk, and read no more of the file than that takes."""
        unpacker, found, end = zlib.decompressobj(), bytearray(), place + size
        step = size if self.shuffled else SLICE
        while len(found) < n_bytes:
            piece = unpacker.unconsumed_tail
            if not piece:
                piece = os.pread(self.file, min(step, end - place), place)
                place += len(piece)
            more = unpacker.decompress(piece, n_bytes - len(found))
            if not piece and not more:
                raise OSError("a chunk is shorter than it should be")
            found += more
        return bytes(found)

    def _end(self, row: int) -> int:
        """Bytes of a chunk that must be unpacked for the rows before one: all, where they are shuffled."""
        return (int(self.dataset.chunks[0]) if self.shuffled else row) * self.width

    def _gather(
        self, unpacked: list[bytes], group: NDArray[np.intp], rows: NDArray[np.int64], found: NDArray[Any]
    ) -> None:
        """Put together the bytes of some rows of shuffled chunks."""
        size, across = self.dataset.dtype.itemsize, self.width // self.dataset.dtype.itemsize
        room = found.reshape(*rows.shape, across).view(np.uint8).reshape(*rows.shape, across, size)
        for number, chunk in enumerate(unpacked):
            mine = group == number
            numbers = rows[mine][..., None] * across + np.arange(across)
            room[mine] = np.moveaxis(np.frombuffer(chunk, np.uint8).reshape(size, -1)[:, numbers], 0, -1)

    def _chunk(self, first: int) -> Any:
        """Where the chunk that begins at a row is, and its size there."""
        if first not in self._chunks:
            zeros = (0,) * (len(self.dataset.shape) - 1)
            self._chunks[first] = self.dataset.id.get_chunk_info_by_coord((first, *zeros))
        return self._chunks[first]
