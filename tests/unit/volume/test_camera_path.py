"""Paths of the camera through a movie."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest

from widgets.volume.camera import Orbit
from widgets.volume.camera_path import Kept, Tour, Turn

PLACES = (
    Orbit(azimuth=170.0, elevation=10.0, zoom=1.0),
    Orbit(azimuth=-170.0, elevation=40.0, zoom=4.0, centre=(0.2, 0.5, 0.5)),
    Orbit(azimuth=-90.0, elevation=-20.0, zoom=2.0, centre=(0.8, 0.4, 0.5)),
)

WHOLE = Kept((0.0, 0.0, 0.0), ((0.0, 1.0),) * 3)
KEPT = (WHOLE, Kept((0.9, 0.5, 0.0), WHOLE.clip), Kept((0.2, 0.5, 0.0), ((0.0, 0.5), (0.2, 1.0), (0.0, 1.0))))


def flat(orbit: Orbit) -> np.ndarray:
    return np.array([float(n) for item in astuple(orbit) for n in (item if isinstance(item, tuple) else (item,))])


def test_a_turn_comes_back_and_goes_at_an_even_pace() -> None:
    turn = Turn(Orbit(azimuth=100.0))
    assert turn.at(0.0) == Orbit(azimuth=100.0)
    assert turn.at(0.5).azimuth == pytest.approx(-80.0)
    assert turn.at(0.25).azimuth == pytest.approx(-170.0)


def test_a_tour_passes_through_every_place() -> None:
    tour = Tour(PLACES, KEPT)
    for share, place in zip((0.0, 0.5, 1.0), PLACES, strict=True):
        np.testing.assert_allclose(flat(tour.at(share)), flat(place), atol=1e-9)


def test_it_takes_the_shorter_way_round_and_zooms_by_factors() -> None:
    tour = Tour(PLACES[:2], KEPT[:2])
    half = tour.at(0.5)
    assert abs(half.azimuth) == pytest.approx(180.0)
    assert half.zoom == pytest.approx(2.0)


def test_what_is_kept_of_the_box_passes_through_every_place_and_moves_the_shorter_way() -> None:
    tour = Tour(PLACES, KEPT)
    for share, kept in zip((0.0, 0.5, 1.0), KEPT, strict=True):
        found = tour.kept_at(share)
        np.testing.assert_allclose(found.clip, kept.clip, atol=1e-9)
        np.testing.assert_allclose(np.cos(2 * np.pi * (np.array(found.origin) - kept.origin)), 1.0, atol=1e-9)
    assert Tour(PLACES[:2], KEPT[:2]).kept_at(0.5).origin[0] == pytest.approx(0.95)
    assert all(0 <= low < high <= 1 for share in np.linspace(0, 1, 50) for low, high in tour.kept_at(share).clip)


def test_it_has_no_corner_and_rests_at_its_ends() -> None:
    tour = Tour(PLACES, KEPT)
    h = 1e-5

    def speed(share: float) -> np.ndarray:
        return (flat(tour.at(share + h)) - flat(tour.at(share - h))) / (2 * h)

    np.testing.assert_allclose(speed(0.5 - 2 * h), speed(0.5 + 2 * h), rtol=1e-2, atol=1e-2)
    assert np.abs(flat(tour.at(h)) - flat(tour.at(0.0))).max() / h < 0.1


def test_one_place_is_no_tour() -> None:
    with pytest.raises(ValueError, match="two places"):
        Tour([replace(PLACES[0])], KEPT[:1])
