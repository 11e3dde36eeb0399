"""SWIFT's index of cells, which says in what file each part of the box lies."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import h5py
import numpy as np

from backends.readers.files.hdf5 import at, checked, child, opened
from backends.readers.gadget.pieces import GROUP

MOST_CELLS = 1 << 24
"""Of the coarsest cells of a run, more than any has."""


def lost_cells(index: Path, there: Collection[int]) -> str:
    """Say how much of the box lies in pieces that are not there, as a sentence; "" where the index does not tell.

    Parameters
    ----------
    index : the file that lists the cells of all pieces, equal cubes that fill the box
    there : numbers of the pieces that are there
    """
    with opened(index) as file:
        of_types = at(index, file, "Cells/Files")
        if not isinstance(of_types, h5py.Group):
            return ""
        for name in filter(GROUP.match, of_types):
            files = checked(index, child(index, of_types, name), f"Cells/Files/{name}")
            if files.ndim != 1 or not 0 < files.size < MOST_CELLS or files.dtype.kind not in "iu":
                return ""
            numbers = files[:]
            lost = (numbers >= 0) & ~np.isin(numbers, list(there))
            if lost.any():
                return f"They hold {np.count_nonzero(lost):,} of the {lost.size:,} cells that the box is divided into."
    return ""
