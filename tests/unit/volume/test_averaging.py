"""When a resting view is drawn again for the mean of several pictures, and when that ends."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.volume import averaging
from widgets.volume.camera import Orbit
from widgets.volume.refinement import Refinement, Tile

PANES = [(0, 0, 200, 100), (0, 100, 200, 100)]


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def drawn(refinement: Refinement, clock: Clock, seconds: float = 0.01, rests: int = 99) -> list[Tile]:
    """Draw all there is, each tile in so many seconds; from that turn on nothing changes any more."""
    handed = []
    while not refinement.done:
        for tile in itertools.chain.from_iterable(refinement.batch(0.022)):
            clock.now += seconds
            handed.append(tile)
            if tile.turn >= rests:
                refinement.rests(tile)
    return handed


def turns(handed: list[Tile]) -> list[int]:
    """Return how many tiles were drawn in each turn."""
    counted = Counter(tile.turn for tile in handed)
    return [counted[turn] for turn in sorted(counted)]


def test_every_tile_is_drawn_finely_before_any_is_drawn_again() -> None:
    clock = Clock()
    handed = drawn(Refinement(PANES, 100, clock, turns=3, least=100), clock)
    assert [tile.turn for tile in handed] == [0] * 4 + [1] * 4 + [2] * 4
    assert len({(tile.pane, tile.rectangle) for tile in handed}) == 4


def test_no_batch_has_tiles_of_two_pictures() -> None:
    refinement = Refinement(PANES, 100, Clock(), turns=3)  # no time passes: one batch could hold them all
    batches = []
    while not refinement.done:
        averages = refinement.averages
        batches.append({tile.turn for tile in itertools.chain.from_iterable(refinement.batch(1.0))})
        assert averages == (batches[-1] != {0})
    assert batches == [{0}, {1}, {2}]


def test_tiles_that_rest_are_left_alone() -> None:
    clock = Clock()
    assert turns(drawn(Refinement(PANES, 100, clock, turns=8, least=100), clock, rests=2)) == [4, 4, 4]


def test_a_slow_machine_is_at_peace_after_one_picture() -> None:
    clock = Clock()
    assert turns(drawn(Refinement(PANES, 100, clock, turns=8, seconds=0.6, least=100), clock, seconds=0.2)) == [4]


@given(st.floats(1e-4, 1.0))
def test_further_pictures_take_no_more_than_they_may(seconds: float) -> None:
    clock = Clock()
    handed = drawn(Refinement(PANES, 100, clock, turns=8, seconds=0.6, least=100), clock, seconds)
    further = turns(handed)[1:]
    assert sum(further) * seconds <= 0.6 + 1e-9
    # And no less than they may: the next one would not have fitted.
    assert len(further) == 7 or (sum(further) + 4) * seconds > 0.6 - 1e-9


def test_a_picture_that_is_finished_is_only_smoothed() -> None:
    clock = Clock()
    assert {tile.turn for tile in drawn(Refinement(PANES, 100, clock, turns=3, drawn_in=0.05), clock)} == {1, 2}
    assert Refinement(PANES, 100, clock, turns=3, drawn_in=0.7, seconds=0.6).done
    assert Refinement(PANES, 100, clock, turns=1, drawn_in=0.05).done
    assert Refinement([], 100, clock, turns=3).done


def test_offsets_spread_evenly_and_begin_with_none() -> None:
    assert averaging.offsets(0) == (0.0, 0.0, 0.0)
    many = np.array([averaging.offsets(turn) for turn in range(64)])
    assert (np.abs(many[:, :2]) <= 0.5).all()
    assert ((many[:, 2] >= 0) & (many[:, 2] < 1)).all()
    centred = np.column_stack([many[:, :2] + 0.5, many[:, 2]])
    for axis in range(3):  # each eighth has its share of eight; by chance it would be off by up to seven
        counted = np.histogram(centred[:, axis] % 1.0, bins=8, range=(0, 1))[0]
        assert np.abs(counted - 8).max() <= 3


@pytest.mark.parametrize("field_of_view", [0.0, 30.0])
def test_a_shifted_camera_sees_all_shifted_by_so_many_pixels(field_of_view: float) -> None:
    matrix = Orbit(25.0, 15.0, field_of_view=field_of_view).matrix(200, 100)
    point = np.array([0.2, 0.7, 0.9, 1.0])
    before, after = (seen[:2] / seen[3] for seen in (matrix @ point, averaging.shifted(matrix, (0.01, -0.02)) @ point))
    np.testing.assert_allclose(after - before, (0.01, -0.02))
