"""The halo mass function that theory expects: Press–Schechter, Sheth–Tormen, Tinker and Watson."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backends.cosmology.background import CRITICAL_DENSITY
from backends.cosmology.linear_power import LinearPower
from backends.errors import WrongCall

Array = NDArray[np.float64]

COLLAPSE = 1.68647
"""δ_c, the linear overdensity at which a sphere has collapsed in an Einstein–de Sitter universe."""
STEPS = 4096
"""Wave numbers of the integral for σ(M), from LARGEST_SCALE to HIGHEST / R."""
LARGEST_SCALE, HIGHEST = 1e-4, 300.0

TINKER_OVERDENSITIES = np.array([200, 300, 400, 600, 800, 1200, 1600, 2400, 3200], np.float64)
TINKER_TABLE = {
    "A": np.array([0.186, 0.200, 0.212, 0.218, 0.248, 0.255, 0.260, 0.260, 0.260]),
    "a": np.array([1.47, 1.52, 1.56, 1.61, 1.87, 2.13, 2.30, 2.53, 2.66]),
    "b": np.array([2.57, 2.25, 2.05, 1.87, 1.59, 1.51, 1.46, 1.44, 1.41]),
    "c": np.array([1.19, 1.27, 1.34, 1.45, 1.58, 1.80, 1.97, 2.24, 2.44]),
}
"""Tinker et al. (2008), table 2, at z = 0, as published; digits that only their code has lower it by 2 % at 10^15."""


@dataclass(frozen=True)
class MassFunction:
    """dn/dlog10 M = ln 10 · f(σ) (ρ_m / M) |dln σ / dln M|.

    power : linear spectrum today
    model : "press-schechter" (1974, ApJ 187, 425), "sheth-tormen" (1999, MNRAS 308, 119), "tinker08" (2008, ApJ 688,
        709: spherical overdensities), "watson13" (2013, MNRAS 433, 1230, eq. 12: friends-of-friends, b = 0.2)
    overdensity : of "tinker08", in units of the mean density, 200 to 3200
    """

    power: LinearPower
    model: str = "tinker08"
    overdensity: float = 200.0

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise WrongCall(f"there is no mass function {self.model!r}; known are {', '.join(MODELS)}")
        low, high = TINKER_OVERDENSITIES[[0, -1]]
        if self.model == "tinker08" and not low <= self.overdensity <= high * (1 + 1e-9):
            raise WrongCall(
                f"Tinker's mass function holds for overdensities of {low:g} to {high:g} of the mean density"
            )

    def __call__(self, masses: ArrayLike, redshift: float = 0.0) -> Array:
        """Return dn/dlog10 M.

        masses : (n,) float64, Msun/h;  returns (n,) float64, (h/Mpc)³
        """
        mass = np.atleast_1d(np.asarray(masses, np.float64))
        density = self.power.cosmology.omega_m * CRITICAL_DENSITY
        radius = np.cbrt(3 * mass / (4 * np.pi * density))
        sigma, slope = self.sigma(radius)
        sigma = sigma * float(self.power.cosmology.growth(1 / (1 + redshift)))
        multiplicity = MODELS[self.model](sigma, redshift, self.overdensity)
        return np.asarray(math.log(10) * multiplicity * density / mass * np.abs(slope) / 3)

    def sigma(self, radius: Array) -> tuple[Array, Array]:
        """Return today's σ(R) of spheres and dln σ / dln R, each (n,) for (n,) Mpc/h."""
        log_k = np.linspace(math.log(LARGEST_SCALE), math.log(HIGHEST / float(radius.min())), STEPS)
        k = np.exp(log_k)
        power = k**3 * self.power(k) / (2 * math.pi**2)
        variance, change = np.empty(radius.shape), np.empty(radius.shape)
        for i, r in enumerate(radius):
            x = k * r
            small = x < 1e-2
            sinc = np.sin(x) / x
            window = np.where(small, 1 - x * x / 10, 3 * (sinc - np.cos(x)) / x**2)
            # dW / dln x = 3 (sin x / x − W)
            steep = np.where(small, -x * x / 5, 3 * (sinc - window))
            variance[i] = np.trapezoid(power * window**2, log_k)
            change[i] = np.trapezoid(2 * power * window * steep, log_k)
        return np.sqrt(variance), change / (2 * variance)


def _press_schechter(sigma: Array, redshift: float, overdensity: float) -> Array:
    nu = COLLAPSE / sigma
    return np.asarray(math.sqrt(2 / math.pi) * nu * np.exp(-(nu**2) / 2))


def _sheth_tormen(sigma: Array, redshift: float, overdensity: float) -> Array:
    amplitude, a, p = 0.3222, 0.707, 0.3
    nu2 = a * (COLLAPSE / sigma) ** 2
    return np.asarray(amplitude * np.sqrt(2 * nu2 / math.pi) * (1 + nu2**-p) * np.exp(-nu2 / 2))


def _tinker08(sigma: Array, redshift: float, overdensity: float) -> Array:
    from scipy.interpolate import CubicSpline

    known = np.log10(TINKER_OVERDENSITIES)
    amplitude, a, b, c = (
        float(CubicSpline(known, TINKER_TABLE[name], bc_type="natural")(math.log10(overdensity))) for name in "Aabc"
    )
    z = min(redshift, 2.5)  # beyond, the fit is held at its last redshift, as its authors advise
    alpha = 10 ** (-((0.75 / math.log10(overdensity / 75)) ** 1.2))
    amplitude, a, b = amplitude * (1 + z) ** -0.14, a * (1 + z) ** -0.06, b * (1 + z) ** -alpha
    return np.asarray(amplitude * ((sigma / b) ** -a + 1) * np.exp(-c / sigma**2))


def _watson13(sigma: Array, redshift: float, overdensity: float) -> Array:
    return np.asarray(0.282 * ((1.406 / sigma) ** 2.163 + 1) * np.exp(-1.210 / sigma**2))


MODELS: dict[str, Callable[[Array, float, float], Array]] = {
    "press-schechter": _press_schechter,
    "sheth-tormen": _sheth_tormen,
    "tinker08": _tinker08,
    "watson13": _watson13,
}
