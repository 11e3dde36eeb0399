"""A few rows of long columns, from all over them, for the eye: where to look, and how to read them there quickly.

Rows that lie together in a file lie together in space, so that a few from each of many places show most. Where chunks
must be unpacked for any row, there are fewer places, and more rows from each. They are as even over the file as so many
can be: left to chance alone, some would come to lie together, and look like structure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.readers.files.failures import reading_of
from backends.readers.particles.columns import ArrayColumn, Column, Components, Hdf5Column, scaled

RUN = 4
"""Neighbouring particles that are taken from each place: more tell nothing new."""

AT_ONCE = 256
"""Places that are read at once where any row can be."""

ROWS_OF_A_PLACE, OF_A_CHUNK = 256, 256
"""Rows that are unpacked for each place in a chunk, and places in one at most."""

CHUNKS, ROWS = 16, 1 << 18
"""Chunks that are unpacked at once, where they have no more rows than this in all; one for every processor at least."""

FEW = 16
"""Chunks of which all rows are looked at; of more, from each a stretch of it."""

GOLDEN = (5**0.5 - 1) / 2
"""Steps of so much of a whole fall into every part of it alike, however many they are, and in with no lattice."""

DRAWN = 1 << 18
"""Steps after which what is left comes in any order."""


def run_length(column: Column) -> int:
    """Return how many rows of a column are taken from each place."""
    return min(RUN, int(column.shape[0]), column.chunk if column.chunk > 1 else RUN)


def places(column: Column, rows: int) -> Iterator[NDArray[np.int64]]:
    """Yield places where runs begin, some at once and without end: by chance, but always the same.

    Equal steps would fall in with the lattice that simulations begin from. Any first part is as good as all.

    Parameters
    ----------
    rows : how many are wanted in all; where they are few, fewer places come at once
    """
    count, chunk, length = int(column.shape[0]), max(1, column.chunk), run_length(column)
    most = -(-rows // length)
    rng, raw = np.random.default_rng(count), column.raw if isinstance(column, Hdf5Column) else None
    if not unpacked_at_once(column):
        while True:
            starts = rng.integers(0, count - length + 1, min(AT_ONCE, most))
            yield starts if chunk == 1 else np.minimum(starts, starts // chunk * chunk + chunk - length)
    n_chunks = -(-count // chunk)
    stretch = chunk if raw is None or n_chunks < FEW else raw.stretch
    at_once = max(1 if raw is None else os.cpu_count() or 1, min(CHUNKS, ROWS // stretch))
    each = max(1, min(max(OF_A_CHUNK, -(-most // n_chunks)), stretch // ROWS_OF_A_PLACE))
    while True:
        for some in _evenly(n_chunks, at_once, rng):
            held = np.minimum(chunk, count - some * chunk)
            # Chunks may all begin at the same place of a lattice: the stretches do not.
            stretches = np.maximum(1, held // stretch)
            reach = held / stretches
            runs = min(each, -(-most // some.size))
            within = rng.integers(stretches) * reach + rng.random((runs, some.size)) * np.maximum(1, reach - length + 1)
            yield np.minimum((some * chunk + within.astype(np.int64)).ravel(), count - length)


def unpacked_at_once(column: Column) -> int:
    """Return how many rows must be unpacked for any one of them; 0 where each can be read by itself."""
    raw = column.raw if isinstance(column, Hdf5Column) else None
    return 0 if column.chunk <= 1 or (raw is not None and not raw.packed) else column.chunk


def _evenly(count: int, at_once: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield the numbers below ``count``, some at once and each of them once, the first ones from all over."""
    steps = np.arange(min(4 * count, DRAWN))
    drawn = ((rng.random() + steps * GOLDEN) % 1 * count).astype(np.int64)
    _, first = np.unique(drawn, return_index=True)
    order = drawn[np.sort(first)]
    yield from np.split(order, range(at_once, order.size, at_once))
    if order.size < count:
        rest = rng.permutation(np.setdiff1d(np.arange(count), order, assume_unique=True))
        yield from np.split(rest, range(at_once, rest.size, at_once))


def take(column: Column, starts: NDArray[np.int64], length: int, out: NDArray[Any]) -> None:
    """Read a run of so many rows from each place into ``out``, one behind another, in Halograph's units.

    ``out`` has starts.size × length rows.
    """
    if isinstance(column, Components):
        for i, component in enumerate(column.columns):
            take(component, starts, length, out[:, i])
        return
    # A column whose chunks end elsewhere than those that the places were chosen by has runs in two of them.
    is_whole = np.ones(starts.size, bool) if column.chunk == 1 else starts % column.chunk + length <= column.chunk
    rows = np.arange(starts.size * length).reshape(starts.size, length)
    if is_whole.any():
        out[rows[is_whole].ravel()] = _of_chunks(column, starts[is_whole], length, out)
    for place in np.flatnonzero(~is_whole):
        column.read(slice(int(starts[place]), int(starts[place]) + length), out[rows[place, 0] : rows[place, -1] + 1])


def _of_chunks(column: Column, starts: NDArray[np.int64], length: int, like: NDArray[Any]) -> NDArray[Any]:
    """Return the runs, each within one chunk: from the file itself where that can be, else through the column."""
    found = np.empty((starts.size * length, *like.shape[1:]), like.dtype)
    if isinstance(column, Hdf5Column) and column.raw is not None:
        with reading_of(column.dataset):
            stored = column.raw.read(starts, length)
        if stored is not None:
            scaled(stored, column.factor, found)
            return found
    if isinstance(column, ArrayColumn):
        column.take(starts, length, found)
        return found
    if column.chunk == 1:
        for i, start in enumerate(starts):
            column.read(slice(int(start), int(start) + length), found[i * length : (i + 1) * length])
        return found
    runs = found.reshape(starts.size, length, *like.shape[1:])
    for chunk in np.unique(starts // column.chunk):
        mine = np.flatnonzero(starts // column.chunk == chunk)
        span = slice(int(starts[mine].min()), int(starts[mine].max()) + length)
        held = np.empty((span.stop - span.start, *like.shape[1:]), like.dtype)
        column.read(span, held)
        runs[mine] = held[starts[mine, None] - span.start + np.arange(length)]
    return found
