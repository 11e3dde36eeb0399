"""Abacus' packed particles: nine bytes for a position and a velocity inside a cell, or three integers.

Abacus counts positions from the centre of the periodic box; here those below 0 are moved up by its side.

pack9 keeps the particles cell by cell. A row that begins with 0xFF opens a cell: twelve-bit numbers say how
many cells a side has, the unit of velocity, and which cell it is. Every other row is a particle of that cell
(Garrison et al. 2021, MNRAS 508, 575, and abacusutils, which is the oracle of the tests).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.readers.abacus.asdf_file import AsdfArray, read_asdf

ROW = 9
ROWS = 1 << 14
"""Rows between two entries of the index: what is unpacked in vain to find one particle."""

RVINT_STEPS = 1e6
"""Steps of an integer position along the box."""

RVINT_KMS = 6000.0 / 2048
"""km/s of a step of an integer velocity."""

IDENTITY = 0x7FFF7FFF7FFF
"""The bits of a packed identity that say where on the lattice a particle began."""


@dataclass(frozen=True)
class Pack9:
    """Where the particles of a pack9 array are.

    starts : (n_runs + 1,) particles before each run of ``ROWS`` rows, and all of them
    cells : (n_runs, 9) the row that opened the cell that each run begins in
    """

    starts: NDArray[np.int64]
    cells: NDArray[np.uint8]

    @property
    def count(self) -> int:
        return int(self.starts[-1])

    def read(
        self, array: AsdfArray, start: int, stop: int, box_size: float, to_kms: float | None = None
    ) -> NDArray[np.float32]:
        """Unpack positions in Mpc/h in the box or, where a unit is given, velocities in km/s."""
        found = np.full((stop - start, 3), np.nan, np.float32)
        first = int(np.searchsorted(self.starts, start, side="right")) - 1
        last = int(np.searchsorted(self.starts, stop, side="left"))
        rows = array.raw(first * ROWS * ROW, min(last * ROWS, array.shape[0]) * ROW).reshape(-1, ROW)
        skipped = start - int(self.starts[first])
        unpack(rows, self.cells[first], skipped, box_size, to_kms or 0.0, to_kms is not None, found)
        return found


def index(path: Path) -> Pack9:
    """Find the particles of a file's pack9 array, unpacking it once; raises ``UnreadableFile``."""
    state = path.stat()
    return _index(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8192)
def _index(path: Path, changed: int, size: int) -> Pack9:
    array = read_asdf(path).arrays["pack9"]
    n_runs = -(-array.shape[0] // ROWS)
    starts, cells = np.zeros(n_runs + 1, np.int64), np.zeros((n_runs, ROW), np.uint8)
    cell = np.zeros(ROW, np.uint8)
    for run in range(n_runs):
        cells[run] = cell
        rows = array.checked(run * ROWS * ROW, min((run + 1) * ROWS, array.shape[0]) * ROW)
        starts[run + 1] = starts[run] + count(rows.reshape(-1, ROW), cell)
    return Pack9(starts, cells)


def integer_positions(array: AsdfArray, start: int, stop: int, box_size: float) -> NDArray[np.float32]:
    """Return positions from the upper twenty bits of integers, Mpc/h in the box."""
    places = (_integers(array, start, stop) >> 12) * (box_size / RVINT_STEPS)
    return np.where(places < 0, places + box_size, places).astype(np.float32)


def integer_velocities(array: AsdfArray, start: int, stop: int) -> NDArray[np.float32]:
    """Return velocities from the lower twelve bits of integers, km/s."""
    return (((_integers(array, start, stop) & 0xFFF) - 2048) * RVINT_KMS).astype(np.float32)


def identities(array: AsdfArray, start: int, stop: int) -> NDArray[np.int64]:
    """Return the lattice sites that particles came from, without what else is packed beside them."""
    return (array.checked(8 * start, 8 * stop).view(array.dtype) & IDENTITY).astype(np.int64)


def _integers(array: AsdfArray, start: int, stop: int) -> NDArray[Any]:
    return array.checked(12 * start, 12 * stop).view(array.dtype).astype(np.int32, copy=False).reshape(-1, 3)


@nb.njit(nogil=True, cache=True)
def count(rows: NDArray[np.uint8], cell: NDArray[np.uint8]) -> int:
    """Count the particles among rows; ``cell`` becomes the last row that opens a cell."""
    particles = 0
    for i in range(rows.shape[0]):
        if rows[i, 0] == 0xFF:
            cell[:] = rows[i]
        else:
            particles += 1
    return particles


@nb.njit(nogil=True, cache=True, inline="always")
def _number(row: NDArray[np.uint8], i: int) -> int:
    """The i-th of a row's six twelve-bit numbers."""
    pair = 3 * (i // 2)
    if i % 2 == 0:
        return int((np.int64(row[pair]) << 4) | np.int64(row[pair + 1] & 0x0F)) - 2048
    return int((np.int64(row[pair + 1] & 0xF0) << 4) | np.int64(row[pair + 2])) - 2048


@nb.njit(nogil=True, cache=True, error_model="numpy")
def unpack(
    rows: NDArray[np.uint8],
    cell: NDArray[np.uint8],
    skipped: int,
    box_size: float,
    to_kms: float,
    velocities: bool,
    found: NDArray[np.float32],
) -> None:
    """Unpack as many particles as ``found`` takes, after the first few; what no cell precedes is not a number."""
    scale = np.nan
    corner = np.full(3, np.nan)
    done = -skipped
    for i in range(-1, rows.shape[0]):
        row = cell if i < 0 else rows[i]
        if row[0] == 0xFF:
            side = 1.0 / (_number(row, 1) + 2000)
            if velocities:
                scale = (_number(row, 2) + 2000) * 0.0005 * side * to_kms
                corner[:] = 0.0
            else:
                scale = 0.0005 * side * box_size
                for axis in range(3):
                    corner[axis] = (_number(row, 3 + axis) + 2000.5) * side * box_size - box_size / 2
        elif i >= 0:
            if done >= found.shape[0]:
                return
            if done >= 0:
                for axis in range(3):
                    value = _number(row, axis + (3 if velocities else 0)) * scale + corner[axis]
                    found[done, axis] = value + box_size if value < 0 and not velocities else value
            done += 1
