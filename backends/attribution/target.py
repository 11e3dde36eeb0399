"""What is explained: the matter that was clicked, as the Lagrangian cells that it began in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.errors import InputError, NotApplicable, WrongCall

QUANTITIES = ("correction", "contraction")


@dataclass(frozen=True)
class Target:
    """A set of Lagrangian cells, and the number about them that is explained.

    kind : "voxel" or "halo"
    cells : flat indices, C order, of the cells in the (n, n, n) lattice
    quantity : "correction": how far the network moves the cells, along its own answer c for this input,
        F(ψ) = Σ c(ψ)·c / √(m Σ |c|²) over the m cells, Mpc/h; for the input itself that is the rms of c.
        "contraction": how much the network makes them contract, F(ψ) = −⟨∇·c(ψ)⟩, a pure number; a
        region that collapses has −∇·ψ ≈ 3 in all (Neyrinck 2013, arXiv:1204.1326). In both, c(ψ) is what
        the network adds to its input: the input's own part needs no explanation.
    """

    kind: str
    cells: tuple[int, ...]
    quantity: str = "correction"

    def __post_init__(self) -> None:
        if not self.cells:
            raise NotApplicable("there is nothing to explain: the target has no cells")
        if self.quantity not in QUANTITIES:
            raise WrongCall(f"there is no target called {self.quantity!r}; known are {', '.join(QUANTITIES)}")

    @property
    def unit(self) -> str:
        """The unit of the number that is explained."""
        return "Mpc/h" if self.quantity == "correction" else ""

    def centre(self, n: int) -> NDArray[np.float64]:
        """Return the cells' periodic centre on a lattice of n cells a side, in cells."""
        angles = 2 * np.pi * np.stack(np.unravel_index(np.asarray(self.cells), (n, n, n))) / n
        middle = np.angle(np.exp(1j * angles).mean(axis=1))
        return np.asarray(np.mod(np.round(middle * n / (2 * np.pi), 6), n), dtype=np.float64)


def voxel_target(point: Sequence[float], displacement: Field, reach: int = 1, quantity: str = "correction") -> Target:
    """Return the matter that the displacement brings nearest to a point of the box.

    The nearest particle is looked up, and the (2 reach + 1)³ Lagrangian cells around the one that it
    began in are the target: the same ones for every network that is given this displacement.

    Parameters
    ----------
    point : three fractions of the box, in [0, 1)
    displacement : (3, n, n, n), Mpc/h
    """
    n, size = displacement.n_mesh, displacement.box_size
    values = finite_displacement(displacement)
    lattice = (np.arange(n) + displacement.cell_offset) * (size / n)
    squares = np.zeros((n, n, n), np.float64)
    for axis in range(3):
        shape = [1, 1, 1]
        shape[axis] = n
        apart = lattice.reshape(shape) + values[axis] - point[axis] * size
        squares += (apart - size * np.round(apart / size)) ** 2
    nearest = np.unravel_index(int(squares.argmin()), (n, n, n))
    around = [(int(i) + np.arange(-reach, reach + 1)) % n for i in nearest]
    cells = np.ravel_multi_index(tuple(np.meshgrid(*around, indexing="ij")), (n, n, n)).reshape(-1)
    return Target("voxel", tuple(int(c) for c in np.unique(cells)), quantity)


def halo_target(particles: Sequence[int] | NDArray[np.integer], n: int, quantity: str = "correction") -> Target:
    """Return the Lagrangian cells of a halo's particles.

    Parameters
    ----------
    particles : their indices in the order of the displacement's lattice, C order
    n : cells a side of that lattice
    """
    cells = np.unique(np.asarray(particles, dtype=np.int64))
    if cells.size and (cells[0] < 0 or cells[-1] >= n**3):
        raise WrongCall(f"the halo's particles are not those of a lattice of {n}³ cells")
    return Target("halo", tuple(int(c) for c in cells), quantity)


def finite_displacement(displacement: Field) -> NDArray[np.float32]:
    """Return a displacement's values; refuse what networks cannot be given.

    Raises
    ------
    NotApplicable
        Where the field is no displacement on a cubic lattice.
    InputError
        Where a value is NaN or infinite.
    """
    values, n = displacement.values, displacement.n_mesh
    if displacement.quantity != "displacement" or values.shape != (3, n, n, n):
        raise NotApplicable(f"networks take a displacement (3, n, n, n), not {displacement.quantity} {values.shape}")
    bad = int(np.count_nonzero(~np.isfinite(values)))
    if bad:
        raise InputError(f"{bad} of {values.size} displacements are not finite numbers; the file is damaged or misread")
    return values
