"""Tipsy: byte orders, paddings and precisions told by the length alone; units from a file beside it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from particle_files import COUNTS, tipsy

from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import MissingFact
from backends.readers import opening, registry

READER = registry()["tipsy"]
PARAMETERS = """# A run of Gasoline
bComove = 1
bPeriodic = 1   # in a box
dKpcUnit\t= 50000
dMsolUnit = 1.57138e+16
dHubble0 = 2.89265
dOmega0  = 0.3156
#dKpcUnit = 7
"""


def load(path: Path, told: Facts = Facts(), species: str | None = None) -> Particles:
    (description,), refused = opening.describe([path], told)
    assert not refused
    data = opening.load(description, told, species=species, columns=("velocities",))
    assert isinstance(data, Particles)
    return data


def assert_same_places(found: np.ndarray, expected: np.ndarray, side: float) -> None:
    """In a periodic box, whichever side of its edge rounding left them on."""
    apart = np.abs(found - expected)
    np.testing.assert_array_less(np.minimum(apart % side, -apart % side), 2e-6 * side)


@pytest.mark.parametrize("order", [">", "<"], ids=["standard", "native"])
@pytest.mark.parametrize("header", [28, 32])
@pytest.mark.parametrize("precision", [("f4", "f4"), ("f8", "f4"), ("f8", "f8")])
def test_every_layout_with_the_units_of_its_run(
    tmp_path: Path, rng: np.random.Generator, order: str, header: int, precision: tuple[str, str]
) -> None:
    path = tmp_path / "run.00012"
    written = tipsy(path, rng, order, header, precision)
    (tmp_path / "run.param").write_text(PARAMETERS)
    (tmp_path / "other.param").write_text("dKpcUnit = 1\n")
    (description,), _ = opening.describe([path])
    assert {name: facts.count for name, facts in description.species.items()} == COUNTS
    hubble = 0.6726
    assert description.hubble == pytest.approx(hubble, rel=1e-4)
    assert description.box_size == pytest.approx(50 * hubble, rel=1e-4)
    assert (description.omega_m, description.redshift) == (0.3156, 3)
    data = load(path)
    side = data.box_size
    assert_same_places(data.positions, side * (written["positions"] + 0.5), side)
    # G M / L of the units, and comoving velocities: peculiar ones are a times them.
    speed = np.sqrt(4.30091727e-6 * 1.57138e16 / 50000) * 0.25
    np.testing.assert_allclose(data.velocities, speed * written["velocities"], rtol=1e-6)
    np.testing.assert_allclose(data.masses, 1.57138e16 * description.hubble * written["masses"], rtol=1e-6)
    assert data.positions.dtype == np.dtype(precision[0])


def test_without_parameters_the_box_is_told_and_the_convention_is_said(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    path = tmp_path / "alone"
    written = tipsy(path, rng)
    (description,), _ = opening.describe([path])
    assert (description.box_size, description.redshift, description.hubble) == (None, None, None)
    assert description.proposed == Facts(redshift=3)
    assert any("No .param file" in warning for warning in description.warnings)
    with pytest.raises(MissingFact, match="--box-size"):
        opening.load(description)
    data = load(path, Facts(box_size=40.0, redshift=3.0))
    assert_same_places(data.positions, 40 * (written["positions"] + 0.5), 40)
    np.testing.assert_allclose(data.masses, 2.77536627e11 * 40**3 * written["masses"], rtol=1e-6)
    speed = 100 * 40 * np.sqrt(3 / (8 * np.pi)) * 0.25
    np.testing.assert_allclose(data.velocities, speed * written["velocities"], rtol=1e-6)


def test_positions_beyond_a_box_have_a_unit_that_nobody_says(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "alone"
    tipsy(path, rng, span=36.0, time=7.5)
    (description,), _ = opening.describe([path])
    assert any("masses and velocities stay unknown" in warning for warning in description.warnings)
    assert description.proposed == Facts()
    data = opening.load(description, Facts(box_size=20.0), species="dm")
    assert isinstance(data, Particles)
    assert data.masses is None
    assert 17.5 < np.ptp(data.positions) < 18.5
    assert np.abs(data.positions.mean(axis=0) - 10).max() < 1


def test_an_isolated_run_proposes_what_holds_it(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "galaxy.00001"
    tipsy(path, rng, span=200.0, time=7.5)
    (tmp_path / "galaxy.param").write_text("dKpcUnit = 1\ndMsolUnit = 2.3262e5\nbPeriodic = 0\n")
    (description,), _ = opening.describe([path], Facts(hubble=0.7))
    assert any("not periodic" in warning for warning in description.warnings)
    assert description.redshift is None
    assert description.proposed.box_size == pytest.approx(0.14, rel=0.1)


def test_a_parameter_file_that_says_nothing_is_no_harm(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "run.1"
    tipsy(path, rng)
    for text in (
        "",
        "\0\xff" * 999,
        "dKpcUnit = nan\ndMsolUnit=-1\nbComove=1",
        "dKpcUnit\n=",
        "dHubble0 = 1e999\n" * 99,
    ):
        (tmp_path / "run.param").write_text(text, encoding="latin-1")
        (description,), refused = opening.describe([path])
        assert not refused
        assert description.hubble is None
        assert load(path, Facts(box_size=10.0)).count == sum(COUNTS.values())


def test_numbers_of_birth_lie_beside_it(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "run.1"
    tipsy(path, rng)
    born = np.arange(412, dtype=">i4")[::-1]
    (tmp_path / "run.1.iord").write_bytes(struct.pack(">I", 412) + born.tobytes())
    (description,), _ = opening.describe([path])
    data = opening.load(description, Facts(box_size=9.0), species="stars", columns=("ids",))
    assert isinstance(data, Particles)
    np.testing.assert_array_equal(data.ids, born[405:])


def test_pads_hold_the_high_bits_of_counts(tmp_path: Path) -> None:
    """5e9 dark particles in a file that is all hole."""
    count = 5_000_000_000
    pad = (count >> 32) | (count >> 32) << 16
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.write(struct.pack(">d6I", 0.5, count % (1 << 32), 3, 0, count % (1 << 32), 0, pad))
        file.truncate(32 + 36 * count)
    (description,), refused = opening.describe([path])
    assert not refused
    assert description.species["dm"].count == count


def test_only_a_length_that_fits_is_taken(tmp_path: Path, rng: np.random.Generator) -> None:
    tipsy(tmp_path / "whole", rng)
    whole = (tmp_path / "whole").read_bytes()
    assert READER.recognises(tmp_path / "whole")
    for name, data in {
        "cut": whole[:-1],
        "longer": whole + bytes(4),
        "empty": b"",
        "header": whole[:32],
        "nothing": struct.pack(">d5I", 0.5, 0, 3, 0, 0, 0).ljust(32, b"\0"),
        "flat": whole[:12] + struct.pack(">I", 2) + whole[16:],
        "sum": whole[:8] + struct.pack(">I", 411) + whole[12:],
        "time": struct.pack(">d", np.nan) + whole[8:],
        "zeros": bytes(len(whole)),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert not READER.recognises(tmp_path / name)
    assert not READER.recognises(tmp_path)
    _, (error,) = opening.describe([tmp_path / "cut"])
    assert "begins as Tipsy's particles do" in str(error)


def test_real_file_agrees_with_pynbody(shared_data: Path) -> None:
    """Sums by pynbody 2.8 in the file's units; its own factor of velocity is rounded to four digits."""
    (description,), _ = opening.describe([shared_data / "tipsy/tangos_tiny_640/tiny.000640"])
    assert {name: facts.count for name, facts in description.species.items()} == {"gas": 171, "dm": 3078, "stars": 49}
    assert description.hubble == pytest.approx(0.6726958779, rel=2e-4)
    assert description.redshift == pytest.approx(1 / 0.25228136787231603 - 1)
    (block, *others) = READER.snapshot(description, Facts()).blocks()  # type: ignore[attr-defined]
    sums, masses = np.zeros(3), 0.0
    for part in (block, *others):
        positions, weights = np.empty((part.count, 3)), np.empty(part.count)
        part.positions.read(slice(0, part.count), positions)
        part.masses.read(slice(0, part.count), weights)
        sums += positions.sum(axis=0)
        masses += weights.sum()
    side = description.box_size
    sums -= 0.5 * side * sum(description.species[name].count for name in ("gas", "dm", "stars"))  # from the centre
    np.testing.assert_allclose(sums / side, [70.46644577, 304.32526318, -99.29285726], rtol=1e-6)
    assert masses / description.hubble == pytest.approx(3.156166987338337e-05 * 1.57138e16, rel=1e-6)
    data = opening.load(description, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    speeds = data.velocities.sum(axis=0, dtype=float)  # type: ignore[union-attr]
    np.testing.assert_allclose(speeds, [-66527.80190305, 291916.69580556, 91333.95697773], rtol=2e-4)
    assert list(data.ids[:3]) == [0, 10000, 20000]  # type: ignore[index]


def test_the_halos_of_a_run_lie_in_its_matter(shared_data: Path) -> None:
    """Of every ten thousand particles that AHF counts in a halo, the file of the run keeps one."""
    folder = shared_data / "tipsy/tangos_tiny_640"
    (snapshot,), _ = opening.describe([folder / "tiny.000640"])
    (halos,), _ = opening.describe([folder / "tiny.000640.z2.964.AHF_halos"])
    particles = opening.load(snapshot)
    found = opening.load(halos, Facts(box_size=snapshot.box_size))
    assert isinstance(particles, Particles)
    assert isinstance(found, Catalogue)
    assert found.radii is not None
    assert found.counts is not None
    side = particles.box_size
    for centre, radius, count in zip(found.positions, found.radii, found.counts, strict=True):
        apart = particles.positions - centre
        apart -= side * np.round(apart / side)
        inside = int((np.linalg.norm(apart, axis=1) < radius).sum())
        assert inside == pytest.approx(count / 10_000, abs=3 + 0.1 * count / 10_000)
