"""The density profile of Navarro, Frenk & White (1997, ApJ 490, 493), and its fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

OVERDENSITY = 200.0
LOWEST, HIGHEST = 0.5, 100.0
"""Concentrations that are looked at."""


@dataclass(frozen=True)
class NFW:
    """ρ(r) = ρ_s / [(r/r_s) (1 + r/r_s)²], of mass M200c inside R200c = c r_s.

    m200c : Msun/h;  concentration : c;  critical_density : h² Msun / Mpc³, comoving
    m200c_error, concentration_error : of a fit, or 0
    """

    m200c: float
    concentration: float
    critical_density: float
    m200c_error: float = 0.0
    concentration_error: float = 0.0

    @property
    def r200c(self) -> float:
        """Comoving Mpc/h."""
        return float(np.cbrt(3 * self.m200c / (4 * np.pi * OVERDENSITY * self.critical_density)))

    def enclosed(self, radius: Array) -> Array:
        """M(< r) = M200c m(c r / R200c) / m(c), m(x) = ln(1 + x) − x / (1 + x); Msun/h."""
        x = self.concentration * radius / self.r200c
        return np.asarray(self.m200c * _mass(x) / _mass(self.concentration))

    def in_shells(self, edges: Array) -> Array:
        """Mean density between neighbouring edges, (n − 1,) for (n,), h² Msun / Mpc³."""
        return np.asarray(np.diff(self.enclosed(edges)) / (4 / 3 * np.pi * np.diff(edges**3)))


def fit_nfw(edges: Array, density: Array, error: Array, critical_density: float) -> NFW | None:
    """Fit M200c and c to the mean densities of shells, by least squares of ln ρ.

    Parameters
    ----------
    edges : (n, 2) float64, inner and outer radius of each shell, Mpc/h
    density, error : (n,) float64, h² Msun / Mpc³, positive
    critical_density : h² Msun / Mpc³, comoving

    Returns
    -------
    None where there are fewer than four shells, or the fit ends at an absurd concentration
    """
    from scipy.optimize import least_squares

    if len(density) < 4:
        return None
    volume = 4 / 3 * np.pi * (edges[:, 1] ** 3 - edges[:, 0] ** 3)
    relative = np.maximum(error / density, 1e-3)
    scale = float(np.log(density @ volume))

    def residuals(wished: Array) -> Array:
        model = NFW(float(np.exp(wished[0])), float(np.exp(wished[1])), critical_density)
        mean = (model.enclosed(edges[:, 1]) - model.enclosed(edges[:, 0])) / volume
        return np.asarray((np.log(mean) - np.log(density)) / relative)

    bounds = ([scale - 5, np.log(LOWEST)], [scale + 5, np.log(HIGHEST)])
    found = least_squares(residuals, [scale, np.log(6.0)], bounds=bounds)
    mass, concentration = np.exp(found.x)
    if not found.success or not 1.01 * LOWEST < concentration < 0.99 * HIGHEST:
        return None
    errors = np.sqrt(np.diag(np.linalg.pinv(found.jac.T @ found.jac)))
    return NFW(
        float(mass), float(concentration), critical_density, float(mass * errors[0]), float(concentration * errors[1])
    )


def _mass(x: Array | float) -> Array:
    return np.asarray(np.log1p(x) - x / (1 + x))
