"""The turntable: what it projects, picks and saves."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.volume.box import crosshair_lines, edges, seen_edges
from widgets.volume.camera import FIT, Orbit

orbits = st.builds(
    Orbit,
    azimuth=st.floats(-180, 180),
    elevation=st.floats(-89, 89),
    zoom=st.floats(0.3, 8),
    field_of_view=st.sampled_from([0.0, 28.0, 60.0]),
)


@given(orbits, st.tuples(*[st.floats(0, 639), st.floats(0, 479)]))
def test_the_ray_through_a_pixel_projects_back_to_that_pixel(orbit: Orbit, pixel: tuple[float, float]) -> None:
    origin, direction = orbit.ray(*pixel, 640, 480)
    point = origin + direction * (4.0 if orbit.parallel else orbit.distance)
    found, depth = orbit.project(point[None], 640, 480)
    assert depth[0] > 0
    np.testing.assert_allclose(found[0], pixel, atol=1e-6)


@given(orbits)
def test_the_centre_is_seen_in_the_middle(orbit: Orbit) -> None:
    pixels, _ = orbit.project(np.array([orbit.centre]), 320, 200)
    np.testing.assert_allclose(pixels, [[160, 100]], atol=1e-9)


@pytest.mark.parametrize(("axis", "right", "up"), [(0, 1, 2), (1, 0, 2), (2, 0, 1)])
def test_looking_along_an_axis_shows_the_other_two_right_and_up(axis: int, right: int, up: int) -> None:
    orbit = Orbit.along(axis)
    origin = orbit.project(np.full((1, 3), 0.5), 100, 100)[0][0]
    for other, expected in ((right, (1, 0)), (up, (0, -1)), (axis, (0, 0))):
        point = np.full((1, 3), 0.5)
        point[0, other] += 0.25
        moved = orbit.project(point, 100, 100)[0][0] - origin
        np.testing.assert_allclose(moved, np.array(expected) * 25 * orbit.zoom / FIT, atol=1e-9)


def test_the_whole_box_is_seen_from_anywhere_at_zoom_one() -> None:
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], dtype=float)
    for azimuth in range(-180, 180, 15):
        for elevation in range(-45, 46, 15):
            pixels, _ = Orbit(azimuth, elevation).project(corners, 400, 300)
            assert pixels[:, 1].min() > -20
            assert pixels[:, 1].max() < 320


@given(orbits)
def test_a_camera_survives_json(orbit: Orbit) -> None:
    assert Orbit.restored(json.loads(json.dumps(orbit.saved()))) == orbit


def test_a_drag_to_the_right_moves_the_near_side_to_the_right() -> None:
    orbit = Orbit(30.0, 0.0)
    near = np.array([orbit.centre]) + 0.4 * orbit.axes[2]
    after = orbit.turned(20, 0).project(near, 400, 400)[0][0, 0]
    assert after > 200


def test_a_push_moves_the_box_by_as_many_pixels() -> None:
    orbit = Orbit()
    centre = np.array([orbit.centre])
    pixels = orbit.panned(13, -7, 300, 200).project(centre, 300, 200)[0][0]
    np.testing.assert_allclose(pixels, [163, 93], atol=1e-9)


def test_from_outside_nine_edges_are_in_front_and_three_hidden() -> None:
    _, front = edges(Orbit(30, 20))
    assert front.sum() == 9
    _, front = edges(Orbit.along(2))
    assert front.sum() == 4


def test_lines_behind_the_eye_are_cut_and_not_mirrored() -> None:
    inside = Orbit(zoom=40.0, field_of_view=60.0)
    front, back = seen_edges(inside, ((0.0, 1.0),) * 3, 300, 300)
    assert np.isfinite(front).all()
    assert np.isfinite(back).all()
    assert len(crosshair_lines((0.2, 0.3, 0.4))) == 3
