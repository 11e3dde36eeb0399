"""What Halograph writes comes back as it was, whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.fingerprint import fingerprint
from backends.data.particles import Particles
from backends.errors import Cancelled, MachineError, UnreadableFile, WrongCall
from backends.readers import opening
from backends.readers.bigfile.blocks import read_attributes, read_block
from backends.writers import bigfile as bigfile_writer
from backends.writers.bigfile import bigfile
from backends.writers.field_hdf5 import write_field
from backends.writers.gadget_hdf5 import gadget_hdf5, write_gadget_hdf5
from backends.writers.npy import write_npy
from backends.writers.snapshot_facts import SnapshotFacts, types_of


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_snapshot_comes_back(dtype: type, tmp_path: Path, rng: np.random.Generator) -> None:
    positions = (50 * rng.random((1000, 3))).astype(dtype)
    positions = positions[(positions < 49.999).all(axis=1)]
    velocities = rng.normal(300, 100, positions.shape).astype(np.float32)
    masses = rng.lognormal(23, 0.1, len(positions)).astype(np.float32)  # as alike as those of no zoom
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


FACTS = SnapshotFacts(50.0, 1.0, 0.3, 0.7, created_by="a test of ours — with letters that others cannot read")


def columns(rng: np.random.Generator, count: int, masses: float | None = None) -> Particles:
    return Particles(
        (50 * rng.random((count, 3))).astype(np.float32),
        50.0,
        rng.lognormal(23, 1, count).astype(np.float32) if masses is None else masses,
        rng.normal(0, 300, (count, 3)).astype(np.float32),
        rng.permutation(count) + (1 << 40),
    )


def rows(particles: Particles, start: int, stop: int) -> Particles:
    masses = particles.masses
    return Particles(
        particles.positions[start:stop],
        particles.box_size,
        masses[start:stop] if isinstance(masses, np.ndarray) else masses,
        None if particles.velocities is None else particles.velocities[start:stop],
        None if particles.ids is None else particles.ids[start:stop],
    )


@pytest.mark.parametrize("size", [1 << 30, 1000])
def test_a_bigfile_comes_back_bit_by_bit(
    size: int, tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bigfile_writer, "FILE_SIZE", size)
    path = tmp_path / "PART_000"
    gas, dark = columns(rng, 170), columns(rng, 301, 3e10)
    with bigfile(path, FACTS, {0: 170, 1: 301}) as file:
        for start in range(0, 301, 50):
            file.add(1, rows(dark, start, start + 50))
            if start < 170:
                file.add(0, rows(gas, start, start + 50))
    (description,), refused = opening.describe([path])
    assert not refused
    assert (description.box_size, description.redshift) == (50, 1)
    assert (description.omega_m, description.hubble) == (0.3, 0.7)
    assert (description.complete, description.warnings) == (True, ())
    for name, written in (("gas", gas), ("dm", dark)):
        read = opening.load(description, species=name, columns=("velocities", "ids"))
        assert isinstance(read, Particles)
        np.testing.assert_array_equal(read.positions.astype(np.float32), written.positions)
        np.testing.assert_array_equal(read.velocities, written.velocities)
        np.testing.assert_array_equal(read.ids, written.ids)
        np.testing.assert_allclose(read.masses, written.masses, rtol=2e-7)
    n_files = len(read_block(path / "1" / "Position").rows)
    assert n_files == (1 if size > 10_000 else 8)
    attributes = read_attributes(path / "Header")
    assert attributes["TotNumPart"].tolist() == [170, 301, 0, 0, 0, 0]
    assert attributes["MassTable"].tolist() == pytest.approx([0, 3, 0, 0, 0, 0])
    assert (attributes["UsePeculiarVelocity"], attributes["Time"], attributes["BoxSize"]) == (1, 0.5, 50000)
    block = path / "0" / "Mass" / "000000"
    total = sum(block.read_bytes()) & 0xFFFFFFFF
    folded = (total & 0xFFFF) + (total >> 16)
    folded = (folded & 0xFFFF) + (folded >> 16)
    assert f": {total} : {folded}" in (block.parent / "header").read_text()


def test_positions_in_double_precision_lose_at_most_their_last_digit(tmp_path: Path, rng: np.random.Generator) -> None:
    positions = 50 * rng.random((1000, 3))
    with bigfile(tmp_path / "a", FACTS, {1: 1000}) as file:
        file.add(1, Particles(positions, 50.0))
    (description,), _ = opening.describe([tmp_path / "a"])
    read = opening.load(description)
    assert isinstance(read, Particles)
    np.testing.assert_allclose(read.positions, positions, rtol=2.3e-16)
    assert read.masses == pytest.approx(FACTS.mean_mass(1000))


def test_a_gadget_snapshot_of_several_types_comes_back(tmp_path: Path, rng: np.random.Generator) -> None:
    gas, dark = columns(rng, 170, 1e10), columns(rng, 301)
    with gadget_hdf5(tmp_path / "a.hdf5", FACTS, {0: 170, 1: 301}) as file:
        for start in range(0, 301, 100):
            file.add(1, rows(dark, start, start + 100))
        file.add(0, gas)
    (description,), _ = opening.describe([tmp_path / "a.hdf5"])
    assert {name: facts.count for name, facts in description.species.items()} == {"gas": 170, "dm": 301}
    read = opening.load(description, species="dm", columns=("velocities", "ids"))
    assert isinstance(read, Particles)
    np.testing.assert_allclose(read.positions, dark.positions, rtol=3e-7)
    np.testing.assert_allclose(read.velocities, dark.velocities, rtol=3e-7)
    np.testing.assert_allclose(read.masses, dark.masses, rtol=3e-7)
    np.testing.assert_array_equal(read.ids, dark.ids)


@pytest.mark.parametrize("draft", [gadget_hdf5, bigfile])
def test_a_snapshot_that_is_not_whole_is_none(draft: object, tmp_path: Path, rng: np.random.Generator) -> None:
    with pytest.raises(WrongCall), draft(tmp_path / "a", FACTS, {1: 30}) as file:  # type: ignore[operator]
        file.add(1, columns(rng, 20))
    with suppress(Cancelled), draft(tmp_path / "a", FACTS, {1: 30}) as file:  # type: ignore[operator]
        file.add(1, columns(rng, 20))
        raise Cancelled
    assert list(tmp_path.iterdir()) == []


def test_a_bigfile_is_written_over_nothing(tmp_path: Path, rng: np.random.Generator) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("years of work")
    with bigfile(tmp_path / "empty", FACTS, {1: 5}) as file:
        file.add(1, columns(rng, 5))
    assert (tmp_path / "empty" / "1" / "Position" / "000000").is_file()
    with pytest.raises(WrongCall, match="exists already"), bigfile(tmp_path / "full", FACTS, {1: 5}):
        pass
    with pytest.raises(MachineError), bigfile(tmp_path / "no" / "a", FACTS, {1: 5}):
        pass
    assert (tmp_path / "full" / "thesis.tex").read_text() == "years of work"


@pytest.mark.parametrize(("quantity", "shape"), [("relative_density", (8, 8, 8)), ("displacement", (3, 8, 8, 8))])
def test_a_bare_grid_comes_back(
    quantity: str, shape: tuple[int, ...], tmp_path: Path, rng: np.random.Generator
) -> None:
    field = Field(rng.random(shape).astype(np.float32), 50.0, quantity)
    write_npy(tmp_path / "a.npy", field)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), field.values)
    told = Facts(box_size=50.0, quantity=quantity)
    (description,), _ = opening.describe([tmp_path / "a.npy"], told)
    read = opening.load(description, told)
    assert isinstance(read, Field)
    np.testing.assert_array_equal(read.values, field.values)
    assert (read.quantity, read.box_size) == (quantity, 50)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


def test_species_have_the_types_that_are_usual() -> None:
    assert types_of(("gas", "dm", "stars", "black-holes")) == {"gas": 0, "dm": 1, "stars": 4, "black-holes": 5}
    assert types_of(("dm", "dm-2", "dm-5")) == {"dm": 1, "dm-2": 2, "dm-5": 5}
    assert types_of(("matter",)) == {"matter": 1}
    assert types_of(("neutrinos", "dm", "type-2")) == {"neutrinos": 2, "dm": 1, "type-2": 3}
    assert len(types_of(tuple(f"type-{n}" for n in range(9)))) == 6


@pytest.mark.parametrize("kind", ["gadget-hdf5", "bigfile"])
def test_black_holes_come_back_as_such_and_not_as_a_zoom(kind: str, tmp_path: Path, rng: np.random.Generator) -> None:
    facts, counts = SnapshotFacts(50.0, 0.0, 0.3, 0.7), {1: 64, 5: 4}
    write = gadget_hdf5 if kind == "gadget-hdf5" else bigfile
    with write(tmp_path / "snap", facts, counts) as draft:
        for type_, species, mass in ((1, "dm", 1e8), (5, "black-holes", 1e10)):
            draft.add(type_, Particles(50 * rng.random((counts[type_], 3)), 50.0, mass, species=species))
    (description,), _ = opening.describe([tmp_path / "snap"])
    assert {name: found.count for name, found in description.species.items()} == {"dm": 64, "black-holes": 4}
    assert not any("zoom" in said for said in description.warnings)
