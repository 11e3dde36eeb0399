"""SWIFT: no h in lengths and masses, peculiar velocities, distributed files and the many ways to say less."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from swift_sample import COSMOLOGY, SIDE, UNITS, columns, write_distributed, write_swift

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import InputError, MissingFact, UnreadableFile
from backends.readers import opening

H = COSMOLOGY["h"]


def described(path: Path, told: Facts = Facts()) -> Description:
    (description,), refused = opening.describe([path], told)
    assert not refused
    assert description.format == "swift"
    return description


def load(path: Path, told: Facts = Facts(), species: str | None = None) -> Particles:
    data = opening.load(described(path, told), told, species=species, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    return data


def refusal(path: Path, told: Facts = Facts()) -> str:
    found, refused = opening.describe([path], told)
    try:
        for description in found:
            opening.load(description, told)
    except InputError as error:
        refused.append(error)
    assert len(refused) == 1, found
    return str(refused[0])


def test_lengths_and_masses_gain_h_and_velocities_are_as_they_are(tmp_path: Path, rng: np.random.Generator) -> None:
    written = columns(300, rng)
    written["Coordinates"][:3] += [[SIDE, 0, 0], [0, -SIDE, 0], [0, 0, 3 * SIDE]]  # SWIFT does not wrap
    write_swift(tmp_path / "a.hdf5", {1: written})
    description = described(tmp_path / "a.hdf5")
    assert description.box_size == pytest.approx(SIDE * H)
    assert (description.redshift, description.hubble, description.omega_m) == (1.0, H, 0.305)
    assert description.species["dm"].mass_min == pytest.approx(2e10 * H, rel=1e-6)
    assert not description.warnings
    data = load(tmp_path / "a.hdf5")
    np.testing.assert_allclose(data.positions, np.mod(written["Coordinates"], SIDE) * H, atol=1e-4)
    np.testing.assert_allclose(data.velocities, written["Velocities"], rtol=1e-6)
    assert data.masses == pytest.approx(2e10 * H, rel=1e-6)
    assert data.ids is not None
    assert data.ids.tolist() == list(range(300))


def test_seven_types_have_the_names_that_swift_gives_them(tmp_path: Path, rng: np.random.Generator) -> None:
    types = {number: columns(50 + number, rng, 1.0 + number) for number in range(7)}
    types[5]["DynamicalMasses"] = types[5].pop("Masses")
    types[6]["Weights"] = np.ones(56)
    write_swift(tmp_path / "a.hdf5", types)
    description = described(tmp_path / "a.hdf5")
    names = ["gas", "dm", "dm-2", "sinks", "stars", "black-holes", "neutrinos"]
    assert list(description.species) == names
    for number, name in enumerate(names):
        assert description.species[name].count == 50 + number
        assert description.species[name].mass_max == pytest.approx(1e10 * H * (1 + number))
    assert any("δf" in warning for warning in description.warnings)
    matter = load(tmp_path / "a.hdf5")
    assert matter.count == sum(range(50, 57))
    assert np.sum(matter.masses, dtype=float) == pytest.approx(1e10 * H * sum((50 + n) * (1 + n) for n in range(7)))


def test_index_piece_and_folder_are_the_same_one_data_set(tmp_path: Path, rng: np.random.Generator) -> None:
    written = columns(101, rng)
    index = write_distributed(tmp_path / "run", {1: written}, 3)
    folder = index.parent
    ways = [[index], [folder / "snap_0000.1.hdf5"], [folder], sorted(folder.iterdir())]
    assert all(opening.describe(way) == ([described(index)], []) for way in ways)
    assert [file.name for file in described(index).files] == [f"snap_0000.{i}.hdf5" for i in range(3)]
    data = load(index)
    assert data.ids is not None
    order = np.argsort(data.ids)
    np.testing.assert_allclose(data.positions[order], written["Coordinates"] * H, rtol=1e-6)


def test_a_missing_piece_is_named(tmp_path: Path, rng: np.random.Generator) -> None:
    index = write_distributed(tmp_path / "run", {1: columns(90, rng)}, 3)
    (index.parent / "snap_0000.2.hdf5").unlink()
    description = described(index)
    assert not description.complete
    assert any("snap_0000.2.hdf5" in warning for warning in description.warnings)
    assert load(index).count == 60


def test_the_index_of_cells_says_how_much_of_the_box_is_lost(tmp_path: Path, rng: np.random.Generator) -> None:
    index = write_distributed(tmp_path / "run", {1: columns(90, rng)}, 3)
    with h5py.File(index, "r+") as file:
        file["Cells/Files/PartType1"] = np.repeat([0, 1, 2, 1], [4, 9, 10, 4])
    whole = described(index)
    assert not any("cells" in warning for warning in whole.warnings)
    (index.parent / "snap_0000.2.hdf5").unlink()
    assert any("10 of the 27 cells" in warning for warning in described(index).warnings)
    with h5py.File(index, "r+") as file:
        del file["Cells"]
        file["Cells/Files/PartType1"] = h5py.ExternalLink("b.hdf5", "/Files")
    assert not any("cells" in warning for warning in described(index).warnings)
    assert load(index).count == 60


def test_an_index_follows_nothing_out_of_its_folder(tmp_path: Path, rng: np.random.Generator) -> None:
    secret = tmp_path / "elsewhere"
    write_distributed(secret, {1: columns(30, rng)}, 2)
    index = tmp_path / "here" / "snap_0000.hdf5"
    index.parent.mkdir()
    write_swift(index, {}, {"Virtual": np.array([1])})
    layout = h5py.VirtualLayout((15, 3), "f8")
    layout[:] = h5py.VirtualSource(str(secret / "snap_0000.0.hdf5"), "PartType1/Coordinates", (15, 3))
    with h5py.File(index, "r+") as file:
        file.create_virtual_dataset("PartType1/Coordinates", layout)
    assert "none of them is beside it" in refusal(index)


def test_columns_in_other_files_are_not_followed_in_a_whole_snapshot(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "a.hdf5"
    write_swift(path, {1: columns(30, rng)})
    with h5py.File(path, "r+") as file:
        del file["PartType1/Coordinates"]
        file["PartType1/Coordinates"] = h5py.ExternalLink("b.hdf5", "/PartType1/Coordinates")
    assert "links are not followed" in refusal(path)


def test_a_bad_column_of_velocities_hurts_nobody_else(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "a.hdf5"
    write_swift(path, {1: columns(30, rng) | {"Velocities": np.zeros((29, 3), np.float32)}})
    assert opening.load(described(path)).count == 30
    with pytest.raises(UnreadableFile, match="Velocities of shape"):
        load(path)


def test_what_is_stored_as_physical_is_brought_to_comoving(tmp_path: Path, rng: np.random.Generator) -> None:
    written = columns(300, rng)
    path = tmp_path / "a.hdf5"
    write_swift(path, {1: written | {"Coordinates": written["Coordinates"] / 2}})
    with h5py.File(path, "r+") as file:
        for name in ("Coordinates", "Velocities"):
            file[f"PartType1/{name}"].attrs["Value stored as physical"] = np.array([1])
    data = load(path)
    np.testing.assert_allclose(data.positions, written["Coordinates"] * H, rtol=1e-6)
    np.testing.assert_allclose(data.velocities, written["Velocities"], rtol=1e-6)


def test_early_versions_wrote_lengths_over_h_and_other_velocities(tmp_path: Path, rng: np.random.Generator) -> None:
    written = columns(300, rng)
    path = tmp_path / "a.hdf5"
    write_swift(path, {1: written})
    with h5py.File(path, "r+") as file:
        file["PartType1/Coordinates"].attrs["h-scale exponent"] = np.array([-1.0], np.float32)
        file["PartType1/Velocities"].attrs["a-scale exponent"] = np.array([1.0], np.float32)
    assert described(path).box_size == pytest.approx(SIDE)
    data = load(path)
    np.testing.assert_allclose(data.positions, written["Coordinates"], rtol=1e-6)
    np.testing.assert_allclose(data.velocities, written["Velocities"] / 2, rtol=1e-6)


def test_initial_conditions_are_read_as_swift_reads_them(tmp_path: Path, rng: np.random.Generator) -> None:
    """Swiftsimio states a power of a for velocities, and for masses, that SWIFT passes over."""
    written = columns(300, rng)
    path = tmp_path / "a.hdf5"
    write_swift(path, {1: written}, cosmology=None)
    with h5py.File(path, "r+") as file:
        del file["Header"].attrs["Code"]
        for name in ("Velocities", "Masses"):
            file[f"PartType1/{name}"].attrs["a-scale exponent"] = np.array([1.0])
    data = load(path, Facts(hubble=0.7))
    np.testing.assert_allclose(data.velocities, written["Velocities"], rtol=1e-6)
    assert data.masses == pytest.approx(1.4e10, rel=1e-6)


def test_without_h_the_box_that_is_told_fixes_it(tmp_path: Path, rng: np.random.Generator) -> None:
    written = columns(300, rng)
    path = tmp_path / "a.hdf5"
    write_swift(path, {1: written}, cosmology=None)
    description = described(path)
    assert description.box_size is None
    assert description.redshift == 1
    assert description.species["dm"].mass_min is None
    assert any("100 Mpc and h is not stated" in warning for warning in description.warnings)
    with pytest.raises(MissingFact, match="--box-size"):
        opening.load(description)
    for told in (Facts(box_size=70.0), Facts(box_size=70.0, hubble=0.5)):
        data = load(path, told)
        assert data.box_size == pytest.approx(70)
        np.testing.assert_allclose(data.positions, written["Coordinates"] * 0.7, rtol=1e-6)
        assert data.masses == pytest.approx(1.4e10, rel=1e-6)
    for told in (Facts(hubble=0.5), Facts(hubble=0.5, length_unit="Mpc")):
        assert load(path, told).box_size == pytest.approx(50)


def test_a_run_that_is_not_cosmological_has_no_redshift_and_no_h(tmp_path: Path, rng: np.random.Generator) -> None:
    none = dict.fromkeys(COSMOLOGY, 0.0) | {"h": 1.0, "Scale-factor": 1.0}
    write_swift(tmp_path / "a.hdf5", {0: columns(50, rng)}, {"Redshift": np.array([0.0])}, none)
    description = described(tmp_path / "a.hdf5")
    assert (description.redshift, description.hubble, description.box_size) == (None, None, pytest.approx(SIDE))
    assert any("not cosmological" in warning for warning in description.warnings)
    ones = dict.fromkeys(UNITS, 1.0)
    write_swift(tmp_path / "b.hdf5", {0: columns(50, rng)}, {"Redshift": np.array([0.0])}, none, ones)
    assert any("as they stand" in warning for warning in described(tmp_path / "b.hdf5").warnings)
    assert described(tmp_path / "b.hdf5").box_size == SIDE


def test_a_subsample_says_so_and_lines_of_sight_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    write_swift(tmp_path / "a.hdf5", {1: columns(50, rng)}, {"OutputType": np.bytes_("SubSampled")})
    assert any("subsample" in warning for warning in described(tmp_path / "a.hdf5").warnings)
    write_swift(tmp_path / "los.hdf5", {}, {"OutputType": np.bytes_("LineOfSight")})
    assert "neither particles nor halos" in refusal(tmp_path / "los.hdf5")


def test_a_box_that_is_no_cube_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    write_swift(tmp_path / "a.hdf5", {1: columns(50, rng)}, {"BoxSize": np.array([100.0, 100.0, 50.0])})
    assert "no cube" in refusal(tmp_path / "a.hdf5")


def test_initial_conditions_of_monofonic(shared_data: Path) -> None:
    """Its box is 100 Mpc/h; a particle's velocity is a H f times its displacement, f ≈ 1 at z = 50."""
    path = shared_data / "swift_hdf5/monofonic_swift_ic_bcc/references"
    description = described(path)
    assert description.box_size == pytest.approx(100)
    assert (description.redshift, description.hubble, description.omega_m) == (50, 0.67742, 0.3099)
    data = load_without_ids(description)
    assert data.count == 65536
    assert data.velocities is not None
    lattice = np.stack(np.meshgrid(*[np.arange(32) * 3.125] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    moved = data.positions[:32768] - lattice
    moved -= 100 * np.rint(moved / 100)
    slope = (data.velocities[:32768] * moved).sum() / (moved**2).sum()
    assert slope == pytest.approx(100 * np.sqrt(0.3099 * 51**3 + 0.6901) / 51, rel=5e-3)


def load_without_ids(description: Description) -> Particles:
    data = opening.load(description, columns=("velocities",))
    assert isinstance(data, Particles)
    return data


def test_real_files_that_are_not_cosmological(shared_data: Path) -> None:
    sides = {"swift_glass_50000": 1.0, "swift_old_style_glass32": 1.0, "swift_snapshot_mhd_box": 2 * np.pi}
    for name, side in sides.items():
        description = described(shared_data / "swift_hdf5" / name)
        assert description.box_size == pytest.approx(side)
        assert description.redshift is None
        assert any("not cosmological" in warning for warning in description.warnings)
        data = opening.load(description)
        assert isinstance(data, Particles)
        assert data.count == description.species["gas"].count
        with h5py.File(description.path) as file:
            np.testing.assert_allclose(data.positions, np.mod(file["PartType0/Coordinates"][:], side), rtol=1e-12)
