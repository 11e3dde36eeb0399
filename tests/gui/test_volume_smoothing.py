"""What a view at rest comes to: the picture of a much finer step, with neither grain nor the rings of a coarse one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.view import ViewSettings
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (160, 120)
PANE = Pane("a", (0, 0, *SIZE), "field")
VIEWS = {
    "volume": ViewSettings(mode="dvr", light=0.0),
    "lit": ViewSettings(mode="dvr"),
    "column": ViewSettings(mode="column"),
    "maximum": ViewSettings(mode="mip"),
    "attenuated": ViewSettings(mode="mip", attenuation=4.0),
    "surface": ViewSettings(mode="iso"),
}


@pytest.fixture(autouse=True)
def smoothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pictures are drawn, however long they take."""
    monkeypatch.setattr("widgets.volume.refinement.SMOOTHING_SECONDS", 60.0)


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene(SIZE) as made:
        made.show([PANE])
        made.put("field", lognormal_box(48))
        yield made


def window(scene: Scene) -> NDArray[np.float64]:
    """Return what the window shows now."""
    scene.draw()
    assert scene._easel.fine is not None
    return scene._easel.fine.read()[..., :3].astype(float)


def settle(scene: Scene) -> list[NDArray[np.float64]]:
    """Draw until nothing is left to refine; return what was seen meanwhile."""
    scene.finish()
    scene.quality.rest_seconds = 0.0
    seen = [window(scene)]
    while not scene.settled:
        scene.advance(1.0)
        scene.refine()
        seen.append(window(scene))
    return seen


@pytest.mark.parametrize("name", VIEWS)
def test_at_rest_a_view_comes_near_the_picture_of_a_much_finer_step(scene: Scene, name: str) -> None:
    scene.set_view(VIEWS[name])
    scene.set_camera(Orbit(25.0, 15.0, 2.0))
    # Of a field as rough as this one surfaces have ever finer parts, the finer they are searched: edges alone are held.
    truth = scene.picture(PANE, SIZE, 1.0 if name == "surface" else 1 / 8, turns=16)[..., :3].astype(float)
    once = np.abs(scene.picture(PANE, SIZE, turns=1)[..., :3] - truth)
    rested = np.abs(settle(scene)[-1] - truth)
    assert rested.mean() < 0.7 * once.mean()
    assert rested.mean() < (2.5 if name == "surface" else 1.5)


@pytest.mark.parametrize("name", VIEWS)
def test_no_picture_on_the_way_is_blank_or_darker(scene: Scene, name: str) -> None:
    scene.set_view(VIEWS[name])
    settle(scene)
    scene.set_camera(Orbit(30.0, 20.0, 1.2))
    means = [picture.mean() for picture in settle(scene)]
    assert min(means) > 0.7 * means[-1] > 0.0
    assert max(means) < 1.3 * means[-1]


def test_a_camera_that_moves_begins_anew(scene: Scene) -> None:
    scene.set_view(VIEWS["volume"])
    settle(scene)
    scene.set_camera(Orbit(120.0, -30.0))
    assert not scene.settled
    moved = settle(scene)[-1]
    scene.set_camera(Orbit(25.0, 15.0))
    settle(scene)
    scene.set_camera(Orbit(120.0, -30.0))
    assert np.abs(settle(scene)[-1] - moved).mean() < 0.5


def test_a_maximum_is_that_of_the_field_though_it_lies_between_samples(scene: Scene) -> None:
    """Seen askew a single dense cell's peak is met between two samples; it is found all the same."""
    scene.set_view(ViewSettings(mode="mip"))
    scene.set_camera(Orbit(37.0, 23.0, 1.0))
    found = scene.measured(PANE, (480, 360))
    field = scene.library.get("field")
    assert field is not None
    assert found.max() <= field.values.max() * 1.001
    assert found.max() > 0.88 * field.values.max()
