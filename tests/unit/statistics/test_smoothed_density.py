"""The smoothed density's PDF and moments against lognormal fields, scipy's moments and sums over modes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kurtosis, skew

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.mesh.fourier import Modes, modes
from backends.mesh.smoothing import smooth
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.density_moments import moments
from backends.statistics.sample import Sample

L, N, SIGMA = 96.0, 96, 0.5


@pytest.fixture(scope="module")
def lognormal() -> np.ndarray:
    """1+δ whose logarithm is Gaussian with σ = 0.5, and smooth over six cells."""
    noise = np.random.default_rng(8).normal(size=(N, N, N)).astype(np.float32)
    smoothed = smooth(Modes(modes(noise), L, N), 4.0)
    return np.exp(SIGMA * smoothed.values / smoothed.sigma[0] - SIGMA**2 / 2)


def compute(name: str, density: np.ndarray, parameters: Parameters) -> StatisticResult:
    field = Field(density.astype(np.float32), L, dimensions=density.ndim)
    return registry()[name].compute(Sample(lambda species, progress: field, label="run"), None, parameters, silent)


def test_a_smooth_lognormal_field_keeps_its_pdf_and_moments(lognormal: np.ndarray) -> None:
    found = compute("smoothed-density-pdf", lognormal, Parameters(smoothing_radius=1.0))
    width = np.log(10)
    # Smoothing over a quarter of the field's own scale takes a known share of the variance of δ.
    first = found["radius"] == 1.0
    s = np.log(found["relative_density"])
    expected = width * np.exp(-((s + SIGMA**2 / 2) ** 2) / (2 * SIGMA**2)) / np.sqrt(2 * np.pi) / SIGMA
    middle = first & (np.abs(s + SIGMA**2 / 2) < SIGMA)
    assert found["pdf"][middle] == pytest.approx(expected[middle], rel=0.15)
    w = np.exp(SIGMA**2)
    assert found["variance"][0] == pytest.approx(w - 1, rel=0.12)
    assert found["skewness"][0] == pytest.approx((w + 2) * np.sqrt(w - 1), rel=0.15)
    for radius in np.unique(found["radius"]):
        assert found["pdf"][found["radius"] == radius].sum() * 0.05 == pytest.approx(1, abs=1e-3)
    assert np.unique(found["radius"]).tolist() == [1.0, 2.0, 4.0]


def test_moments_are_scipys() -> None:
    values = np.random.default_rng(0).gamma(2.0, size=(17, 17, 17)).astype(np.float32)
    values -= values.mean()
    found, errors = moments(values)
    flat = values.astype(np.float64).ravel()
    assert found[:3] == pytest.approx([flat.var(), skew(flat), kurtosis(flat)], rel=1e-5)
    assert found[3:] == pytest.approx([skew(flat) / flat.std(), kurtosis(flat) / flat.var()], rel=1e-5)
    assert (errors > 0).all()


@pytest.mark.parametrize("window", ["gaussian", "top-hat"])
def test_the_variance_falls_as_the_sum_over_modes_says(window: str) -> None:
    noise = np.random.default_rng(3).normal(size=(64, 64, 64)) * 0.1
    density = 1 + noise - noise.mean()
    found = compute("density-moments", density, Parameters(smoothing_window=window))
    assert found["radius"][0] == pytest.approx(2 * L / 64)
    assert found["radius"][-1] <= 0.1 * L
    for radius, variance in zip(found["radius"], found["variance"], strict=True):
        x = np.indices((64, 64, 64)) * (L / 64)
        wrapped = np.minimum(x, L - x)
        r2 = (wrapped**2).sum(axis=0)
        if window == "gaussian":
            expected = noise.var() * (L / 64) ** 3 / (8 * np.pi**1.5 * radius**3)
        else:
            expected = noise.var() / np.count_nonzero(r2 <= radius**2)
        assert variance == pytest.approx(expected, rel=0.25)
    assert np.abs(found["skewness"]).max() < 1


def test_maps_have_moments_and_a_pdf_too() -> None:
    density = np.random.default_rng(1).random((64, 64)) + 0.5
    assert compute("density-moments", density / density.mean(), Parameters())["variance"].size > 1
    assert compute("smoothed-density-pdf", density / density.mean(), Parameters())["count"].sum() == 3 * 64**2


def test_a_radius_that_does_not_fit_is_refused_with_what_does() -> None:
    with pytest.raises(NotApplicable, match=r"between a cell, 6, and a quarter of the box, 24"):
        compute("density-moments", np.random.default_rng(1).random((16, 16, 16)), Parameters(smoothing_radius=40.0))
