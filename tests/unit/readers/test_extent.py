"""The side of a box that positions suggest: round numbers, moved particles, centred ones."""

from __future__ import annotations

import numpy as np
import pytest

from backends.readers.particles.extent import reach, roundest, suggested_side


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


def test_positions_that_are_not_finite_reach_nowhere() -> None:
    assert reach([np.array([1.0, np.nan])]) is None
    assert reach([np.array([1.0, np.inf])]) is None
    assert reach([np.empty(0)]) is None
    assert reach([np.array([1.0, 5.0]), np.empty(0), np.array([-3.0, 2.0])]) == (-3, 5)
    assert suggested_side(-np.inf, 1.0, 9) is None
