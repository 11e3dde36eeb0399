"""The compiled loops over pack9's rows; apart, since numba is imported only when there is something to unpack."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray


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
