"""Checksums of other codes' files, fast enough to run over every byte as it is read."""

from __future__ import annotations

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
    from backends.readers.files import checksum_kernels as kernels

    return int(kernels.crc64(_read_only(data), np.uint64(crc), TABLES))


def byte_sum(data: NDArray[np.uint8], total: int = 0) -> int:
    """Return the sum of bytes modulo 2³²: BigFile's checksum, and what SysV's is folded from."""
    from backends.readers.files import checksum_kernels as kernels

    return (int(kernels.byte_sum(_read_only(data))) + total) & 0xFFFFFFFF


def _read_only(data: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a view for which the kernels are compiled: those of what is writable would be others."""
    view = data.view()
    view.flags.writeable = False
    return view
