"""What every mode looks like, on a small field; marks and words are left to the tests of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.transfer_presets import PRESETS
from backends.data.view import CuttingPlane, Isosurface, TransferFunction, ViewSettings
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (160, 120)
PANE = Pane("a", (0, 0, *SIZE), "field")
Compare = Callable[[str, NDArray[np.uint8]], None]


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    """A scene with a field, a blurred one and an attribution."""
    with window_scene(SIZE) as made:
        made.show([replace(PANE, reference="reference", comparison="difference", overlay="overlay")])
        made.put("field", lognormal_box(48, smoothing=1.0))
        made.put("reference", lognormal_box(48))
        x = (np.arange(48) + 0.5) / 48 - 0.6
        squared = x[:, None, None] ** 2 + x[None, :, None] ** 2 + x[None, None, :] ** 2
        made.put("overlay", Field(np.exp(-squared / 0.01).astype(np.float32), 128.0, "attribution"), overlay=True)
        yield made


@pytest.mark.parametrize("mode", ["dvr", "column", "mip", "iso", "slice"])
@pytest.mark.parametrize("scaling", ["linear", "log", "asinh"])
def test_modes_and_scalings(scene: Scene, golden: Compare, mode: str, scaling: str) -> None:
    scene.set_view(ViewSettings(mode=mode, scaling=scaling, light=0.0))
    golden(f"{mode}-{scaling}", scene.picture(PANE, SIZE))


@pytest.mark.parametrize("mode", ["dvr", "column", "mip", "iso", "slice", "plane"])
@pytest.mark.parametrize("comparison", ["difference", "ratio", "wipe", "checkerboard"])
def test_comparisons(scene: Scene, golden: Compare, mode: str, comparison: str) -> None:
    pane = replace(PANE, comparison=comparison, reference="reference")
    scene.show([pane, replace(PANE, key="b", overlay="overlay")])
    scene.set_view(ViewSettings(mode=mode))
    golden(f"{mode}-{comparison}", scene.picture(pane, SIZE))


@pytest.mark.parametrize("mode", ["dvr", "column", "mip", "iso", "slice", "plane"])
def test_overlays(scene: Scene, golden: Compare, mode: str) -> None:
    scene.set_view(ViewSettings(mode=mode, light=0.0))
    golden(f"{mode}-overlay", scene.picture(replace(PANE, overlay="overlay"), SIZE))


def test_an_overlay_in_full_light(scene: Scene, golden: Compare) -> None:
    scene.set_view(ViewSettings(mode="dvr", light=1.0))
    golden("dvr-overlay-lit", scene.picture(replace(PANE, overlay="overlay"), SIZE))


@pytest.mark.parametrize("mode", ["dvr", "column", "mip", "iso", "slice"])
@pytest.mark.parametrize("kind", ["density", "error"])
def test_another_field_laid_over(scene: Scene, golden: Compare, mode: str, kind: str) -> None:
    pane = replace(PANE, overlay="reference", overlay_kind=kind)
    scene.show([pane, replace(PANE, key="b", reference="reference", comparison="difference")])
    scene.set_view(ViewSettings(mode=mode))
    golden(f"{mode}-over-{kind}", scene.picture(pane, SIZE))


def test_a_clipped_volume_seen_along_an_axis(scene: Scene, golden: Compare) -> None:
    scene.set_view(ViewSettings(mode="dvr", light=0.0, clip=((0.0, 1.0), (0.25, 0.75), (0.0, 0.5))))
    scene.set_camera(Orbit.along(1))
    golden("dvr-clipped-along-y", scene.picture(PANE, SIZE))


def test_a_clipped_surface_shows_the_field_where_it_is_cut(scene: Scene, golden: Compare) -> None:
    scene.set_view(ViewSettings(mode="iso", isosurfaces=(Isosurface(2.0),), clip=((0.0, 1.0), (0.4, 1.0), (0.0, 0.8))))
    golden("iso-clipped", scene.picture(PANE, SIZE))


def test_a_surface_from_inside_the_box(scene: Scene, golden: Compare) -> None:
    scene.set_view(ViewSettings(mode="iso", isosurfaces=(Isosurface(3.0),)))
    scene.set_camera(Orbit(20.0, 10.0, 12.0, field_of_view=60.0))
    golden("iso-inside", scene.picture(PANE, SIZE))


def test_from_inside_the_box(scene: Scene, golden: Compare) -> None:
    scene.set_view(ViewSettings(mode="dvr", light=0.0))
    scene.set_camera(Orbit(20.0, 10.0, 12.0, field_of_view=60.0))
    golden("dvr-inside", scene.picture(PANE, SIZE))


def test_a_slice_shows_dimmed_images_beyond_the_box(scene: Scene, golden: Compare) -> None:
    scene.set_view(ViewSettings(mode="slice", axis=0, depth=(0.4, 0.5)))
    scene.set_camera(flat=Flat((0.1, 0.4), 0.7))
    golden("slice-images", scene.picture(PANE, SIZE))


def test_a_slice_from_near_shows_its_cells(scene: Scene, golden: Compare) -> None:
    scene.set_view(ViewSettings(mode="slice", depth=(0.5, 0.51)))
    scene.set_camera(flat=Flat((0.3, 0.4), 6.0))
    golden("slice-cells", scene.picture(PANE, SIZE))


PLANE = CuttingPlane(-30.0, 50.0, 0.08, 0.15)
NESTED = (Isosurface(1.2, 0.15, "#56b4e9"), Isosurface(2.5, 0.4), Isosurface(6.0, 1.0))
MODES = {
    "dvr-lit": ViewSettings(mode="dvr"),
    "dvr-lit-fully": ViewSettings(mode="dvr", light=1.0, scaling="asinh"),
    "dvr-voids": ViewSettings(mode="dvr", transfer=PRESETS["voids"].of(TransferFunction())),
    "column-mass": ViewSettings(mode="column", column_unit="mass"),
    "mip-attenuated": ViewSettings(mode="mip", attenuation=6.0),
    "iso-nested": ViewSettings(mode="iso", isosurfaces=NESTED),
    "iso-nested-clipped": ViewSettings(mode="iso", isosurfaces=NESTED, clip=((0.0, 1.0), (0.4, 1.0), (0.0, 1.0))),
    "plane-mean": ViewSettings(mode="plane", plane=PLANE),
    "plane-highest": ViewSettings(mode="plane", plane=replace(PLANE, highest=True)),
}


@pytest.mark.parametrize("name", MODES)
def test_what_modes_can_do(scene: Scene, golden: Compare, name: str) -> None:
    scene.set_view(MODES[name])
    golden(name, scene.picture(PANE, SIZE))
