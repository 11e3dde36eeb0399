"""Nested patches on one mesh, against a slow and plain one: refinements of 2 and of 4, in two dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.progress import silent
from backends.readers.amr.patches import Patch, PatchMesh

RATIOS = (2, 4)
Cells = tuple[int, tuple[int, ...], tuple[int, ...]]
CELLS: tuple[Cells, ...] = (
    (0, (0, 0), (2, 4)),
    (0, (2, 0), (2, 4)),
    (1, (2, 2), (4, 4)),
    (1, (6, 2), (2, 2)),
    (2, (12, 8), (16, 8)),
)
"""Level, first cell and shape in a mesh of 4, 8 and 32 cells a side; the last one stands in two of the level above."""


def mesh(cells: Sequence[Cells], values: Sequence[NDArray[np.float64]]) -> PatchMesh:
    def arrays(patches: Sequence[Patch], name: str) -> Iterator[NDArray[np.float64]]:
        return (values[patch.place] for patch in patches)

    patches = tuple(Patch(level, start, shape, Path("piece"), i) for i, (level, start, shape) in enumerate(cells))
    return PatchMesh(Path("mesh"), 2, 4, RATIOS, patches, arrays)


@pytest.fixture
def values(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    return [rng.random(shape) for _, _, shape in CELLS]


@pytest.mark.parametrize("level", [0, 1, 2])
def test_every_cell_holds_the_mean_of_the_finest_data_in_it(level: int, values: list[NDArray[np.float64]]) -> None:
    fine = np.zeros((32, 32))
    for (depth, start, _), array in zip(CELLS, values, strict=True):
        ratio = (8, 4, 1)[depth]
        for place in np.ndindex(*array.shape):
            low = [(a + i) * ratio for a, i in zip(start, place, strict=True)]
            fine[low[0] : low[0] + ratio, low[1] : low[1] + ratio] = array[place]
    n = (4, 8, 32)[level]
    expected = fine.reshape(n, 32 // n, n, 32 // n).mean(axis=(1, 3))
    made = mesh(CELLS, values).checked().compose("", level, silent)
    np.testing.assert_allclose(made, expected, rtol=1e-6)


def test_a_patch_that_cuts_a_coarser_cell_is_refused(values: list[NDArray[np.float64]]) -> None:
    cut = mesh([*CELLS[:2], (1, (2, 2), (4, 3))], [*values[:2], values[2][:, :3]])
    assert cut.compose("", 1, silent).shape == (8, 8)
    with pytest.raises(UnreadableFile, match="within a cell"):
        cut.compose("", 0, silent)


def test_holes_and_patches_outside_of_the_box_are_refused(values: list[NDArray[np.float64]]) -> None:
    with pytest.raises(UnreadableFile, match="8 of 16 cells"):
        mesh(CELLS[:1], values).compose("", 0, silent)
    with pytest.raises(UnreadableFile, match="level 1"):
        mesh([(1, (6, 2), (3, 2))], values).checked()
