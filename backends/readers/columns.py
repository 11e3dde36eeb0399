"""Reading long columns: in slabs, into an array that is already there, converted as they pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.progress import Progress, silent

SLAB = 1 << 18
"""Rows a slab: small enough that converting finds it in the cache, large enough that calls cost nothing."""


def slabs(dataset: Any, progress: Progress, message: str) -> Iterator[slice]:
    """Yield the row ranges to read a dataset by, whole chunks at a time, and report each."""
    rows = int(dataset.shape[0])
    step = SLAB
    if dataset.chunks is not None:
        step = max(1, SLAB // int(dataset.chunks[0])) * int(dataset.chunks[0])
    for start in range(0, rows, step):
        progress(start / rows, message)
        yield slice(start, min(start + step, rows))


def read_scaled(dataset: Any, out: NDArray[Any], factor: float, progress: Progress, message: str) -> None:
    """Read ``dataset`` into ``out`` (same shape, any number type), times a factor."""
    for rows in slabs(dataset, progress, message):
        _read_slab(dataset, out, rows, factor)


def _read_slab(dataset: Any, out: NDArray[Any], rows: slice, factor: float) -> NDArray[Any]:
    """Read some rows; where the types agree, HDF5 writes straight into their place."""
    slab = out[rows]
    with np.errstate(all="ignore"):  # what is not finite is looked for afterwards, and counted
        _fill(dataset, out, slab, rows, factor)
    return slab


def _fill(dataset: Any, out: NDArray[Any], slab: NDArray[Any], rows: slice, factor: float) -> None:
    if out.dtype == dataset.dtype:
        dataset.read_direct(out, rows, rows)
        if factor != 1 and (1 / factor).is_integer():
            slab /= slab.dtype.type(1 / factor)  # exactly rounded, which a product with 0.001 is not
        elif factor != 1:
            slab *= slab.dtype.type(factor)
    else:
        np.multiply(dataset[rows], factor, out=slab, casting="unsafe")


def read_positions(
    path: Path, dataset: Any, out: NDArray[np.floating], factor: float, box_size: float, progress: Progress
) -> int:
    """Read positions into ``out``, times a factor, wrapped into [0, box_size).

    Returns how many rows had to be wrapped. Raises ``UnreadableFile`` where some are not finite.
    """
    outside = not_finite = 0
    side = out.dtype.type(box_size)
    for rows in slabs(dataset, progress, "Reading positions"):
        slab = _read_slab(dataset, out, rows, factor)
        low, high = slab.min(), slab.max()
        if not (np.isfinite(low) and np.isfinite(high)):
            not_finite += int((~np.isfinite(slab)).any(axis=1).sum())
        elif low < 0 or high >= side:
            outside += int(((slab < 0) | (slab >= side)).any(axis=1).sum())
            np.mod(slab, side, out=slab)
            slab[slab >= side] = 0  # what lies just below 0 rounds up to the side itself
    if not_finite:
        raise UnreadableFile(
            path, f"holds {not_finite} positions that are not finite numbers", "Look at the run that wrote it"
        )
    return outside


def mass_range(dataset: Any) -> tuple[float, float]:
    """Return the smallest and the largest of a column, reading it once in slabs."""
    low, high = np.inf, -np.inf
    with np.errstate(all="ignore"):
        for rows in slabs(dataset, silent, ""):
            values = dataset[rows]
            low, high = np.minimum(low, values.min()), np.maximum(high, values.max())
    return float(low), float(high)
