"""Columns of halos in HDF5: checked against each other before memory is taken for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import checked, child
from backends.readers.files.limits import require_memory


def found(path: Path, group: Any | None, names: Sequence[str]) -> tuple[str, Any] | None:
    """Return the first of these datasets that holds numbers, with its name, or None."""
    if not isinstance(group, h5py.Group):
        return None
    for name in names:
        dataset = child(path, group, name)
        if isinstance(dataset, h5py.Dataset) and dataset.shape and dataset.dtype.kind in "fiu":
            return name, checked(path, dataset, f"{group.name}/{name}")
    return None


def read(path: Path, dataset: Any, rows: int, width: int = 1) -> NDArray[Any]:
    """Read a column of so many rows; raises ``UnreadableFile`` where it has another shape.

    Returns the numbers as stored, (rows,) or (rows, width), reals as float64.
    """
    shape = (rows,) if width == 1 else (rows, width)
    if tuple(dataset.shape) != shape:
        raise UnreadableFile(path, f"has {dataset.name} of shape {dataset.shape} for {rows} halos", "Copy it again")
    require_memory(path, 8 * rows * width, dataset.name)
    values: NDArray[Any] = dataset[...]
    return values.astype(np.float64 if values.dtype.kind == "f" else values.dtype.newbyteorder("="), copy=False)
