"""A box size that is no length is passed over, and the file's description says so."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.readers.opening import describe


def _grid(path: Path, side: object) -> Path:
    with h5py.File(path, "w") as file:
        file["delta"] = np.zeros((8, 8, 8), np.float32)
        file.attrs["BoxSize"] = side
    return path


def _snapshot(path: Path, side: object) -> Path:
    with h5py.File(path, "w") as file:
        header = file.create_group("Header")
        header.attrs["BoxSize"] = side
        header.attrs["NumPart_ThisFile"] = header.attrs["NumPart_Total"] = np.array([0, 64, 0, 0, 0, 0])
        header.attrs["MassTable"] = np.array([0, 1.0, 0, 0, 0, 0])
        positions = np.random.default_rng(0).uniform(0, 50, (64, 3))
        file["PartType1/Coordinates"] = positions.astype(np.float32)
    return path


@pytest.mark.parametrize("make", [_grid, _snapshot])
@pytest.mark.parametrize("side", [-5.0, np.nan, np.inf, [-5.0] * 3, [np.nan] * 3])
def test_a_side_that_is_no_length_is_told(make: object, side: object, tmp_path: Path) -> None:
    assert callable(make)
    (found,), refused = describe([make(tmp_path / "file.hdf5", side)])
    assert not refused
    assert found.box_size is None
    assert sum("is no length" in warning for warning in found.warnings) == 1


@pytest.mark.parametrize("make", [_grid, _snapshot])
def test_zero_is_how_files_leave_it_away(make: object, tmp_path: Path) -> None:
    assert callable(make)
    (found,), _ = describe([make(tmp_path / "file.hdf5", 0.0)])
    assert found.box_size is None
    assert not any("is no length" in warning for warning in found.warnings)
