"""Columns made of others: some of their rows, or their values from another origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.readers.particles.columns import Column, scaled

SPAN = 1 << 20
"""Rows that are read at once to choose some of them."""


@dataclass(frozen=True)
class ChosenRows:
    """Some rows of a column, by their numbers in rising order."""

    column: Column
    rows: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.rows.size, *self.column.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.column.dtype

    @property
    def chunk(self) -> int:
        return 1

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        wanted = self.rows[rows]
        filled = 0
        while filled < wanted.size:
            first = int(wanted[filled])
            stop = int(np.searchsorted(wanted, first + SPAN))
            span = slice(first, int(wanted[stop - 1]) + 1)
            held = np.empty((span.stop - span.start, *out.shape[1:]), dtype=out.dtype)
            self.column.read(span, held)
            out[filled:stop] = held[wanted[filled:stop] - first]
            filled = stop


@dataclass(frozen=True)
class Shifted:
    """A column whose origin is elsewhere: (value − origin) × factor."""

    column: Column
    origin: float
    factor: float

    @property
    def shape(self) -> tuple[int, ...]:
        return self.column.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.float32 if self.column.dtype.itemsize <= 4 else np.float64)

    @property
    def chunk(self) -> int:
        return self.column.chunk

    def read(self, rows: slice, out: NDArray[Any]) -> None:
        held = np.empty(out.shape, dtype=np.float64)
        self.column.read(rows, held)
        with np.errstate(all="ignore"):  # what is not finite is looked for afterwards, and counted
            held -= self.origin
        scaled(held, self.factor, out)
