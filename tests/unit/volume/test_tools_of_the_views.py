"""Distances through the periodic box, the walls that are dragged, and the axes that are clicked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.data import periodic
from backends.data.view import ViewSettings
from widgets.views import cropping, gizmo, measure
from widgets.volume.box import WHOLE
from widgets.volume.camera import Orbit

shares = st.floats(0.0, 1.0, exclude_max=True)
points = st.tuples(shares, shares, shares)
SIZE = (400, 300)
CELL = (100, 50, *SIZE)


@given(points, points, points)
def test_the_pieces_of_a_measured_line_are_as_long_as_the_shortest_way(
    one: periodic.Point, other: periodic.Point, middle: periodic.Point
) -> None:
    view = periodic.brought_to_the_middle(ViewSettings(), middle)
    pieces = measure.pieces(one, other, view)
    drawn = np.linalg.norm(pieces[:, 1] - pieces[:, 0], axis=1).sum()
    assert drawn == pytest.approx(measure.length(one, other, 1.0), abs=1e-6)
    assert (pieces > -1e-9).all()
    assert (pieces < 1 + 1e-9).all()


def test_a_line_through_a_wall_goes_on_at_the_other_side() -> None:
    one, other = (0.95, 0.5, 0.5), (0.10, 0.5, 0.5)
    assert measure.length(one, other, 128.0) == pytest.approx(0.15 * 128)
    (out, back) = sorted(measure.pieces(one, other, ViewSettings()).tolist(), reverse=True)
    np.testing.assert_allclose(out, [[0.95, 0.5, 0.5], [1.0, 0.5, 0.5]], atol=1e-9)
    np.testing.assert_allclose(back, [[0.0, 0.5, 0.5], [0.1, 0.5, 0.5]], atol=1e-9)
    # Drawn with that wall in the middle, it is whole.
    view = periodic.brought_to_the_middle(ViewSettings(), (0.0, 0.5, 0.5))
    np.testing.assert_allclose(measure.pieces(one, other, view), [[[0.45, 0.5, 0.5], [0.6, 0.5, 0.5]]], atol=1e-9)


def test_a_length_is_said_with_and_without_h() -> None:
    assert measure.in_words(19.2, 0.6) == "19.2 Mpc/h  =  32 Mpc"
    assert measure.in_words(19.2, None) == "19.2 Mpc/h"


@pytest.mark.parametrize("orbit", [Orbit(), Orbit(140.0, -30.0, 2.0), Orbit(20.0, 50.0, field_of_view=0.0)])
@pytest.mark.parametrize("clip", [WHOLE, ((0.2, 0.7), (0.1, 1.0), (0.4, 0.6))])
def test_a_dragged_wall_follows_the_pointer(orbit: Orbit, clip: cropping.Clip) -> None:
    seen = cropping.handles(orbit, clip, SIZE)
    assert len(seen) == 6
    assert sum(handle.in_front for handle in seen) == 3
    for handle in seen:
        place = cropping.middle(clip, handle.axis, handle.side)
        to = place.copy()
        to[handle.axis] += -0.05 * handle.side
        x, y = orbit.project(to[None], *SIZE)[0][0]
        found = cropping.along(orbit, place, handle.axis, x, y, SIZE)
        assert found == pytest.approx(to[handle.axis], abs=1e-6)
        kept = cropping.pulled(clip, handle.axis, handle.side, found)
        assert kept[handle.axis][handle.side > 0] == pytest.approx(to[handle.axis])
        assert kept[handle.axis][handle.side < 0] == clip[handle.axis][handle.side < 0]


def test_a_wall_stays_in_the_box_and_before_the_other_one() -> None:
    assert cropping.pulled(WHOLE, 0, 1, 1.7)[0] == (0.0, 1.0)
    assert cropping.pulled(WHOLE, 0, 1, -3.0)[0] == (0.0, cropping.THINNEST)
    assert cropping.pulled(((0.2, 0.5), *WHOLE[1:]), 0, -1, 0.9)[0] == pytest.approx((0.49, 0.5))


def test_a_wall_that_is_seen_end_on_has_no_handle() -> None:
    assert {handle.axis for handle in cropping.handles(Orbit.along(2), WHOLE, SIZE)} == {0, 1}


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_click_on_an_end_of_an_axis_looks_from_there_and_again_from_behind(axis: int, side: int) -> None:
    orbit = Orbit(33.0, 21.0)
    ball = next(b for b in gizmo.balls(orbit, CELL) if (b.axis, b.side) == (axis, side))
    assert gizmo.hit(orbit, CELL, ball.place.x(), ball.place.y()) == (axis, side)
    there = gizmo.asked(orbit, axis, side)
    assert there == Orbit.facing(axis, side)
    assert gizmo.asked(there, axis, side) == Orbit.facing(axis, -side)
    assert gizmo.hit(orbit, CELL, CELL[0] + 100, CELL[1] + 200) is None
