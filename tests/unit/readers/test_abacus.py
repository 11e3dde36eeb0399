"""Abacus: slabs and subsamples, their packing to the last bit, and files that are not what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from abacus_sample import BOX, HEADER, pack9, rvint, write_asdf
from numpy.typing import NDArray

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import InputError, MissingFact, UnreadableFile
from backends.halos.friends_of_friends import find_halos
from backends.mesh.painting import paint
from backends.readers import opening
from backends.readers.abacus import packing as abacus_packing
from backends.readers.abacus import slabs as abacus
from backends.readers.abacus.asdf_file import read_asdf


@pytest.fixture
def simulation(tmp_path: Path, rng: np.random.Generator) -> tuple[Path, NDArray[np.float64], NDArray[np.float64]]:
    """Two slabs of both kinds with their identities, laid out as Abacus does; and the truth, slab by slab."""
    places, speeds = [], []
    for number in range(2):
        for kind in ("L0", "field"):
            rows, positions, velocities = pack9(rng, 125)
            for what, arrays in (
                (f"{kind}_pack9/slab{number:03}.{kind}.pack9.asdf", {"pack9": rows}),
                (f"{kind}_pack9_pid/slab{number:03}.{kind}.pack9.pid.asdf", {"pid": identities(len(places))}),
            ):
                path = tmp_path / "slices" / "z1.000" / what
                path.parent.mkdir(parents=True, exist_ok=True)
                write_asdf(path, arrays)
            places.append(positions)
            speeds.append(velocities)
    return tmp_path / "slices" / "z1.000", np.concatenate(places), np.concatenate(speeds)


def identities(slab: int) -> NDArray[np.uint64]:
    """Lattice sites with other bits set beside them, as Abacus packs them."""
    return np.arange(125, dtype=np.uint64) + np.uint64(125 * slab) | np.uint64(0x0123_0000_0000_0000 | 1 << 15)


def described(path: Path) -> Description:
    (description,), refused = opening.describe([path])
    assert not refused
    return description


def load(path: Path, told: Facts = Facts()) -> Particles:
    data = opening.load(described(path), told, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    return data


Simulation = tuple[Path, NDArray[np.float64], NDArray[np.float64]]


def test_slab_folder_and_redshift_are_the_same_one_data_set(simulation: Simulation) -> None:
    folder, places, speeds = simulation
    ways = [folder, folder.parent, folder / "L0_pack9", folder / "field_pack9" / "slab001.field.pack9.asdf",
            folder / "L0_pack9_pid" / "slab000.L0.pack9.pid.asdf"]  # fmt: skip
    first = described(folder)
    assert all(described(way) == first for way in ways)
    assert len(first.files) == 8
    assert first.complete
    assert not first.warnings
    assert first.parts[0].label == "Made z = 1"
    assert (first.box_size, first.redshift, first.hubble, first.omega_m) == (BOX, 1.0, 0.6736, 0.315192)
    assert first.species["dm"].count == 500
    data = load(folder)
    np.testing.assert_allclose(np.mod(places - data.positions + BOX / 2, BOX), BOX / 2, atol=1e-5)
    np.testing.assert_allclose(data.velocities, speeds, rtol=1e-6)
    assert data.masses == 1.5e9
    assert data.ids is not None
    assert set(data.ids.tolist()) == set(range(500))


@pytest.mark.parametrize("rows", [1, 7, 100])
def test_particles_are_found_from_anywhere(rows: int, simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abacus_packing, "ROWS", rows)
    abacus_packing._index.cache_clear()
    folder, places, _ = simulation
    path = folder / "L0_pack9" / "slab000.L0.pack9.asdf"
    array = read_asdf(path).arrays["pack9"]
    found = abacus_packing.index(path)
    for start, stop in ((0, 125), (0, 1), (124, 125), (33, 71), (64, 64)):
        np.testing.assert_allclose(found.read(array, start, stop, BOX), places[start:stop] % BOX, rtol=1e-5, atol=1e-5)
    abacus_packing._index.cache_clear()


@pytest.mark.parametrize("lost", ["field_pack9/slab001.field.pack9.asdf", "L0_pack9/slab000.L0.pack9.asdf"])
def test_a_missing_slab_is_said(lost: str, simulation: Simulation) -> None:
    folder, _, _ = simulation
    (folder / lost).unlink()
    description = described(folder)
    assert not description.complete
    assert any("missing" in warning or "promises 500" in warning for warning in description.warnings)
    assert load(folder).count == 375


def test_half_of_the_particles_is_said_to_be_no_sample(simulation: Simulation) -> None:
    folder, _, _ = simulation
    for path in (folder / "field_pack9").iterdir():
        path.unlink()
    assert any("No field slabs" in warning for warning in described(folder).warnings)


def test_a_damaged_slab_is_left_out_and_named(simulation: Simulation) -> None:
    folder, _, _ = simulation
    damaged = folder / "L0_pack9" / "slab001.L0.pack9.asdf"
    damaged.write_bytes(damaged.read_bytes()[:900])
    description = described(folder)
    assert not description.complete
    assert any(damaged.name in warning and "left out" in warning for warning in description.warnings)


def test_many_particles_are_counted_by_the_header(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abacus, "MOST_COUNTED", 100)
    folder, _, _ = simulation
    assert described(folder).species["dm"].count == 500
    assert load(folder).count == 500


def test_a_subsample_is_a_data_set_of_its_own_and_says_so(tmp_path: Path, rng: np.random.Generator) -> None:
    _, places, speeds = pack9(rng)
    for kind, half in (("halo", slice(0, 250)), ("field", slice(250, 500))):
        for letter in "AB":
            folder = tmp_path / f"{kind}_rv_{letter}"
            folder.mkdir()
            write_asdf(folder / f"{folder.name}_000.asdf", {"rvint": rvint(places[half], speeds[half])})
    found, refused = opening.describe([tmp_path])
    assert not refused
    assert [d.parts[0].label for d in found] == ["Made z = 1, subsample A", "Made z = 1, subsample B"]
    assert "subsample A, 3 % of all particles" in found[0].warnings[0]
    data = opening.load(found[0], columns=("velocities",))
    assert isinstance(data, Particles)
    assert data.count == 500
    order = np.r_[250:500, 0:250]
    np.testing.assert_allclose(np.mod(places[order] - data.positions + BOX / 2, BOX), BOX / 2, atol=5e-5)
    np.testing.assert_allclose(data.velocities, speeds[order], atol=1.5)


def test_what_it_does_not_say_is_asked_for(tmp_path: Path, rng: np.random.Generator) -> None:
    rows, places, _ = pack9(rng)
    header = {name: value for name, value in HEADER.items() if "BoxSize" not in name}
    write_asdf(tmp_path / "a", {"pack9": rows}, header)
    assert described(tmp_path / "a").box_size is None
    with pytest.raises(MissingFact, match="--box-size"):
        load(tmp_path / "a")
    data = opening.load(described(tmp_path / "a"), Facts(box_size=100.0))
    assert isinstance(data, Particles)
    np.testing.assert_allclose(np.mod(2 * places - data.positions + 50, 100), 50, atol=2e-5)


def refusal(path: Path) -> str:
    found, refused = opening.describe([path])
    try:
        for description in found:
            opening.load(description)
    except InputError as error:
        refused.append(error)
    assert len(refused) == 1, found
    return str(refused[0])


def test_what_is_no_box_or_no_particles_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    rows, _, _ = pack9(rng)
    path = tmp_path / "a.asdf"
    write_asdf(path, {"pack9": rows}, HEADER | {"OutputType": "LightCone"})
    assert "light cone" in refusal(path)
    write_asdf(path, {"pid": np.arange(5, dtype=np.uint64)})
    assert "no particles" in refusal(path)
    write_asdf(path, {"pack9": rows[:, :8].copy()})
    assert "shape" in refusal(path)
    write_asdf(path, {"pack9": rows[1:]})
    assert "not finite" in refusal(path)
    write_asdf(path, {"mine": rows})
    assert "ASDF" in refusal(path)


def changed(path: Path, old: bytes, new: bytes) -> str:
    content = path.read_bytes()
    assert old in content
    path.with_name("changed").write_bytes(content.replace(old, new, 1))
    return refusal(path.with_name("changed"))


def test_nothing_is_read_but_the_file_itself_and_no_size_is_believed(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "a"
    write_asdf(path, {"pack9": pack9(rng)[0]})
    assert "not read" in changed(path, b"source: 0", b"source: 'other.asdf'")
    assert "not read" in changed(path, b"source: 0", b"source: -1")
    assert "declares" in changed(path, b"shape: [", b"shape: [99999999")
    assert "shape" in changed(path, b"shape: [", b"shape: [*, ")
    assert "not read" in changed(path, b"source: 0", b"source: 0\n    strides: [1, 0]")
    assert "block 1 is missing" in changed(path, b"source: 0", b"source: 7")
    assert "zlib" in changed(path, b"blsc", b"zlib")
    assert "cut short" in changed(path, b"\n...\n", b"\n,,,\n")
    content = path.read_bytes()
    place = content.index(b"blsc") + 44
    path.write_bytes(content[:place] + b"\xff\xff\xff\xff" + content[place + 4 :])
    with pytest.raises(UnreadableFile, match="do not add up"):
        read_asdf(path)


def test_the_mini_simulation(shared_data: Path) -> None:
    """Its particles number 64³, its groups and its power are those of independent code."""
    folder = shared_data / "abacus_asdf/Mini_N64_L32/Mini_N64_L32"
    description = described(folder / "slices")
    assert description.complete
    assert (description.box_size, description.redshift, description.hubble) == (32, 0, 0.6736)
    data = load(folder / "slices")
    assert data.count == 64**3
    assert data.ids is not None
    assert len(np.unique(data.ids)) == 64**3
    assert data.masses == pytest.approx(1.0882e10, rel=1e-4)
    counts = np.sort(find_halos(data, min_particles=20).counts)[::-1]
    assert (len(counts), int((counts >= 100).sum()), counts[:3].tolist()) == (680, 165, [14968, 9070, 3362])
    mesh = paint(data.positions, 32.0, 128, "cic").astype(float)
    wave = np.fft.fftfreq(128, 1 / 128)
    power = np.abs(np.fft.fftn(mesh / mesh.mean())) ** 2 * 32**3 / 128**6
    window = np.sinc(wave / 128) ** 2
    power /= (window[:, None, None] * window[:, None] * window) ** 2
    shell = np.rint(np.sqrt(wave[:, None, None] ** 2 + wave[:, None] ** 2 + wave**2)).astype(int)
    mean = np.bincount(shell.ravel(), power.ravel()) / np.bincount(shell.ravel())
    np.testing.assert_allclose(mean[[1, 3, 9]], [1161, 368.6, 139.2], rtol=5e-4)


def test_subsamples_of_the_mini_simulation_are_of_its_particles(shared_data: Path) -> None:
    folder = shared_data / "abacus_asdf/Mini_N64_L32/Mini_N64_L32"
    whole = load(folder / "slices")
    assert whole.ids is not None
    assert whole.velocities is not None
    order = np.argsort(whole.ids)
    for letter, count in (("A", 7774), ("B", 18510)):
        part = load(folder / f"halos/z0.000/field_rv_{letter}")
        assert part.count == count
        assert part.velocities is not None
        there = order[np.searchsorted(whole.ids[order], part.ids)]
        away = part.positions - whole.positions[there]
        assert np.abs(away - 32 * np.rint(away / 32)).max() < 2e-3
        assert np.abs(part.velocities - whole.velocities[there]).max() < 4
