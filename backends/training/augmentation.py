"""What leaves the physics unchanged: periodic shifts, exchanged axes, mirrored axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Symmetry:
    """One element of the group that maps a periodic box of vectors onto itself.

    shift : cells along each axis
    order : the old axis that becomes each new one
    mirrored : whether each new axis is turned around, its component changing sign
    """

    shift: tuple[int, int, int]
    order: tuple[int, int, int]
    mirrored: tuple[bool, bool, bool]

    def apply(self, vectors: Array) -> Array:
        """Transform (3, n, n, n) vectors at cell centres: the places and the components."""
        moved = np.roll(vectors, self.shift, (1, 2, 3))
        turned = moved[list(self.order)].transpose(0, *(1 + axis for axis in self.order))
        axes = tuple(1 + axis for axis in range(3) if self.mirrored[axis])
        signs = np.where(self.mirrored, -1, 1).astype(np.float32)
        return np.ascontiguousarray(np.flip(turned, axes) * signs[:, None, None, None])


def draw(generator: np.random.Generator, n_mesh: int) -> Symmetry:
    """Draw a symmetry uniformly: n³ shifts times the cube's 48 rotations and reflections."""
    x, y, z = (int(cells) for cells in generator.integers(n_mesh, size=3))
    i, j, k = (int(axis) for axis in generator.permutation(3))
    a, b, c = (bool(flag) for flag in generator.integers(2, size=3))
    return Symmetry((x, y, z), (i, j, k), (a, b, c))
