"""Long columns of a file: read in slabs, into an array that is already there, converted as they pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from backends.progress import Progress, silent
from backends.readers.files.failures import reading_of
from backends.readers.files.stored import StoredArray
from backends.readers.particles.hdf5_rows import RawRows

SLAB = 1 << 18
"""Rows a slab: small enough that converting finds it in the cache, large enough that calls cost nothing."""


class Column(Protocol):
    """One quantity of some particles of one file; nothing is read before it is asked for."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(n,) or (n, 3)."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The numbers' type as they are stored."""

    @property
    def chunk(self) -> int:
        """Rows that can only be unpacked together; 1 where any row can be read alone."""

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        """Read rows from a start to a stop into ``out`` (same shape, any number type), in Halograph's units."""


def scaled(values: NDArray[Any], factor: float, out: NDArray[Any]) -> None:
    """Write ``values`` times a factor into ``out``, which may be the same memory; what overflows is infinite."""
    with np.errstate(all="ignore"):  # what is not finite is looked for afterwards, and counted
        if factor == 1:
            if values is not out:
                np.copyto(out, values, casting="unsafe")
        elif out.dtype == values.dtype and out.dtype.kind == "f" and (1 / factor).is_integer():
            np.divide(values, out.dtype.type(1 / factor), out=out)  # exactly rounded, unlike a product with 0.001
        elif out.dtype == values.dtype:
            np.multiply(values, out.dtype.type(factor), out=out)
        else:
            wide = np.result_type(values.dtype, out.dtype)  # half precision would round, and overflow
            np.multiply(values, factor, out=out, dtype=wide, casting="unsafe")


@dataclass(frozen=True)
class Hdf5Column:
    """A dataset of an open HDF5 file; where the types agree, HDF5 writes straight into its place."""

    dataset: Any
    factor: float = 1.0

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(int(n) for n in self.dataset.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        stored: np.dtype[Any] = self.dataset.dtype
        return stored

    @property
    def chunk(self) -> int:
        return int(self.dataset.chunks[0]) if self.dataset.chunks else 1

    @cached_property
    def raw(self) -> RawRows | None:
        """Where a few rows can be read without HDF5, which takes many times as long; None where they cannot."""
        return RawRows.of(self.dataset)

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        with reading_of(self.dataset):
            if out.dtype == self.dtype and out.flags.c_contiguous:
                self.dataset.read_direct(out, rows)
                scaled(out, self.factor, out)
            else:
                scaled(self.dataset[rows], self.factor, out)


@dataclass(frozen=True)
class ArrayColumn:
    """An array that is at hand or in a file, of any byte order and stride: value × factor + shift."""

    values: NDArray[Any] | StoredArray
    factor: float = 1.0
    shift: float = 0.0

    chunk = 1

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self.values.dtype.newbyteorder("="))

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        if isinstance(self.values, StoredArray):
            for values, place in self.values[rows].pairs(out):
                self._convert(values, place)
        else:
            self._convert(self.values[rows], out)

    def take(self, starts: NDArray[np.int64], length: int, out: NDArray[Any]) -> None:
        """Read a run of so many rows from each place into ``out``, one behind another, in Halograph's units."""
        if isinstance(self.values, StoredArray):
            self._convert(self.values.runs(starts, length), out)
        else:
            self._convert(self.values[(starts[:, None] + np.arange(length)).ravel()], out)

    def _convert(self, values: NDArray[Any], out: NDArray[Any]) -> None:
        scaled(values, self.factor, out)
        if self.shift:
            with np.errstate(all="ignore"):  # what is not finite is looked for afterwards, and counted
                out += out.dtype.type(self.shift)


@dataclass(frozen=True)
class DecodedColumn:
    """Packed numbers: ``decode`` unpacks the rows from a start to a stop."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    decode: Callable[[int, int], NDArray[Any]]
    factor: float = 1.0
    chunk: int = 1

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        scaled(self.decode(rows.start, rows.stop), self.factor, out)


@dataclass(frozen=True)
class Components:
    """A vector whose components stand in columns of their own."""

    columns: Sequence[Column]

    @property
    def shape(self) -> tuple[int, ...]:
        return (min(column.shape[0] for column in self.columns), len(self.columns))

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.result_type(*(column.dtype for column in self.columns))

    @property
    def chunk(self) -> int:
        return max(column.chunk for column in self.columns)

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        for i, column in enumerate(self.columns):
            column.read(rows, out[:, i])


@dataclass(frozen=True)
class Deferred:
    """A column that is looked for when it is asked for: what is wrong with it is nothing to who reads others."""

    find: Callable[[], Column]

    @cached_property
    def _found(self) -> Column:
        return self.find()

    @property
    def shape(self) -> tuple[int, ...]:
        return self._found.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._found.dtype

    @property
    def chunk(self) -> int:
        return self._found.chunk

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        self._found.read(rows, out)


def slabs(column: Column, progress: Progress = silent, message: str = "", rows: int = SLAB) -> Iterator[slice]:
    """Yield the row ranges to read a column by, whole chunks at a time, and report each."""
    count = int(column.shape[0])
    step = max(1, rows // column.chunk) * column.chunk
    for start in range(0, count, step):
        progress(start / count, message)
        yield slice(start, min(start + step, count))


def read_whole(column: Column, out: NDArray[Any], progress: Progress = silent, message: str = "") -> None:
    """Read all of a column into ``out``, slab by slab."""
    for rows in slabs(column, progress, message):
        column.read(rows, out[rows])


def value_range(column: Column) -> tuple[float, float]:
    """Return the smallest and the largest of a column, reading it once in slabs; NaN where one is."""
    low, high = np.inf, -np.inf
    values = np.empty(0)
    for rows in slabs(column):
        if values.shape[0] != rows.stop - rows.start:
            values = np.empty((rows.stop - rows.start, *column.shape[1:]))
        column.read(rows, values)
        low, high = np.minimum(low, values.min()), np.maximum(high, values.max())
    return float(low), float(high)
