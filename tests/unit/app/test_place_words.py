"""Places and lengths are said with as many digits as their box is worth."""

from __future__ import annotations

import pytest

from backends.data.place_words import coordinates, depth, length


@pytest.mark.parametrize(
    ("side", "place", "part"),
    [
        (500.0, "250.0, 125.0 Mpc/h", "500 Mpc/h"),
        (25.0, "12.5, 6.2 Mpc/h", "25 Mpc/h"),
        (3.0, "1.50, 0.75 Mpc/h", "3 Mpc/h"),
        (0.2, "0.100, 0.050 Mpc/h", "0.2 Mpc/h"),
        (0.05, "25.0, 12.5 kpc/h", "50 kpc/h"),
        (0.001, "0.50, 0.25 kpc/h", "1 kpc/h"),
    ],
)
def test_a_place_is_told_to_a_part_of_its_box(side: float, place: str, part: str) -> None:
    assert coordinates((side / 2, side / 4), side) == place
    assert depth(side, side) == part


def test_a_short_length_is_told_in_the_smaller_unit() -> None:
    assert [length(value) for value in (50.0, 0.2, 0.01, 0.0002)] == [
        "50 Mpc/h",
        "0.2 Mpc/h",
        "0.01 Mpc/h",
        "0.2 kpc/h",
    ]
