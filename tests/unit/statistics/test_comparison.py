"""Meshes, samples, comparisons, rankings and figures of a small study of known outcome."""

from __future__ import annotations

from functools import partial
from threading import Thread

import numpy as np
import pytest
from scipy.stats import kendalltau

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.data.store import Store
from backends.errors import Cancelled, NotApplicable, WrongCall
from backends.progress import Progress, silent
from backends.statistics import registry
from backends.statistics.compare import Outcome, compute
from backends.statistics.figures import RunStyle, figure
from backends.statistics.meshes import default_n_mesh
from backends.statistics.ranking import ranking
from backends.statistics.sample import Data, Sample
from backends.statistics.scores import kendall_tau, mass_function_error, pdf_distance

BOX = 64.0
NAMES = ("power-spectrum", "transfer-function", "correlation-coefficient", "density-pdf", "halo-mass-function")


def clumps(n: int = 150) -> np.ndarray:
    random = np.random.default_rng(0)
    centres = random.random((n, 3)) * BOX
    return np.mod(centres[random.integers(0, n, 20**3)] + random.normal(scale=0.4, size=(20**3, 3)), BOX)


def study(n: int = 150, mass: float = 1e10) -> list[Sample]:
    """A truth, and three runs that blur it more and more."""
    truth = clumps(n)
    blur = np.random.default_rng(1).normal(size=truth.shape)

    def run(label: str, sigma: float) -> Sample:
        x = np.mod(truth + sigma * blur, BOX).astype(np.float32)
        v = (100 * blur).astype(np.float32)
        moving = Particles(x, BOX, masses=mass, velocities=v, redshift=0.0)
        return Sample(lambda species, progress: moving, label=label, omega_m=0.3)

    return [run("truth", 0.0), run("good", 0.2), run("fair", 0.6), run("poor", 1.5)]


def moved() -> list[Sample]:
    """A lattice that is moved, and the same with an error."""
    psi = np.random.default_rng(2).normal(size=(2, 3, 12, 12, 12)).astype(np.float32)
    fields = [Field(values, BOX, "displacement", redshift=0.0) for values in (psi[0], psi[0] + psi[1] / 10)]
    return [Sample(lambda species, progress, field=one: field, label="run") for one in fields]  # type: ignore[misc]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Outcome]]:
    found: dict[str, dict[str, Outcome]] = {}
    for name, run, outcome in compute(NAMES, study(), Parameters()):
        found.setdefault(name, {})[run.label] = outcome
    return found


@pytest.mark.parametrize(
    ("n_particles", "n_mesh"), [(1, 2), (64**3, 128), (64**3 + 1, 144), (65**3, 144), (17**3, 36), (10**9, 512)]
)
def test_the_default_mesh_is_the_next_smooth_even_number(n_particles: int, n_mesh: int) -> None:
    assert default_n_mesh(n_particles) == n_mesh


def test_the_reference_chooses_the_mesh_and_has_no_transfer_function(outcomes: dict[str, dict[str, Outcome]]) -> None:
    for outcome in outcomes["power-spectrum"].values():
        assert isinstance(outcome, StatisticResult)
        assert outcome.parameters["n_mesh"] == 40
    assert list(outcomes["transfer-function"]) == ["good", "fair", "poor"]


def test_runs_are_ranked_as_they_were_blurred(outcomes: dict[str, dict[str, Outcome]]) -> None:
    by_run = {
        label: {name: of[label] for name, of in outcomes.items() if isinstance(of.get(label), StatisticResult)}
        for label in ("truth", "good", "fair", "poor")
    }
    found = ranking(by_run, Parameters(), reference_key="truth", sizes={"good": 1000})  # type: ignore[arg-type]
    assert [row.key for row in found.rows] == ["good", "fair", "poor"]
    for column in found.columns:
        if column.best:
            assert (column.best, column.worst) == (
                "good",
                "poor" if column.name != "mass_function_error" else column.worst,
            )
    assert found.rows[0].scores["parameters"] == 1000
    assert found.rows[0].scores["r(1)"] is None  # beyond the particles' limit, 0.98 h/Mpc
    assert found.disagreement is not None
    assert found.disagreement.mean > 0.9


def test_a_run_that_never_breaks_is_better_than_one_that_does(outcomes: dict[str, dict[str, Outcome]]) -> None:
    by_run = {
        label: {"correlation-coefficient": outcomes["correlation-coefficient"][label]} for label in ("good", "poor")
    }
    found = ranking(by_run, Parameters(band_correlation=0.99))  # type: ignore[arg-type]
    assert found.rows[0].scores["k_correlation"] is None
    column = next(column for column in found.columns if column.name == "k_correlation")
    assert (column.best, column.worst) == ("good", "poor")


def test_kendall_tau_is_scipys() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        x, y = random.integers(0, 5, (2, 8)).astype(float)
        assert kendall_tau(x, y) == pytest.approx(kendalltau(x, y).statistic)
    assert np.isnan(kendall_tau(np.array([1, 2, np.nan]), np.array([1.0, 2, 3])))
    assert kendall_tau(np.array([-np.inf, -np.inf, 1]), np.array([1.0, 1, 2])) == pytest.approx(1)


def test_the_pdf_distance_is_how_far_cells_were_moved() -> None:
    values = 10 ** np.random.default_rng(0).normal(scale=0.3, size=(32, 32, 32))
    results = []
    for factor in (1.0, 10**0.1):
        field = Field((values * factor).astype(np.float32), BOX)
        sample = Sample(lambda species, progress, field=field: field, label="run")  # type: ignore[misc]
        results.append(registry()["density-pdf"].compute(sample, None, Parameters(), silent))
    assert pdf_distance(results[1], results[0]) == pytest.approx(0.1, abs=1e-6)


def test_figures_say_what_was_computed(outcomes: dict[str, dict[str, Outcome]]) -> None:
    for name in NAMES:
        runs = [(RunStyle(run, run, "#ffffff", 0, run == "truth"), of) for run, of in outcomes[name].items()]
        drawn = figure(name, runs, "truth", Parameters())
        assert drawn.note
        assert len(drawn.curves) + len(drawn.skipped) == len(runs)
    power = figure(
        "power-spectrum",
        [(RunStyle(run, run, "#ffffff", 0, run == "truth"), of) for run, of in outcomes["power-spectrum"].items()],
        "truth",
        Parameters(),
    )
    assert power.note == "40³ mesh, TSC interlaced · faint: beyond k Nyquist, or below the shot noise"
    assert power.band == pytest.approx((0.95, 1.05))
    assert [line.at for line in power.verticals] == pytest.approx([np.pi * 40 / BOX, np.pi * 20 / BOX])
    transfer = outcomes["transfer-function"]["poor"]
    assert isinstance(transfer, StatisticResult)
    assert power.curves[0].ratio is None
    assert power.curves[3].ratio == pytest.approx(transfer["transfer"], rel=1e-5)
    assert power.curves[3].break_at is not None


def test_what_makes_no_sense_is_listed_with_its_reason() -> None:
    halos = Sample(lambda species, progress: Catalogue(np.zeros((1, 3)), np.full(1, 1e12), BOX), label="halos")
    grid = Sample(lambda species, progress: Field(np.ones((8, 8, 8), np.float32), BOX), label="grid")
    found = {(name, run.label): outcome for name, run, outcome in compute(NAMES, [grid, halos], Parameters())}
    assert "density grid" in str(found["halo-mass-function", "grid"])
    assert isinstance(found["halo-mass-function", "halos"], StatisticResult)


def test_data_are_read_once_even_by_several_threads() -> None:
    reads = []

    def load(species: str | None, progress: Progress) -> Data:
        reads.append(species)
        return Particles(clumps().astype(np.float32), BOX, masses=1e10)

    sample = Sample(load, label="run", store=Store(1 << 30), key="run")
    found: list[object] = []
    threads = [
        Thread(target=lambda: found.append(registry()["power-spectrum"].compute(sample, None, Parameters(), silent)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sample.halos(Parameters())
    assert len(found) == 3
    assert reads == [None]


def test_halos_are_of_the_dark_matter_alone() -> None:
    asked = []

    def load(species: str | None, progress: Progress) -> Data:
        asked.append(species)
        return Particles(clumps().astype(np.float32), BOX, masses=1e10, species=species or "matter")

    sample = Sample(load, label="run")
    sample.relative_density(Parameters(), 16)
    assert sample.halos(Parameters(min_particles=5)).count > 0
    assert asked == [None, "dm"]
    with pytest.raises(NotApplicable, match="density grid"):
        Sample(lambda species, progress: Field(np.ones((8, 8, 8), np.float32), BOX), label="grid").halos(Parameters())


ONE_RUN = [name for name in registry().names() if not hasattr(registry()[name], "compute_across")]


@pytest.mark.parametrize("name", ONE_RUN)
def test_every_statistic_is_deterministic_and_can_be_cancelled(name: str) -> None:
    # As much matter as a universe has, in clumps dense enough for an M200c.
    runs_of = moved if name.startswith("displacement") else partial(study, 40, 2.7e12)
    statistic, runs = registry()[name], runs_of()
    chosen = Parameters(mean_flux=0.999)  # most cells are empty, through which all light passes
    first, second = (statistic.compute(*reversed(runs_of()[:2]), chosen, silent) for _ in range(2))
    for column in first.columns:
        assert np.array_equal(first[column], second[column], equal_nan=True)
    assert set(first.units) == set(first.columns)

    def cancelled(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        statistic.compute(runs[1], runs[0], chosen, cancelled)


def test_a_run_without_halos_misses_all_of_them() -> None:
    even = np.stack(np.meshgrid(*[np.arange(20) * BOX / 20] * 3), axis=-1).reshape(-1, 3).astype(np.float32)
    empty = Sample(lambda species, progress: Particles(even, BOX, masses=1e10), label="empty")
    found = {run.label: outcome for _, run, outcome in compute(NAMES[-1:], [study()[0], empty], Parameters())}
    there, missing = found["truth"], found["empty"]
    assert isinstance(there, StatisticResult)
    assert isinstance(missing, StatisticResult)
    assert np.array_equal(missing["mass"], there["mass"])
    assert not missing["count"].any()
    assert mass_function_error(missing, there) == 1.0
    alone = next(outcome for _, _, outcome in compute(NAMES[-1:], [empty], Parameters()))
    assert "no halos" in str(alone)


def test_a_snapshot_without_dark_matter_has_no_halos_and_all_the_rest() -> None:
    def gas_alone(species: str | None, progress: Progress) -> Data:
        if species == "dm":
            raise WrongCall("holds gas")
        return Particles(clumps().astype(np.float32), BOX, masses=1e10, species="gas")

    gas = Sample(gas_alone, label="gas")
    found = {(name, run.label): outcome for name, run, outcome in compute(NAMES, [study()[0], gas], Parameters())}
    assert "dark matter" in str(found["halo-mass-function", "gas"])
    assert isinstance(found["transfer-function", "gas"], StatisticResult)
