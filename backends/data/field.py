"""A quantity on a regular periodic mesh."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

DENSITIES = ("relative_density", "overdensity")


@dataclass(frozen=True, eq=False)
class Field:
    """Values on a periodic mesh of cubic cells.

    values : (…, *grid) float32; 1, 2 or 3 grid axes last, components and samples first; of one dimension (lines, n):
        lines of sight that each run once along the box
    box_size : comoving side, Mpc/h
    quantity : "relative_density" (1+δ), "overdensity" (δ), "displacement" (Mpc/h, 3 components
        first, at Lagrangian lattice points), or any other name with its own unit
    cell_offset : 0 where a value sits at its cell's lower corner, 0.5 at its centre
    redshift : None where unknown
    mass_assignment : "ngp", "cic", "tsc", "pcs" where the mesh was painted so; None where unknown,
        and then nothing is divided by a window
    interlaced : whether a painted mesh is the phase-combined one
    shot_noise : L³ Σw²/(Σw)² of the particles it was painted from, (Mpc/h)³; 0 where there are none
    """

    values: NDArray[np.float32]
    box_size: float
    quantity: str = "relative_density"
    cell_offset: float = 0.5
    redshift: float | None = None
    dimensions: int = 3
    mass_assignment: str | None = None
    interlaced: bool = False
    shot_noise: float = 0.0

    @property
    def grid(self) -> tuple[int, ...]:
        """The mesh's shape, without components and samples."""
        return tuple(self.values.shape[-self.dimensions :])

    @property
    def n_mesh(self) -> int:
        """Cells along the last axis."""
        return int(self.values.shape[-1])

    @property
    def lines(self) -> int:
        """Lines of sight that are measured together: those of a field of one dimension, else one."""
        return int(self.values.size // self.n_mesh) if self.dimensions == 1 else 1

    @property
    def cell_size(self) -> float:
        """Side of a cell, Mpc/h."""
        return self.box_size / self.n_mesh

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes)

    def relative_density(self) -> Field:
        """Return 1+δ; a density field of either convention becomes one of mean one."""
        if self.quantity == "overdensity":
            return replace(self, values=self.values + np.float32(1), quantity="relative_density")
        return self
