"""Rays that jump over empty bricks draw the picture that rays draw which do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.view import Isosurface, TransferFunction, ViewSettings
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (160, 120)
# Colours for a few values only, in two bands: most of the box is transparent.
BANDS = TransferFunction(points=((0.0, 0.0), (0.55, 0.0), (0.6, 0.4), (0.65, 0.0), (0.8, 0.0), (0.9, 1.0), (1.0, 1.0)))
VIEWS = {
    "dvr": ViewSettings(mode="dvr"),
    "bands": ViewSettings(mode="dvr", transfer=BANDS),
    "unlit": ViewSettings(mode="dvr", transfer=BANDS, light=0.0, scaling="asinh"),
    "mip": ViewSettings(mode="mip"),
    "iso": ViewSettings(mode="iso"),
    "nested": ViewSettings(mode="iso", isosurfaces=(Isosurface(0.3, 0.3), Isosurface(4.0, 0.5), Isosurface(12.0))),
    "clipped": ViewSettings(mode="iso", clip=((0.1, 1.0), (0.0, 0.7), (0.3, 0.9)), origin=(0.3, 0.15, 0.8)),
}


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene(SIZE) as made:
        yield made


def pictures(scene: Scene, view: ViewSettings, pane: Pane, field: Field, other: Field) -> list[np.ndarray]:
    scene.show([pane])
    scene.put("field", field)
    scene.put("other", other)
    scene.set_view(view)
    scene.set_camera(Orbit(35.0, 20.0))
    scene.finish()
    drawn = []
    for skips in (True, False):
        scene.look = replace(scene.look, skips=skips)
        drawn.append(scene.picture(pane, SIZE)[..., :3].astype(int))
    return drawn


@pytest.mark.parametrize("n_mesh", [48, 90])
@pytest.mark.parametrize("name", VIEWS)
def test_the_picture_is_the_same(scene: Scene, name: str, n_mesh: int) -> None:
    pane = Pane("a", (0, 0, *SIZE), "field")
    field, other = lognormal_box(n_mesh, smoothing=1.0, cell_offset=0.0), lognormal_box(n_mesh)
    one, all_steps = pictures(scene, VIEWS[name], pane, field, other)
    assert all_steps.std() > 5
    assert np.abs(one - all_steps).max() <= 1


@pytest.mark.parametrize("mode", ["dvr", "mip", "iso"])
@pytest.mark.parametrize("comparison", ["difference", "ratio"])
def test_comparisons_are_the_same(scene: Scene, mode: str, comparison: str) -> None:
    pane = Pane("a", (0, 0, *SIZE), "field", comparison, "other")
    view = ViewSettings(mode=mode, transfer=replace(BANDS, points=((0.0, 0.0), (0.3, 0.0), (1.0, 1.0))))
    one, all_steps = pictures(scene, view, pane, lognormal_box(48, smoothing=1.0), lognormal_box(32))
    assert np.abs(one - all_steps).max() <= 1
