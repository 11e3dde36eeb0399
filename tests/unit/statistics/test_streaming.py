"""Particles that are painted straight from their files give the numbers that those in memory give."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.data.particle_stream import ParticleStream
from backends.data.particles import Particles
from backends.data.store import Store
from backends.errors import Cancelled, InputError, NotApplicable
from backends.mesh import painting
from backends.mesh.density import density_field
from backends.mesh.painting import paint
from backends.mesh.streaming import paint_stream, stream_density
from backends.progress import Progress, silent
from backends.readers import opening
from backends.readers.particles import loading as particle_loading
from backends.statistics import registry, sample
from backends.statistics.sample import Sample
from backends.writers.gadget_hdf5 import write_gadget_hdf5

BOX, COUNT = 80.0, 30_000
RNG = np.random.default_rng(5)
CENTRES = RNG.random((60, 3)) * BOX
POSITIONS = (np.mod(CENTRES[RNG.integers(0, 60, COUNT)] + RNG.normal(0, 3, (COUNT, 3)), BOX)).astype(np.float32)
MASSES = (1 + 9 * RNG.random(COUNT)).astype(np.float32)


def stream(masses: np.ndarray | None = None, size: int = 7001, positions: np.ndarray = POSITIONS) -> ParticleStream:
    """The particles in pieces that share one room, as those of a file do."""

    def pieces(progress: Progress) -> Generator[Particles]:
        room = np.empty((size, 3), positions.dtype)
        for start in range(0, positions.shape[0], size):
            progress(start / positions.shape[0])
            piece = room[: min(size, positions.shape[0] - start)]
            piece[:] = positions[start : start + size]
            weights = None if masses is None else masses[start : start + size]
            yield Particles(piece, BOX, weights, redshift=0.5)
            piece[:] = np.nan

    return ParticleStream(pieces, positions.shape[0], positions.nbytes, BOX, 0.5)


@pytest.mark.parametrize("masses", [None, MASSES], ids=["alike", "weighted"])
@pytest.mark.parametrize("assignment", ["ngp", "cic", "tsc", "pcs"])
@pytest.mark.parametrize("n_mesh", [32, 140])
def test_meshes_are_those_of_particles_in_memory(assignment: str, masses: np.ndarray | None, n_mesh: int) -> None:
    painted = paint_stream(stream(masses), n_mesh, assignment, (0.0, 0.5))
    for mesh, shift in zip(painted.meshes, (0.0, 0.5), strict=True):
        expected = paint(POSITIONS, BOX, n_mesh, assignment, masses, shift)
        assert mesh.dtype == np.float32
        np.testing.assert_allclose(mesh, expected, rtol=2e-6, atol=1e-6 * expected.max())
    expected_field = density_field(Particles(POSITIONS, BOX, masses), n_mesh, assignment)
    assert painted.shot_noise == pytest.approx(expected_field.shot_noise, rel=1e-7)


def test_one_cell_that_holds_everything_loses_no_mass() -> None:
    heap = np.full((200_000, 3), 0.25 * BOX, np.float32) + RNG.random((200_000, 3)).astype(np.float32) * 1e-3
    density = stream_density(stream(positions=heap, size=50_000), 130, "tsc")
    assert density.values.mean(dtype=np.float64) == pytest.approx(1, abs=1e-6)


def test_many_particles_a_cell_are_gathered_in_double_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "SMALL", 0)
    monkeypatch.setattr(painting, "CROWDED", 0.3)
    for masses in (None, MASSES):
        painted = paint_stream(stream(masses, 900), 24, "tsc", (0.0, 0.5))
        for mesh, shift in zip(painted.meshes, (0.0, 0.5), strict=True):
            expected = paint(POSITIONS, BOX, 24, "tsc", masses, shift)
            np.testing.assert_allclose(mesh, expected, rtol=2e-6, atol=1e-6 * expected.max())


def test_massless_particles_are_refused() -> None:
    with pytest.raises(InputError, match="add up to nothing"):
        paint_stream(stream(np.zeros(COUNT, np.float32)), 32)


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Description:
    """A snapshot that counts as one of many particles, read in small pieces."""
    monkeypatch.setattr(opening, "FEW", 0)
    monkeypatch.setattr(particle_loading, "PIECE", 4096)
    path = tmp_path / "snap.hdf5"
    write_gadget_hdf5(path, POSITIONS, box_size=BOX, redshift=0.5, omega_m=0.3, hubble=0.7)
    return opening.describe([path])[0][0]


def both(snapshot: Description, capacity: int = 1 << 30) -> tuple[Sample, Sample]:
    """The snapshot in memory, and straight from its file."""

    def load(species: str | None, progress: Progress) -> Particles:
        loaded = opening.load(snapshot, species=species, progress=progress)
        assert isinstance(loaded, Particles)
        return loaded

    held = Sample(load, label="held", store=Store(capacity))

    def outline(species: str | None) -> ParticleStream | None:
        return opening.outline(snapshot, species=species)

    return held, Sample(load, label="streamed", store=Store(capacity), outline=outline)


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is comfortable."""
    monkeypatch.setattr(sample, "COMFORT", 0.0)


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize(
    "parameters",
    [
        Parameters(n_mesh=48),
        Parameters(n_mesh=108),
        Parameters(n_mesh=108, interlaced=False, mass_assignment="cic"),
        Parameters(),
    ],
    ids=["small", "large", "plain", "default"],
)
@pytest.mark.parametrize("name", ["power-spectrum", "density-pdf", "transfer-function", "correlation-coefficient"])
def test_statistics_are_those_of_particles_in_memory(snapshot: Description, parameters: Parameters, name: str) -> None:
    held, streamed = both(snapshot)
    statistic = registry()[name]
    found = statistic.compute(streamed, streamed, parameters, silent)
    expected = statistic.compute(held, held, parameters, silent)
    assert set(found.columns) == set(expected.columns)
    assert found.parameters == expected.parameters
    for column, values in expected.columns.items():
        # Of an empty cell single precision may leave a last digit: counts of cells may differ there.
        scale = np.nanmax(np.abs(np.asarray(values, dtype=np.float64)))
        np.testing.assert_allclose(found.columns[column], values, rtol=3e-4, atol=1e-5 * scale)


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("cell_offset", [0.0, 0.5])
def test_modes_agree_to_rounding_whatever_was_painted_before(snapshot: Description, cell_offset: float) -> None:
    for n_mesh in (40, 120):
        held, streamed = both(snapshot)
        expected = held.modes(Parameters(), n_mesh, cell_offset=cell_offset)
        for first in (streamed.relative_density, streamed.modes):
            held, streamed = both(snapshot)
            first(Parameters(), n_mesh)
            found = streamed.modes(Parameters(), n_mesh, cell_offset=cell_offset)
            assert found.shot_noise == expected.shot_noise
            loudest = np.abs(expected.values).max()
            np.testing.assert_allclose(found.values, expected.values, rtol=0, atol=2e-6 * loudest)


@pytest.mark.usefixtures("crowded")
def test_density_and_modes_share_a_pass_over_the_file(snapshot: Description) -> None:
    passes = 0

    def counted(species: str | None) -> ParticleStream | None:
        known = opening.outline(snapshot, species=species)
        assert known is not None

        def pieces(progress: Progress) -> Generator[Particles]:
            nonlocal passes
            passes += 1
            yield from known.pieces(progress)

        return ParticleStream(pieces, known.count, known.held, known.box_size, known.redshift, known.species)

    def none(species: str | None, progress: Progress) -> Particles:
        raise AssertionError("the particles were loaded")

    streamed = Sample(none, label="streamed", outline=counted)
    streamed.modes(Parameters(), 144)
    streamed.relative_density(Parameters(), 144)
    streamed.shot_noise(Parameters(n_mesh=144))
    assert (streamed.n_particles(Parameters()), streamed.default_n_mesh(Parameters())) == (COUNT, 64)
    assert passes == 1


@pytest.mark.usefixtures("crowded")
def test_halos_are_found_where_memory_allows_and_refused_with_the_reason_where_not(
    snapshot: Description, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, streamed = both(snapshot)
    expected = held.halos(Parameters())
    np.testing.assert_array_equal(streamed.halos(Parameters()).masses, expected.masses)
    monkeypatch.setattr(sample, "available_memory", lambda: 100_000)
    _, streamed = both(snapshot)
    with pytest.raises(NotApplicable, match=r"streamed holds 30,000 particles, 360 kB: .* 100 kB of memory are free"):
        streamed.halos(Parameters())
    assert streamed.relative_density(Parameters(), 64).n_mesh == 64


def test_what_fits_is_held(snapshot: Description) -> None:
    _, streamed = both(snapshot)
    assert streamed.stream() is None
    _, streamed = both(snapshot, capacity=1_000_000)
    assert streamed.stream() is not None


def test_a_few_particles_are_never_outlined(snapshot: Description, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "FEW", COUNT)
    assert opening.outline(snapshot) is None


def _ended() -> bool:
    return not any(thread.name.startswith("halograph-read") for thread in threading.enumerate())


@pytest.mark.usefixtures("crowded")
def test_cancelling_ends_the_thread_that_reads(snapshot: Description) -> None:
    _, streamed = both(snapshot)
    reports = 0

    def impatient(fraction: float, message: str = "") -> None:
        nonlocal reports
        reports += 1
        if reports == 4:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        streamed.relative_density(Parameters(), 64, impatient)
    assert _ended()


def _with_hole(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["PartType1/Coordinates"][COUNT - 1, 1] = np.nan


def _cut_off(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("damage", [_with_hole, _cut_off])
def test_damage_that_shows_on_the_way_is_told_by_the_files_name(
    snapshot: Description, damage: Callable[[Path], None]
) -> None:
    _, streamed = both(snapshot)
    assert streamed.stream() is not None
    damage(snapshot.path)
    with pytest.raises(InputError, match=r"snap\.hdf5"):
        streamed.relative_density(Parameters(), 64)
    assert _ended()


def test_pieces_are_the_same_whoever_reads_them(snapshot: Description) -> None:
    loaded = opening.load(snapshot)
    assert isinstance(loaded, Particles)
    pieces = [piece.positions.copy() for piece in opening.stream(snapshot, Facts())]
    assert max(map(len, pieces)) == 4096
    np.testing.assert_array_equal(np.concatenate(pieces), loaded.positions)
