"""A field as HDF5, with every fact that its reader needs beside it."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from backends.data.field import Field
from backends.progress import Progress, silent
from backends.writers.whole import whole


def write_field(
    path: Path,
    field: Field,
    *,
    hubble: float | None = None,
    omega_m: float | None = None,
    label: str = "",
    created_by: str = "",
    progress: Progress = silent,
) -> None:
    """Write one field, whole or not at all; reading it back gives the same numbers.

    Parameters
    ----------
    hubble, omega_m : H0 / 100 and the matter density parameter, for whoever reads it later
    label : what the run is called
    created_by : name and version of the program and the call that made it

    Raises
    ------
    MachineError
        Where the file cannot be written.
    """
    facts = {
        "quantity": field.quantity,
        "box_size": field.box_size,
        "box_size_unit": "Mpc/h",
        "cell_offset": field.cell_offset,
        "redshift": field.redshift,
        "dimensions": field.dimensions,
        "mass_assignment": field.mass_assignment,
        "interlaced": field.interlaced,
        "shot_noise": field.shot_noise,
        "hubble": hubble,
        "omega_m": omega_m,
        "label": label or None,
        "created_by": created_by or None,
    }
    with whole(path) as draft, h5py.File(draft, "w") as file:
        file.attrs["format"] = "halograph-field"
        file.attrs["version"] = 1
        dataset = file.create_dataset(field.quantity, field.values.shape, dtype=np.float32)
        dataset.attrs.update({name: fact for name, fact in facts.items() if fact is not None})
        rows = field.values.shape[0]
        for start in range(rows):
            dataset[start] = field.values[start]
            progress(start / rows, "Writing")
        progress(1.0)
