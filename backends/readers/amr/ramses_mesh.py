"""RAMSES's octrees on one mesh: level upon level, each of half the cells' size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.progress import Progress
from backends.readers.amr.ramses_tree import Hydro, octs_of, read_hydro, read_tree, values_of
from backends.readers.files.limits import require_memory


@dataclass(frozen=True)
class OctMesh:
    """The octrees of all processors as one mesh; level n has 2ⁿ cells a side."""

    path: Path
    dimensions: int
    levels: range
    names: tuple[str, ...]
    trees: Mapping[int, Path]
    hydro: Mapping[int, Path]

    def side(self, level: int) -> int:
        return int(2**level)

    def compose(self, name: str, level: int, progress: Progress) -> NDArray[np.float32]:
        """Lay a variable on the mesh of a level, reading the files level by level from the coarsest."""
        shape = (self.side(level),) * self.dimensions
        require_memory(self.path, 6 * self.side(level) ** self.dimensions, f"{name} at level {level}")
        variable = self.names.index(name)
        files = [read_hydro(self.hydro[n], read_tree(self.trees[n], n)) for n in sorted(self.trees)]
        finest = max(hydro.tree.levels for hydro in files)
        values = np.zeros((1,) * self.dimensions, dtype=np.float32)
        held = 0  # of the box, in cells of the finest level
        for depth in range(1, finest + 1):
            progress((depth - 1) / finest, "Reading the mesh")
            if depth <= level:
                values = _doubled(values)
            for hydro in files:
                if depth <= hydro.tree.levels and hydro.tree.own[depth - 1] and variable < hydro.count:
                    leaves = _lay(values, hydro, depth, min(depth, level), variable)
                    held += leaves * 2 ** (self.dimensions * (finest - depth))
        whole = 2 ** (self.dimensions * finest)
        if held != whole or values.shape != shape:
            raise UnreadableFile(
                self.path, f"lacks a part of the box: its cells fill {held / whole:.6g} of it", "Copy the missing files"
            )
        progress(1.0)
        return values


def _doubled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same values on a mesh of half the cells' size."""
    fine = np.empty(tuple(2 * n for n in values.shape), dtype=np.float32)
    for corner in product(range(2), repeat=values.ndim):
        fine[tuple(slice(bit, None, 2) for bit in corner)] = values
    return fine


def _lay(values: NDArray[np.float32], hydro: Hydro, depth: int, level: int, variable: int) -> int:
    """Put the leaves of one level where they are on a mesh as fine or coarser; return how many there are."""
    tree = hydro.tree
    first, leaves = octs_of(tree, depth)
    if depth == level:
        for cell, numbers in enumerate(values_of(hydro, depth, variable)):
            chosen = leaves[cell]
            bits = [cell >> axis & 1 for axis in range(tree.dimensions)]
            with np.errstate(over="ignore"):  # what overflows is infinite, and refused afterwards
                values[tuple((first[chosen] + bits).T)] = numbers[chosen]
    else:
        # All cells of an oct lie in the same cell of a coarser mesh.
        ratio = 2 ** (depth - level)
        sums = np.zeros(first.shape[0])
        with np.errstate(over="ignore", invalid="ignore"):
            for cell, numbers in enumerate(values_of(hydro, depth, variable)):
                np.add(sums, numbers, out=sums, where=leaves[cell])
            shares = (sums / float(ratio) ** tree.dimensions).astype(np.float32)
        np.add.at(values, tuple((first // ratio).T), shares)
    return int(np.count_nonzero(leaves))
