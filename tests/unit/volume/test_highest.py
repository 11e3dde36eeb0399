"""Cells that stand for many: their mean where densities add up, their highest value where maxima are looked for."""

from __future__ import annotations

import numpy as np
import pytest

from backends.data.view import CuttingPlane, ViewSettings
from widgets.volume import modes, uploads
from widgets.volume.pages import Book

VALUES = np.random.default_rng(4).lognormal(sigma=2.0, size=(24, 24, 24)).astype(np.float32)


@pytest.mark.parametrize("block", [1, 2, 3, 5])
def test_blocks_are_numpys(block: int) -> None:
    n = 24 // block
    blocks = VALUES[: n * block, : n * block, : n * block].reshape(n, block, n, block, n, block)
    highest = uploads.block_highest(VALUES, block)
    np.testing.assert_array_equal(highest[:-1, :-1, :-1], blocks.max(axis=(1, 3, 5))[:-1, :-1, :-1])
    assert highest[-1, 0, 0] == VALUES[(n - 1) * block :, :block, :block].max()  # and what is left over
    np.testing.assert_allclose(uploads.block_means(VALUES, block), blocks.mean(axis=(1, 3, 5)), rtol=1e-5)


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("highest", [False, True])
def test_pages_are_numpys_on_every_level_and_round_the_box(level: int, highest: bool) -> None:
    side, block = 3, 1 << level
    book = Book(VALUES.shape, 3, side, highest)
    coarse = VALUES.reshape(24 // block, block, 24 // block, block, 24 // block, block)
    coarse = coarse.max(axis=(1, 3, 5)) if highest else coarse.mean(axis=(1, 3, 5))
    for place in ((0, 0, 0), (1, 0, 24 // block // side - 1)):
        around = [np.arange(at * side - 1, at * side + side + 1) % (24 // block) for at in place]
        np.testing.assert_allclose(book.values(VALUES, (level, *place)), coarse[np.ix_(*around)], rtol=1e-5)


@pytest.mark.parametrize("n", [65, 128, 200, 320])
def test_no_peak_is_lost_in_what_stands_in_for_a_field(n: int) -> None:
    field = np.ones((n, 8, 8), np.float32)
    field[n - 1, 3, 5] = 1e4
    coarse = uploads.preview(field, highest=True)
    assert coarse is not None
    assert coarse.max() == 1e4


def test_maxima_are_looked_for_in_maxima_alone() -> None:
    plane = CuttingPlane(highest=True)
    looked = [
        ViewSettings(mode="mip"),
        ViewSettings(mode="mip", attenuation=3.0),
        ViewSettings(mode="plane", plane=plane),
    ]
    assert all(modes.highest(view) for view in looked)
    assert not any(modes.highest(ViewSettings(mode=mode)) for mode in ("dvr", "column", "iso", "plane"))
