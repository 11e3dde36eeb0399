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
        from backends.readers.abacus.packing_kernels import unpack

        unpack(rows, self.cells[first], skipped, box_size, to_kms or 0.0, to_kms is not None, found)
        return found


def index(path: Path) -> Pack9:
    """Find the particles of a file's pack9 array, unpacking it once; raises ``UnreadableFile``."""
    state = path.stat()
    return _index(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8192)
def _index(path: Path, changed: int, size: int) -> Pack9:
    from backends.readers.abacus.packing_kernels import count

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
