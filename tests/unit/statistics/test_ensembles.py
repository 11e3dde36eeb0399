"""Realisations of a run: means, scatter and covariance against numpy, and Gaussian fields against what is expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import Cancelled, NotApplicable
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.ensemble import combined, with_error_kind
from backends.statistics.figures import RunStyle, figure
from backends.statistics.measuring import Ensemble, measure
from backends.statistics.power_covariance import hartlap
from backends.statistics.sample import Sample

BOX, N = 100.0, 16
PLAIN = Parameters()


def gaussian(seed: int, amplitude: float = 0.1) -> np.ndarray:
    """A Gaussian field of P ∝ 1/k."""
    noise = np.fft.rfftn(np.random.default_rng(seed).normal(size=(N, N, N)))
    m = np.fft.fftfreq(N, 1 / N)
    squared = m[:, None, None] ** 2 + m[None, :, None] ** 2 + np.arange(N // 2 + 1) ** 2
    return amplitude * np.fft.irfftn(noise / np.maximum(squared, 1) ** 0.25)


def sample(values: np.ndarray, label: str = "run") -> Sample:
    held = Field(values.astype(np.float32), BOX, "overdensity", redshift=0.0)
    return Sample(lambda species, progress: held, label=label)


def ensemble(fields: Sequence[np.ndarray], label: str = "run") -> Ensemble:
    return Ensemble(label, tuple(sample(values, label) for values in fields))


def of(name: str, run: Sample | Ensemble, reference: Sample | Ensemble | None = None, **more: Any) -> StatisticResult:
    return measure(name, run, reference, replace(PLAIN, **more), silent)


BOXES = [gaussian(seed) for seed in range(6)]


def test_mean_and_errors_are_numpy_s_over_the_realisations() -> None:
    powers = np.stack([of("power-spectrum", sample(box))["power"] for box in BOXES])
    found = of("power-spectrum", ensemble(BOXES))
    np.testing.assert_allclose(found["power"], powers.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(found["error"], powers.std(axis=0, ddof=1), rtol=1e-12)
    assert (found.parameters["n_members"], found.parameters["error_kind"]) == (6, "scatter")
    assert found["n_modes"].dtype.kind == "i"
    of_mean = of("power-spectrum", ensemble(BOXES), error_kind="mean")
    np.testing.assert_allclose(of_mean["error"], powers.std(axis=0, ddof=1) / np.sqrt(6), rtol=1e-12)
    again = with_error_kind(found, "mean")
    np.testing.assert_array_equal(again["error"], of_mean["error"])
    assert "√n" in again.notes[0]


def test_gaussian_fields_scatter_as_their_modes_let_expect() -> None:
    count = 240
    found = of("power-spectrum", ensemble([gaussian(seed) for seed in range(100, 100 + count)]))
    n_modes = found["n_modes"]
    np.testing.assert_allclose(found["error_stated"], found["power"] / np.sqrt(n_modes), rtol=1e-6)
    # s² of n draws scatters by 2/(n − 1) + κ/n; a sum of 2 n_modes squares has κ = 6 / n_modes.
    sigma = 0.5 * np.sqrt(2 / (count - 1) + 6 / n_modes / count)
    pull = (found["error"] / found["error_stated"] - 1) / sigma
    assert np.abs(pull).max() < 3.5
    assert 0.3 < (pull**2).mean() < 2.5
    assert np.abs((found["power"] / found["power"][0]) / (found["k"][0] / found["k"]) - 1).max() < 0.1


def test_each_realisation_stands_against_the_reference_s_of_its_place() -> None:
    truth, louder = ensemble(BOXES, "truth"), ensemble([1.1 * box for box in BOXES])
    transfer, r = (of(name, louder, truth) for name in ("transfer-function", "correlation-coefficient"))
    np.testing.assert_allclose(transfer["transfer"], 1.1, rtol=1e-6)
    assert transfer["error"].max() < 1e-6  # what chance does to both cancels
    np.testing.assert_allclose(r["r"], 1.0, rtol=1e-6)
    crossed = of("correlation-coefficient", Ensemble("run", louder.samples[::-1]), truth)
    assert np.abs(crossed["r"]).max() < 0.9
    drawn = figure(
        "power-spectrum",
        [(RunStyle(run.label, run.label, "#fff"), of("power-spectrum", run)) for run in (truth, louder)],
        "truth",
        PLAIN,
    )
    ratio = drawn.curves[1].ratio, drawn.curves[1].ratio_low, drawn.curves[1].ratio_high
    for values in ratio:
        assert values is not None
        np.testing.assert_allclose(values, 1.1, rtol=1e-5)
    assert drawn.spread == "mean of 6 ± scatter of one"


def test_one_reference_box_stands_against_all_and_other_numbers_are_refused() -> None:
    noisy = ensemble([BOXES[0] + 0.05 * box for box in BOXES[1:]])
    each = np.stack([of("correlation-coefficient", one, sample(BOXES[0]))["r"] for one in noisy.samples])
    found = of("correlation-coefficient", noisy, sample(BOXES[0], "truth"))
    np.testing.assert_allclose(found["r"], each.mean(axis=0), rtol=1e-12)
    for run in (sample(BOXES[0], "one"), ensemble(BOXES[:3], "three")):
        with pytest.raises(NotApplicable, match="gather as many of both"):
            of("correlation-coefficient", run, ensemble(BOXES, "truth"))
    assert of("power-spectrum", sample(BOXES[0]), ensemble(BOXES)).members == ()


def halos(masses: Sequence[float]) -> StatisticResult:
    from backends.data.catalogue import Catalogue
    from backends.statistics.halo_mass_function import mass_function

    held = np.array(masses)
    return mass_function(Catalogue(np.zeros((held.size, 3)), held, BOX, finder="planted"))


def test_bins_that_a_realisation_does_not_list_hold_none() -> None:
    found = combined([halos([1.5e12] * 4), halos([1.5e12] * 2 + [1.6e13])])
    np.testing.assert_array_equal(found["count"], [3, *[0] * (found["count"].size - 2), 0.5])
    volume = BOX**3 / 10
    np.testing.assert_allclose(found["dn_dlog10m"][[0, -1]], np.array([3, 0.5]) / volume)
    np.testing.assert_allclose(found["error"][[0, -1]], np.array([np.sqrt(2), np.sqrt(0.5)]) / volume)


def test_the_ratio_of_counts_is_that_of_their_means() -> None:
    """Mean of ratios would be (1/2 + 3/1) / 2 = 1.75, and infinite where the truth has none."""
    truth = combined([halos([1.5e12] * 2), halos([1.5e12]), halos([1.5e12] * 3)])
    run = combined([halos([1.5e12]), halos([1.5e12] * 3), halos([1.5e12] * 2 + [1.6e13])])
    styled = [(RunStyle("t", "t", "#fff", reference=True), truth), (RunStyle("r", "r", "#fff"), run)]
    curve = figure("halo-mass-function", styled, "t", PLAIN).curves[1]
    assert curve.ratio is not None
    assert curve.ratio_high is not None
    assert curve.ratio[0] == pytest.approx(1.0)
    assert curve.ratio_high[0] - 1 == pytest.approx(np.std([-1, 2, -1], ddof=1) / 2)
    assert np.isnan(curve.ratio[-1])


def cancelled(fraction: float, message: str = "") -> None:
    raise Cancelled


def test_the_covariance_is_numpy_s_and_tells_how_far_it_may_be_inverted() -> None:
    fields = [gaussian(seed) for seed in range(20)]
    found = of("power-covariance", ensemble(fields))
    powers = np.stack([of("power-spectrum", sample(box))["power"] for box in fields])
    p = powers.shape[1]
    np.testing.assert_allclose(found["covariance"].reshape(p, p), np.cov(powers.T), rtol=1e-10)
    np.testing.assert_allclose(found["correlation"].reshape(p, p), np.corrcoef(powers.T), rtol=1e-10)
    assert found.parameters["hartlap"] == pytest.approx((20 - p - 2) / 19)
    assert found.parameters["singular"] is False
    singular = of("power-covariance", ensemble(fields[:p]))
    assert (singular.parameters["singular"], singular.parameters["hartlap"]) == (True, None)
    assert "singular" in singular.notes[0]
    with pytest.raises(Cancelled):
        measure("power-covariance", ensemble(fields), None, PLAIN, cancelled)
    for few in (ensemble(fields[:2]), sample(fields[0])):
        with pytest.raises(NotApplicable, match="3 realisations or more"):
            of("power-covariance", few)


def test_hartlap_s_factor_makes_the_inverse_unbiased() -> None:
    random, n, p = np.random.default_rng(0), 12, 4
    factor = hartlap(n, p)
    assert factor is not None
    inverses = [np.linalg.inv(np.cov(random.normal(size=(n, p)).T)) for _ in range(6000)]
    np.testing.assert_allclose(factor * np.mean(inverses, axis=0), np.eye(p), atol=0.03)
    assert hartlap(p + 2, p) is None


def particles(seed: int) -> Sample:
    random = np.random.default_rng(seed)
    centres = random.random((12, 3)) * 64
    clumps = centres[random.integers(0, 12, 12**3)] + random.normal(scale=0.5, size=(12**3, 3))
    x = np.mod(np.concatenate([clumps, 64 * random.random((16**3, 3))]), 64)
    held = Particles(
        x.astype(np.float32), 64.0, masses=4e12, velocities=(100 * (x - 32)).astype(np.float32), redshift=0.0
    )
    return Sample(lambda species, progress: held, label="run", omega_m=0.3)


@pytest.mark.parametrize("name", [name for name in registry().names() if not name.startswith("displacement")])
def test_every_statistic_has_a_mean_over_realisations(name: str) -> None:
    run, truth = (Ensemble("run", tuple(map(particles, seeds))) for seeds in ((1, 2, 3), (4, 5, 6)))
    found = of(name, run, truth, n_mesh=32)
    if name == "power-covariance":
        return
    assert len(found.members) == 3
    y = np.stack([one[found.y] for one in found.members])
    assert y.shape[1:] == found[found.y].shape
    known = np.isfinite(y).all(axis=0)
    np.testing.assert_allclose(found[found.y][known], y.mean(axis=0)[known], rtol=1e-12)
    assert found.notes[0].startswith("Mean of 3 realisations; errors are the scatter of one")
