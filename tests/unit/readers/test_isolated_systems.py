"""Galaxies about the origin in no box: in the middle of the one that is told, and whole, in every format alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray
from particle_files import header, snapshot, tipsy
from swift_sample import write_swift

from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.readers import opening

Galaxy = NDArray[np.float32]
KPC_PER_MPC = 1000


def galaxy(rng: np.random.Generator) -> Galaxy:
    """A disk of three thousand stars about the origin, in kpc."""
    places = rng.normal(size=(3000, 3)) * (6.0, 6.0, 0.5)
    return places.astype(np.float32)


def gadget_binary(path: Path, stars: Galaxy) -> None:
    head = header({2: len(stars)}, masses={2: 1e-5}, box=0.0, omega_m=0.0, h=1.0, time=1.0, z=0.0)
    snapshot(path, {"POS": stars, "VEL": stars, "ID": np.arange(len(stars), dtype="u4")}, head)


def gadget_hdf5(path: Path, stars: Galaxy, side: float = 0.0) -> None:
    counts = np.array([0, 0, len(stars), 0, 0, 0])
    with h5py.File(path, "w") as file:
        file.create_group("Header").attrs.update(
            {"NumPart_ThisFile": counts, "NumPart_Total": counts, "MassTable": 1e-5 * (counts > 0), "Time": 0.1,
             "Redshift": 0.0, "BoxSize": side, "NumFilesPerSnapshot": 1, "UnitLength_in_cm": 3.085678e21}
        )  # fmt: skip
        file.create_group("Parameters").attrs["ComovingIntegrationOn"] = 0
        file["PartType2/Coordinates"] = stars


def gadget_hdf5_in_a_box_that_means_nothing(path: Path, stars: Galaxy) -> None:
    gadget_hdf5(path, stars, side=0.2 * KPC_PER_MPC)


def swift(path: Path, stars: Galaxy) -> None:
    written = {"Coordinates": stars.astype(np.float64) / KPC_PER_MPC, "Masses": np.full(len(stars), 1e-5, np.float32)}
    write_swift(path, {4: written}, {"BoxSize": np.zeros(3), "Redshift": np.array([0.0])}, cosmology=None)


def tipsy_beside_its_parameters(path: Path, stars: Galaxy) -> None:
    tipsy(path, np.random.default_rng(0), time=7.5, counts={"gas": 0, "dm": 0, "stars": len(stars)})
    rows = np.fromfile(path, [("m", ">f4"), ("x", ">f4", 3), ("rest", "V28")], offset=32)
    rows["x"] = stars
    path.write_bytes(path.read_bytes()[:32] + rows.tobytes())
    path.with_suffix(".param").write_text("dKpcUnit = 1\ndMsolUnit = 2.3262e5\nbPeriodic = 0\n")


FORMATS = (
    gadget_binary,
    gadget_hdf5,
    gadget_hdf5_in_a_box_that_means_nothing,
    swift,
    tipsy_beside_its_parameters,
)


@pytest.mark.parametrize("write", FORMATS, ids=lambda write: write.__name__)
def test_a_galaxy_lies_whole_in_the_middle(
    write: Callable[[Path, Galaxy], None], tmp_path: Path, rng: np.random.Generator
) -> None:
    stars, path = galaxy(rng), tmp_path / "galaxy.1"
    write(path, stars)
    told = Facts(box_size=0.2, hubble=1.0)
    (description,), refused = opening.describe([path], told)
    assert not refused
    loaded = opening.load(description, told)
    assert isinstance(loaded, Particles)
    np.testing.assert_allclose(loaded.positions, stars / KPC_PER_MPC + 0.1, atol=2e-8)
    (piece,) = opening.stream(description, told)
    np.testing.assert_array_equal(piece.positions, loaded.positions)
    few = opening.sample(description, told, wanted=400)
    assert few.count < 800
    assert np.abs(few.positions - 0.1).max() < 0.05


@pytest.mark.parametrize("write", [gadget_binary, gadget_hdf5, swift, tipsy_beside_its_parameters])
def test_the_box_that_is_proposed_holds_it_whole(
    write: Callable[[Path, Galaxy], None], tmp_path: Path, rng: np.random.Generator
) -> None:
    stars, path = galaxy(rng), tmp_path / "galaxy.1"
    write(path, stars)
    (description,), _ = opening.describe([path], Facts(hubble=1.0))
    assert description.box_size is None
    side = description.proposed.box_size
    assert side is not None
    loaded = opening.load(description, Facts(box_size=side, hubble=1.0))
    assert isinstance(loaded, Particles)
    moved = loaded.positions - stars / KPC_PER_MPC
    np.testing.assert_allclose(moved, moved[0, 0], atol=2e-8)
    assert abs(moved[0, 0] - side / 2) < 0.1 * side


def test_a_real_galaxy_is_whole(shared_data: Path) -> None:
    path = shared_data / "gadget1_binary/galaxy_disk"
    (description,), _ = opening.describe([path])
    side = description.proposed.box_size
    assert side is not None
    disk = opening.load(description, description.proposed, species="type-2")
    assert isinstance(disk, Particles)
    # Exponential and thin: its stars lie within some kpc of the middle, and none at the box's corners.
    from_middle = np.abs(disk.positions - side / 2)
    assert np.quantile(from_middle, 0.9, axis=0).max() < 0.012
    assert from_middle.max() < 0.2 * side


def test_a_periodic_box_that_a_file_states_begins_where_it_says(tmp_path: Path, rng: np.random.Generator) -> None:
    """Halo catalogues of the same run count from the same origin."""
    places = (rng.random((500, 3)) - 0.5).astype(np.float32) * 50_000
    counts = np.array([0, 500, 0, 0, 0, 0])
    with h5py.File(tmp_path / "box.hdf5", "w") as file:
        file.create_group("Header").attrs.update(
            {"NumPart_ThisFile": counts, "NumPart_Total": counts, "MassTable": 1.0 * (counts > 0), "Time": 0.5,
             "Redshift": 1.0, "BoxSize": 50_000.0, "NumFilesPerSnapshot": 1, "UnitLength_in_cm": 3.085678e21}
        )  # fmt: skip
        file["PartType1/Coordinates"] = places
    (description,), _ = opening.describe([tmp_path / "box.hdf5"])
    loaded = opening.load(description)
    assert isinstance(loaded, Particles)
    np.testing.assert_allclose(loaded.positions, np.mod(places / 1000, 50), rtol=1e-5, atol=1e-5)
