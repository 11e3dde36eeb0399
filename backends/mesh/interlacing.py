"""Combines the modes of two meshes that are half a cell apart: the odd aliases cancel."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

Complex = NDArray[np.complex64]


@nb.njit(parallel=True, fastmath=True, nogil=True, cache=True)
def interlace(first: Complex, second: Complex, phase: Complex, phase_last: Complex) -> None:
    """Combine two meshes' modes in place: ½ [first + phases · second]."""
    half = np.float32(0.5)
    for i in nb.prange(first.shape[0]):
        for j in range(first.shape[1]):
            across = phase[i] * phase[j]
            for m in range(first.shape[2]):
                first[i, j, m] = half * (first[i, j, m] + across * phase_last[m] * second[i, j, m])
