"""Columns of GenericIO files: their checksums are looked at as they are read, not in a pass of their own."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.files.checksums import CRC64_GOOD, crc64
from backends.readers.files.limits import require_memory
from backends.readers.files.stored import StoredArray
from backends.readers.hacc.layout import CRC, Layout, Variable
from backends.readers.particles.columns import Column, scaled

FRAME = 16
"""Bytes that a Blosc frame begins with: versions, flags, and three sizes."""


def stored_bytes(path: Path) -> StoredArray:
    """Return all bytes of a file, none of them read yet."""
    return StoredArray.of(path, np.uint8, 0, (path.stat().st_size,))


def column(layout: Layout, whole: StoredArray, rank: int, variable: Variable, shift: float = 0.0) -> Column:
    """Return one variable of one rank, less a constant.

    Raises
    ------
    UnreadableFile
        Where it is not in the file; reading it also where its checksum is wrong.
    """
    extent = layout.extent(rank, variable)
    count = layout.counts[rank]
    shape = (count,) if variable.components == 1 else (count, variable.components)
    what = f"{variable.name} of rank {layout.ranks[rank]}"
    stored = whole[extent.start : extent.start + extent.size + CRC]
    if extent.packed:
        return _packed(layout, stored, variable.dtype, shape, shift, what)
    return Stored(layout.path, stored, variable.dtype, shape, shift, what)


@dataclass
class Stored:
    """Plain bytes with their CRC behind them, checked when they have all passed in order."""

    path: Path
    bytes: StoredArray
    stored: np.dtype[Any]
    shape: tuple[int, ...]
    shift: float
    what: str
    _passed: int = field(default=0, init=False)
    _crc: int = field(default=0, init=False)

    chunk = 1

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.stored.newbyteorder("=")

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        row = self.stored.itemsize * (self.shape[1] if len(self.shape) > 1 else 1)
        part = self.bytes[rows.start * row : rows.stop * row].read()
        if rows.start == self._passed:
            self._crc = crc64(part, self._crc)
            self._passed = rows.stop
            if rows.stop == self.shape[0] and crc64(self.bytes[-CRC:].read(), self._crc) != CRC64_GOOD:
                raise damaged(self.path, self.what)
        _shifted(part.view(self.stored).reshape(-1, *self.shape[1:]), self.shift, out)


@dataclass
class Packed:
    """A Blosc frame, which is unpacked whole when any of it is asked for, and kept."""

    path: Path
    order: str
    bytes: StoredArray
    stored: np.dtype[Any]
    shape: tuple[int, ...]
    shift: float
    what: str
    _values: NDArray[Any] | None = field(default=None, init=False)

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.stored.newbyteorder("=")

    @property
    def chunk(self) -> int:
        return max(1, self.shape[0])

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        if self._values is None:
            self._values = self._unpacked()
        _shifted(self._values[rows], self.shift, out)

    def _unpacked(self) -> NDArray[Any]:
        blosc, packed = _blosc(self.path), self.bytes.read()
        if crc64(packed) != CRC64_GOOD:
            raise damaged(self.path, self.what)
        (crc,) = struct.unpack(f"{self.order}Q", packed[:8].data)
        try:
            plain = np.frombuffer(blosc.decompress(packed[8:-CRC]), np.uint8)
        except RuntimeError as failed:
            raise damaged(self.path, self.what) from failed
        if crc64(plain) != crc:
            raise damaged(self.path, self.what)
        return plain.view(self.stored).reshape(self.shape)


def _packed(
    layout: Layout, stored: StoredArray, dtype: np.dtype[Any], shape: tuple[int, ...], shift: float, what: str
) -> Packed:
    """Judge a frame by its first bytes before anything is unpacked."""
    n_bytes = int(np.prod(shape, dtype=object)) * dtype.itemsize
    frame = stored[8:-CRC]
    sizes = struct.unpack("<3I", frame[4:FRAME].read().data) if frame.size >= FRAME else (0, 0, 0)
    if sizes[0] != n_bytes or sizes[2] != frame.size:
        raise UnreadableFile(
            layout.path, f"is damaged: {what} unpacks to {sizes[0]} bytes where {n_bytes} belong", "Copy it again"
        )
    require_memory(layout.path, 2 * n_bytes, what)
    return Packed(layout.path, layout.order, stored, dtype, shape, shift, what)


def damaged(path: Path, what: str) -> UnreadableFile:
    """Say that a checksum does not fit."""
    return UnreadableFile(path, f"is damaged: the checksum of {what} is wrong", "Copy it again")


def _shifted(values: NDArray[Any], shift: float, out: NDArray[Any]) -> None:
    scaled(values, 1.0, out)
    if shift:
        with np.errstate(all="ignore"):  # what is not finite is looked for afterwards, and counted
            out -= out.dtype.type(shift)


def _blosc(path: Path) -> Any:
    try:
        from numcodecs import blosc
    except ImportError as missing:
        raise UnreadableFile(
            path, "is compressed by Blosc, which is not installed here", "pip install numcodecs"
        ) from missing
    return blosc
