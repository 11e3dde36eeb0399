"""The control points of a transfer function stay a function."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.transfer_points import ControlPoints

share = st.floats(-0.5, 1.5)
actions = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 9), share, share),
        st.tuples(st.just("add"), st.just(0), share, share),
        st.tuples(st.just("add_after"), st.integers(0, 9), share, share),
        st.tuples(st.just("remove"), st.integers(0, 9), share, share),
    ),
    max_size=40,
)


@given(st.lists(st.tuples(share, share), max_size=6), actions)
def test_whatever_is_done_positions_ascend_from_0_to_1(
    start: list[tuple[float, float]], done: list[tuple[str, int, float, float]]
) -> None:
    points = ControlPoints(start)
    for what, number, x, y in done:
        number %= len(points)
        if what == "move":
            points.move(number, x, y)
        elif what == "add":
            points.add(x, y)
        elif what == "add_after":
            points.add_after(number)
        else:
            points.remove(number)
        positions = [x for x, _ in points.points]
        assert positions == sorted(positions)
        assert positions[0] == 0.0
        assert positions[-1] == 1.0
        assert all(0.0 <= opacity <= 1.0 for _, opacity in points.points)


def test_the_ends_stay_and_inner_points_pass_no_neighbour() -> None:
    points = ControlPoints([(0.0, 0.0), (0.5, 0.2), (1.0, 1.0)])
    points.move(0, 0.4, 0.3)
    assert points.points[0] == (0.0, 0.3)
    assert not points.remove(0)
    points.move(1, 2.0, 0.9)
    assert points.points[1][0] < 1.0
    assert points.remove(1)
    assert len(points) == 2
