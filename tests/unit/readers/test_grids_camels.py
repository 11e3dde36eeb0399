"""The CAMELS Multifield Dataset: what a name says where the array agrees, and one field of a huge file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import UnreadableFile, WrongCall
from backends.readers import opening

NAME = "Grids_Mtot_IllustrisTNG_LH_8_z=0.50.npy"


def described(path: Path) -> Description:
    (description,), refused = opening.describe([path])
    assert not refused
    return description


def field(path: Path, member: str) -> Field:
    data = opening.load(described(path), Facts(), member)
    assert isinstance(data, Field)
    return data


@pytest.fixture
def cubes(tmp_path: Path, rng: np.random.Generator) -> Path:
    np.save(tmp_path / NAME, (1e9 * rng.random((40, 8, 8, 8))).astype(np.float32))
    np.savetxt(tmp_path / "params_LH_IllustrisTNG.txt", np.arange(240.0).reshape(40, 6))
    return tmp_path / NAME


def test_the_familys_convention_is_told_and_said(cubes: Path) -> None:
    description = described(cubes)
    assert (description.box_size, description.redshift, description.hubble) == (25, 0.5, 0.6711)
    assert description.quantity == "relative_density"
    assert "By its name" in description.warnings[0]
    assert len(description.parts) == 40


def test_parameters_stand_in_the_datasets_own_order(cubes: Path) -> None:
    part = described(cubes).parts[7]
    assert dict(part.parameters) == {
        "omega_m": 42, "sigma_8": 43, "A_SN1": 44, "A_AGN1": 45, "A_SN2": 46, "A_AGN2": 47,
    }  # fmt: skip
    assert part.case == "7"


@pytest.mark.parametrize("member", ["37", f"cases/37/{NAME[:-4]}", f"{NAME[:-4]}[37]"])
def test_each_field_is_reached(member: str, cubes: Path) -> None:
    values = np.load(cubes)[37]
    np.testing.assert_allclose(field(cubes, member).values, values / values.mean(dtype=float), rtol=1e-6)


@pytest.mark.parametrize("member", ["40", f"cases/40/{NAME[:-4]}", "cases/1/other"])
def test_a_field_that_is_not_there_is_refused(member: str, cubes: Path) -> None:
    with pytest.raises(WrongCall):
        field(cubes, member)


def test_one_field_is_named_behind_the_path(cubes: Path) -> None:
    (description,), refused = opening.describe([Path(f"{cubes}::37")])
    assert not refused
    (part,) = description.parts
    assert part.parameters["omega_m"] == 37 * 6


def test_fifteen_maps_share_their_simulations_parameters(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "Maps_T_SIMBA_CV_z=0.00.npy"
    np.save(path, rng.random((30, 256, 256), dtype=np.float32))
    np.savetxt(tmp_path / "params_CV_SIMBA.txt", [[0.1, 0.8, 1, 1, 1, 1], [0.4, 0.7, 2, 2, 2, 2]])
    parts = described(path).parts
    assert [part.parameters["omega_m"] for part in parts] == [0.1] * 15 + [0.4] * 15
    read = field(path, "16")
    assert (read.dimensions, read.box_size, read.quantity) == (2, 25, "temperature")


@pytest.mark.parametrize(
    ("shape", "dtype", "name"),
    [
        ((40, 8, 8, 8), "f8", NAME),
        ((40, 4, 4, 4), "f4", NAME),
        ((8, 8, 8), "f4", NAME),
        ((40, 8, 8, 8), "f4", "Grids_of_mine_8_z=0.50.npy"),
        ((4, 32, 32), "f4", "Maps_Mtot_SIMBA_CV_z=0.00.npy"),
    ],
)
def test_a_name_alone_states_nothing(shape: tuple[int, ...], dtype: str, name: str, tmp_path: Path) -> None:
    np.save(tmp_path / name, np.ones(shape, dtype))
    assert described(tmp_path / name).box_size is None


@pytest.mark.parametrize("text", ["", "a b\n", "0.3\n" * 40, "0.3 0.8\n" * 39, "0.3 nan\n" * 40, "1 2\n1 2 3\n"])
def test_a_table_that_does_not_fit_is_not_used(text: str, cubes: Path) -> None:
    (cubes.parent / "params_LH_IllustrisTNG.txt").write_text(text)
    description = described(cubes)
    assert not any(part.parameters for part in description.parts)
    assert "params_LH_IllustrisTNG.txt" in " ".join(description.warnings)


def test_eight_gigabytes_open_at_once_and_one_field_is_read(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "Grids_Mcdm_SIMBA_LH_128_z=0.00.npy"
    values = (1e9 * rng.random((128, 128, 128))).astype(np.float32)
    with path.open("wb") as file:
        shape = (1000, 128, 128, 128)
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        start = file.tell()
        file.seek(start + 37 * values.nbytes)
        file.write(values.tobytes())
        file.truncate(start + 1000 * values.nbytes)
    described(path)
    before, resident = time.perf_counter(), _resident()
    read = field(path, "37")
    assert time.perf_counter() - before < 2
    assert _resident() - resident < 6 * values.nbytes
    np.testing.assert_allclose(read.values, values / values.mean(dtype=float), rtol=1e-6)
    with path.open("r+b") as file:
        file.truncate(start + 999 * values.nbytes)
    _, (refused,) = opening.describe([path])
    assert isinstance(refused, UnreadableFile)
    assert "truncated" in str(refused)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
