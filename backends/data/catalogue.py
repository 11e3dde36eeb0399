"""Halos, from a file or found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Halos in a periodic box, most massive first.

    positions : (n, 3) float64, comoving Mpc/h
    masses : (n,) float64, Msun/h
    counts : (n,) int64, linked particles, or None where the file does not say
    radii : (n,) float64, comoving Mpc/h, or None
    velocities : (n, 3) float64, peculiar km/s, or None
    finder : "fof" or the name of whoever made it
    parameters : what the finder was told, e.g. {"linking_length": 0.2, "min_particles": 20}
    """

    positions: NDArray[np.float64]
    masses: NDArray[np.float64]
    box_size: float
    counts: NDArray[np.int64] | None = None
    radii: NDArray[np.float64] | None = None
    velocities: NDArray[np.float64] | None = None
    redshift: float | None = None
    finder: str = "fof"
    parameters: tuple[tuple[str, float], ...] = ()

    @property
    def count(self) -> int:
        return int(self.masses.shape[0])

    @property
    def nbytes(self) -> int:
        arrays = (self.positions, self.masses, self.counts, self.radii, self.velocities)
        return sum(int(a.nbytes) for a in arrays if a is not None)
