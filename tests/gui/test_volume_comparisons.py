"""Two fields in one view: what a wipe, a checkerboard, a blink and an overlay show, to the last bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.view import OwnView, TransferFunction, ViewSettings
from widgets.volume import faces
from widgets.volume.camera import Orbit
from widgets.volume.canvas import Frame
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

MODES = ("dvr", "column", "mip", "iso", "slice")
SIZE = (121, 90)
FRONT = Pane("run", (0, 0, *SIZE), "run", "field", "reference")
BACK = Pane("reference", (0, 0, *SIZE), "reference")


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    """A run and a reference; their meshes differ, as those of a coarse network and of a fine simulation do."""
    with window_scene(SIZE) as made:
        made.show([replace(FRONT, comparison="difference"), BACK])
        made.put("run", lognormal_box(24, smoothing=1.0))
        made.put("reference", lognormal_box(32))
        yield made


def picture(scene: Scene, comparison: str, view: ViewSettings, field: str = "run", turns: int = 4) -> NDArray[np.uint8]:
    pane = replace(FRONT, field=field, comparison=comparison)
    scene.show([pane, replace(pane, key="other", comparison="difference"), BACK])
    scene.set_view(view)
    return scene.picture(pane, SIZE, turns=turns)


@pytest.mark.parametrize("mode", MODES)
def test_a_wipe_at_its_ends_is_one_field_alone(scene: Scene, mode: str) -> None:
    view = ViewSettings(mode=mode, depth=(0.4, 0.5))
    run = picture(scene, "field", view)
    reference = scene.picture(BACK, SIZE)
    assert (run != reference).any()
    assert (picture(scene, "wipe", replace(view, wipe=1.0)) == run).all()
    assert (picture(scene, "wipe", replace(view, wipe=0.0)) == reference).all()
    half = picture(scene, "wipe", replace(view, wipe=0.5))
    assert (half[:, :60] == run[:, :60]).all()
    assert (half[:, 60:] == reference[:, 60:]).all()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("comparison", ["wipe", "checkerboard", "blink"])
def test_a_field_beside_itself_is_the_field(scene: Scene, mode: str, comparison: str) -> None:
    view = ViewSettings(mode=mode)
    alone = picture(scene, "field", view, "reference")
    scene.turned = True
    assert (picture(scene, comparison, view, "reference") == alone).all()


def test_a_checkerboard_begins_with_the_run_and_alternates(scene: Scene) -> None:
    view = ViewSettings(mode="column", squares=3)  # of 30 pixels
    seen = picture(scene, "checkerboard", view)
    run, reference = picture(scene, "field", view), scene.picture(BACK, SIZE)
    for row in range(3):
        for column in range(4):
            square = np.s_[30 * row : 30 * row + 30, 30 * column : 30 * column + 30]
            expected = reference if (row + column) % 2 else run
            assert (seen[square] == expected[square]).all()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("comparison", ["wipe", "checkerboard", "blink"])
def test_the_window_shows_what_a_picture_shows(scene: Scene, mode: str, comparison: str) -> None:
    view = ViewSettings(mode=mode, comparison=comparison, squares=4, wipe=0.3)
    scene.turned = True
    expected = picture(scene, comparison, view, turns=1)[..., :3].astype(int)
    scene.show([replace(FRONT, comparison=comparison)])
    seen = in_window(scene)
    assert np.abs(seen - expected).mean() <= 0.02


def in_window(scene: Scene) -> NDArray[np.int64]:
    """Draw until all is refined, and return the window's pixels, (height, width, 3)."""
    scene.finish()
    scene.quality.rest_seconds = 0.0
    window = Frame(SIZE)
    while True:
        with window.buffer:
            scene.draw()
        if scene.settled:
            return np.asarray(window.read()[..., :3], dtype=np.int64)
        scene.advance(1.0)
        scene.refine()


def test_nothing_is_marched_again_when_other_parts_are_seen(scene: Scene) -> None:
    view = ViewSettings(mode="dvr", comparison="wipe")
    scene.set_view(view)
    scene.show([replace(FRONT, comparison="wipe")])
    before = in_window(scene)
    drawn: list[str] = []
    paint = scene._paint
    scene._paint = lambda pane, target: (drawn.append(pane.key), paint(pane, target))[1]  # type: ignore[method-assign]
    scene.set_view(replace(view, wipe=0.2, squares=9.0, blink_rate=3.0))
    assert scene.settled
    assert (in_window(scene) != before).any()
    assert not drawn
    scene.set_camera(Orbit(10.0, 10.0))
    in_window(scene)
    assert drawn


def test_runs_that_are_let_go_have_their_own_camera_colours_and_clipping(scene: Scene) -> None:
    panes = [replace(FRONT, key=key, field="reference") for key in ("a", "b")]
    scene.show(panes)
    shared = ViewSettings(mode="dvr")
    own = OwnView("b", True, TransferFunction("viridis"), (-1.0, 1.0), ((0.0, 0.5), (0.0, 1.0), (0.0, 1.0)))
    one, other = (picture_of(scene, pane, shared) for pane in panes)
    assert (one == other).all()
    let_go = shared.with_own(own)
    scene.set_view(let_go)
    scene.set_camera(Orbit(30.0, 60.0), key="b")
    assert (picture_of(scene, panes[0], let_go) == one).all()
    alone = replace(shared, transfer=own.transfer, limits=own.limits, clip=own.clip)
    apart = picture_of(scene, panes[1], let_go)
    assert (apart != one).any()
    # Relinked, it shows what all show; and what it showed was what these settings show.
    assert (picture_of(scene, panes[1], shared) == one).all()
    scene.set_camera(Orbit(30.0, 60.0))
    assert (picture_of(scene, panes[1], alone) == apart).all()


def picture_of(scene: Scene, pane: Pane, view: ViewSettings) -> NDArray[np.uint8]:
    scene.set_view(view)
    return scene.picture(pane, SIZE)


@pytest.mark.parametrize("mode", MODES)
def test_an_error_that_is_nowhere_hides_nothing(scene: Scene, mode: str) -> None:
    """A field's error against itself is nothing: the field is seen in the greys of what lies under, on dark blue."""
    over = replace(FRONT, field="reference", overlay="reference", overlay_kind="error")
    scene.show([over, replace(FRONT, overlay="reference", overlay_kind="error")])
    nothing = picture_of(scene, over, ViewSettings(mode=mode, overlay_opacity=1.0))
    assert (np.ptp(nothing[40:50, 50:70, :3].astype(int), axis=2) <= 4).all()
    something = picture_of(scene, replace(over, field="run"), ViewSettings(mode=mode, overlay_opacity=1.0))
    assert np.ptp(something[..., :3].astype(int), axis=2).max() > 60


@pytest.mark.parametrize("mode", ["column", "mip", "slice"])
def test_a_density_laid_over_in_full_is_seen_as_itself(scene: Scene, mode: str) -> None:
    """Where it is densest the second field hides the first, in the colours that its own map gives to its value."""
    view = ViewSettings(mode=mode, limits=(-3.0, -2.0), overlay_opacity=1.0, overlay_map="viridis")
    over = replace(FRONT, overlay="reference", overlay_kind="density")
    scene.show([over, BACK])
    seen = picture_of(scene, over, view)
    alone = picture_of(scene, BACK, replace(view, transfer=TransferFunction("viridis")))
    assert np.abs(seen[40:50, 50:70].astype(int) - alone[40:50, 50:70]).max() <= 1


def test_parts_that_are_seen_say_nothing_about_what_is_drawn() -> None:
    view = ViewSettings(comparison="wipe")
    assert faces.drawn_alike(view, replace(view, wipe=0.1))
    assert not faces.drawn_alike(view, replace(view, wipe=0.1, opacity=0.2))
