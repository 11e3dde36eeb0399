"""The expansion and the growth of structure in a flat ΛCDM universe without radiation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.errors import WrongCall

Numbers = float | NDArray[np.float64]

CRITICAL_DENSITY = 2.77536627e11
"""ρ_c,0 = 3 (100 h km/s/Mpc)² / 8πG, h² Msun / Mpc³."""


@dataclass(frozen=True)
class Cosmology:
    """Parameters of flat ΛCDM; the defaults are Planck 2018 (arXiv:1807.06209, TT,TE,EE+lowE+lensing+BAO).

    omega_m, omega_b : today's density parameters of all matter and of baryons
    h : H0 / (100 km/s/Mpc)
    n_s : slope of the primordial spectrum
    sigma8 : today's linear rms of the overdensity in spheres of 8 Mpc/h

    Raises
    ------
    WrongCall
        Where a value cannot be meant.
    """

    omega_m: float = 0.3111
    omega_b: float = 0.049
    h: float = 0.6766
    n_s: float = 0.9665
    sigma8: float = 0.8102

    def __post_init__(self) -> None:
        for name, low, high in (("omega_m", 0.01, 1.0), ("h", 0.1, 3.0), ("n_s", -1.0, 3.0), ("sigma8", 1e-6, 10.0)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise WrongCall(f"{name} = {value:g} cannot be meant: give a value between {low:g} and {high:g}")
        if not 0 <= self.omega_b < self.omega_m:
            raise WrongCall(f"omega_b = {self.omega_b:g} must be at least 0 and less than omega_m = {self.omega_m:g}")

    def expansion(self, a: Numbers) -> Any:
        """E(a) = H(a) / H0 = √(Ω_m a⁻³ + 1 − Ω_m)."""
        return np.sqrt(self.omega_m / np.asarray(a, dtype=np.float64) ** 3 + 1 - self.omega_m)

    def matter_fraction(self, a: Numbers) -> Any:
        """Ω_m(a) = Ω_m a⁻³ / E²(a)."""
        return self.omega_m / np.asarray(a, dtype=np.float64) ** 3 / self.expansion(a) ** 2

    def growth(self, a: Numbers) -> Any:
        """D₁(a), normalised to 1 today.

        D₁ ∝ a ₂F₁(1/3, 1; 11/6; −a³ (1 − Ω_m) / Ω_m), the growing solution of
        D″ + 2HD′ = (3/2) Ω_m H₀² a⁻³ D (Heath 1977).
        """
        return self._early_growth(a) / self._growth_today

    def growth_rate(self, a: Numbers) -> Any:
        """f₁ = d ln D₁ / d ln a = Ω_m(a) (5a / 2D − 3/2), D the growth that equals a at early times."""
        a = np.asarray(a, dtype=np.float64)
        return self.matter_fraction(a) * (2.5 * a / self._early_growth(a) - 1.5)

    def second_growth(self, a: Numbers) -> Any:
        """D₂ = −(3/7) D₁² Ω_m(a)^(−1/143) (Bouchet et al. 1995, A&A 296, 575)."""
        return -3 / 7 * self.growth(a) ** 2 * self.matter_fraction(a) ** (-1 / 143)

    def second_growth_rate(self, a: Numbers) -> Any:
        """f₂ = d ln D₂ / d ln a = 2 Ω_m(a)^(6/11) (Bouchet et al. 1995)."""
        return 2 * self.matter_fraction(a) ** (6 / 11)

    def particle_mass(self, box_size: float, n_particles: int) -> float:
        """Mass of one of ``n_particles``³ equal particles that fill the box, Msun/h."""
        return self.omega_m * CRITICAL_DENSITY * (box_size / n_particles) ** 3

    def _early_growth(self, a: Numbers) -> Any:
        from scipy.special import hyp2f1

        a = np.asarray(a, dtype=np.float64)
        return a * hyp2f1(1 / 3, 1.0, 11 / 6, -(a**3) * (1 - self.omega_m) / self.omega_m)

    @cached_property
    def _growth_today(self) -> float:
        return float(self._early_growth(1.0))
