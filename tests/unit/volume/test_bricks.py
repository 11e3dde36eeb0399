"""Bricks know the lowest and highest value that a sample in them can have."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import maximum_filter, minimum_filter

from widgets.volume import bricks, transfer_function


@pytest.mark.parametrize("shape", [(16, 16, 16), (20, 8, 13), (5, 3, 1)])
@pytest.mark.parametrize("around", [0, 4])
def test_extremes_are_those_of_the_brick_and_the_cells_around_it_in_a_periodic_box(
    shape: tuple[int, int, int], around: int
) -> None:
    values = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    found = bricks.extremes(values, 8, around)
    for part, widened, pick in ((0, minimum_filter, np.min), (1, maximum_filter, np.max)):
        wide = widened(values, size=2 * around + 3, mode="wrap")
        for brick in np.ndindex(found.shape[:3]):
            cells = tuple(slice(8 * i, 8 * i + 8) for i in brick)
            assert found[brick][part] == pick(wide[cells])


def test_a_margin_moves_them_apart() -> None:
    low, high = bricks.extremes(np.array([[[-2.0, 4.0]]], np.float32), margin=0.5)[0, 0, 0]
    assert (low, high) == (-3.0, 6.0)


@pytest.mark.parametrize("step", [0.3, 1.0, 2.5, 30.0])
def test_the_samples_of_a_block_lie_around_its_middle(step: float) -> None:
    steps = bricks.block(step / 256, 256)
    assert steps == 1 or steps * step / 2 <= bricks.AROUND + 0.01


def test_a_table_knows_which_ranges_are_transparent() -> None:
    table = np.zeros((1024, 4), np.float32)
    table[[0, 500, 1023], 3] = 0.1
    seen = transfer_function.seen(table)[:, 0]
    assert seen[0] == 1
    assert seen[499] == 1
    assert seen[500] == 2
    assert seen[1023] == 3
