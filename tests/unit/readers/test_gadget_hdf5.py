"""The Gadget family: pieces, units, species and the traps of its headers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from opened_particles import load

from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import InputError, MissingFact, NotApplicable, UnreadableFile, WrongCall
from backends.readers import opening

Write = Callable[..., Path]
CRITICAL = 27.7536627
"""Critical density in 1e10 Msun/h / (Mpc/h)³."""


def particles(n: int, rng: np.random.Generator, side: float = 50000.0) -> np.ndarray:
    return (side * rng.random((n, 3))).astype(np.float32)


def columns(n: int, rng: np.random.Generator, first_id: int = 0, side: float = 50000.0) -> dict[str, np.ndarray]:
    return {
        "Coordinates": particles(n, rng, side),
        "Velocities": rng.normal(size=(n, 3)).astype(np.float32),
        "ParticleIDs": np.arange(first_id, first_id + n, dtype=np.uint32),
    }


def test_piece_folder_and_all_pieces_are_the_same_one_data_set(pieces: Write, rng: np.random.Generator) -> None:
    written = columns(101, rng)
    folder = pieces({1: written}, n_files=3, header={"MassTable": np.array([0, 2.0, 0, 0, 0, 0])})
    files = sorted(folder.iterdir())
    ways = [[folder], [files[1]], files, [files[2], folder, files[0]]]
    described = [opening.describe(way) for way in ways]
    assert all(refused == [] for _, refused in described)
    assert all(found == described[0][0] and len(found) == 1 for found, _ in described)
    (description,) = described[0][0]
    assert description.complete
    assert description.species["dm"].count == 101
    data = load(folder)
    order = np.argsort(data.ids)
    np.testing.assert_allclose(data.positions[order], written["Coordinates"] / 1000, rtol=1e-6)
    np.testing.assert_allclose(data.velocities[order], written["Velocities"] * np.sqrt(0.5), rtol=1e-6)
    assert data.masses == pytest.approx(2e10)


def test_missing_pieces_are_named_and_counts_stay_the_whole_snapshots(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces({1: columns(40, rng)}, n_files=4)
    (folder / "snap_007.2.hdf5").unlink()
    (description,), _ = opening.describe([folder])
    assert not description.complete
    assert any("snap_007.2.hdf5" in warning for warning in description.warnings)
    assert description.species["dm"].count == 40
    assert load(folder).count == 30


def test_a_damaged_piece_is_left_out_and_named(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces({1: columns(40, rng)}, n_files=4)
    damaged = folder / "snap_007.1.hdf5"
    damaged.write_bytes(damaged.read_bytes()[:900])
    (description,), refused = opening.describe([folder / "snap_007.0.hdf5"])
    assert not refused
    assert not description.complete
    assert any("snap_007.1.hdf5" in warning and "truncated" in warning for warning in description.warnings)


def test_species_are_told_by_what_they_carry(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces(
        {
            0: columns(50, rng),
            1: columns(50, rng, 100),
            2: columns(8, rng, 200),
            3: columns(9, rng, 300) | {"TracerID": np.arange(9)},
            4: columns(7, rng, 400) | {"Masses": np.linspace(0.1, 0.7, 7)},
            5: columns(3, rng, 500) | {"Masses": np.ones(3), "BH_Mass": np.ones(3)},
        },
        header={"MassTable": np.array([0.5, 3.0, 24.0, 0.1, 0, 0])},
    )
    (description,), _ = opening.describe([folder])
    assert set(description.species) == {"gas", "dm", "dm-2", "tracers", "stars", "black-holes"}
    assert description.species["stars"].mass_min == pytest.approx(1e9)
    assert description.species["stars"].mass_max == pytest.approx(7e9)
    matter = load(folder)
    assert matter.count == 50 + 50 + 8 + 7 + 3
    assert matter.species == "matter"
    assert matter.masses is not None
    total = 1e10 * (50 * 0.5 + 50 * 3 + 8 * 24 + np.linspace(0.1, 0.7, 7).sum() + 3)
    assert np.sum(matter.masses, dtype=float) == pytest.approx(total, rel=1e-6)
    assert load(folder, species="stars").count == 7


def test_type_five_without_black_hole_fields_is_no_black_hole(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces(
        {1: columns(50, rng), 2: columns(50, rng), 5: columns(5, rng)},
        header={"MassTable": np.array([0, 3.0, 0.01, 0, 0, 9.0])},
    )
    (description,), _ = opening.describe([folder])
    assert set(description.species) == {"dm", "neutrinos", "dm-5"}


@pytest.mark.parametrize(("side", "expected"), [(50.0, 50.0), (50000.0, 50.0)])
def test_unit_of_length_follows_from_the_mass_in_the_box(
    pieces: Write, rng: np.random.Generator, side: float, expected: float
) -> None:
    mass = 0.3 * CRITICAL * 50**3 / 64
    folder = pieces(
        {1: columns(64, rng, side=side)},
        header={"BoxSize": side, "UnitLength_in_cm": None, "MassTable": np.array([0, mass, 0, 0, 0, 0])},
    )
    (description,), _ = opening.describe([folder])
    assert description.box_size == pytest.approx(expected)
    assert any("unit of length" in warning for warning in description.warnings)


def test_units_stated_in_parameters_win(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces(
        {1: columns(64, rng, side=50.0)},
        header={"BoxSize": 50.0, "UnitLength_in_cm": None, "Omega0": None, "HubbleParam": None},
        parameters={
            "UnitLength_in_cm": 3.085678e24, "UnitMass_in_g": 1.989e33, "Omega0": 0.27, "HubbleParam": 0.71,
        },
    )  # fmt: skip
    (description,), _ = opening.describe([folder])
    assert (description.box_size, description.omega_m, description.hubble) == (50.0, 0.27, 0.71)
    assert not description.warnings


def test_one_element_arrays_high_words_and_few_types(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "ic.hdf5"
    with h5py.File(path, "w") as file:
        file.create_group("Header").attrs.update(
            {
                "BoxSize": np.array([50000.0, 50000.0, 50000.0]),
                "Time": np.array([0.1]),
                "Redshift": np.array([9.0]),
                "NumPart_ThisFile": np.array([0, 20], dtype=np.uint64),
                "NumPart_Total": np.array([0, 20], dtype=np.uint32),
                "NumPart_Total_HighWord": np.array([0, 1], dtype=np.uint32),
                "NumFilesPerSnapshot": np.array([2]),
                "MassTable": np.array([0.0, 1.0]),
                "UnitLength_in_cm": np.array([3.085678e21]),
            }
        )
        for name, values in columns(20, rng).items():
            file[f"PartType1/{name}"] = values
    (description,), _ = opening.describe([path])
    assert description.box_size == 50
    assert description.redshift == 9
    assert description.species["dm"].count == 20 + (1 << 32)
    assert not description.complete


def test_half_precision_velocities_and_integer_positions(pieces: Write, rng: np.random.Generator) -> None:
    true = rng.random((30, 3))
    integers = (true * 2**32).astype(np.uint32)
    folder = pieces({1: {"Coordinates": particles(30, rng), "Velocities": np.full((30, 3), 64, dtype=np.float16)}})
    with h5py.File(folder / "snap_007.hdf5", "r+") as file:
        del file["PartType1/Coordinates"]
        dataset = file.create_dataset("PartType1/IntCoordinates", data=integers)
        dataset.attrs["to_cgs"] = 50000 * 3.085678e21 / 2**32
        file["PartType1/ParticleIDs"] = np.arange(30)
    data = load(folder)
    np.testing.assert_allclose(data.positions, 50 * true, atol=1e-6)
    np.testing.assert_allclose(data.velocities, 64 * np.sqrt(0.5), rtol=1e-3)


@pytest.mark.parametrize("kind", [np.uint32, np.uint64])
def test_integer_positions_of_both_widths(
    kind: type[np.unsignedinteger], tmp_path: Path, rng: np.random.Generator
) -> None:
    true = rng.random((30, 3))
    path = tmp_path / "gadget4.hdf5"
    with h5py.File(path, "w") as file:
        header = {"NumPart_ThisFile": np.array([0, 30], np.uint64), "NumPart_Total": np.array([0, 30], np.uint64)}
        file.create_group("Header").attrs.update(header | {"BoxSize": 50.0, "MassTable": np.array([0, 2.0])})
        units = {"UnitLength_in_cm": 3.085678e24, "Omega0": 0.3, "HubbleParam": 0.7}
        file.create_group("Parameters").attrs.update(units)
        steps = 2.0 ** (8 * np.dtype(kind).itemsize)
        dataset = file.create_dataset("PartType1/IntCoordinates", data=(true * steps).astype(kind))
        dataset.attrs["to_cgs"] = 50 * 3.085678e24 / steps
    (description,), _ = opening.describe([path])
    data = opening.load(description)
    assert isinstance(data, Particles)
    np.testing.assert_allclose(data.positions, 50 * true, atol=50 / 2**32 * 1.01)


def test_half_precision_is_multiplied_in_full(pieces: Write, rng: np.random.Generator) -> None:
    speeds = (1000 * rng.normal(size=(30, 3))).astype(np.float16)
    folder = pieces({1: columns(30, rng) | {"Velocities": speeds}}, header={"Time": 0.9, "Redshift": 1 / 9 * 10 - 1})
    np.testing.assert_allclose(load(folder).velocities, speeds.astype(float) * np.sqrt(0.9), rtol=1e-6)


@pytest.mark.parametrize("cname", ["zstd", "lz4"])
def test_columns_packed_with_blosc_as_camels_does(cname: str, pieces: Write, rng: np.random.Generator) -> None:
    hdf5plugin = pytest.importorskip("hdf5plugin")
    written = columns(500, rng)
    folder = pieces({1: written})
    with h5py.File(folder / "snap_007.hdf5", "r+") as file:
        for name, values in written.items():
            del file[f"PartType1/{name}"]
            packing = hdf5plugin.Blosc(cname=cname, clevel=5, shuffle=hdf5plugin.Blosc.BITSHUFFLE)
            file.create_dataset(f"PartType1/{name}", data=values, chunks=(100, *values.shape[1:]), compression=packing)
        file.create_group("CompressionInfo")
    data = load(folder)
    np.testing.assert_array_equal(data.positions, (written["Coordinates"] / np.float32(1000)))
    np.testing.assert_array_equal(data.ids, written["ParticleIDs"])


def test_gizmo_spells_its_header_in_its_own_way(pieces: Write, rng: np.random.Generator) -> None:
    """SIMBA, too: every particle has a mass of its own, and black holes have the fields of GIZMO's."""
    own = {"Masses": np.full(40, 6.5e-3, np.float32)}
    holes = {"Masses": np.full(2, 1e-3), "BH_Mass": np.full(2, 1e-4), "BH_Mdot": np.zeros(2)}
    folder = pieces(
        {0: columns(40, rng) | own, 1: columns(40, rng, 50) | own, 5: columns(2, rng, 90) | holes},
        header={
            "Omega0": None, "Omega_Matter": 0.31, "Omega_Baryon": 0.048, "Omega_Lambda": 0.69, "HubbleParam": 0.68,
            "UnitLength_in_cm": None, "UnitLength_In_CGS": 3.085678e21, "UnitMass_In_CGS": 1.989e43,
            "UnitVelocity_In_CGS": 1e5, "GIZMO_version": 2022.0,
        },
    )  # fmt: skip
    (description,), refused = opening.describe([folder])
    assert not refused
    assert (description.omega_m, description.hubble, description.box_size) == (0.31, 0.68, 50)
    assert set(description.species) == {"gas", "dm", "black-holes"}
    assert load(folder, species="dm").masses == pytest.approx(6.5e7, rel=1e-6)


def test_more_types_than_six(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "many.hdf5"
    with h5py.File(path, "w") as file:
        counts = np.array([0, 20, 0, 0, 0, 0, 0, 30], np.int64)
        table = np.array([0, 2.0, 0, 0, 0, 0, 0, 16.0])
        header = {"NumPart_ThisFile": counts, "NumPart_Total": counts, "MassTable": table, "BoxSize": 50000.0}
        file.create_group("Header").attrs.update(header | {"Omega0": 0.3, "UnitLength_in_cm": 3.085678e21})
        for number in (1, 7):
            file[f"PartType{number}/Coordinates"] = particles(int(counts[number]), rng)
    (description,), _ = opening.describe([path])
    assert {name: facts.count for name, facts in description.species.items()} == {"dm": 20, "dm-7": 30}


@pytest.mark.parametrize("column", ["Velocities", "ParticleIDs"])
@pytest.mark.parametrize("damage", ["shape", "never written", "text", "link"])
def test_a_bad_column_hurts_only_who_asks_for_it(
    column: str, damage: str, pieces: Write, rng: np.random.Generator
) -> None:
    folder = pieces({1: columns(30, rng)})
    with h5py.File(folder / "snap_007.hdf5", "r+") as file:
        group = file["PartType1"]
        del group[column]
        if damage == "shape":
            group[column] = np.zeros((29, 3), np.float32)
        elif damage == "never written":
            group.create_dataset(column, (30, 3), np.float32)
        elif damage == "text":
            group[column] = np.full(30, b"no number")
        else:
            group[column] = h5py.ExternalLink("elsewhere.hdf5", "/data")
    (description,), refused = opening.describe([folder])
    assert not refused
    data = opening.load(description)
    assert isinstance(data, Particles)
    assert data.count == 30
    assert sum(piece.count for piece in opening.stream(description)) == 30
    with pytest.raises(UnreadableFile, match=column):
        opening.load(description, columns=("velocities", "ids"))


def test_positions_outside_the_box_are_wrapped(pieces: Write, rng: np.random.Generator) -> None:
    written = columns(30, rng)
    written["Coordinates"][0] = [-1, 50000, 50001]
    written["Coordinates"][1] = [-1e-5, 0, 49999.999]
    data = load(pieces({1: written}))
    np.testing.assert_allclose(data.positions[0], [49.999, 0, 0.001], atol=1e-5)
    assert (data.positions < 50).all()
    assert (data.positions >= 0).all()


def test_positions_that_are_not_finite_are_counted_and_refused(pieces: Write, rng: np.random.Generator) -> None:
    written = columns(30, rng)
    written["Coordinates"][3, 1] = np.nan
    written["Coordinates"][7, 0] = np.inf
    (description,), _ = opening.describe([pieces({1: written})])
    with pytest.raises(UnreadableFile, match="2 positions that are not finite"):
        opening.load(description)


def test_told_box_and_redshift_win_and_move_the_particles(pieces: Write, rng: np.random.Generator) -> None:
    written = columns(30, rng)
    data = load(pieces({1: written}), Facts(box_size=100.0, redshift=3.0))
    assert data.box_size == 100
    assert data.redshift == 3
    np.testing.assert_allclose(data.positions, written["Coordinates"] / 500, rtol=1e-6)


def test_a_cutout_without_box_asks_for_it(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces({4: columns(30, rng)}, header={"BoxSize": None, "NumPart_Total": None, "NumPart_ThisFile": None})
    (description,), _ = opening.describe([folder])
    assert description.box_size is None
    with pytest.raises(MissingFact, match="--box-size"):
        opening.load(description)
    assert load(folder, Facts(box_size=50.0)).count == 30


def test_a_small_region_is_said_to_be_one(pieces: Write, rng: np.random.Generator) -> None:
    (description,), _ = opening.describe([pieces({1: columns(300, rng, side=4000.0)})])
    assert any("region" in warning for warning in description.warnings)


@pytest.mark.parametrize("side", [16, 20, 32])
def test_a_lattice_in_its_own_order_is_no_region(pieces: Write, rng: np.random.Generator, side: int) -> None:
    particles = columns(side**3, rng)
    axis = np.arange(side) * 50000.0 / side
    particles["Coordinates"] = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    (description,), _ = opening.describe([pieces({1: particles})])
    assert not any("region" in warning for warning in description.warnings)


def test_header_and_content_that_disagree_are_refused(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces({1: columns(30, rng)}, header={"NumPart_ThisFile": np.array([0, 10**15, 0, 0, 0, 0])})
    _, (error,) = opening.describe([folder])
    assert "promises 1000000000000000 particles" in str(error)


def test_asking_for_what_is_not_there_names_what_is(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces({0: columns(30, rng), 3: columns(5, rng) | {"TracerID": np.arange(5)}})
    with h5py.File(folder / "snap_007.hdf5", "r+") as file:
        del file["PartType3/Coordinates"]
    (description,), _ = opening.describe([folder])
    with pytest.raises(WrongCall, match="holds gas, tracers"):
        opening.load(description, species="stars")
    with pytest.raises(NotApplicable, match="no positions"):
        opening.load(description, species="tracers")


def test_matter_of_unknown_masses_is_refused_and_one_species_is_not(pieces: Write, rng: np.random.Generator) -> None:
    folder = pieces({0: columns(30, rng) | {"Masses": np.ones(30)}, 1: columns(30, rng)})
    (description,), _ = opening.describe([folder])
    with pytest.raises(InputError, match="masses"):
        opening.load(description)
    assert load(folder, species="dm").masses is None
