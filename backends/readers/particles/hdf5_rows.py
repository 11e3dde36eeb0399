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
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.readers.files.stored import read_runs

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
"""HDF5's own numbers of these filters."""

STRETCH = 1 << 18
"""Bytes of a chunk in which the rows are that are taken from it, where it need not be unpacked to its end."""

PIECE, SLICE = 1 << 20, 1 << 18
"""Bytes that are unpacked at once, and packed ones that are read for them: as many as processors keep near."""


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
        can = dataset.chunks[1:] == dataset.shape[1:] and {*filters[shuffled:]} <= {DEFLATE, FLETCHER32}
        return cls(dataset, file, None, DEFLATE in filters, shuffled) if can else None

    @cached_property
    def width(self) -> int:
        """Bytes of a row."""
        return int(self.dataset.dtype.itemsize * np.prod(self.dataset.shape[1:], dtype=int))

    @property
    def stretch(self) -> int:
        """Rows of a packed chunk that are worth taking together: all, where only all can be had."""
        rows = int(self.dataset.chunks[0])
        return rows if self.shuffled or not self.packed else min(rows, max(1, STRETCH // self.width))

    def read(self, starts: NDArray[np.int64], length: int) -> NDArray[Any] | None:
        """Return so many rows from each of some places, of which none reaches over the end of a chunk.

        Returns
        -------
        (starts.size × length, …) as stored, or None where HDF5 must be asked
        """
        found = np.empty((starts.size * length, *self.dataset.shape[1:]), self.dataset.dtype)
        room, n_bytes = found.reshape(-1).view(np.uint8), length * self.width
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
        wanted = [self._bytes(rows[group == number], length) for number in range(firsts.size)]
        sizes = [chunk.size for chunk in chunks]
        with ThreadPoolExecutor(min(len(chunks), os.cpu_count() or 1), "halograph-glance") as threads:
            unpacked = list(threads.map(self._unpacked, begins, sizes, wanted))
        runs = found.reshape(starts.size, -1).view(np.uint8)
        for number, (places, picked) in enumerate(zip(wanted, unpacked, strict=True)):
            runs[group == number] = picked.reshape(places.shape)
        return found

    def _read_places(self, places: NDArray[np.int64], n_bytes: int, room: NDArray[np.uint8]) -> None:
        read_runs(Path(self.dataset.file.filename), self.file, places, n_bytes, room)

    def _bytes(self, rows: NDArray[np.int64], length: int) -> NDArray[np.int64]:
        """Where in an unpacked chunk the bytes of some runs of rows are, (rows.size, bytes of a run)."""
        if not self.shuffled:
            return rows[:, None] * self.width + np.arange(length * self.width)
        size = self.dataset.dtype.itemsize
        across = self.width // size
        numbers = rows[:, None] * across + np.arange(length * across)
        planes = np.arange(size) * (int(self.dataset.chunks[0]) * across)
        bytes_of: NDArray[np.int64] = numbers[..., None] + planes
        return bytes_of.reshape(rows.size, -1)

    def _unpacked(self, place: int, size: int, wanted: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Unpack some bytes of a chunk, in any order: piece by piece, up to the last of them, keeping no others."""
        order = np.argsort(wanted, axis=None)
        places = wanted.ravel()[order]
        found = np.empty(places.size, np.uint8)
        unpacker, end, done, taken = zlib.decompressobj(), place + size, 0, 0
        while taken < places.size:
            packed = unpacker.unconsumed_tail
            if not packed:
                packed = os.pread(self.file, min(SLICE, end - place), place)
                place += len(packed)
            piece = unpacker.decompress(packed, PIECE)
            if not packed and not piece:
                raise OSError("a chunk is shorter than it should be")
            until = int(np.searchsorted(places, done + len(piece)))
            found[order[taken:until]] = np.frombuffer(piece, np.uint8)[places[taken:until] - done]
            done, taken = done + len(piece), until
        return found

    def _chunk(self, first: int) -> Any:
        """Where the chunk that begins at a row is, and its size there."""
        if first not in self._chunks:
            zeros = (0,) * (len(self.dataset.shape) - 1)
            self._chunks[first] = self.dataset.id.get_chunk_info_by_coord((first, *zeros))
        return self._chunks[first]
