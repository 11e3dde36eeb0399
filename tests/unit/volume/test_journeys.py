"""Cameras on their way: to another camera, to the cursor, and through the box."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.volume import flight
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat
from widgets.volume.journey import SECONDS, Journey

orbits = st.builds(
    Orbit,
    azimuth=st.floats(-180, 180),
    elevation=st.floats(-89, 89),
    zoom=st.floats(0.5, 8),
    field_of_view=st.sampled_from([0.0, 28.0, 60.0]),
)
inside = st.tuples(*[st.floats(0.05, 0.95)] * 3)


@given(orbits, inside, st.floats(1.05, 4.0))
def test_zooming_keeps_a_point_of_any_depth_under_the_cursor(
    orbit: Orbit, point: tuple[float, ...], factor: float
) -> None:
    before, depth = orbit.project(np.array([point]), 640, 480)
    if depth[0] > 0.05:
        after, _ = orbit.zoomed(factor, np.array(point)).project(np.array([point]), 640, 480)
        np.testing.assert_allclose(after, before, atol=1e-5)


@given(orbits, inside)
def test_zooming_in_and_out_again_at_one_place_changes_nothing(orbit: Orbit, point: tuple[float, ...]) -> None:
    there = orbit.zoomed(2.0, np.array(point))
    assert there.zoomed(0.5, np.array(point)).centre == pytest.approx(orbit.centre)


def test_zooming_out_far_away_leaves_the_box_in_the_middle_of_turning() -> None:
    orbit = Orbit(zoom=10.0).zoomed(0.05, np.array([0.0, 1.0, 0.0]))
    assert all(0.0 <= place <= 1.0 for place in orbit.centre)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("side", [-1, 1])
def test_six_views_look_at_the_six_faces(axis: int, side: int) -> None:
    orbit = Orbit.facing(axis, side)
    towards = np.zeros(3)
    towards[axis] = side
    np.testing.assert_allclose(orbit.axes[2], towards, atol=1e-12)
    assert np.linalg.det(np.stack(orbit.axes)) == pytest.approx(1.0)  # not mirrored
    if axis != 2:
        np.testing.assert_allclose(orbit.axes[1], [0, 0, 1], atol=1e-12)


@given(orbits, orbits)
def test_a_journey_begins_where_one_is_and_ends_where_it_leads(one: Orbit, other: Orbit) -> None:
    journey = Journey((one, Flat()), (other, Flat((0.9, 0.1), 2.0)), began=10.0)
    first = journey.at(10.0)[0]
    for name in ("elevation", "zoom", "centre", "field_of_view"):
        assert getattr(first, name) == pytest.approx(getattr(one, name))
    assert journey.at(10.0 + SECONDS)[0] == other
    assert not journey.over(10.0 + 0.99 * SECONDS)
    assert journey.over(10.0 + SECONDS)


def test_a_journey_goes_the_shorter_way_round() -> None:
    journey = Journey((Orbit(azimuth=170.0), Flat((0.95, 0.5))), (Orbit(azimuth=-170.0), Flat((0.05, 0.5))), 0.0)
    orbit, flat = journey.at(SECONDS / 2)
    assert abs(orbit.azimuth) == pytest.approx(180.0)
    assert min(flat.centre[0], 1 - flat.centre[0]) == pytest.approx(0.0, abs=1e-9)
    moves = [Journey((Orbit(), Flat()), (Orbit(zoom=4.0), Flat()), 0.0).at(t)[0].zoom for t in np.linspace(0, 0.25, 9)]
    assert (np.diff(moves) > 0).all()


def test_a_second_of_flight_goes_as_far_as_the_speed_says_whatever_the_frames() -> None:
    start = flight.entered(Orbit(azimuth=20.0, elevation=10.0))
    for frames in (20, 100):
        now = start
        for _ in range(frames):
            now = flight.flown(now, {"forward", "right"}, 0.3, 1.0 / frames)
        way = now.eye - start.eye
        assert np.linalg.norm(way) == pytest.approx(0.3)
        ahead = (start.axes[0] - start.axes[2]) / np.sqrt(2)
        np.testing.assert_allclose(way, 0.3 * ahead, atol=1e-9)


@given(orbits, st.floats(-170, 170), st.floats(-80, 80))
def test_looking_around_leaves_the_eye_where_it_is(orbit: Orbit, right: float, up: float) -> None:
    start = flight.entered(orbit)
    np.testing.assert_allclose(flight.looked(start, right, up).eye, start.eye, atol=1e-9)


def test_looking_to_the_right_brings_what_was_at_the_right_to_the_middle() -> None:
    start = flight.entered(Orbit(30.0, 0.0))
    point = start.eye - start.axes[2] + np.tan(np.radians(20.0)) * start.axes[0]
    x, y = flight.looked(start, 20.0, 0.0).project(point[None], 400, 400)[0][0]
    assert (x, y) == pytest.approx((200, 200))


def test_a_flight_begins_and_ends_without_a_leap() -> None:
    orbit = Orbit()
    across = orbit.extent(400, 300)
    assert flight.entered(orbit).extent(400, 300) == across
    flying = flight.flown(flight.entered(orbit), {"forward"}, 2.0, 0.1)
    landed = flight.left(flying)
    np.testing.assert_allclose(landed.eye, flying.eye, atol=1e-9)
    points = np.random.default_rng(1).random((20, 3))
    np.testing.assert_allclose(landed.project(points, 400, 300)[0], flying.project(points, 400, 300)[0], atol=1e-6)
    assert all(0.0 <= place <= 1.0 for place in landed.centre)


def test_one_cannot_fly_away_for_good_and_a_slow_picture_is_no_leap() -> None:
    now = flight.entered(Orbit())
    for _ in range(200):
        now = flight.flown(now, {"back"}, 2.0, 0.1)
    assert np.linalg.norm(now.eye - 0.5) <= flight.FARTHEST + 0.2
    start = replace(now)
    assert np.linalg.norm(flight.flown(start, {"forward"}, 1.0, 5.0).eye - start.eye) == pytest.approx(0.1)
