"""Errors by environment against errors that were put in, and every cell looked at with numpy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import MismatchedBoxes, NotApplicable
from backends.mesh.tidal import web_classes
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.environment import errors_of_places
from backends.statistics.figures import RunStyle, figure
from backends.statistics.ranking import ranking
from backends.statistics.sample import Sample

NAMES = ("error-by-environment", "error-by-environment-web")
N = 32
FEW = Parameters(smoothing_radius=5.0, density_quantiles=5)


def sample(field: Field, label: str = "run") -> Sample:
    return Sample(lambda species, progress: field, label=label)


def compute(name: str, run: Field, truth: Field, parameters: Parameters = FEW) -> StatisticResult:
    return registry()[name].compute(sample(run), sample(truth, "truth"), parameters, silent)


def blurred() -> tuple[Field, Field]:
    return lognormal_box(N, smoothing=0.5), lognormal_box(N)


def smoothed(field: Field, radius: float = 5.0) -> np.ndarray:
    """Return δ smoothed by numpy alone, in double precision."""
    k = 2 * np.pi / field.box_size * np.fft.fftfreq(N, 1 / N)
    k2 = k[:, None, None] ** 2 + k[:, None] ** 2 + k**2
    delta = np.fft.fftn(field.values.astype(np.float64)) * np.exp(-k2 * radius**2 / 2)
    delta[0, 0, 0] = 0
    return np.asarray(np.fft.ifftn(delta).real)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_in_the_class_of_the_reference(name: str) -> None:
    run, truth = blurred()
    ours, theirs = smoothed(run), smoothed(truth)
    if name == NAMES[0]:
        classes, n = np.searchsorted(np.quantile(theirs, [0.2, 0.4, 0.6, 0.8]), theirs, "right"), 5
    else:
        classes, n = web_classes(theirs.astype(np.float32)), 4
    found = compute(name, run, truth)
    for kind in range(n):
        inside = classes == kind
        there = (1 + theirs[inside]).mean()
        assert found["count"][kind] == inside.sum()
        rms = np.sqrt(((ours - theirs)[inside] ** 2).mean()) / there
        assert found["density_error"][kind] == pytest.approx(rms, rel=2e-6)
        assert found["mean_ratio"][kind] == pytest.approx((1 + ours[inside]).mean() / there, rel=1e-6)
        assert found["overdensity"][kind] == pytest.approx(there - 1, abs=1e-6)
    assert found["error"].min() > 0


@pytest.mark.parametrize("name", NAMES)
def test_an_error_that_grows_with_the_density_is_found_where_it_is(name: str) -> None:
    truth = lognormal_box(N)
    # δ = 1.2 δ_ref everywhere: rms(δ − δ_ref) is 0.2 rms(δ_ref) of the class, and its mean moves by 0.2 δ̄.
    run = replace(truth, values=1 + np.float32(1.2) * (truth.values - 1))
    found, delta = compute(name, run, truth), smoothed(truth)
    assert found["mean_ratio"] == pytest.approx((1 + 1.2 * found["overdensity"]) / (1 + found["overdensity"]), rel=1e-5)
    total = np.sqrt((found["count"] * (found["density_error"] * (1 + found["overdensity"])) ** 2).sum() / N**3)
    assert total == pytest.approx(0.2 * delta.std(), rel=1e-5)
    same = compute(name, truth, truth)
    assert not same["density_error"].any()
    assert same["mean_ratio"] == pytest.approx(np.ones(same["count"].size))


def test_an_error_in_the_emptiest_fifth_alone_stays_there() -> None:
    truth = lognormal_box(N)
    delta = smoothed(truth)
    empty = delta < np.quantile(delta, 0.1)
    values = truth.values.copy()
    values[empty] *= np.float32(3)
    found = compute(NAMES[0], replace(truth, values=values / values.mean()), truth)
    assert found["mean_ratio"][0] > 1.3
    assert found["mean_ratio"][1:] == pytest.approx(np.ones(4), abs=0.25)
    assert np.argmax(found["density_error"]) == 0


def test_errors_at_halos_are_by_the_references_masses() -> None:
    rng = np.random.default_rng(0)
    truth = lognormal_box(N)
    delta, cell = smoothed(truth), truth.cell_size
    run = replace(truth, values=1 + np.float32(0.9) * (truth.values - 1))
    places = rng.integers(0, N, (200, 3))
    masses = 10 ** rng.uniform(12, 14, 200)
    halos = Catalogue((places + 0.5) * cell + rng.uniform(-0.4, 0.4, (200, 3)) * cell, masses, truth.box_size)

    class WithHalos(Sample):
        def halos(self, *_: object, **__: object) -> Catalogue:
            return halos

    against = WithHalos(lambda species, progress: truth, label="truth")
    found = registry()["error-by-environment-mass"].compute(sample(run), against, FEW, silent)
    assert found["count"].sum() == 200
    for mass, error, count in zip(found["mass"], found["density_error"], found["count"], strict=True):
        inside = np.abs(np.log10(masses / mass)) < 0.1
        here = delta[tuple(places[inside].T)]
        assert inside.sum() == count
        assert error == pytest.approx(0.1 * np.sqrt((here**2).mean()) / (1 + here).mean(), rel=1e-4)


def test_the_scatter_of_places_is_that_of_many_draws() -> None:
    rng = np.random.default_rng(5)
    theirs = rng.normal(1, 0.5, (400, 60))
    found = [errors_of_places(row + 0.3 * rng.normal(size=60), row) for row in theirs]
    for value, error in (("density_error", "error"), ("mean_ratio", "mean_ratio_error")):
        spread = np.std([one[value] for one in found])
        # The mean density's own scatter is not the run's error: the bar leaves it out.
        assert np.mean([one[error] for one in found]) == pytest.approx(spread, rel=0.15)
    assert np.isnan(errors_of_places(np.ones(1), np.zeros(1))["error"])


def test_runs_are_ranked_and_drawn_with_their_mean_below() -> None:
    truth = lognormal_box(N)
    results: dict[str, dict[str, StatisticResult]] = {"truth": {}}
    for label, smoothing in (("good", 0.3), ("poor", 1.0)):
        run = lognormal_box(N, smoothing=smoothing)
        results[label] = {name: compute(name, run, truth) for name in NAMES}
    found = ranking(results, Parameters(), reference_key="truth")
    columns = {column.name: column for column in found.columns}
    for name in ("environment_error", "web_class_error"):
        assert (columns[name].best, columns[name].worst) == ("good", "poor")
    assert "displacement_error" not in columns
    drawn = figure(
        NAMES[0],
        [(RunStyle(label, label, "#ffffff"), results[label][NAMES[0]]) for label in ("good", "poor")],
        "truth",
        Parameters(),
    )
    assert drawn.ratio_label == "⟨1 + δ⟩ / ⟨1 + δ_ref⟩"
    assert all(curve.ratio is not None and curve.low is not None for curve in drawn.curves)
    assert "gaussian of 5 Mpc/h" in drawn.note


def test_what_cannot_be_laid_over_each_other_is_refused() -> None:
    truth = lognormal_box(N)
    with pytest.raises(NotApplicable, match="no reference"):
        registry()[NAMES[0]].compute(sample(truth), None, FEW, silent)
    with pytest.raises(MismatchedBoxes):
        compute(NAMES[0], replace(truth, box_size=64.0), truth)
    with pytest.raises(NotApplicable, match="density grid"):
        compute("error-by-environment-mass", truth, truth)
    flat = Field(truth.values[0], truth.box_size, dimensions=2)
    assert compute(NAMES[0], flat, flat)["count"].sum() == N**2
    with pytest.raises(NotApplicable, match="map of two"):
        compute(NAMES[1], flat, flat)
