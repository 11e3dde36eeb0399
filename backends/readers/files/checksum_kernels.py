"""The compiled loops over bytes; apart, since numba is imported only when there is something to check."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray


@nb.njit(nogil=True, cache=True)
def crc64(data: NDArray[np.uint8], crc: np.uint64, t: NDArray[np.uint64]) -> np.uint64:
    c = ~crc
    whole = data.size - data.size % 16
    for i in range(0, whole, 16):
        low = np.uint64(0)
        for k in range(8):
            low |= np.uint64(data[i + k]) << np.uint64(8 * k)
        low ^= c
        c = np.uint64(0)
        for k in range(8):
            c ^= t[15 - k, (low >> np.uint64(8 * k)) & np.uint64(255)]
            c ^= t[7 - k, data[i + 8 + k]]
    for i in range(whole, data.size):
        c = t[0, (c ^ np.uint64(data[i])) & np.uint64(255)] ^ (c >> np.uint64(8))
    return ~c


@nb.njit(nogil=True, cache=True)
def byte_sum(data: NDArray[np.uint8]) -> np.uint64:
    total = np.uint64(0)
    for start in range(0, data.size, 1 << 16):
        part = np.uint32(0)
        for i in range(start, min(start + (1 << 16), data.size)):
            part += np.uint32(data[i])
        total += np.uint64(part)
    return total
