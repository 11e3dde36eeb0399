"""Particles of one or several species, read once, in Halograph's units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Lots:
    """Which particles of a sample came together.

    numbers : (n,) the lot of each particle, from 0
    weights : (lots,) how many times as many particles as usual one of the lot stands for
    of : how many lots there are in all
    """

    numbers: NDArray[np.integer]
    weights: NDArray[np.float64]
    of: int

    @property
    def seen(self) -> int:
        return int(self.weights.size)


@dataclass(frozen=True, eq=False)
class Particles:
    """Particles in a periodic box.

    positions : (n, 3) float32 or float64, comoving Mpc/h, in [0, box_size)
    masses : (n,) float32 in Msun/h, or one float for all, or None where the file has none
    velocities : (n, 3) float32, peculiar km/s, or None
    ids : (n,) integer, or None
    species : name of the species, or "matter" for several summed
    box_size : comoving side, Mpc/h
    lots : of a sample: which particles came from one place of the files, and so may lie together; None where each came
        from a place of its own, or all are there
    """

    positions: NDArray[np.floating]
    box_size: float
    masses: NDArray[np.float32] | float | None = None
    velocities: NDArray[np.float32] | None = None
    ids: NDArray[np.integer] | None = None
    redshift: float | None = None
    species: str = "dm"
    lots: Lots | None = None

    @property
    def count(self) -> int:
        return int(self.positions.shape[0])

    @property
    def nbytes(self) -> int:
        arrays = (self.positions, self.masses, self.velocities, self.ids)
        return sum(int(a.nbytes) for a in arrays if isinstance(a, np.ndarray))

    def weights(self) -> NDArray[np.float32] | None:
        """Masses for painting, or None where all particles weigh the same."""
        return self.masses if isinstance(self.masses, np.ndarray) else None
