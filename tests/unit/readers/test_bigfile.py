"""BigFile: the codes that write it, their units and traps, and every way to name one data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bigfile_files import MPGADGET, groups, particles, write_attributes, write_bigfile, write_block

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import MissingFact, UnreadableFile, WrongCall
from backends.readers import opening, registry
from backends.readers.bigfile.blocks import read_attributes


def described(path: Path) -> Description:
    (description,), refused = opening.describe([path])
    assert not refused
    return description


def load(path: Path, told: Facts = Facts(), **options: object) -> Particles:
    data = opening.load(described(path), told, columns=("velocities", "ids"), **options)  # type: ignore[arg-type]
    assert isinstance(data, Particles)
    return data


def text(description: Description) -> str:
    return " ".join(description.warnings)


@pytest.mark.parametrize("n_files", [1, 3, 20])
@pytest.mark.parametrize("old", [False, True])
def test_columns_go_on_from_file_to_file(n_files: int, old: bool, tmp_path: Path, rng: np.random.Generator) -> None:
    written = particles(rng, 101)
    write_bigfile(tmp_path / "PART_007", {"1": written}, MPGADGET, n_files=n_files, old=old)
    description = described(tmp_path / "PART_007")
    assert (description.format, description.kind, description.box_size) == ("bigfile", "particles", 50)
    assert (description.redshift, description.hubble, description.omega_m) == (1, 0.7, 0.3)
    assert (description.complete, description.warnings) == (True, ())
    data = load(tmp_path / "PART_007")
    np.testing.assert_allclose(data.positions, written["Position"] / 1000, rtol=1e-15)
    np.testing.assert_array_equal(data.velocities, written["Velocity"])
    np.testing.assert_array_equal(data.ids, written["ID"])
    assert data.masses == pytest.approx(2e10)


def test_more_than_fifteen_files_are_numbered_in_hexadecimal(tmp_path: Path, rng: np.random.Generator) -> None:
    write_block(tmp_path / "b", np.arange(20.0), n_files=20)
    assert (tmp_path / "b" / "00000F").is_file()
    assert (tmp_path / "b" / "000013").is_file()


def test_the_folder_a_block_and_a_file_of_it_are_the_same(tmp_path: Path, rng: np.random.Generator) -> None:
    root = tmp_path / "PART_007"
    write_bigfile(root, {"0": particles(rng, 30), "1": particles(rng, 40)}, MPGADGET, n_files=2)
    whole = described(root)
    inside = ["Header", "Header/attr-v2", "1", "0/Position", "1/Velocity/000001", "1/ID/header"]
    for name in inside:
        assert described(root / name) == whole
        assert [n for n, reader in registry() if reader.recognises(root / name)] == ["bigfile"]
    found, refused = opening.describe([root / name for name in inside] + [tmp_path])
    assert (found, refused) == ([whole], [])
    assert all(file.is_file() for file in whole.files)
    (tmp_path / "000000").write_bytes(b"no block's")
    assert not any(reader.recognises(tmp_path / "000000") for _, reader in registry())


def test_two_snapshots_in_a_folder_are_two(tmp_path: Path, rng: np.random.Generator) -> None:
    for name in ("PART_000", "PART_001"):
        write_bigfile(tmp_path / name, {"1": particles(rng, 30)}, MPGADGET)
    found, refused = opening.describe([tmp_path])
    assert [d.path.name for d in found] == ["PART_000", "PART_001"]
    assert not refused


def test_types_are_named_and_weighed(tmp_path: Path, rng: np.random.Generator) -> None:
    types = {str(n): particles(rng, 10 + n) | {"Mass": np.full(10 + n, n + 1, np.float32)} for n in (0, 1, 2, 3, 4, 5)}
    types["5"]["BlackholeMass"] = np.ones(15, np.float32)
    write_bigfile(tmp_path / "a", types, MPGADGET)
    description = described(tmp_path / "a")
    assert {name: (facts.count, facts.mass_max) for name, facts in description.species.items()} == {
        "gas": (10, 1e10), "dm": (11, 2e10), "neutrinos": (12, 3e10), "type-3": (13, 4e10), "stars": (14, 5e10),
        "black-holes": (15, 6e10),
    }  # fmt: skip
    matter = load(tmp_path / "a")
    assert matter.count == 75
    assert np.sum(matter.masses, dtype=float) == pytest.approx(1e10 * sum((10 + n) * (n + 1) for n in range(6)))
    assert load(tmp_path / "a", species="stars").count == 14


@pytest.mark.parametrize(
    ("flag", "masses", "factor", "says"),
    [
        (1, False, 1.0, ""),
        (1, True, 1.0, ""),
        (0, False, 0.5**0.5, ""),
        (0, True, 2.0, ""),
        (None, False, 0.5**0.5, "initial conditions"),
        (None, True, 2.0, "a snapshot"),
    ],
)
def test_velocities_become_peculiar(
    flag: int | None, masses: bool, factor: float, says: str, tmp_path: Path, rng: np.random.Generator
) -> None:
    written = particles(rng, 30) | ({"Mass": np.ones(30, np.float32)} if masses else {})
    write_bigfile(tmp_path / "a", {"1": written}, {**MPGADGET, "UsePeculiarVelocity": flag})
    data = load(tmp_path / "a")
    np.testing.assert_allclose(data.velocities, factor * written["Velocity"], rtol=3e-7)
    assert says in text(described(tmp_path / "a"))


def test_fastpm(tmp_path: Path, rng: np.random.Generator) -> None:
    header = {
        "NC": np.int64(4), "BoxSize": 50.0, "ScalingFactor": 0.5, "Time": 0.5, "Omega_cdm": 0.29, "Omega0": 0.29,
        "OmegaLambda": 0.7, "HubbleParam": 0.68, "MassTable": np.array([0, 1.5, 0, 0, 0, 0]),
        "UnitLength_in_cm": 3.085678e24, "UnitMass_in_g": 1.989e43, "UnitVelocity_in_cm_per_s": 1e5,
        "UsePeculiarVelocity": np.int32(1),
    }  # fmt: skip
    written = particles(rng, 64, 50.0)
    halos = {"Position": 50 * rng.random((9, 3)), "Velocity": rng.normal(size=(9, 3)), "Length": np.arange(20, 29)}
    write_bigfile(tmp_path / "fastpm_0.5000", {"1": written}, header)
    for name, values in halos.items():
        write_block(tmp_path / "fastpm_0.5000" / "LL-0.200" / name, values)
    description = described(tmp_path / "fastpm_0.5000")
    assert (description.box_size, description.redshift, description.omega_m) == (50, 1, 0.29)
    assert "Ω_cdm" in text(description)
    assert "LL-0.200" in text(description)
    data = load(tmp_path / "fastpm_0.5000")
    np.testing.assert_array_equal(data.positions, written["Position"])
    np.testing.assert_array_equal(data.velocities, written["Velocity"])
    catalogue = described(tmp_path / "fastpm_0.5000" / "LL-0.200")
    assert (catalogue.format, catalogue.species["halos"].count) == ("bigfile-halos", 9)
    assert described(tmp_path / "fastpm_0.5000" / "LL-0.200" / "Length" / "000000") == catalogue
    read = opening.load(catalogue)
    assert isinstance(read, Catalogue)
    np.testing.assert_allclose(read.masses, 1.5e10 * np.arange(28, 19, -1))
    found, _ = opening.describe([tmp_path / "fastpm_0.5000" / "LL-0.200", tmp_path / "fastpm_0.5000"])
    assert [d.format for d in found] == ["bigfile-halos", "bigfile"]
    header["OmegaM"] = 0.31
    write_attributes(tmp_path / "fastpm_0.5000" / "Header", header)
    assert described(tmp_path / "fastpm_0.5000").omega_m == 0.31


def test_flowpm(tmp_path: Path, rng: np.random.Generator) -> None:
    header = {
        "NC": np.array([4, 4, 4]), "BoxSize": np.array([50.0, 50.0, 50.0]), "OmegaCDM": np.float32(0.25),
        "OmegaB": np.float32(0.05), "OmegaK": 0.0, "h": 0.7, "Sigma8": 0.8, "w0": -1.0, "wa": 0.0, "Time": 0.5,
        "M0": np.array([1.0]), "TotNumPart": None,
    }  # fmt: skip
    boxes = {str(n): {k: v for k, v in particles(rng, 64, 50.0).items() if k != "ID"} for n in range(2)}
    write_bigfile(tmp_path / "a", boxes, header)
    description = described(tmp_path / "a")
    assert (description.box_size, description.redshift, description.hubble) == (50, 1, 0.7)
    assert description.omega_m == pytest.approx(0.3)
    assert [part.member for part in description.parts] == ["0", "1"]
    assert {name: facts.count for name, facts in description.species.items()} == {"dm": 64}
    assert "not km/s" in text(description)
    for member in ("0", "1"):
        data = opening.load(description, member=member)
        assert isinstance(data, Particles)
        np.testing.assert_array_equal(data.positions, boxes[member]["Position"])
    with pytest.raises(UnreadableFile, match="no velocities"):
        opening.load(description, columns=("velocities",))
    with pytest.raises(WrongCall, match="no box '7'"):
        opening.load(description, member="7")


def test_the_mass_in_the_box_tells_the_unit(tmp_path: Path, rng: np.random.Generator) -> None:
    mass = 0.3 * 27.7536627 * 50**3 / 64
    for side, name in ((50.0, "Mpc/h"), (50000.0, "kpc/h")):
        table = np.array([0, mass, 0, 0, 0, 0])
        header = {**MPGADGET, "UnitLength_in_cm": None, "BoxSize": side, "MassTable": table}
        write_bigfile(tmp_path / name[:3], {"1": particles(rng, 64, side)}, header)
        description = described(tmp_path / name[:3])
        assert description.box_size == pytest.approx(50)
        assert name in text(description)


def test_a_unit_that_is_told_wins(tmp_path: Path, rng: np.random.Generator) -> None:
    header = {**MPGADGET, "UnitLength_in_cm": None, "MassTable": None, "BoxSize": 50.0}
    write_bigfile(tmp_path / "a", {"1": particles(rng, 64, 50.0)}, header)
    assert load(tmp_path / "a").box_size == pytest.approx(0.05)  # by convention
    data = load(tmp_path / "a", Facts(length_unit="Mpc/h"))
    assert data.box_size == pytest.approx(50)
    assert data.positions.max() > 25


def test_groups_are_a_catalogue(tmp_path: Path, rng: np.random.Generator) -> None:
    written = groups(rng, 30)
    write_bigfile(tmp_path / "PIG_007", {"FOFGroups": written, "1": particles(rng, 20)}, MPGADGET, n_files=2)
    description = described(tmp_path / "PIG_007")
    assert (description.format, description.kind, description.box_size) == ("bigfile-halos", "catalogue", 50)
    assert described(tmp_path / "PIG_007" / "1" / "Position" / "000001") == description
    read = opening.load(description)
    assert isinstance(read, Catalogue)
    order = np.argsort(-written["Mass"], kind="stable")
    np.testing.assert_allclose(read.masses, 1e10 * written["Mass"][order].astype(float))
    np.testing.assert_allclose(read.positions, written["MassCenterPosition"][order] / 1000)
    np.testing.assert_array_equal(read.velocities, written["MassCenterVelocity"][order])
    np.testing.assert_array_equal(read.counts, written["LengthByType"].sum(axis=1)[order])


def test_lost_files_are_named_and_altered_ones_too(tmp_path: Path, rng: np.random.Generator) -> None:
    root = tmp_path / "a"
    write_bigfile(root, {"1": particles(rng, 64)}, MPGADGET, n_files=3)
    velocities = root / "1" / "Velocity" / "000001"
    velocities.write_bytes(velocities.read_bytes()[:-4] + b"\1\2\3\4")
    description = described(root)
    assert "1/Velocity/000001 is wrong" in text(description)
    assert description.complete
    (root / "1" / "ID" / "000002").unlink()
    positions = root / "1" / "Position" / "000000"
    positions.write_bytes(positions.read_bytes()[:100])
    description = described(root)
    assert not description.complete
    assert "1/ID/000002 is missing" in text(description)
    assert "1/Position/000000 is truncated: 100 of 504 bytes" in text(description)
    with pytest.raises(UnreadableFile, match="1/Position/000000"):
        opening.load(description)


def test_columns_of_different_lengths_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    write_bigfile(tmp_path / "a", {"1": particles(rng, 64) | {"ID": np.arange(63)}}, MPGADGET)
    _, (error,) = opening.describe([tmp_path / "a"])
    assert "63 rows for 64 positions" in str(error)


def test_a_data_set_without_particles_says_what_it_holds(tmp_path: Path) -> None:
    write_bigfile(tmp_path / "a", {}, MPGADGET)
    write_block(tmp_path / "a" / "PowerSpectrum", np.arange(5.0))
    _, (error,) = opening.describe([tmp_path / "a"])
    assert "PowerSpectrum" in str(error)


def test_a_box_that_is_not_said_is_asked_for(tmp_path: Path, rng: np.random.Generator) -> None:
    write_bigfile(tmp_path / "a", {"1": particles(rng, 64)}, {**MPGADGET, "BoxSize": None})
    with pytest.raises(MissingFact, match="--box-size"):
        opening.load(described(tmp_path / "a"))
    assert load(tmp_path / "a", Facts(box_size=50.0)).box_size == 50


def test_positions_propose_the_box_that_is_not_said(tmp_path: Path, rng: np.random.Generator) -> None:
    write_bigfile(tmp_path / "a", {"1": particles(rng, 20_000)}, {**MPGADGET, "BoxSize": None})
    description = described(tmp_path / "a")
    assert (description.box_size, description.proposed) == (None, Facts(box_size=50.0))
    assert any("--box-size" in said and "50 Mpc/h, which is proposed" in said for said in description.warnings)
    (in_kpc,), _ = opening.describe([tmp_path / "a"], Facts(length_unit="kpc"))
    assert in_kpc.proposed.box_size == pytest.approx(50 * MPGADGET["HubbleParam"])


def test_attributes_of_both_kinds_are_the_same(tmp_path: Path) -> None:
    values = {**MPGADGET, "Flag": np.bool_(True), "Few": np.arange(3, dtype=np.uint32), "Empty": ""}
    for name, old in (("new", False), ("old", True)):
        (tmp_path / name).mkdir()
        write_attributes(tmp_path / name, values, old)
    new, old_ = read_attributes(tmp_path / "new"), read_attributes(tmp_path / "old")
    assert set(new) == set(old_) == set(values)
    for name, value in values.items():
        np.testing.assert_array_equal(new[name], value)
        np.testing.assert_array_equal(old_[name], value)


def test_pmesh(shared_data: Path) -> None:
    """Zel'dovich initial conditions: displacement and velocity obey v = a H ψ, which shows their units."""
    description = described(shared_data / "bigfile")
    assert (description.box_size, description.redshift, description.omega_m) == (32, 159, 0.2814)
    assert "kpc/h" in text(description)
    assert "initial conditions" in text(description)
    data = opening.load(description, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    assert data.ids is not None
    assert data.velocities is not None
    order = np.argsort(data.ids)
    lattice = np.stack(np.meshgrid(*[np.arange(32.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    moved = data.positions[order] - lattice
    moved -= 32 * np.rint(moved / 32)
    moved -= moved.mean(axis=0)
    slope = (moved * data.velocities[order]).sum() / (moved * moved).sum()
    a = 1 / 160
    assert slope == pytest.approx(a * 100 * np.sqrt(0.2814 / a**3 + 1 - 0.2814), rel=1e-5)
    assert data.masses == pytest.approx(0.2814 * 2.77536627e11, rel=1e-3)
