"""Isosurfaces: where the shader finds them, held against spheres whose radius is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.view import Isosurface, ViewSettings
from widgets.volume import picking
from widgets.volume.camera import FIT, Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (64, 64)
PANE = Pane("a", (0, 0, *SIZE), "field")
N = 32
CENTRE = np.array([0.5, 0.47, 0.55])


def ball(offset: float = 0.5) -> Field:
    """A field that falls as exp(-8 r) about the centre, r in box lengths, and is 10 there."""
    x = (np.arange(N) + offset) / N
    grid = np.stack(np.meshgrid(x, x, x, indexing="ij"), axis=-1) - CENTRE
    values = 10.0 * np.exp(-8.0 * np.linalg.norm(grid, axis=-1))
    return Field(values.astype(np.float32), 100.0, cell_offset=offset)


def level_at(radius: float) -> float:
    return 10.0 * float(np.exp(-8.0 * radius))


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene(SIZE) as made:
        made.show([PANE])
        yield made


def distances(scene: Scene, field: Field, view: ViewSettings, orbit: Orbit) -> tuple[np.ndarray, np.ndarray]:
    """Where the surface was found along each ray, and the rays that found it."""
    scene.put("field", field)
    scene.set_view(view)
    scene.set_camera(orbit)
    measured = scene.measured(PANE, SIZE).astype(np.float64)
    background = float(np.float32(scene.look.background[0]))
    return measured, np.abs(measured - background) > 1e-6


@pytest.mark.parametrize("offset", [0.0, 0.5])
@pytest.mark.parametrize("radius", [0.12, 0.3])
@pytest.mark.parametrize("orbit", [Orbit(), Orbit(140.0, -35.0, 1.5), replace(Orbit.along(2), zoom=FIT)])
def test_a_spheres_surface_is_found_within_half_a_cell(
    scene: Scene, offset: float, radius: float, orbit: Orbit
) -> None:
    view = ViewSettings(mode="iso", isosurfaces=(Isosurface(level_at(radius)),))
    measured, found = distances(scene, ball(offset), view, orbit)
    apart = []
    for row in range(0, SIZE[1], 2):
        for column in range(0, SIZE[0], 2):
            origin, direction = orbit.ray(column + 0.5, row + 0.5, *SIZE)
            nearest = np.linalg.norm(np.cross(CENTRE - origin, direction))
            if nearest < radius - 1.0 / N:
                assert found[row, column]
                start = np.zeros(3) if orbit.parallel else origin
                along = direction @ (origin - start) if orbit.parallel else 0.0
                point = origin + (measured[row, column] - along) * direction
                apart.append(abs(np.linalg.norm(point - CENTRE) - radius))
            elif nearest > radius + 1.0 / N:
                assert not found[row, column]
    assert len(apart) > 5
    assert max(apart) < 0.5 / N


@pytest.mark.parametrize("orbit", [Orbit(), Orbit(140.0, -35.0, 1.5)])
def test_a_click_finds_the_point_that_is_drawn(scene: Scene, orbit: Orbit) -> None:
    field = lognormal_box(N, smoothing=1.5)
    view = ViewSettings(mode="iso", isosurfaces=(Isosurface(2.5),), clip=((0.0, 1.0), (0.3, 1.0), (0.0, 1.0)))
    measured, found = distances(scene, field, view, orbit)
    same = seen = 0
    for row in range(0, SIZE[1], 4):
        for column in range(0, SIZE[0], 4):
            origin, direction = orbit.ray(column + 0.5, row + 0.5, *SIZE)
            point = picking.on_surface(field, origin, direction, view.iso_level, view.clip)
            seen += bool(found[row, column])
            if point is not None and found[row, column]:
                same += bool(np.linalg.norm(origin + measured[row, column] * direction - point) < 0.5 / N)
    # A ray that grazes a surface may be found on either side of it.
    assert seen > 20
    assert same > 0.95 * seen


def test_the_clip_box_cuts_the_surface_open(scene: Scene) -> None:
    view = ViewSettings(mode="iso", isosurfaces=(Isosurface(level_at(0.3)),), clip=((0.0, 1.0), (0.0, 1.0), (0.0, 0.5)))
    measured, found = distances(scene, ball(), view, replace(Orbit.along(2), zoom=FIT))
    middle = measured[28:36, 28:36]
    assert found[28:36, 28:36].all()
    np.testing.assert_allclose(middle, -0.5, atol=1e-4)


def test_another_level_uploads_no_volume_and_seeks_no_range(scene: Scene) -> None:
    field = lognormal_box(N)
    view = ViewSettings(mode="iso")
    scene.put("field", field)
    scene.set_view(view)
    before = scene.picture(PANE, SIZE)[..., :3].astype(int)
    limits = scene.look.limits
    scene.set_view(replace(view, isosurfaces=(Isosurface(15.0),)))
    after = scene.picture(PANE, SIZE)[..., :3].astype(int)
    assert np.abs(after - before).max() > 20
    assert scene.library.volume_uploads == 1
    assert scene.look.limits == limits


def test_a_surface_is_coloured_by_what_a_run_has_too_much(scene: Scene) -> None:
    reference = lognormal_box(N, smoothing=1.0)
    dense = Field(reference.values.copy(), reference.box_size)
    dense.values[:, :, N // 2 :] *= 1.6
    dense.values[:, :, : N // 2] *= 0.4
    pane = replace(PANE, comparison="difference", reference="reference")
    scene.show([pane])
    scene.put("field", dense)
    scene.put("reference", reference)
    scene.set_view(ViewSettings(mode="iso", isosurfaces=(Isosurface(2.0),)))
    scene.set_camera(replace(Orbit.along(1), zoom=FIT))
    picture = scene.picture(pane, SIZE)[..., :3].astype(int)
    redness = picture[..., 0] - picture[..., 2]
    assert redness[:28].mean() > 8
    assert redness[36:].mean() < -8
    assert scene.look.signed["difference"] == (-2.0, 2.0)


def test_an_overlay_colours_the_surface_where_it_is(scene: Scene) -> None:
    values = np.zeros((N, N, N), np.float32)
    values[:, :, N // 2 :] = 1.0
    pane = replace(PANE, overlay="overlay")
    scene.show([pane])
    scene.put("field", ball())
    scene.put("overlay", Field(values, 100.0, "attribution"), overlay=True)
    scene.set_view(ViewSettings(mode="iso", isosurfaces=(Isosurface(level_at(0.3)),), overlay_opacity=1.0))
    scene.set_camera(replace(Orbit.along(1), zoom=FIT))
    picture = scene.picture(pane, SIZE)[..., :3].astype(int)
    saturation = picture.max(axis=2) - picture.min(axis=2)
    assert saturation[16:26, 26:38].min() > 40
    assert saturation[38:48, 26:38].max() <= 8


@pytest.mark.parametrize("step", [1.0, 2.0, 2.5])
def test_surfaces_as_thin_as_a_cell_are_not_missed_in_motion(scene: Scene, step: float) -> None:
    scene.put("field", lognormal_box(64, smoothing=0.7))
    scene.set_view(ViewSettings(mode="iso", isosurfaces=(Isosurface(10.0),)))
    fine, seen = (scene.picture(PANE, (240, 200), at, turns=1)[..., :3].astype(int) for at in (0.125, step))
    assert fine.mean() > 5.0
    assert abs(seen.mean() - fine.mean()) <= 1.0
