"""The side of a box that positions suggest: round numbers, moved particles, centred ones."""

from __future__ import annotations

import numpy as np
import pytest

from backends.readers.particles.columns import ArrayColumn
from backends.readers.particles.extent import into_box, reach, roundest, suggested_side


@pytest.mark.parametrize(
    ("least", "most", "likely", "expected"),
    [
        (49987.0, 51550.0, 49987.0, 50000.0),
        (7.9999, 8.24, 7.9999, 8.0),
        (62.46, 62.6, 62.46, 62.5),
        (61.4, 63.3, 62.6, 63.0),
        (0.0312, 0.0314, 0.0312, 0.0312),
        (0.99, 1.02, 0.99, 1.0),
        (9.99, 10.3, 9.99, 10.0),
        (5.0, 5.0, 5.0, 5.0),
    ],
)
def test_the_number_of_fewest_digits(least: float, most: float, likely: float, expected: float) -> None:
    assert roundest(least, most, likely) == expected


@pytest.mark.parametrize(("least", "most"), [(2.0, 1.0), (-1.0, 2.0), (0.0, 1.0), (1e300, 1e301), (np.nan, 1.0)])
def test_what_is_no_side_suggests_none(least: float, most: float) -> None:
    assert roundest(least, most, least) is None


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.3, 99.7, 100.0), (-2.0, 102.0, 100.0), (-49.99, 49.98, 100.0), (40.0, 60.0, 60.0)],
)
def test_where_particles_reach(low: float, high: float, expected: float) -> None:
    assert suggested_side(low, high, 32**3) == expected


@pytest.mark.parametrize(
    ("low", "high", "moved"),
    [
        (0.3, 99.7, 0.0),
        (-2.0, 102.0, 0.0),  # moved across the edges
        (-49.99, 49.98, 50.0),
        (-50.3, 50.2, 50.0),
        (-12.0, 30.0, 50.0),  # the origin is the middle wherever that cuts nothing
        (-10.0, 80.0, 15.0),
        (-90.0, 90.0, 50.0),
    ],
)
def test_what_lies_about_the_origin_is_moved_to_the_middle(low: float, high: float, moved: float) -> None:
    assert into_box(low, high, 32**3, 100.0) == moved


def test_positions_that_are_not_finite_reach_nowhere() -> None:
    def of(*columns: list[float]) -> tuple[float, float] | None:
        return reach([ArrayColumn(np.array(values)) for values in columns])

    assert of([1.0, np.nan]) is None
    assert of([1.0, np.inf]) is None
    assert of([]) is None
    assert of([1.0, 5.0], [], [-3.0, 2.0]) == (-3, 5)
    assert reach([ArrayColumn(np.array([[1.0, 9.0, 3.0], [4.0, -7.0, 6.0]]))]) == (-7, 9)
    assert suggested_side(-np.inf, 1.0, 9) is None
