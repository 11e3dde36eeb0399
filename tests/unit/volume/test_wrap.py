"""A box drawn from another corner: the same matter, picked, sliced and cropped where it is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.data import periodic
from backends.data.field import Field
from backends.data.view import ViewSettings
from widgets.views import gestures
from widgets.volume import limits, slab
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat

N = 16
shares = st.floats(0.0, 1.0, exclude_max=True)
points = st.tuples(shares, shares, shares)


def noise(offset: float = 0.5) -> Field:
    return Field(np.random.default_rng(3).lognormal(0, 1, (N, N, N)).astype(np.float32), 100.0, cell_offset=offset)


def rolled(field: Field, by: tuple[int, int, int]) -> Field:
    """The field as it is drawn from the corner of that cell."""
    return replace(field, values=np.roll(field.values, [-i for i in by], (0, 1, 2)))


@given(points, points)
def test_what_is_brought_to_the_middle_is_drawn_there(middle: periodic.Point, other: periodic.Point) -> None:
    view = periodic.brought_to_the_middle(ViewSettings(), middle)
    assert periodic.as_drawn(middle, view) == pytest.approx([0.5] * 3, abs=1e-9)
    assert ((periodic.as_drawn(other, view) >= 0) & (periodic.as_drawn(other, view) < 1)).all()


@given(points, points)
def test_the_way_to_the_nearest_image_is_the_shortest_of_all(one: periodic.Point, other: periodic.Point) -> None:
    images = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)])
    shortest = np.linalg.norm(np.asarray(other) + images - np.asarray(one), axis=1).min()
    assert np.linalg.norm(periodic.apart(one, other)) == pytest.approx(shortest, abs=1e-9)


def test_a_crop_and_a_slab_stay_around_their_matter() -> None:
    view = ViewSettings(clip=((0.4, 0.6), (0.0, 1.0), (0.0, 0.25)), axis=0, depth=(0.1, 0.2))
    moved = periodic.brought_to_the_middle(view, (0.9, 0.1, 0.05))
    assert moved.clip[0] == pytest.approx((0.0, 0.2))
    assert moved.clip[1] == (0.0, 1.0)
    assert moved.clip[2] == pytest.approx((0.45, 0.70))
    assert moved.depth == pytest.approx((0.7, 0.8))
    assert periodic.depth_in_box(moved) == pytest.approx((1.1, 1.2))
    back = periodic.with_origin(moved, (0.0, 0.0, 0.0))
    assert [edge for kept in back.clip for edge in kept] == pytest.approx([e for kept in view.clip for e in kept])
    # Torn by the new wall, it is pushed inside and as large as before.
    torn = periodic.with_origin(view, (0.5, 0.0, 0.0))
    assert torn.clip[0][1] - torn.clip[0][0] == pytest.approx(0.2)
    assert 0.0 <= torn.clip[0][0] < torn.clip[0][1] <= 1.0


@pytest.mark.parametrize("offset", [0.0, 0.5])
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("depth", [(0.0, 1.0), (0.0, 0.25), (0.5, 0.875), (0.9375, 1.0)])
def test_a_slice_of_a_wrapped_box_is_that_of_the_rolled_field(
    offset: float, axis: int, depth: tuple[float, float]
) -> None:
    field, by = noise(offset), (5, 11, 15)
    view = ViewSettings(mode="slice", axis=axis, depth=depth, origin=tuple(i / N for i in by))
    plain = ViewSettings(mode="slice", axis=axis, depth=depth)
    kept = [i for i in range(3) if i != axis]
    expected = limits.shown(rolled(field, by), plain)
    found = np.roll(limits.shown(field, view), [-by[i] for i in kept], (0, 1))
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert len(slab.layers(N, offset, periodic.depth_in_box(view))) == len(slab.layers(N, offset, depth))


@pytest.mark.parametrize("mode", ["column", "iso", "slice"])
@pytest.mark.parametrize("camera", [Orbit(), Orbit.along(1), Orbit(130.0, -40.0, 2.0)])
def test_a_click_picks_the_matter_that_is_drawn_there(mode: str, camera: Orbit) -> None:
    values = np.full((N, N, N), 0.5, np.float32)
    values[15, 1, 8] = 90.0  # on an edge of the box
    field = Field(values, 100.0)
    place = (15.5 / N, 1.5 / N, 8.5 / N)
    clip = ((0.25, 0.75), (0.25, 0.75), (0.0, 1.0))
    view = replace(periodic.brought_to_the_middle(ViewSettings(mode=mode, axis=1), place), clip=clip)
    seen = periodic.as_drawn(place, view)
    x, y = camera.project(seen[None], 400, 300)[0][0]
    if mode == "slice":
        x, y = Flat().pixel(seen[0], seen[2], 400, 300)
    found = gestures.probed(view, (camera, Flat()), field, x, y, (400, 300))
    assert found == pytest.approx(place, abs=1e-6)
