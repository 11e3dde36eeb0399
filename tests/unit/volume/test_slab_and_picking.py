"""Slices, and what lies under the cursor."""

from __future__ import annotations

import numpy as np
import pytest

from backends.data.field import Field
from backends.data.view import Isosurface, ViewSettings
from widgets.views import gestures
from widgets.volume import picking, slab
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat


@pytest.mark.parametrize(
    ("depth", "offset", "expected"),
    [
        ((0.0, 1.0), 0.5, (0, 8)),
        ((0.0, 0.5), 0.5, (0, 4)),
        ((0.25, 0.5), 0.0, (2, 4)),
        ((0.30, 0.31), 0.5, (2, 3)),
        ((0.99, 1.0), 0.0, (7, 8)),
    ],
)
def test_layers_of_a_depth(depth: tuple[float, float], offset: float, expected: tuple[int, int]) -> None:
    kept = slab.layers(8, offset, depth)
    assert (kept.start, kept.stop) == expected


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_slab_is_the_mean_of_its_layers(axis: int) -> None:
    field = Field(np.random.default_rng(1).random((8, 8, 8), dtype=np.float32), 10.0)
    np.testing.assert_allclose(
        slab.mean(field, axis, (0.25, 0.75)), np.take(field.values, range(2, 6), axis).mean(axis)
    )


def peaked(at: tuple[int, int, int], offset: float = 0.5) -> Field:
    values = np.ones((16, 16, 16), np.float32)
    values[at] = 50.0
    return Field(values, 100.0, cell_offset=offset)


@pytest.mark.parametrize("offset", [0.0, 0.5])
@pytest.mark.parametrize("orbit", [Orbit(), Orbit(140, -35, 2.0), Orbit.along(0), Orbit.along(2)])
def test_a_click_on_a_peak_finds_it(orbit: Orbit, offset: float) -> None:
    field = peaked((4, 11, 7), offset)
    place = picking.position(field, (4, 11, 7))
    pixel = orbit.project(np.array([place]), 400, 300)[0][0]
    found = picking.densest(field, *orbit.ray(*pixel, 400, 300))
    assert found == pytest.approx(place)
    assert picking.voxel(field, found) == (4, 11, 7)


def test_a_click_beside_the_box_finds_nothing() -> None:
    assert picking.densest(peaked((1, 1, 1)), *Orbit().ray(1, 1, 400, 300)) is None


def test_what_is_clipped_away_is_not_found() -> None:
    field, orbit = peaked((4, 11, 7)), Orbit.along(2)
    pixel = orbit.project(np.array([picking.position(field, (4, 11, 7))]), 400, 300)[0][0]
    found = picking.densest(field, *orbit.ray(*pixel, 400, 300), ((0.0, 1.0), (0.0, 1.0), (0.5, 1.0)))
    assert found is not None
    assert found[2] > 0.5


def test_a_thick_slab_finds_its_densest_layer_and_a_place_outside_finds_none() -> None:
    field = peaked((4, 11, 7))
    x, y, z = picking.position(field, (4, 11, 7))
    assert picking.in_slab(field, x, y, 2, (0.0, 1.0)) == pytest.approx((x, y, z))
    assert picking.in_slab(field, 1.2, 0.5, 2, (0.0, 1.0)) is None


@pytest.mark.parametrize("level", [5.0, 20.0])
def test_a_click_on_a_surface_finds_the_side_that_is_seen(level: float) -> None:
    field, orbit = peaked((4, 11, 7)), Orbit(30.0, 20.0)
    place = np.array(picking.position(field, (4, 11, 7)))
    x, y = orbit.project(place[None], 400, 300)[0][0]
    origin, direction = orbit.ray(x, y, 400, 300)
    seen = picking.on_surface(field, origin, direction, level)
    assert seen is not None
    assert picking.interpolated(field, np.array([seen]))[0] == pytest.approx(level, rel=0.05)
    assert np.linalg.norm(seen - orbit.eye) < np.linalg.norm(place - orbit.eye)
    view = ViewSettings(mode="iso", isosurfaces=(Isosurface(level),))
    # What is probed there is what the surface encloses, and not the empty cell before it.
    assert gestures.probed(view, (orbit, Flat()), field, x, y, (400, 300)) == pytest.approx(tuple(place))
    assert gestures.probed(view, (orbit, Flat()), field, x + 80, y, (400, 300)) is None


def test_the_other_side_of_the_box_is_not_beside_a_point() -> None:
    field = peaked((0, 0, 15), 0.5)
    assert picking.densest_beside(field, (0.01, 0.02, 0.01))[2] < 0.1
    assert picking.densest_beside(field, (0.01, 0.02, 0.99)) == pytest.approx((1 / 32, 1 / 32, 31 / 32))


def test_a_field_is_interpolated_periodically() -> None:
    field = peaked((0, 5, 15), 0.0)
    points = np.array([[0.0, 5 / 16, 15 / 16], [31 / 32, 5 / 16, 15 / 16], [0.0, 5 / 16, 31 / 32]])
    np.testing.assert_allclose(picking.interpolated(field, points), [50.0, 25.5, 25.5])
