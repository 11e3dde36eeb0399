"""The density PDF against a lognormal field."""

from __future__ import annotations

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Sample


def density_pdf(values: np.ndarray) -> StatisticResult:
    field = Field(values.astype(np.float32), 10.0, dimensions=values.ndim)
    sample = Sample(lambda species, progress: field, label="run")
    return registry()["density-pdf"].compute(sample, None, Parameters(), silent)


def test_a_lognormal_field_has_a_gaussian_pdf_of_its_logarithm() -> None:
    sigma = 0.4
    s = np.random.default_rng(0).normal(scale=sigma, size=(64, 64, 64))
    found = density_pdf(10**s)
    x = np.log10(found["relative_density"])
    expected = np.exp(-(x**2) / (2 * sigma**2)) / np.sqrt(2 * np.pi) / sigma
    kept = found["count"] > 200
    assert found["pdf"][kept] == pytest.approx(expected[kept], rel=0.25)
    chi2 = ((found["pdf"] - expected)[kept] / found["error"][kept]) ** 2
    assert np.median(chi2) == pytest.approx(0.5, abs=0.5)


def test_bins_lie_on_multiples_of_a_twentieth_of_a_decade() -> None:
    found = density_pdf(np.random.default_rng(0).random((8, 8, 8)) + 0.5)
    edges = np.log10(found["relative_density"]) / 0.05 - 0.5
    assert edges == pytest.approx(np.rint(edges), abs=1e-6)


@pytest.mark.parametrize("n", [8, 9])
def test_with_the_empty_and_negative_cells_it_integrates_to_one(n: int) -> None:
    values = np.random.default_rng(0).random((n, n, n)) + 0.5
    values[0], values[1, 0], values[2, 2, 2] = 0, -1, 1e-9
    found = density_pdf(values)
    shares = [found.parameters[name] for name in ("empty_share", "negative_share", "nearly_empty_share")]
    assert shares == pytest.approx([n**2 / n**3, n / n**3, 1 / n**3])
    assert found["pdf"].sum() * 0.05 + sum(shares) == pytest.approx(1)
    assert found["count"].sum() == n**3 - n**2 - n - 1


def test_an_empty_box_has_none() -> None:
    with pytest.raises(NotApplicable, match="no cell"):
        density_pdf(np.zeros((8, 8, 8)))


def test_a_map_has_one_too() -> None:
    assert density_pdf(np.random.default_rng(0).random((8, 8)) + 0.5)["count"].sum() == 64
