"""Arrays that stay in their file: what is asked for is read, and no more of it is held in memory.

They are not mapped. The system ends the whole process that reads a mapped page which was cut off the file since;
here it gets one clear error.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from operator import index as whole_number
from pathlib import Path
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from backends.errors import UnreadableFile
from backends.progress import Progress, silent

CUT = "was cut short while it was read"
AGAIN = "Open it again when it is whole"

BLOCK = 1 << 20
"""Bytes that are read at once: as many as processors keep near until they are converted."""

LEAP = 1 << 12
"""Bytes that are sooner read than left out: to begin anew behind them takes as long."""

LEAP_AT_HAND = 1 << 14
"""The same where the system has them in memory: each new beginning may wait for Python's interpreter, too."""

Step = int | slice | EllipsisType


class OpenFile:
    """A file that several threads may read at any place; it is closed with the last array that is in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDONLY)

    def __del__(self) -> None:
        if hasattr(self, "descriptor"):  # which it lacks where there is no such file
            os.close(self.descriptor)

    @property
    def size(self) -> int:
        """Bytes that the file has now."""
        return os.fstat(self.descriptor).st_size


@dataclass(frozen=True, eq=False)
class StoredArray:
    """Numbers in a file, seen as an array: slices and fields of it are views, and only :meth:`read` reads.

    start : byte of the first number;  strides : bytes between neighbours along each axis, none below zero
    """

    file: OpenFile
    dtype: np.dtype[Any]
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @classmethod
    def of(cls, path: Path, dtype: DTypeLike, start: int, shape: Sequence[int], order: str = "C") -> StoredArray:
        """Return numbers that stand one behind another from a byte on, their last axis first where the order is "F".

        Raises
        ------
        UnreadableFile
            Where the file ends before they do; ``OSError`` where there is none.
        """
        file, kind, sides = OpenFile(path), np.dtype(dtype), tuple(int(n) for n in shape)
        need, held = start + prod(sides) * kind.itemsize, file.size
        if need > held:
            raise UnreadableFile(path, f"is truncated: {held} of at least {need} bytes", "Copy or download it again")
        strides = _packed(sides, kind.itemsize) if order == "C" else _packed(sides[::-1], kind.itemsize)[::-1]
        return cls(file, kind, start, sides, strides)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return prod(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Step | tuple[Step, ...] | str) -> StoredArray:
        """Return the view that integers and slices that go forward choose, or a field of what is structured."""
        if isinstance(index, str):
            assert self.dtype.fields is not None
            field, offset = self.dtype.fields[index][:2]
            inner = _packed(field.shape, field.base.itemsize)
            place, sides = self.start + offset, self.shape + field.shape
            return StoredArray(self.file, field.base, place, sides, self.strides + inner)
        start, shape, strides = self.start, list[int](), list[int]()
        for step, n, stride in zip(_every(index, self.ndim), self.shape, self.strides, strict=True):
            if isinstance(step, slice):
                chosen = range(n)[step]
                start += chosen.start * stride
                shape.append(len(chosen))
                strides.append(chosen.step * stride)
            else:
                start += range(n)[whole_number(step)] * stride
        return StoredArray(self.file, self.dtype, start, tuple(shape), tuple(strides))

    def transpose(self, axes: Sequence[int]) -> StoredArray:
        """Return the view with its axes in another order."""
        shape, strides = (tuple(of[axis] for axis in axes) for of in (self.shape, self.strides))
        return StoredArray(self.file, self.dtype, self.start, shape, strides)

    @property
    def stored_order(self) -> tuple[int, ...]:
        """The axes from that whose neighbours are farthest apart in the file to that where they are nearest."""
        return tuple(sorted(range(self.ndim), key=lambda axis: -self.strides[axis]))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return self.read() if dtype is None else self.read().astype(dtype, copy=False)

    def read(
        self, out: NDArray[Any] | None = None, progress: Progress = silent, message: str = "Reading"
    ) -> NDArray[Any]:
        """Read all of it, into ``out`` where that is given: of the same shape and any number type.

        Raises
        ------
        UnreadableFile
            Where the file has become too short since.
        """
        out, done = np.empty(self.shape, self.dtype) if out is None else out, 0
        for values, place in self.pairs(out):
            if values is not place:
                np.copyto(place, values, casting="unsafe")
            done += place.size
            progress(done / self.size, message)
        return out

    def pairs(self, out: NDArray[Any]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """Read it block by block, in the order of the file: yield values, and the part of ``out`` that is theirs.

        Both are the same where they could be read straight into their place. It has one axis at least.
        Raises as :meth:`read`.
        """
        if self.size:
            yield from self.transpose(self.stored_order)._pairs(out.transpose(self.stored_order))

    def blocks(self) -> Iterator[NDArray[Any]]:
        """Read an array of one axis block by block. Raises as :meth:`read`."""
        step = max(1, BLOCK // self.dtype.itemsize)
        for start in range(0, self.shape[0], step):
            yield self[start : start + step].read()

    def runs(self, starts: NDArray[np.int64], length: int) -> NDArray[Any]:
        """Read so many rows from each of some places, which may be anywhere.

        Returns
        -------
        (starts.size × length, …), one run behind another. Raises as :meth:`read`.
        """
        run = self[:length]
        n_bytes = run._span()
        held = np.empty((starts.size, n_bytes), np.uint8)
        read_runs(self.file.path, self.file.descriptor, self.start + starts * self.strides[0], n_bytes, held)
        found = np.ndarray((starts.size, *run.shape), self.dtype, held, 0, (n_bytes, *run.strides))
        return found.reshape(starts.size * length, *self.shape[1:])

    def _pairs(self, out: NDArray[Any]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """Yield the blocks of a view whose axes are in the order of the file."""
        row = self[0]
        n_bytes, (stride, *inner) = row._span(), self.strides
        leap = LEAP_AT_HAND if _at_hand(self.file.descriptor, self.start) else LEAP
        if inner and (n_bytes > BLOCK or inner[0] - self[0, 0]._span() > leap):
            for i in range(self.shape[0]):
                yield from self[i]._pairs(out[i])
            return
        apart = stride - n_bytes > leap
        step = max(1, BLOCK // max(1, n_bytes if apart else stride))
        as_stored = out.dtype == self.dtype and self.strides == _packed(self.shape, self.dtype.itemsize)
        for start in range(0, self.shape[0], step):
            part, place = self[start : start + step], out[start : start + step]
            if as_stored and place.flags.c_contiguous:
                part._read_bytes(place)
                yield place, place
            elif apart:
                yield part.runs(np.arange(part.shape[0]), 1), place
            else:
                held = np.empty(part._span(), np.uint8)
                part._read_bytes(held)
                yield np.ndarray(part.shape, self.dtype, held, 0, self.strides), place

    def _span(self) -> int:
        """Bytes from the first to the last of its numbers."""
        return self.dtype.itemsize + sum((n - 1) * step for n, step in zip(self.shape, self.strides, strict=True))

    def _read_bytes(self, out: NDArray[Any]) -> None:
        room = out.reshape(-1).view(np.uint8)
        read_runs(self.file.path, self.file.descriptor, [self.start], room.size, room)


def read_runs(
    path: Path, descriptor: int, places: Sequence[int] | NDArray[np.int64], n_bytes: int, out: NDArray[np.uint8]
) -> None:
    """Read so many bytes from each of some places of an open file, one run behind another.

    Raises
    ------
    UnreadableFile
        Where the file ends before one of them does.
    """
    room, wanted = out.reshape(-1).data, np.asarray(places).tolist()
    if len(wanted) > 1 and not _at_hand(descriptor, wanted[0]):
        for place in wanted:  # a disk that is told of all of them first is several times as fast
            os.posix_fadvise(descriptor, place, n_bytes, os.POSIX_FADV_WILLNEED)
    for place, first in zip(wanted, range(0, len(room), n_bytes or 1), strict=True):
        read = os.preadv(descriptor, [room[first : first + n_bytes]], place)
        while read < n_bytes:
            more = os.preadv(descriptor, [room[first + read : first + n_bytes]], place + read)
            if not more:
                raise UnreadableFile(path, CUT, AGAIN)
            read += more


def _at_hand(descriptor: int, place: int) -> bool:
    """Whether a byte is in the page cache, or nobody could be told that it will be wanted."""
    if not hasattr(os, "posix_fadvise"):
        return True
    try:
        return os.preadv(descriptor, [bytearray(1)], place, os.RWF_NOWAIT) == 1
    except (AttributeError, OSError):
        return False


def _packed(shape: Sequence[int], itemsize: int) -> tuple[int, ...]:
    """Strides of numbers that stand one behind another."""
    return tuple(itemsize * prod(shape[axis + 1 :]) for axis in range(len(shape)))


def _every(index: Step | tuple[Step, ...], ndim: int) -> tuple[int | slice, ...]:
    """One step for each axis."""
    steps = index if isinstance(index, tuple) else (index,)
    given = [step for step in steps if not isinstance(step, EllipsisType)]
    if len(given) > ndim:
        raise IndexError(f"{len(given)} steps for {ndim} axes")
    dots = next((i for i, step in enumerate(steps) if isinstance(step, EllipsisType)), len(given))
    return (*given[:dots], *[slice(None)] * (ndim - len(given)), *given[dots:])
