"""A field as a bare .npy: (N, N, N) of a density, (3, N, N, N) of a displacement, float32, nothing beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backends.data.field import Field
from backends.progress import Progress, silent
from backends.writers.whole import whole


def write_npy(path: Path, field: Field, progress: Progress = silent) -> None:
    """Write a field's values whole or not at all; box size, redshift and quantity must be told to whoever reads it.

    Raises
    ------
    MachineError
        Where the file cannot be written.
    """
    values = np.ascontiguousarray(field.values, dtype="<f4")
    with whole(path) as draft, draft.open("wb") as file:
        layout = {"descr": values.dtype.str, "fortran_order": False, "shape": values.shape}
        np.lib.format.write_array_header_1_0(file, layout)
        for number, plane in enumerate(values):
            progress(number / len(values), "Writing")
            file.write(plane.data)
    progress(1.0)
