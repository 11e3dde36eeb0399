"""A few rows of long columns, from all over them, for the eye: where to look, and how to read them there quickly.

Rows that lie together in a file lie together in space, so that a few from each of many places show most. Where chunks
must be unpacked for any row, there are fewer places, and more rows from each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.readers.particles.columns import Column, Components, Hdf5Column, scaled

RUN = 4
"""Neighbouring particles that are taken from each place: more tell nothing new."""

AT_ONCE = 256
"""Places that are read at once where any row can be."""

ROWS_OF_A_PLACE, OF_A_CHUNK = 256, 256
"""Rows that are unpacked for each place in a chunk, and places in one at most."""

CHUNKS, ROWS = 16, 1 << 16
"""Chunks that are unpacked at once, where they have no more rows than this in all."""

AT_LEAST = 2
"""Chunks that threads unpack side by side, whatever their size."""

BEGINNINGS = 128
"""Chunks of which the beginning alone is unpacked, which is soon done; then rows come from anywhere in a chunk, since
chunks may all begin at the same place of a lattice.
"""


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
    if chunk == 1 or (raw is not None and not raw.packed):
        while True:
            starts = rng.integers(0, count - length + 1, min(AT_ONCE, most))
            yield starts if chunk == 1 else np.minimum(starts, starts // chunk * chunk + chunk - length)
    beginning, all_of_it, least = (chunk, chunk, 1) if raw is None else (raw.visible, raw.deepest, AT_LEAST)
    done = 0
    while True:
        order = rng.permutation(-(-count // chunk))
        while order.size:
            visible = beginning if done < BEGINNINGS else all_of_it
            some, order = np.split(order, [max(least, min(CHUNKS, ROWS // visible))])
            held = np.minimum(visible, count - some * chunk)
            runs = min(max(1, min(OF_A_CHUNK, visible // ROWS_OF_A_PLACE)), -(-most // some.size))
            within = rng.random((runs, some.size)) * np.maximum(1, held - length + 1)
            yield np.minimum((some * chunk + within.astype(np.int64)).ravel(), count - length)
            done += some.size


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
        stored = column.raw.read(starts, length)
        if stored is not None:
            scaled(stored, column.factor, found)
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
