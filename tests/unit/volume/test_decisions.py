"""What is uploaded when, how fine a picture may be, and how views share the window."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.volume import uploads
from widgets.volume.arrangement import rectangles, rows_and_columns
from widgets.volume.quality import FULL, LARGEST_TILE, LEVELS, SQUARE, AdaptiveQuality, Level
from widgets.volume.refinement import Refinement, Tile, tiles


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_pictures_are_coarse_on_a_slow_machine_and_full_on_a_fast_one() -> None:
    quality = AdaptiveQuality(Clock())

    def samples(level: Level) -> float:
        return 1e8 * level.scale**2 / level.step

    for _ in range(30):
        quality.measured("dvr", 1e6, 1.0)
    assert quality.level("dvr", samples) == LEVELS[-1]
    for _ in range(30):
        quality.measured("dvr", 1e9, 1e-3)
    assert quality.level("dvr", samples) == FULL


def test_what_was_learnt_of_volumes_says_nothing_about_slices() -> None:
    quality = AdaptiveQuality(Clock())
    before = quality.rate("slice")
    quality.measured("dvr", 1e6, 5.0)
    assert quality.rate("slice") == before


def test_refinement_waits_for_rest() -> None:
    clock = Clock()
    quality = AdaptiveQuality(clock, rest_seconds=0.1)
    quality.touched()
    assert quality.rest_in == pytest.approx(0.1)
    clock.now += 0.06
    quality.touched()
    clock.now += 0.06
    assert quality.rest_in == pytest.approx(0.04)
    clock.now += 1.0
    assert quality.rest_in == 0.0


def test_batches_are_shorter_while_others_want_the_processors() -> None:
    quality = AdaptiveQuality(Clock())
    alone, side = quality.batch_seconds, quality.tile_side("dvr", 100.0)
    quality.crowded = True
    assert 0 < quality.batch_seconds < 0.7 * alone
    assert quality.tile_side("dvr", 100.0) == side  # tiles that are drawn already stay as they are


def test_pictures_in_motion_are_coarser_while_others_want_the_processors() -> None:
    quality = AdaptiveQuality(Clock())
    samples = 0.9 * quality.moving_seconds / quality.rate("dvr")
    assert quality.level("dvr", lambda level: samples * level.scale**2) == FULL
    quality.crowded = True
    assert quality.level("dvr", lambda level: samples * level.scale**2) != FULL


def test_tiles_are_small_where_pixels_are_dear_and_all_where_they_are_cheap() -> None:
    quality = AdaptiveQuality(Clock())
    for _ in range(40):
        quality.measured("dvr", 1e7, 1.0)
        quality.measured("mip", 1e11, 1.0)
    assert quality.tile_side("dvr", 200.0) < 40
    assert quality.tile_side("mip", 100.0) == LARGEST_TILE
    for _ in range(40):
        quality.measured("iso", 1e9, 5.0)
    assert quality.tile_side("iso", 100.0) % SQUARE == 0


def test_tiles_are_smaller_once_one_was_dear() -> None:
    quality = AdaptiveQuality(Clock())
    for _ in range(20):
        quality.measured("dvr", 1e6, 1e-3, programs="known")  # in motion, from few cells
    side = quality.tile_side("dvr", 100.0)
    quality.refined("dvr", 100.0, 1e4, 2e-2)
    quality.refined("dvr", 100.0, 1e4, 1e-4)  # next to nothing in it
    assert quality.tile_side("dvr", 100.0) < side
    assert quality.dear("dvr", 100.0) == pytest.approx(2e-6, rel=0.03)
    assert quality.dear("dvr", 400.0) == float("inf")  # a field of four times as many cells is another matter


def test_a_batch_ends_when_its_time_is_over() -> None:
    clock = Clock()
    refinement = Refinement([(0, 0, 400, 400)], 96, clock, cores=1, least=96)
    taken = 0
    for handful in refinement.batch(0.022):
        clock.now += 0.009 * len(handful)
        taken += len(handful)
    assert taken == 2  # another one would end later than the batch
    for handful in refinement.batch(0.0):
        taken += len(handful)
    assert taken == 3
    assert not refinement.done


def test_tiles_are_drawn_by_the_handful_of_one_view_and_more_where_they_are_cheap() -> None:
    clock = Clock()
    refinement = Refinement([(0, 0, 512, 256), (512, 0, 512, 256)], 64, clock, cores=3, least=64)
    handfuls = []
    while not refinement.done:
        for handful in refinement.batch(0.02):
            clock.now += 0.004 * len(handful) if handful[0].pane == 0 else 0.0001
            handfuls.append(handful)
    assert all(len({tile.pane for tile in handful}) == 1 for handful in handfuls)
    dear, cheap = ([len(handful) for handful in handfuls if handful[0].pane == pane] for pane in (0, 1))
    assert dear == [3] * 10 + [2]  # half a batch has time for less, but no core is left without
    assert cheap == [3, 4, 6, 8, 11]  # the view before was dear, which is forgotten by and by


def handfuls(refinement: Refinement, clock: Clock, price: Callable[[Tile], float]) -> list[tuple[list[Tile], float]]:
    """Draw all there is as a software driver's two cores do: one of them draws all that lies in one square."""
    found = []
    while not refinement.done:
        for handful in refinement.batch(0.022):
            squares: dict[tuple[int, int], float] = {}
            for tile in handful:
                x, y, width, height = tile.rectangle
                square = (x // SQUARE, y // SQUARE)
                squares[square] = squares.get(square, 0.0) + price(tile) * width * height
            seconds = max(max(squares.values()), sum(squares.values()) / 2)
            clock.now += seconds
            found.append((handful, seconds))
    return found


DEAR = 4e-5
"""Seconds a pixel, for one core: a tile of 32 pixels takes as long as two batches."""


@pytest.mark.parametrize("known", [DEAR / 2, float("inf")], ids=["known", "new"])
def test_what_is_dear_is_cut_so_that_no_handful_holds_the_window_up(known: float) -> None:
    clock = Clock()
    refinement = Refinement([(0, 0, 256, 256), (256, 0, 256, 256)], 32, clock, cores=2, dear=known)

    def price(tile: Tile) -> float:
        x, y, width, height = tile.rectangle
        away = np.hypot(x + width / 2 - (128, 384)[tile.pane], y + height / 2 - 128)
        return DEAR if away < 64 else DEAR / 100  # views are deepest in their middle

    found = handfuls(refinement, clock, price)
    assert max(seconds for _, seconds in found) < 0.03
    # What is cheap is left whole, and both cores have work.
    assert max(tile.rectangle[2] for handful, _ in found for tile in handful) == 32
    pairs = [handful for handful, seconds in found if seconds > 0.005]
    alone = [handful for handful in pairs if len({(t.rectangle[0] // 64, t.rectangle[1] // 64) for t in handful}) < 2]
    assert len(alone) < len(pairs) / 8


def test_cores_hardly_wait_for_one_another() -> None:
    clock, price = Clock(), 1e-5
    found = handfuls(Refinement([(0, 0, 512, 512)], 64, clock, cores=2, dear=price / 2), clock, lambda _: price)
    took = sum(seconds for _, seconds in found)
    assert took < 1.05 * price / 2 * 512**2
    # And most handfuls fill most of a batch: a driver takes its time to begin with one.
    assert len(found) < 1.5 * took / 0.022


def test_cheap_tiles_stay_whole() -> None:
    clock = Clock()
    found = handfuls(Refinement([(0, 0, 512, 512)], 64, clock, cores=2, dear=1e-7), clock, lambda _: 1e-7)
    assert {tile.rectangle[2:] for handful, _ in found for tile in handful} == {(64, 64)}


@given(st.integers(0, 200), st.integers(1, 300), st.sampled_from([32, 64, 128]))
def test_no_two_tiles_share_a_square_of_the_framebuffer(start: int, extent: int, side: int) -> None:
    cut = [tile.rectangle for tile in tiles([(start, 2 * start, extent, extent)], side)]
    for x, y, width, height in cut:
        assert x // side == (x + width - 1) // side
        assert y // side == (y + height - 1) // side
    assert len({(x // side, y // side) for x, y, _, _ in cut}) == len(cut)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 300), st.integers(1, 300)), max_size=4)
)
def test_tiles_cover_every_pixel_once(panes: list[tuple[int, int, int, int]]) -> None:
    drawn, clock = [np.zeros((400, 400), dtype=int) for _ in panes], Clock()
    refinement = Refinement(panes, 37, clock, dear=float("inf"))
    while not refinement.done:
        for tile in itertools.chain.from_iterable(refinement.batch(1.0)):
            clock.now += 0.01 * (tile.rectangle[0] % 7)  # some are dear, and the next ones cut
            x, y, width, height = tile.rectangle
            drawn[tile.pane][y : y + height, x : x + width] += 1
    for (x, y, width, height), count in zip(panes, drawn, strict=True):
        assert (count[y : y + height, x : x + width] == 1).all()
        assert count.sum() == width * height


@given(st.tuples(*[st.integers(1, 300)] * 3), st.integers(1000, 10_000_000))
def test_chunks_cover_the_field_and_stay_small(shape: tuple[int, int, int], size: int) -> None:
    chunks = list(uploads.chunks(shape, size))
    assert [c.start for c in chunks] == [0, *[c.stop for c in chunks[:-1]]]
    assert chunks[-1].stop == shape[0]
    layer = 4 * shape[1] * shape[2]
    assert all((c.stop - c.start) * layer <= max(size, layer) for c in chunks)


def test_block_means_keep_the_mean() -> None:
    values = np.random.default_rng(0).random((12, 12, 12), dtype=np.float32)
    means = uploads.block_means(values, 3)
    np.testing.assert_allclose(means, values.reshape(4, 3, 4, 3, 4, 3).mean(axis=(1, 3, 5)), rtol=1e-5)
    assert uploads.reduction((4096, 16, 16), 2048) == 2
    assert uploads.reduction((2048,), 2048) == 1


def test_only_what_is_large_has_a_preview() -> None:
    assert uploads.preview(np.ones((64, 64, 64), np.float32)) is None
    coarse = uploads.preview(np.ones((192, 192, 192), np.float32))
    assert coarse is not None
    assert coarse.shape == (64, 64, 64)


def test_halves_never_overflow() -> None:
    assert uploads.half_scale(np.array([3.0], np.float32)) == 1.0
    assert 1e6 / uploads.half_scale(np.array([1e6], np.float32)) <= uploads.HALF_TOP


def test_six_views_of_a_wide_window_stand_three_by_two() -> None:
    assert rows_and_columns(6, 936, 552) == (2, 3)
    assert rows_and_columns(1, 936, 552) == (1, 1)
    assert rows_and_columns(12, 900, 550) == (3, 4)


@given(st.integers(0, 20), st.integers(50, 2000), st.integers(50, 1500))
def test_views_neither_overlap_nor_leave_the_window(count: int, width: int, height: int) -> None:
    seen = np.zeros((height, width), dtype=int)
    for x, y, across, along in rectangles(count, width, height):
        assert across > 0
        assert along > 0
        seen[y : y + along, x : x + across] += 1
        assert x + across <= width
        assert y + along <= height
    assert seen.max(initial=0) <= 1


@pytest.mark.parametrize(
    ("shape", "largest", "found"),
    [((128,) * 3, 48, 32), ((2560,) * 3, 812, 640), ((96,) * 3, 64, 48), ((64,) * 3, 64, 64), ((1031,) * 3, 812, 812)],
)
def test_blocks_fill_a_field_where_they_can(shape: tuple[int, ...], largest: int, found: int) -> None:
    assert uploads.filled(shape, largest) == found
