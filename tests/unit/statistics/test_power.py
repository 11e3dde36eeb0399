"""Power, transfer function and correlation coefficient against fields whose answers are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import InputError, MismatchedBoxes, NotApplicable
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Data, Sample

BOX, N = 100.0, 32


def sample(data: Data, label: str = "run") -> Sample:
    return Sample(lambda species, progress: data, label=label)


def noise(seed: int, sigma: float = 1.0, n: int = N) -> np.ndarray:
    return (sigma * np.random.default_rng(seed).normal(size=(n, n, n))).astype(np.float32)


def overdensity(values: np.ndarray, box_size: float = BOX, **said: object) -> Field:
    return Field(values, box_size, "overdensity", **said)  # type: ignore[arg-type]


def compute(
    name: str, run: Data, reference: Data | None = None, parameters: Parameters | None = None
) -> StatisticResult:
    base = None if reference is None else sample(reference, "truth")
    return registry()[name].compute(sample(run), base, parameters or Parameters(), silent)


def test_a_run_is_its_own_perfect_prediction() -> None:
    truth = overdensity(noise(0))
    assert compute("transfer-function", truth, truth)["transfer"] == pytest.approx(1)
    correlation = compute("correlation-coefficient", truth, truth)
    assert correlation["r"] == pytest.approx(1)
    assert correlation["error"] == pytest.approx(0, abs=1e-7)


def test_noise_of_known_variance_lowers_r_and_raises_t_as_it_must() -> None:
    truth, share = noise(0), 0.6
    blurred = truth + noise(1, share)
    r = compute("correlation-coefficient", overdensity(blurred), overdensity(truth))
    t = compute("transfer-function", overdensity(blurred), overdensity(truth))
    # Two thirds of the points within one error bar, and no bias: χ² per bin is one.
    for found, expected in ((r, 1 / np.sqrt(1 + share**2)), (t, np.sqrt(1 + share**2))):
        chi2 = ((found[found.y] - expected) / found["error"]) ** 2
        assert chi2.mean() == pytest.approx(1, abs=0.8)


def test_errors_follow_their_definitions() -> None:
    truth, run = overdensity(noise(0)), overdensity(noise(0) + noise(1, 0.5))
    p = compute("power-spectrum", run)
    r = compute("correlation-coefficient", run, truth)
    t = compute("transfer-function", run, truth)
    lost = 1 - r["r"] ** 2
    assert p["error"] == pytest.approx(p["power"] / np.sqrt(p["n_modes"]))
    assert r["error"] == pytest.approx(lost / np.sqrt(2 * p["n_modes"]))
    assert t["error"] == pytest.approx(t["transfer"] * np.sqrt(lost / (2 * p["n_modes"])))


def test_poisson_particles_have_their_shot_noise() -> None:
    particles = Particles((np.random.default_rng(3).random((40_000, 3)) * BOX).astype(np.float32), BOX)
    found = compute("power-spectrum", particles, parameters=Parameters(n_mesh=48))
    assert found.columns["shot_noise"] == pytest.approx(BOX**3 / 40_000)
    assert np.average(found["power"], weights=found["n_modes"]) == pytest.approx(BOX**3 / 40_000, rel=0.02)


def test_a_wave_in_particles_has_its_power() -> None:
    # A displacement ψ = A sin(κ q) / κ of a lattice makes δ = −A cos(κ q) to first order.
    n, amplitude, shell = 32, 0.01, 3
    kappa = 2 * np.pi * shell / BOX
    q = np.arange(n) * BOX / n
    psi = np.zeros((3, n, n, n), np.float32)
    psi[0] = (amplitude / kappa * np.sin(kappa * q))[:, None, None]
    found = compute("power-spectrum", Field(psi, BOX, "displacement", 0.0))
    # One pair of modes of the shell's n_modes: P = L³ A² / 4 / n_modes. The lattice's own images, which
    # no mesh of its multiple can tell from it, add (3/131)² + (3/125)² to the amplitude.
    expected = BOX**3 * amplitude**2 / 4 / found["n_modes"][shell - 1]
    assert found["power"][shell - 1] == pytest.approx(expected, rel=5e-3)
    assert np.delete(found["power"], shell - 1)[:8] == pytest.approx(0, abs=expected / 1000)


def test_a_grid_is_divided_by_a_window_only_when_one_is_named() -> None:
    values = noise(0)
    plain = compute("power-spectrum", overdensity(values))
    named = compute("power-spectrum", overdensity(values, mass_assignment="cic"))
    told = compute("power-spectrum", overdensity(values), parameters=Parameters(mass_assignment="cic"))
    assert named["power"] == pytest.approx(told["power"])
    assert (named["power"] > plain["power"]).all()
    assert not plain.parameters["compensated"]
    assert plain.parameters["k_nyquist_mesh"] == pytest.approx(np.pi * N / BOX)
    assert "names no mass assignment" in plain.notes[0]


def test_the_two_conventions_of_density_are_the_same() -> None:
    values = noise(0, 0.1)
    one = compute("power-spectrum", overdensity(values))
    other = compute("power-spectrum", Field(values + 1, BOX, "relative_density"))
    assert one["power"] == pytest.approx(other["power"], rel=1e-4)


def test_particles_are_painted_in_the_frame_of_a_grid() -> None:
    x = (np.random.default_rng(3).random((40_000, 3)) * BOX).astype(np.float32)
    particles = Particles(x, BOX)
    for cell_offset in (0.0, 0.5):
        cells = np.floor(x / (BOX / N) + 0.5 - cell_offset).astype(int) % N
        counts = np.bincount(np.ravel_multi_index(tuple(cells.T), (N,) * 3), minlength=N**3).reshape((N,) * 3)
        grid = Field((counts / counts.mean()).astype(np.float32), BOX, cell_offset=cell_offset, mass_assignment="ngp")
        r = compute("correlation-coefficient", particles, grid)
        assert (r.parameters["n_mesh"], r.parameters["mass_assignment"], r.parameters["interlaced"]) == (
            N,
            "ngp",
            False,
        )
        assert r["r"] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (lambda: overdensity(noise(1), 2 * BOX), "boxes are 100 and 200 Mpc/h"),
        (lambda: overdensity(noise(1, n=16)), "32×32×32 and 16×16×16"),
        (lambda: overdensity(noise(1), cell_offset=0.0), "0.5 and 0 of a cell"),
    ],
)
def test_runs_that_cannot_be_compared_say_why(other: Callable[[], Field], why: str) -> None:
    with pytest.raises(MismatchedBoxes, match=f"truth and run cannot be compared: .*{why}"):
        compute("correlation-coefficient", other(), overdensity(noise(0)))


def test_a_grid_with_holes_is_refused_with_their_number() -> None:
    values = noise(0)
    values[0, 0, :3] = np.nan, np.inf, -np.inf
    with pytest.raises(InputError, match="run holds 3 values of 32768"):
        compute("power-spectrum", overdensity(values))


def test_negative_densities_are_allowed_and_said() -> None:
    found = compute("power-spectrum", overdensity(noise(0) * 3))
    assert any("negative density" in note for note in found.notes)


def test_without_a_reference_or_a_density_there_is_nothing_to_compare() -> None:
    with pytest.raises(NotApplicable, match="no reference"):
        compute("transfer-function", overdensity(noise(0)))
    nothing = Catalogue(np.zeros((0, 3)), np.ones(0), BOX)
    with pytest.raises(NotApplicable, match="catalogue without a halo"):
        compute("power-spectrum", nothing)


def test_the_halos_of_a_catalogue_are_counted_and_those_of_a_tree_at_its_last_time() -> None:
    where = np.random.default_rng(0).random((500, 3)) * BOX
    masses = np.geomspace(1e14, 1e11, 500)
    counted = compute("power-spectrum", Particles(where, BOX))
    assert np.array_equal(compute("power-spectrum", Catalogue(where, masses, BOX))["power"], counted["power"])
    times = np.repeat([1.0, 0.5], 500)
    tree = Catalogue(np.concatenate([where / 2, where]), np.tile(masses, 2), BOX, redshifts=times)
    assert np.array_equal(compute("power-spectrum", tree)["power"], counted["power"])


def test_a_map_has_a_power_spectrum_too() -> None:
    values = np.random.default_rng(0).normal(size=(64, 64)).astype(np.float32)
    found = compute("power-spectrum", Field(values, BOX, "overdensity", dimensions=2))
    assert np.average(found["power"], weights=found["n_modes"]) == pytest.approx(BOX**2 / 64**2, rel=0.05)
    assert found.units["power"] == "(Mpc/h)^2"


def test_the_curve_is_believed_to_the_lower_limit() -> None:
    x = np.random.default_rng(3).random((1000, 3), dtype=np.float32) * np.float32(BOX)
    found = compute("power-spectrum", Particles(x, BOX), parameters=Parameters(n_mesh=48))
    limit = np.pi * 10 / BOX
    assert found.parameters["k_nyquist_particles"] == pytest.approx(limit)
    assert not found.reliable[found["k"] > limit].any()


def test_real_snapshots_give_a_spectrum(shared_data: object) -> None:
    import h5py

    path = shared_data / "gadget4_hdf5" / "g2_lcdm_gas_series" / "snapshot_004.hdf5"  # type: ignore[operator]
    with h5py.File(path) as file:
        box_size = float(file["Header"].attrs["BoxSize"])
        x = file["PartType1/Coordinates"][:]
    found = compute("power-spectrum", Particles(x, box_size))
    assert np.isfinite(found["power"]).all()
    assert found["power"][0] > 10 * float(found.columns["shot_noise"])
