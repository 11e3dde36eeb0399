"""Small files for the readers' tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from format_samples import MAKERS


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.fixture
def sample(tmp_path: Path, rng: np.random.Generator) -> Callable[[str], Path]:
    """Make a small file of a format, under a name that says nothing of it."""

    def make(name: str) -> Path:
        path = tmp_path / f"sample-of-{name}"
        MAKERS[name](path, rng)
        return path

    return make


@pytest.fixture
def pieces(tmp_path: Path) -> Callable[..., Path]:
    """Write a snapshot of several types into several pieces, as the codes of the Gadget family do."""

    def write(
        types: dict[int, dict[str, Any]],
        n_files: int = 1,
        header: dict[str, Any] | None = None,
        parameters: dict[str, Any] | None = None,
        name: str = "snap_007",
    ) -> Path:
        folder = tmp_path / "snapdir_007"
        folder.mkdir(exist_ok=True)
        totals = [len(types[t]["Coordinates"]) if t in types else 0 for t in range(6)]
        for number in range(n_files):
            path = folder / (f"{name}.{number}.hdf5" if n_files > 1 else f"{name}.hdf5")
            with h5py.File(path, "w") as file:
                here = [len(range(number, total, n_files)) for total in totals]
                attributes = {
                    "NumPart_ThisFile": np.array(here, dtype=np.int32),
                    "NumPart_Total": np.array(totals, dtype=np.uint32),
                    "MassTable": np.zeros(6),
                    "Time": 0.5,
                    "Redshift": 1.0,
                    "BoxSize": 50000.0,
                    "NumFilesPerSnapshot": n_files,
                    "Omega0": 0.3,
                    "HubbleParam": 0.7,
                    "UnitLength_in_cm": 3.085678e21,
                    **(header or {}),
                }
                file.create_group("Header").attrs.update({k: v for k, v in attributes.items() if v is not None})
                if parameters:
                    file.create_group("Parameters").attrs.update(parameters)
                for number_, columns in types.items():
                    if here[number_]:
                        for column, values in columns.items():
                            file[f"PartType{number_}/{column}"] = np.asarray(values)[number::n_files]
        return folder

    return write
