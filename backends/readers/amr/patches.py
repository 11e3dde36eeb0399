"""From the patches of a refined mesh to one regular mesh: the finest data win, and nothing is lost in averaging."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.progress import Progress
from backends.readers.files.limits import require_memory

LARGEST_SIDE = {2: 4096, 3: 512}
"""Cells a side up to which a level is offered unless another one is named."""

MOST_LEVELS = 50
LONGEST_SIDE = 1 << 62


def usual_level(levels: Mapping[int, int], dimensions: int) -> int:
    """The finest level whose mesh any machine holds, of cells a side by level; the coarsest where none is."""
    fitting = [level for level, side in levels.items() if side <= LARGEST_SIDE[dimensions]]
    return max(fitting, default=min(levels))


@dataclass(frozen=True)
class Patch:
    """A block of cells of one level.

    start : its first cell on each axis, counted in cells of its level from the corner of the box
    shape : cells on each axis
    path, place : the file that holds it, and its number there
    """

    level: int
    start: tuple[int, ...]
    shape: tuple[int, ...]
    path: Path
    place: int

    @property
    def stop(self) -> tuple[int, ...]:
        return tuple(a + n for a, n in zip(self.start, self.shape, strict=True))


Arrays = Callable[[Sequence[Patch], str], Iterator[NDArray[Any]]]
"""Reads one quantity of patches, one after another; an array has its patch's shape, x first."""


@dataclass(frozen=True)
class PatchMesh:
    """A mesh of nested patches in a square or cubic box.

    path : what stands for it in messages
    coarse : cells a side at level 0
    ratios : by how much each level is finer than the one before
    patches : what there is of it
    arrays : reads one quantity of some patches
    """

    path: Path
    dimensions: int
    coarse: int
    ratios: tuple[int, ...]
    patches: tuple[Patch, ...]
    arrays: Arrays

    @property
    def levels(self) -> range:
        return range(len(self.ratios) + 1)

    def side(self, level: int) -> int:
        """Cells a side of the whole box at a level."""
        side = self.coarse
        for ratio in self.ratios[:level]:
            side *= ratio
        return side

    def factor(self, coarse: int, fine: int) -> int:
        """Cells of the finer level along a cell of the coarser one."""
        return self.side(fine) // self.side(coarse)

    def checked(self) -> PatchMesh:
        """Return the mesh; raises ``UnreadableFile`` where patches leave the box or no cell can be where they are."""
        if not self.coarse > 0 or len(self.ratios) > MOST_LEVELS or any(ratio < 1 for ratio in self.ratios):
            raise UnreadableFile(self.path, f"declares {self.coarse} cells a side and {len(self.ratios)} refinements")
        if self.side(len(self.ratios)) > LONGEST_SIDE:
            raise UnreadableFile(self.path, f"declares levels of {self.side(len(self.ratios))} cells a side")
        for patch in self.patches:
            side = self.side(patch.level)
            if min(patch.start) < 0 or max(patch.stop) > side or min(patch.shape) < 1:
                raise UnreadableFile(
                    self.path, f"has a patch of level {patch.level} from {patch.start} to {patch.stop} of {side} cells"
                )
        return self

    def compose(self, name: str, level: int, progress: Progress) -> NDArray[np.float32]:
        """Lay one quantity of all patches on the mesh of one level.

        Coarser cells are repeated; finer ones are averaged, each weighed by its volume.

        Raises
        ------
        UnreadableFile
            Where it does not fit into memory, or level 0 leaves a part of the box empty.
        """
        side = self.side(level)
        largest = max((int(np.prod(patch.shape, dtype=object)) for patch in self.patches), default=0)
        require_memory(self.path, 4 * side**self.dimensions + 16 * largest, f"{name} at level {level}")
        self._require_whole()
        values = np.zeros((side,) * self.dimensions, dtype=np.float32)
        ordered = sorted(self.patches, key=lambda patch: (patch.level, str(patch.path), patch.place))
        finest = max((patch.level for patch in ordered), default=0)
        finer = {deeper: self._stood_in(ordered, deeper) for deeper in range(level + 1, finest + 1)}
        cleared = False
        for i, (patch, array) in enumerate(zip(ordered, self.arrays(ordered, name), strict=True)):
            progress(i / len(ordered), "Reading the mesh")
            if patch.level <= level:
                _spread(values, patch, array, self.factor(patch.level, level))
                continue
            if not cleared:
                # What is finer than the mesh is summed up, so it begins with nothing where it stands.
                for start, stop in zip(*finer[level + 1], strict=True):
                    values[tuple(slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))] = 0
                cleared = True
            leaves = np.array(array, dtype=np.float64)
            if patch.level + 1 in finer:
                _empty(leaves, patch, *finer[patch.level + 1])
            _gather(values, patch, leaves, self.factor(level, patch.level))
        progress(1.0)
        return values

    def _require_whole(self) -> None:
        """Refuse a mesh whose coarsest level has holes, as where a file of many is missing."""
        held = sum(int(np.prod(patch.shape, dtype=object)) for patch in self.patches if patch.level == 0)
        whole = self.coarse**self.dimensions
        if held != whole:
            raise UnreadableFile(
                self.path, f"lacks a part of the box: {held} of {whole} cells of its coarsest level are there",
                "Copy the files that are missing",
            )  # fmt: skip

    def _stood_in(self, patches: Sequence[Patch], level: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the patches of a level begin and end in cells of the coarser one, (n, dimensions) each.

        Raises ``UnreadableFile`` where one cuts a coarser cell.
        """
        here = [patch for patch in patches if patch.level == level]
        starts = np.array([patch.start for patch in here], dtype=np.int64).reshape(-1, self.dimensions)
        stops = np.array([patch.stop for patch in here], dtype=np.int64).reshape(-1, self.dimensions)
        ratio = self.factor(level - 1, level)
        if (starts % ratio).any() or (stops % ratio).any():
            raise UnreadableFile(self.path, "is damaged: a patch begins or ends within a cell of the coarser level")
        return starts // ratio, stops // ratio


def _empty(leaves: NDArray[np.float64], patch: Patch, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> None:
    """Take out the cells of a patch that finer patches stand in."""
    low, high = np.array(patch.start), np.array(patch.stop)
    for i in np.flatnonzero((starts < high).all(axis=1) & (stops > low).all(axis=1)):
        first, last = np.maximum(starts[i], low) - low, np.minimum(stops[i], high) - low
        leaves[tuple(slice(int(a), int(b)) for a, b in zip(first, last, strict=True))] = 0


def _spread(values: NDArray[np.float32], patch: Patch, array: NDArray[Any], ratio: int) -> None:
    """Write cells over all finer cells of the mesh that they hold; only rows are repeated in memory."""
    part = values[tuple(slice(a * ratio, b * ratio) for a, b in zip(patch.start, patch.stop, strict=True))]
    shape = [n for cells in patch.shape[:-1] for n in (cells, ratio)]
    strides = [step for stride in part.strides[:-1] for step in (stride * ratio, stride)]
    repeated = (slice(None), None) * (array.ndim - 1)
    with np.errstate(over="ignore"):  # what overflows is infinite, and refused afterwards
        rows = np.repeat(array.astype(np.float32), ratio, axis=-1)
    as_strided(part, (*shape, part.shape[-1]), (*strides, part.strides[-1]))[...] = rows[repeated]


def _gather(values: NDArray[np.float32], patch: Patch, cells: NDArray[np.float64], ratio: int) -> None:
    """Add cells to the coarser ones that they are in, each by the share of the volume that it fills."""
    where = []
    for axis, (start, stop) in enumerate(zip(patch.start, patch.stop, strict=True)):
        first, last = start // ratio, -(-stop // ratio)
        edges = np.maximum(np.arange(first, last) * ratio - start, 0)
        with np.errstate(over="ignore", invalid="ignore"):
            cells = np.add.reduceat(cells, edges, axis=axis)
        where.append(slice(first, last))
    with np.errstate(over="ignore", invalid="ignore"):
        values[tuple(where)] += (cells / float(ratio) ** values.ndim).astype(np.float32)
