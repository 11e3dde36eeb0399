"""Checksums of other codes' files, fast enough to run over every byte as it is read."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

POLYNOMIAL = 0xC96C5795D7870F42
"""CRC-64/XZ (ECMA-182, reflected): what HACC's GenericIO uses."""

CRC64_GOOD = 0xFFFFFFFFFFFFFFFF
"""The CRC-64 of data with their own inverted CRC-64 behind them."""

LANES = 16
"""Bytes looked up at once (M. Kounavis & F. Berry 2005, slicing-by-N)."""


def _tables() -> NDArray[np.uint64]:
    """Tables T_k[b]: the remainder of byte b with k zero bytes behind it; (16, 256) uint64."""
    first = np.arange(256, dtype=np.uint64)
    for _ in range(8):
        first = (first >> np.uint64(1)) ^ np.where(first & np.uint64(1), np.uint64(POLYNOMIAL), np.uint64(0))
    tables = [first]
    for _ in range(LANES - 1):
        last = tables[-1]
        tables.append((last >> np.uint64(8)) ^ first[(last & np.uint64(255)).astype(np.intp)])
    return np.stack(tables)


TABLES = _tables()


def crc64(data: NDArray[np.uint8], crc: int = 0) -> int:
    """Return the CRC-64/XZ of bytes that follow others of checksum ``crc``.

    data : (n,) uint8, contiguous, at any address
    """
    return int(_crc64(data, np.uint64(crc), TABLES))


def byte_sum(data: NDArray[np.uint8], total: int = 0) -> int:
    """Return the sum of bytes modulo 2³²: BigFile's checksum, and what SysV's is folded from."""
    return (int(_byte_sum(data)) + total) & 0xFFFFFFFF


@nb.njit(nogil=True, cache=True)
def _crc64(data: NDArray[np.uint8], crc: np.uint64, t: NDArray[np.uint64]) -> np.uint64:
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
def _byte_sum(data: NDArray[np.uint8]) -> np.uint64:
    total = np.uint64(0)
    for start in range(0, data.size, 1 << 16):
        part = np.uint32(0)
        for i in range(start, min(start + (1 << 16), data.size)):
            part += np.uint32(data[i])
        total += np.uint64(part)
    return total
