"""What Halograph writes comes back as it was, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.data.field import Field
from backends.data.fingerprint import fingerprint
from backends.data.particles import Particles
from backends.errors import Cancelled, MachineError, UnreadableFile
from backends.readers import opening
from backends.writers.field_hdf5 import write_field
from backends.writers.gadget_hdf5 import write_gadget_hdf5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_snapshot_comes_back(dtype: type, tmp_path: Path, rng: np.random.Generator) -> None:
    positions = (50 * rng.random((1000, 3))).astype(dtype)
    positions = positions[(positions < 49.999).all(axis=1)]
    velocities = rng.normal(300, 100, positions.shape).astype(np.float32)
    masses = rng.lognormal(23, 1, len(positions)).astype(np.float32)
    ids = rng.permutation(len(positions))
    path = tmp_path / "snap.hdf5"
    write_gadget_hdf5(
        path, positions, box_size=50, redshift=2, omega_m=0.31, hubble=0.68, velocities=velocities, masses=masses,
        ids=ids,
    )  # fmt: skip
    (description,), _ = opening.describe([path])
    assert (description.box_size, description.redshift) == (50, 2)
    assert (description.omega_m, description.hubble) == (0.31, 0.68)
    assert not description.warnings
    data = opening.load(description, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    assert data.positions.dtype == dtype
    assert data.ids is not None
    np.testing.assert_allclose(data.positions, positions, rtol=2 * np.finfo(dtype).eps)
    np.testing.assert_allclose(data.velocities, velocities, rtol=3e-7)
    np.testing.assert_allclose(data.masses, masses, rtol=3e-7)
    np.testing.assert_array_equal(data.ids, ids)


def test_mass_of_all_matter_fills_the_box(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "snap.hdf5"
    write_gadget_hdf5(path, 20 * rng.random((512, 3)), box_size=20, redshift=0, omega_m=0.3, hubble=0.7)
    (description,), _ = opening.describe([path])
    mass = description.species["dm"].mass_min
    assert mass == pytest.approx(0.3 * 2.77536627e11 * 20**3 / 512)


def test_a_field_comes_back_with_every_fact(tmp_path: Path, rng: np.random.Generator) -> None:
    values = np.exp(rng.normal(size=(16, 16, 16))).astype(np.float32)
    written = Field(values, 64.0, "relative_density", 0.0, 0.5, mass_assignment="cic", interlaced=True, shot_noise=2.5)
    write_field(tmp_path / "a.hdf5", written, hubble=0.7, omega_m=0.3)
    (description,), _ = opening.describe([tmp_path / "a.hdf5"])
    assert not description.warnings
    assert (description.hubble, description.omega_m) == (0.7, 0.3)
    read = opening.load(description)
    assert isinstance(read, Field)
    np.testing.assert_array_equal(read.values, values)
    assert vars(read) | {"values": 0} == vars(written) | {"values": 0}


def test_a_displacement_comes_back(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(3, 8, 8, 8)).astype(np.float32)
    write_field(tmp_path / "a.hdf5", Field(values, 64.0, "displacement", 0.5, 1.0))
    (description,), _ = opening.describe([tmp_path / "a.hdf5"])
    read = opening.load(description)
    assert isinstance(read, Field)
    np.testing.assert_array_equal(read.values, values)
    assert read.grid == (8, 8, 8)


def test_cancelled_writing_leaves_nothing_and_keeps_what_was(tmp_path: Path, rng: np.random.Generator) -> None:
    def nobody(fraction: float, message: str = "") -> None:
        raise Cancelled

    path = tmp_path / "snap.hdf5"
    path.write_bytes(b"before")
    with pytest.raises(Cancelled):
        write_gadget_hdf5(path, rng.random((10, 3)), box_size=1, redshift=0, omega_m=0.3, hubble=0.7, progress=nobody)
    with pytest.raises(Cancelled):
        write_field(path, Field(rng.random((4, 4, 4)).astype(np.float32), 1.0), progress=nobody)
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["snap.hdf5"]


def test_a_folder_that_is_not_there_is_the_machines_failure(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot be written"):
        write_field(tmp_path / "no" / "a.hdf5", Field(np.ones((4, 4, 4), dtype=np.float32), 1.0))


def test_a_fingerprint_follows_the_content_and_not_the_name(tmp_path: Path, rng: np.random.Generator) -> None:
    content = rng.bytes(3_000_000)
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(content)
    second.write_bytes(content)
    known = fingerprint(first)
    assert fingerprint(second) == known
    for place in (0, 70, len(content) - 1):
        changed = bytearray(content)
        changed[place] ^= 1
        second.write_bytes(changed)
        assert fingerprint(second) != known
    second.write_bytes(content + b"\0")
    assert fingerprint(second) != known
    with pytest.raises(UnreadableFile):
        fingerprint(tmp_path / "c")


def test_the_header_is_one_that_other_programs_know(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "snap.hdf5"
    write_gadget_hdf5(path, 20 * rng.random((64, 3)), box_size=20, redshift=1, omega_m=0.3, hubble=0.7)
    with h5py.File(path) as file:
        header = file["Header"].attrs
        assert header["BoxSize"] == 20_000
        assert header["NumPart_ThisFile"].tolist() == [0, 64, 0, 0, 0, 0]
        assert header["NumPart_Total"].tolist() == [0, 64, 0, 0, 0, 0]
        assert header["Time"] == pytest.approx(0.5)
        assert file["PartType1/Coordinates"].attrs["to_cgs"] == 3.085678e21
