"""Means over blocks of a mesh that comes in pieces, for the eye: what is not there yet is filled in smoothly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.readers.files.stored import StoredArray

FINEST = 128
"""Blocks a side of which means are taken at most: as many as a first look can show."""

WHOLE = 3
"""Cells a side of a block of which all are read; of larger ones some rows tell as much."""

GOLDEN = (5**0.5 - 1) / 2

Values = NDArray[np.floating]


def block_width(n: int) -> int:
    """Return the cells a side of a block on a mesh of n³ cells."""
    return -(-n // FINEST)


def rows_read(width: int) -> list[tuple[int, int]]:
    """Return which rows of a block are read: their places along its first and its second axis.

    Every plane and every column of a block is met once, out of step with each other: a lattice that simulations
    begin from, whose period is a block's width or a part of it, is no structure then.
    """
    if width <= WHOLE:
        return [(i, j) for i in range(width) for j in range(width)]
    return [(i, int(j)) for i, j in enumerate(np.argsort(np.argsort(np.arange(width) * GOLDEN % 1)))]


def share_read(width: int) -> float:
    """Return the share of the cells that :func:`of_rows` reads."""
    return len(rows_read(width)) / width**2


def of_rows(mesh: StoredArray) -> NDArray[np.float32]:
    """Return means over the blocks of a mesh in a file, of which only some rows are read.

    Parameters
    ----------
    mesh : (N, N, N) of any kind of number, its axes in any order in the file

    Returns
    -------
    (m, m, m), m = ⌈N / width⌉; where the width does not divide N blocks overlap by a cell
    """
    order = mesh.stored_order
    stored = mesh.transpose(order)
    n, width = mesh.shape[0], block_width(mesh.shape[0])
    m = -(-n // width)
    starts = np.arange(m) * n // m
    divides, rows = m * width == n, rows_read(width)
    weights = np.full(width, 1 / (width * len(rows)), np.float32)
    means, total = np.empty((m, m, m), np.float32), np.empty((m, n), np.float32)
    along = starts[:, None] + np.arange(width)
    for out, start in zip(means, starts, strict=True):
        total[:] = 0
        for i, j in rows:
            plane = stored[int(start) + i]
            total += plane[j::width].read() if divides else plane.runs(starts + j, 1)
        np.matmul(total.reshape(m, m, width) if divides else total[:, along], weights, out=out)
    return means.transpose(np.argsort(order))


class Gathered:
    """Means over blocks, from pieces of a mesh of n³ cells in any order."""

    def __init__(self, n: int) -> None:
        self.n, self.m = n, -(-n // block_width(n))
        self._sums = np.zeros((self.m,) * 3, np.float32)
        self._counts = np.zeros((self.m,) * 3, np.float32)
        self._cells = 0

    @property
    def share(self) -> float:
        """The share of the mesh's cells that has come."""
        return self._cells / self.n**3

    def add(self, starts: tuple[int, ...], piece: Values) -> None:
        """Add the piece whose first cell is there."""
        block = tuple(
            slice(s * self.m // self.n, (s + k - 1) * self.m // self.n + 1) for s, k in self._spans(starts, piece)
        )
        sums, counts = np.asarray(piece, np.float32), np.ones((1, 1, 1), np.float32)
        for axis, (start, size) in enumerate(self._spans(starts, piece)):
            blocks = np.arange(start, start + size) * self.m // self.n
            edges = np.flatnonzero(np.diff(blocks, prepend=-1))
            sums = np.add.reduceat(sums, edges, axis)
            held = np.diff(edges, append=size).astype(np.float32)
            counts = counts * held.reshape([-1 if other == axis else 1 for other in range(3)])
        self._sums[block] += sums
        self._counts[block] += counts
        self._cells += piece.size

    def means(self) -> NDArray[np.float32]:
        """Return the means, and where nothing has come yet those of what lies around."""
        return _filled(self._sums, self._counts)

    @staticmethod
    def _spans(starts: tuple[int, ...], piece: Values) -> list[tuple[int, int]]:
        return list(zip(starts, piece.shape, strict=True))


def _filled(sums: NDArray[np.float32], counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return sums / counts; where nothing was counted, of blocks twice as wide, interpolated, and so on."""
    known = counts > 0
    if known.all():
        return sums / counts
    if sums.shape[0] % 2 or sums.shape[0] <= 2:
        return np.where(known, sums / np.maximum(counts, 1), sums.sum() / counts.sum())
    half = (sums.shape[0] // 2, 2) * 3
    around = _filled(sums.reshape(half).sum(axis=(1, 3, 5)), counts.reshape(half).sum(axis=(1, 3, 5)))
    for axis in range(3):
        around = _twice(around, axis)
    return np.divide(sums, counts, out=around, where=known)


def _twice(values: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Interpolate to twice as many cells along a periodic axis."""
    sides = [np.float32(0.75) * values + np.float32(0.25) * np.roll(values, shift, axis) for shift in (1, -1)]
    shape = [n * (2 if place == axis else 1) for place, n in enumerate(values.shape)]
    return np.stack(sides, axis + 1).reshape(shape)
