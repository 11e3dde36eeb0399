"""What is strange about a file is told as it is, with what helps; no number is taken that cannot be meant."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bigfile_files
import genericio_files
import h5py
import numpy as np
import pytest
from format_samples import FACTS

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import InputError
from backends.readers import opening

Make = Callable[[str], Path]
RNG = np.random.default_rng(6)


def described(path: Path) -> Description:
    (found,), refused = opening.describe([path])
    assert not refused
    return found


def fault(path: Path) -> str:
    """The one reason for which a file is not opened, or not read."""
    found, refused = opening.describe([path])
    if found:
        with pytest.raises(InputError) as error:
            opening.load(found[0], FACTS)
        return str(error.value)
    (only,) = refused
    return str(only)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\n<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n", "git lfs pull"),
        (b'\x28\0\0\0\0\0\0\0{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}', "is a network of safetensors"),
        (b'\x80\x05\0\0\0\0\0\0{"w":{"dtype":"F16"', "is a network of safetensors"),  # as long as a pickle begins
        (gzip.compress(b"snapshot", mtime=0), "is packed by gzip. Unpack it"),
        (bytes(257) + b"ustar\x0000" + bytes(300), "Unpack it"),
    ],
)
def test_what_stands_for_a_file_is_told_as_what_it_is(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "snapshot.hdf5").write_bytes(content)
    assert told in fault(tmp_path / "snapshot.hdf5")


@pytest.mark.parametrize("code", ["FLASH", "Chombo", "Athena++", "GAMER"])
def test_blocks_of_a_refined_mesh_are_taken_for_no_boxes(code: str, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "output", "w") as file:
        if code == "FLASH":
            file["bounding box"], file["refine level"] = RNG.random((6, 3, 2)), np.ones(6, int)
            file["dens"] = RNG.random((6, 8, 8, 8))
        elif code == "Chombo":
            file["Chombo_global/density"] = RNG.random((8, 8, 8))
        elif code == "Athena++":
            file.attrs["MeshBlockSize"], file["LogicalLocations"] = [8, 8, 8], np.zeros((6, 3), int)
            file["prim"] = RNG.random((5, 6, 8, 8, 8))
        else:
            file["GridData/Dens"], file["Info/KeyInfo"] = RNG.random((6, 8, 8, 8)), 1
    said = fault(tmp_path / "output")
    assert f"is an output of {code}" in said
    assert "pip install yt" in said


def test_arrays_that_nothing_is_made_of_are_named(sample: Make, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        file["mask"] = np.ones((16, 16, 16), bool)
        file["deep/box"] = np.ones((16, 16, 32))
    assert "holds mask (16×16×16 of bool), deep/box (16×16×32 of float64)" in fault(tmp_path / "a.hdf5")
    path = sample("gadget-hdf5")
    with h5py.File(path, "r+") as file:
        del file["Header"]
    assert "PartType1/Coordinates (500×3 of float32)" in fault(path)


def test_masses_below_zero_are_told_and_refused(sample: Make) -> None:
    path = sample("gadget-hdf5")
    with h5py.File(path, "r+") as file:
        file["PartType1/Masses"] = np.where(np.arange(500) % 4, 1.0, -0.5)
    assert any("not all above zero" in said for said in described(path).warnings)
    assert "holds 125 masses that are below zero" in fault(path)


def test_a_snapshot_of_nothing_is_told(sample: Make) -> None:
    path = sample("gadget-hdf5")
    with h5py.File(path, "r+") as file:
        del file["PartType1"]
        for name in ("NumPart_ThisFile", "NumPart_Total"):
            file["Header"].attrs[name] = np.zeros(6, np.uint32)
    assert "It holds no particles of any type." in described(path).warnings
    assert "no particles of any species" in fault(path)


def test_columns_that_are_not_there_are_named(tmp_path: Path) -> None:
    columns = genericio_files.particles(RNG, 50)
    del columns["z"]
    genericio_files.write_genericio(tmp_path / "a.gio", [columns])
    assert "and no z" in fault(tmp_path / "a.gio")
    bigfile_files.write_bigfile(tmp_path / "b", {"1": bigfile_files.particles(RNG, 50)}, bigfile_files.MPGADGET)
    shutil.rmtree(tmp_path / "b/1/Position")
    assert "no Position beside 1/ID, 1/Velocity" in fault(tmp_path / "b")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (np.full((8, 8, 8), 1e200), "beyond 3e38"),
        (np.full((8, 8, 8), np.nan), "not finite numbers. Look"),
        (np.zeros((8, 8, 8)), "is zero everywhere"),
    ],
)
def test_densities_that_are_none_are_told_as_what_they_are(values: np.ndarray, told: str, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        file["density"] = values
    assert told in fault(tmp_path / "a.hdf5")


@pytest.mark.parametrize("share", [0.001, 1.0])
def test_values_that_are_no_numbers_are_told_and_not_the_name_that_they_lack(share: float, tmp_path: Path) -> None:
    values = RNG.lognormal(size=(16, 16, 16))
    values.ravel()[: max(1, int(share * values.size))] = np.nan
    np.save(tmp_path / "silent.npy", values)
    (found,), _ = opening.describe([tmp_path / "silent.npy"])
    with pytest.raises(InputError, match=r"not finite numbers\. Look"):
        opening.load(found, Facts(box_size=10.0).over(found.proposed))


def test_a_box_that_is_no_cube_is_told(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        file.attrs["BoxSize"] = [50.0, 50.0, 25.0]
        file["density"] = np.ones((8, 8, 8))
    assert any("50 × 50 × 25, is no cube" in said for said in described(tmp_path / "a.hdf5").warnings)


def zarr(folder: Path, chunks: int, **metadata: Any) -> Path:
    whole = {"zarr_format": 2, "shape": [8, 8, 8], "chunks": [4, 8, 8], "dtype": "<f4", "order": "C", "filters": None}
    folder.mkdir()
    (folder / ".zarray").write_text(json.dumps({**whole, "compressor": None, "fill_value": 0, **metadata}))
    for number in range(chunks):
        (folder / f"{number}.0.0").write_bytes(np.ones((4, 8, 8), "<f4").tobytes())
    return folder


def test_chunks_that_a_zarr_store_lacks_are_counted(tmp_path: Path) -> None:
    whole, half = described(zarr(tmp_path / "whole", 2)), described(zarr(tmp_path / "half", 1))
    assert whole.complete
    assert not any("chunks" in said for said in whole.warnings)
    assert any("half: of its 2 chunks 1 is there; 0 stands for the others" in said for said in half.warnings)
    field = opening.load(half, FACTS)
    assert isinstance(field, Field)
    np.testing.assert_array_equal(field.values[:4], 1)
    np.testing.assert_array_equal(field.values[4:], 0)


def test_a_zarr_store_that_cannot_be_unpacked_is_not_called_damaged(tmp_path: Path) -> None:
    said = fault(zarr(tmp_path / "a.zarr", 2, compressor={"id": "magic"}))
    assert "packed by 'magic'" in said
    assert "Write it with one of blosc, zstd, lz4, gzip, zlib" in said
    assert "damaged" not in said
    assert "for 'b'" in fault(zarr(tmp_path / "b.zarr", 0))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("MassTable", np.array([0, np.nan, -1.0, 0, 0, 0]), "nan, -1, are none"), ("Redshift", -7.0, "-7, is none")],
)
def test_what_a_header_cannot_mean_is_told(name: str, value: Any, told: str, sample: Make) -> None:
    snapshot = sample("gadget-hdf5")
    before = described(snapshot).warnings
    with h5py.File(snapshot, "r+") as file:
        file["Header"].attrs.modify(name, value)
    new = [warning for warning in described(snapshot).warnings if warning not in before]
    assert any(told in warning and "passed over" in warning for warning in new)


def test_an_archive_without_a_grid_is_told_by_its_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "none.npz", density=np.zeros((4, 5, 6)), v=np.zeros((100, 3), np.float32))
    assert "its arrays are density 4×5×6 of float64, v 100×3 of float32" in fault(tmp_path / "none.npz")
