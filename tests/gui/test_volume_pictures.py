"""What the shaders draw, held against numpy; on the driver that the window uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.view import TransferFunction, ViewSettings, usual_opacity
from widgets.volume import transfer_function, uploads
from widgets.volume.camera import FIT, Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (120, 100)


class Stage:
    """A scene with one pane, looked at off the window."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def show(self, view: ViewSettings, field: Field, other: Field | None = None, comparison: str = "field") -> Pane:
        pane = Pane("a", (0, 0, *SIZE), "field", comparison, "other" if other is not None else None)
        self.scene.show([pane])
        self.scene.put("field", field)
        if other is not None:
            self.scene.put("other", other)
        self.scene.set_view(view)
        return pane

    def picture(
        self, view: ViewSettings, field: Field, other: Field | None = None, comparison: str = "field"
    ) -> NDArray[np.int64]:
        return self.scene.picture(self.show(view, field, other, comparison), SIZE)[..., :3].astype(np.int64)


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    with window_scene(SIZE) as scene:
        yield Stage(scene)


@pytest.fixture(scope="module")
def field() -> Field:
    return lognormal_box(32)


def face_on(axis: int) -> Orbit:
    """The box's face exactly fills a square view, with parallel rays."""
    return replace(Orbit.along(axis), zoom=FIT)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("offset", [0.0, 0.5])
def test_a_column_is_numpys_mean_along_the_axis(stage: Stage, axis: int, offset: float) -> None:
    field = lognormal_box(32, cell_offset=offset)
    pane = stage.show(ViewSettings(mode="column"), field)
    stage.scene.set_camera(face_on(axis))
    measured = stage.scene.measured(pane, (32, 32))
    expected = field.values.mean(axis=axis, dtype=np.float64)
    if offset == 0.0:
        # The middle of a pixel lies between two cells then, where the shader interpolates.
        for along in (0, 1):
            expected = (expected + np.roll(expected, -1, along)) / 2
    np.testing.assert_allclose(measured, expected.T[::-1], rtol=1e-3)


def test_a_maximum_is_numpys_along_the_axis(stage: Stage, field: Field) -> None:
    pane = stage.show(ViewSettings(mode="mip"), field)
    stage.scene.set_camera(face_on(2))
    highest = field.values.max(axis=2).T[::-1]
    np.testing.assert_allclose(stage.scene.measured(pane, (32, 32)), highest, rtol=uploads.HALF_ERROR)


def test_a_clipped_column_counts_the_kept_part_only(stage: Stage, field: Field) -> None:
    clip = ((0.0, 1.0), (0.0, 1.0), (0.25, 0.5))
    pane = stage.show(ViewSettings(mode="column", clip=clip), field)
    stage.scene.set_camera(face_on(2))
    expected = field.values[:, :, 8:16].mean(axis=2).T[::-1]
    np.testing.assert_allclose(stage.scene.measured(pane, (32, 32)), expected, rtol=1e-3)


def test_the_difference_of_columns(stage: Stage, field: Field) -> None:
    other = lognormal_box(32, smoothing=1.5)
    pane = stage.show(ViewSettings(mode="column"), field, other, "difference")
    stage.scene.set_camera(face_on(1))
    expected = (field.values - other.values).mean(axis=1, dtype=np.float64).T[::-1]
    np.testing.assert_allclose(stage.scene.measured(pane, (32, 32)), expected, atol=2e-3)


@pytest.mark.parametrize("mode", ["dvr", "column", "mip", "iso", "slice"])
@pytest.mark.parametrize("comparison", ["difference", "ratio"])
def test_a_field_does_not_differ_from_itself(stage: Stage, field: Field, mode: str, comparison: str) -> None:
    picture = stage.picture(ViewSettings(mode=mode), field, field, comparison)
    if mode == "dvr":
        assert picture.max() <= 4  # the background
    elif mode == "iso":
        # The surface is lit, and so of every grey.
        assert picture.max() > 150
        assert (picture.max(axis=2) - picture.min(axis=2)).max() <= 6
    else:
        # White everywhere but outside the box.
        assert picture[35:65, 45:75].min() >= 240


@pytest.mark.parametrize("mode", ["dvr", "column", "mip", "iso"])
def test_the_picture_does_not_depend_on_the_step(stage: Stage, mode: str) -> None:
    smooth = lognormal_box(32, smoothing=2.0)
    view = ViewSettings(mode=mode, opacity=0.1)
    pane = stage.show(view, smooth)
    fine = stage.scene.picture(pane, SIZE, step=0.25)[..., :3].astype(int)
    coarse = stage.scene.picture(pane, SIZE, step=1.0)[..., :3].astype(int)
    assert np.abs(fine - coarse).mean() <= 1.0


@pytest.mark.parametrize("light", [0.0, 0.6])
def test_a_denser_volume_does_not_depend_on_the_step_either(stage: Stage, light: float) -> None:
    smooth = lognormal_box(32, smoothing=2.0)
    pane = stage.show(ViewSettings(mode="dvr", opacity=4 * usual_opacity(smooth.box_size), light=light), smooth)
    fine, *others = (stage.scene.picture(pane, SIZE, step, turns=8)[..., :3].astype(int) for step in (0.25, 0.5, 1, 2))
    assert [np.abs(other - fine).mean() <= 1.0 for other in others[:2]] == [True, True]
    assert abs(others[2].mean() - fine.mean()) <= 1.0


def test_a_narrow_part_of_a_transfer_function_is_not_met_by_chance(stage: Stage) -> None:
    narrow = TransferFunction(points=((0.0, 0.0), (0.55, 0.0), (0.56, 1.0), (0.57, 0.0), (1.0, 0.0)))
    smooth = lognormal_box(32, smoothing=2.0)
    view = ViewSettings(mode="dvr", opacity=usual_opacity(smooth.box_size), light=0.0, transfer=narrow)
    pane = stage.show(view, smooth)
    fine = stage.scene.picture(pane, SIZE, step=0.0625, turns=8)[..., :3].astype(int)
    coarse = stage.scene.picture(pane, SIZE, step=1.0, turns=8)[..., :3].astype(int)
    assert fine.mean() > 5.0
    assert abs(coarse.mean() - fine.mean()) < 0.05 * fine.mean()


def test_what_is_dense_at_the_rim_of_columns_has_colours_of_the_map(stage: Stage) -> None:
    values = np.full((32, 32, 32), 0.5, np.float32)
    values[30:, 14:18, :3] = values[:2, :3, 14:18] = values[14:18, 30:, 29:] = 3000.0
    picture = stage.picture(ViewSettings(mode="column"), Field(values, 100.0))
    known = 255.0 * transfer_function.colours(ViewSettings().transfer.colour_map)[:, :3]
    bright = picture[picture.max(axis=2) > 150]
    off = np.abs(bright[:, None] - known).max(axis=2).min(axis=1)
    assert len(bright) > 50
    assert np.quantile(off, 0.9) <= 20  # the last pixels of a rim fade into the ground


def test_a_column_in_half_precision_is_off_by_no_more_than_is_said(stage: Stage) -> None:
    # Over five decades, as densities are; the densest cell makes the card's numbers a quarter of these.
    values = (10.0 ** np.random.default_rng(2).uniform(-2.0, 3.0, (32, 32, 32))).astype(np.float32)
    values[3, 4, 5] = 2e5
    pane = stage.show(ViewSettings(mode="column"), Field(values, 100.0))
    stage.scene.set_camera(face_on(2))
    exact = values.mean(axis=2, dtype=np.float64).T[::-1]
    off = np.abs(stage.scene.measured(pane, (32, 32)) / exact - 1.0).max()
    assert off <= 1.05 * uploads.HALF_ERROR < 0.005


@pytest.mark.parametrize("mode", ["dvr", "mip", "iso", "slice"])
def test_half_precision_draws_the_same_picture(stage: Stage, field: Field, mode: str) -> None:
    extreme = Field(field.values * 1.0, field.box_size)
    extreme.values[5, 6, 7] = 2e5
    view = ViewSettings(mode=mode, limits=(-1.0, 2.5))
    with window_scene(SIZE, half=False) as scene:
        one, other = stage.picture(view, extreme), Stage(scene).picture(view, extreme)
    apart = np.abs(one - other).max(axis=2)
    # At the very edge of a surface the last bit decides whether a ray meets it.
    assert (apart > 2).mean() <= (0.01 if mode == "iso" else 0.0)


@pytest.mark.parametrize("mode", ["dvr", "column", "mip", "iso", "slice"])
@pytest.mark.parametrize("scaling", ["linear", "log", "asinh"])
def test_every_mode_and_scaling_compiles_and_shows_something(
    stage: Stage, field: Field, mode: str, scaling: str
) -> None:
    picture = stage.picture(ViewSettings(mode=mode, scaling=scaling), field)
    assert picture.std() > 5


def test_an_edit_of_opacity_uploads_no_volume(stage: Stage, field: Field) -> None:
    view = ViewSettings(mode="dvr")
    before = stage.picture(view, field)
    uploads = stage.scene.library.volume_uploads
    edited = replace(view, transfer=replace(view.transfer, points=((0.0, 0.0), (1.0, 0.1))))
    assert np.abs(stage.picture(edited, field) - before).max() > 10
    assert stage.scene.library.volume_uploads == uploads == 1


def test_one_texture_serves_many_views(stage: Stage, field: Field) -> None:
    stage.scene.show([Pane(str(i), (10 * i, 0, 9, 9), "field") for i in range(6)])
    stage.scene.put("field", field)
    stage.scene.finish()
    assert stage.scene.library.volume_uploads == 1
    stage.scene.show([])
    assert stage.scene.library.get("field") is None


def test_an_overlay_shows_where_it_is_and_nowhere_else(stage: Stage, field: Field) -> None:
    values = np.zeros((32, 32, 32), np.float32)
    values[8, 8] = 1.0
    view = ViewSettings(mode="slice")
    covered = Pane("a", (0, 0, *SIZE), "field", overlay="overlay")
    stage.scene.show([covered])
    stage.scene.put("field", field)
    stage.scene.set_view(view)
    stage.scene.put("overlay", Field(values, 128.0, "attribution"), overlay=True)
    picture = stage.scene.picture(covered, (64, 64)).astype(int)
    saturation = picture[..., :3].max(axis=2) - picture[..., :3].min(axis=2)
    assert saturation[63 - 17, 17] > 40
    assert saturation[:20, 40:].max() <= 2


def test_a_large_field_is_first_drawn_coarsely_and_then_exactly(stage: Stage) -> None:
    large = lognormal_box(96)
    pane = stage.show(ViewSettings(mode="column"), large)
    stage.scene.advance(0.0)  # compiles a program
    stage.scene.advance(0.0)
    assert not stage.scene.library.complete((pane,), stage.scene.look.view)
    assert stage.scene.library.texture("field") is not None
    stage.scene.set_camera(face_on(2))
    measured = stage.scene.measured(pane, (96, 96))
    np.testing.assert_allclose(measured, large.values.mean(axis=2).T[::-1], rtol=1e-3)
