"""Pan and zoom over a slice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.volume.flat import Flat

flats = st.builds(Flat, st.tuples(st.floats(0, 0.99), st.floats(0, 0.99)), st.floats(0.25, 60))
sizes = st.tuples(st.integers(20, 900), st.integers(20, 900))


@given(flats, sizes, st.tuples(st.floats(-1, 2), st.floats(-1, 2)))
def test_pixels_and_points_are_inverse(flat: Flat, size: tuple[int, int], point: tuple[float, float]) -> None:
    assert flat.point(*flat.pixel(*point, *size), *size) == pytest.approx(point, abs=1e-6)


@given(sizes, st.floats(0.5, 3), st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_zooming_keeps_the_point_under_the_cursor(
    size: tuple[int, int], factor: float, at: tuple[float, float]
) -> None:
    x, y = at[0] * size[0], at[1] * size[1]
    before = Flat().point(x, y, *size)
    after = Flat().zoomed(factor, x, y, *size).point(x, y, *size)
    assert [(a - b + 0.5) % 1.0 for a, b in zip(after, before, strict=True)] == pytest.approx([0.5, 0.5], abs=1e-9)


def test_a_nearly_square_view_is_filled_and_a_long_one_shows_the_whole_box() -> None:
    assert max(Flat().extent(360, 318)) == pytest.approx(1.0)
    assert min(Flat().extent(900, 400)) == pytest.approx(1.0)


def test_a_push_of_one_box_is_no_push() -> None:
    assert Flat().panned(300, 0, 300, 300).centre == pytest.approx((0.5, 0.5))
