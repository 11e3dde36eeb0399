"""The background against its differential equations and against a universe with a closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from backends.cosmology.background import Cosmology
from backends.errors import WrongCall

SCALE_FACTORS = np.array([0.05, 0.1, 0.3, 0.5, 0.8, 1.0])


def integrated_growth(cosmology: Cosmology, order: int) -> np.ndarray:
    """D₁ or D₂ from D″ + (2 + dlnH/dlna) D′ = (3/2) Ω_m(a) (D, or D − D₁²), primes d/dlna."""

    def slope(log_a: float, state: np.ndarray) -> list[float]:
        fraction = float(cosmology.matter_fraction(np.exp(log_a)))
        friction = 2 - 1.5 * fraction
        d1, v1, d2, v2 = state
        return [v1, 1.5 * fraction * d1 - friction * v1, v2, 1.5 * fraction * (d2 - d1**2) - friction * v2]

    a = 1e-3
    start = [a, a, -3 / 7 * a**2, -6 / 7 * a**2]
    span = (np.log(a), 0.0)
    solution = solve_ivp(slope, span, start, t_eval=np.log(SCALE_FACTORS), rtol=1e-10, atol=1e-14).y
    today = solution[0, -1]
    return solution[0] / today if order == 1 else solution[2] / today**2


@pytest.mark.parametrize("omega_m", [0.15, 0.3111, 0.6])
def test_growth_solves_its_equation(omega_m: float) -> None:
    cosmology = Cosmology(omega_m=omega_m)
    np.testing.assert_allclose(cosmology.growth(SCALE_FACTORS), integrated_growth(cosmology, 1), rtol=1e-6)


@pytest.mark.parametrize("omega_m", [0.15, 0.3111, 0.6])
def test_second_growth_solves_its_equation_to_a_thousandth(omega_m: float) -> None:
    cosmology = Cosmology(omega_m=omega_m)
    np.testing.assert_allclose(cosmology.second_growth(SCALE_FACTORS), integrated_growth(cosmology, 2), rtol=1.5e-3)


def test_rates_are_logarithmic_slopes() -> None:
    cosmology, step = Cosmology(), 1e-5
    for growth, rate, tolerance in (
        (cosmology.growth, cosmology.growth_rate, 1e-8),
        (cosmology.second_growth, cosmology.second_growth_rate, 1e-2),
    ):
        after, before = growth(SCALE_FACTORS * np.exp(step)), growth(SCALE_FACTORS * np.exp(-step))
        np.testing.assert_allclose(rate(SCALE_FACTORS), np.log(after / before) / (2 * step), rtol=tolerance)


def test_growth_without_dark_energy_is_the_scale_factor() -> None:
    cosmology = Cosmology(omega_m=1.0)
    np.testing.assert_allclose(cosmology.growth(SCALE_FACTORS), SCALE_FACTORS, rtol=1e-12)
    np.testing.assert_allclose(cosmology.growth_rate(SCALE_FACTORS), 1.0, rtol=1e-12)


def test_particles_fill_the_box_with_the_mean_density() -> None:
    cosmology = Cosmology(omega_m=0.3)
    assert cosmology.particle_mass(100.0, 50) * 50**3 == pytest.approx(0.3 * 2.77536627e11 * 100.0**3)


@pytest.mark.parametrize("wrong", [{"omega_m": -0.1}, {"omega_m": float("nan")}, {"omega_b": 0.5}, {"sigma8": 0.0}])
def test_impossible_universes_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(WrongCall, match=r"omega|sigma8"):
        Cosmology(**wrong)
