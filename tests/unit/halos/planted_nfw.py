"""Halos of known profile, planted in a periodic box."""

from __future__ import annotations

import numpy as np

from backends.cosmology.background import CRITICAL_DENSITY

OMEGA_M = 0.3


def enclosed(x: np.ndarray | float) -> np.ndarray | float:
    return np.log(1 + x) - x / (1 + x)


def nfw_radii(n: int, concentration: float, r200c: float, widest: float, random: np.random.Generator) -> np.ndarray:
    """Draw radii of n particles within ``widest`` R200c, the k-th at the k-th quantile but for a little noise."""
    grid = np.geomspace(1e-4, concentration * widest, 4000)
    share = enclosed(grid) / enclosed(concentration * widest)
    quantiles = (np.arange(n) + random.random(n)) / n
    return np.interp(quantiles, share, grid) * r200c / concentration


def nfw_halo(
    m200c: float, concentration: float, particle_mass: float, random: np.random.Generator, widest: float = 2.0
) -> tuple[np.ndarray, float]:
    """Return offsets (n, 3) in Mpc/h of a halo at z = 0 that goes on to 2 R200c, and R200c."""
    r200c = np.cbrt(3 * m200c / (4 * np.pi * 200 * CRITICAL_DENSITY))
    n = round(m200c / particle_mass * enclosed(concentration * widest) / enclosed(concentration))
    radii = nfw_radii(n, concentration, r200c, widest, random)
    direction = random.normal(size=(n, 3))
    return radii[:, None] * direction / np.linalg.norm(direction, axis=1)[:, None], float(r200c)
