"""The particles around halos: spheres of a given density, and shells."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.catalogue import Catalogue
from backends.data.particles import Particles
from backends.engine.threads_numba import exclusive
from backends.errors import NotApplicable
from backends.halos.friends_of_friends import inside_box
from backends.progress import Progress, part, silent

Array = NDArray[np.float64]

OVERDENSITY = 200.0
FEWEST = 10
"""Particles in a sphere below which its mean density is chance."""
HALOS_AT_ONCE = 4096
PER_COLUMN = 16
"""Particles in a column, on average: about as wide as the halos that hold most of the mass are large."""


def critical_density(omega_m: float, redshift: float) -> float:
    """ρ_c(z) in comoving units: ρ_c,0 (Ω_m + (1 − Ω_m) / (1 + z)³), h² Msun / Mpc³, of a flat universe."""
    return CRITICAL_DENSITY * (omega_m + (1 - omega_m) / (1 + redshift) ** 3)


def mean_density(matter: Particles) -> float:
    """Mean comoving density of the particles, h² Msun / Mpc³; raises NotApplicable where they have no mass."""
    if matter.masses is None:
        raise NotApplicable("the file states no particle mass, so there is no density")
    weights = matter.weights()
    total = float(matter.masses) * matter.count if weights is None else float(weights.sum(dtype=np.float64))
    return total / float(matter.box_size) ** 3


class Surroundings:
    """All matter of a box, sorted once, so that what is around any point is found quickly.

    Raises
    ------
    NotApplicable
        Where the particles have no mass.
    """

    def __init__(self, matter: Particles, progress: Progress = silent) -> None:
        from backends.halos.linking_kernels import sort_into_columns

        self.mean_density = mean_density(matter)
        self.box_size = float(matter.box_size)
        positions = inside_box(matter.positions, self.box_size)
        self.n_columns = max(1, min(4096, math.isqrt(matter.count // PER_COLUMN)))
        progress(0.0, "Sorting matter")
        with exclusive() as n_threads:
            order, self._positions, self._starts = sort_into_columns(
                positions, self.box_size, self.n_columns, n_threads
            )
        weights = matter.weights()
        self._masses = np.array([matter.masses], np.float64) if weights is None else weights[order]
        progress(1.0)

    def spheres(
        self, centres: Array, reaches: Array, density: float, progress: Progress = silent
    ) -> tuple[Array, Array]:
        """Return mass (Msun/h) and radius (Mpc/h) of the sphere of mean ``density`` around each centre.

        The smallest sphere of ten particles or more whose mean density is that; NaN where the ten nearest
        are thinner already.

        Parameters
        ----------
        centres : (n, 3) float64, Mpc/h
        reaches : (n,) float64, Mpc/h, how far to look first; it is doubled where that is not enough
        density : h² Msun / Mpc³, comoving
        """
        from backends.halos.sphere_kernels import grow_spheres

        mass, radius = np.empty(len(centres)), np.empty(len(centres))
        self._in_turns(
            grow_spheres, len(centres), progress, (centres, np.maximum(reaches, 1e-6), density, FEWEST), (mass, radius)
        )
        return mass, radius

    def shells(self, centres: Array, edges: Array, progress: Progress = silent) -> tuple[Array, NDArray[np.int64]]:
        """Return mass and number of particles in shells around each centre.

        Parameters
        ----------
        edges : (m,) float64, ascending, Mpc/h, the last at most half the box

        Returns
        -------
        mass, count : (n, m); the first shell is the ball within edges[0]
        """
        from backends.halos.sphere_kernels import count_shells

        mass = np.zeros((len(centres), len(edges)))
        count = np.zeros((len(centres), len(edges)), np.int64)
        self._in_turns(count_shells, len(centres), progress, (centres, np.asarray(edges, np.float64)), (mass, count))
        return mass, count

    def _in_turns(
        self,
        kernel: Callable[..., None],
        n: int,
        progress: Progress,
        given: tuple[Any, ...],
        made: tuple[NDArray[Any], ...],
    ) -> None:
        # The first halos are the largest: a few of them take as long as thousands of the last.
        first, step = 0, 64
        while first < n:
            last = min(first + step, n)
            progress(first / n, "Looking around halos")
            with exclusive():
                kernel(
                    self._positions, self._masses, self._starts, self.n_columns, self.box_size,
                    *given, first, last, *made,
                )  # fmt: skip
            first, step = last, min(2 * step, HALOS_AT_ONCE)
        progress(1.0)


def with_spheres(
    halos: Catalogue, matter: Particles, omega_m: float | None = None, progress: Progress = silent
) -> Catalogue:
    """Return the halos with their spherical overdensities about their centres, from all matter around them.

    M(< R200c) = (4π/3) 200 ρ_c(z) R200c³, in the columns "m200c" (Msun/h) and "r200c" (comoving Mpc/h), and M200m
    and R200m, of 200 times the mean density ρ_m, in "m200b" and "r200b"; NaN where no sphere of ten particles is
    that dense.

    Parameters
    ----------
    matter : every species, or the critical density is not theirs
    omega_m : today's matter density parameter; None takes that of ``matter``
    """
    around = Surroundings(matter, part(progress, 0.0, 0.3))
    if omega_m is None:
        omega_m = around.mean_density / CRITICAL_DENSITY
    density = OVERDENSITY * critical_density(omega_m, halos.redshift or 0.0)
    reaches = halos.radii if halos.radii is not None else np.cbrt(3 * halos.masses / (4 * np.pi * density))
    mass, radius = around.spheres(halos.centres, reaches, density, part(progress, 0.3, 0.6))
    columns = {"m200c": mass, "r200c": radius}
    mean = OVERDENSITY * omega_m * CRITICAL_DENSITY
    columns["m200b"], columns["r200b"] = around.spheres(halos.centres, reaches, mean, part(progress, 0.6, 1.0))
    return replace(halos, columns={**halos.columns, **columns})
