"""The linear spectrum against its normalisation, against Boltzmann codes, and against its own table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from backends.cosmology.background import Cosmology
from backends.cosmology.linear_power import LinearPower
from backends.errors import WrongCall


@pytest.mark.parametrize("kind", ["wiggles", "smooth"])
def test_sigma8_is_what_was_asked_for(kind: str) -> None:
    power = LinearPower(Cosmology(sigma8=0.7), kind)

    def integrand(log_k: float) -> float:
        k = np.exp(log_k)
        x = 8 * k
        window = 3 * (np.sin(x) - x * np.cos(x)) / x**3
        return float(k**3 * power(k) * window**2 / (2 * np.pi**2))

    variance = sum(quad(integrand, low, low + 0.5, limit=200)[0] for low in np.arange(-9.0, 4.0, 0.5))
    assert np.sqrt(variance) == pytest.approx(0.7, rel=1e-4)


def test_boltzmann_code_is_met_within_four_per_cent(shared_data: Path) -> None:
    k, power = np.loadtxt(shared_data / "reference_tables/abacus_cosm000/CLASS_power", unpack=True)
    h = 0.6736
    cosmology = Cosmology(omega_m=(0.02237 + 0.12 + 0.0006442) / h**2, omega_b=0.02237 / h**2, h=h, n_s=0.9649)
    trusted = (k > 1e-3) & (k < 10)
    table = LinearPower(cosmology, "table", (k, power))
    ratio = LinearPower(cosmology)(k[trusted]) / table(k[trusted])
    assert np.abs(ratio - 1).max() < 0.04
    smooth = LinearPower(cosmology, "smooth")(k[trusted]) / table(k[trusted])
    assert np.abs(smooth - 1).max() < 0.07


def test_smooth_runs_through_the_middle_of_the_wiggles() -> None:
    k = np.linspace(0.05, 0.3, 500)
    ratio = LinearPower(Cosmology())(k) / LinearPower(Cosmology(), "smooth")(k)
    assert ratio.max() > 1.02
    assert ratio.min() < 0.98
    assert ratio.mean() == pytest.approx(1, abs=0.01)


def test_few_baryons_leave_no_wiggles() -> None:
    k = np.geomspace(1e-3, 10, 200)
    cosmology = Cosmology(omega_b=1e-4)
    np.testing.assert_allclose(LinearPower(cosmology)(k), LinearPower(cosmology, "smooth")(k), rtol=0.02)


def test_table_returns_what_it_was_made_of() -> None:
    k = np.geomspace(1e-4, 100, 2000)
    source = LinearPower(Cosmology())
    table = LinearPower(Cosmology(), "table", (k, 5 * source(k)))
    between = np.geomspace(1e-5, 100, 333)
    np.testing.assert_allclose(table(between), source(between), rtol=2e-3)


def test_power_grows_as_the_square_of_the_growth_and_vanishes_at_zero() -> None:
    cosmology = Cosmology()
    power = LinearPower(cosmology)
    assert float(power(0.1, 1.0) / power(0.1)) == pytest.approx(float(cosmology.growth(0.5)) ** 2)
    assert power(np.array([0.0]))[0] == 0


def test_tables_that_are_none_are_refused() -> None:
    with pytest.raises(WrongCall, match="ascending"):
        LinearPower(Cosmology(), "table", (np.array([1.0, 0.5, 2, 3]), np.ones(4)))
    with pytest.raises(WrongCall, match="smooth"):
        LinearPower(Cosmology(), "nothing")
