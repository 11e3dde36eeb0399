"""Local maxima of a periodic mesh."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive


@nb.njit(parallel=True, nogil=True, cache=True)
def _mark(values: NDArray[np.float32], deep: bool, peaks: NDArray[np.bool_]) -> None:
    """Mark cells above all their neighbours in a mesh (n, n or 1, n); ``deep`` where it has a first axis of its own."""
    rows, n, columns = values.shape
    for i in nb.prange(rows):
        for j in range(n):
            for k in range(columns):
                value = values[i, j, k]
                highest = True
                # Beside it along the row first: that alone settles two of three cells.
                for z in (k + 1, k - 1):
                    highest &= value > values[i, j, z % columns]
                if not highest:
                    continue
                for di in range(-1 if deep else 0, 2 if deep else 1):
                    x = (i + di + rows) % rows
                    for dj in range(-1, 2):
                        y = (j + dj) % n
                        for dk in range(-1, 2):
                            if di != 0 or dj != 0 or dk != 0:
                                highest &= value > values[x, y, (k + dk) % columns]
                peaks[i, j, k] = highest


def local_maxima(values: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return (n,) int64, the flat places of the cells above all 26 of their neighbours (8 in a map).

    Of neighbours that are equal none is a peak.
    """
    deep = values.ndim == 3
    mesh = np.ascontiguousarray(values if deep else values[None])
    peaks = np.zeros(mesh.shape, np.bool_)
    with exclusive():
        _mark(mesh, deep, peaks)
    return np.flatnonzero(peaks)
