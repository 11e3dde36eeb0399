"""Light on two fields together: what is off, and what is laid over, has a bright side and a dark one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.view import ViewSettings
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (96, 96)
N = 32
PANE = Pane("a", (0, 0, *SIZE), "ball", reference="even")
PANES = {
    "difference": replace(PANE, comparison="difference"),
    "ratio": replace(PANE, comparison="ratio"),
    "attribution": replace(PANE, field="even", overlay="laid", overlay_kind="attribution"),
    "density": replace(PANE, field="even", overlay="ball", overlay_kind="density"),
    "error": replace(PANE, field="even", overlay="ball", overlay_kind="error"),
    "wipe": replace(PANE, comparison="wipe", reference="ball"),
    "checkerboard": replace(PANE, comparison="checkerboard", reference="ball"),
}
UPPER_LEFT, LOWER_RIGHT = np.s_[34:46, 34:46], np.s_[50:62, 50:62]


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    """A ball of matter in the middle, and a box in which it is nowhere."""
    with window_scene(SIZE) as made:
        made.show([replace(PANE, comparison="difference"), replace(PANE, key="b", overlay="laid")])
        x = (np.arange(N) + 0.5) / N - 0.5
        squared = x[:, None, None] ** 2 + x[None, :, None] ** 2 + x[None, None, :] ** 2
        ball = np.exp(-squared / 0.03).astype(np.float32)
        made.put("ball", Field(1.0 + 40.0 * ball, 100.0, "relative_density"))
        made.put("even", Field(np.ones_like(ball), 100.0, "relative_density"))
        made.put("laid", Field(ball, 100.0, "attribution"), overlay=True)
        yield made


def picture(scene: Scene, name: str, light: float) -> NDArray[np.int64]:
    scene.show([PANES[name], replace(PANE, key="b", comparison="difference", overlay="laid")])
    scene.set_view(ViewSettings(mode="dvr", light=light, limits=(-0.5, 1.6)))
    scene.set_camera(Orbit(30.0, 20.0))
    return scene.picture(PANES[name], SIZE)[..., :3].astype(np.int64)


@pytest.mark.parametrize("name", PANES)
def test_the_side_towards_the_lamp_is_brighter(scene: Scene, name: str) -> None:
    dull, lit = (picture(scene, name, light) for light in (0.0, 1.0))
    # The lamp is above the viewer's left shoulder; without it both sides are alike.
    assert abs(dull[UPPER_LEFT].mean() - dull[LOWER_RIGHT].mean()) < 3
    assert lit[UPPER_LEFT].mean() > lit[LOWER_RIGHT].mean() + 10


@pytest.mark.parametrize("turned", [False, True], ids=["more", "less"])
def test_light_leaves_the_sign_its_colour(scene: Scene, turned: bool) -> None:
    """What is too much stays red and what is too little blue, on either side of a body."""
    pane = replace(PANES["difference"], field="even", reference="ball") if turned else PANES["difference"]
    for light in (0.0, 1.0):
        scene.set_view(ViewSettings(mode="dvr", light=light))
        scene.show([pane])
        seen = scene.picture(pane, SIZE)[..., :3].astype(int)
        for side in (UPPER_LEFT, LOWER_RIGHT):
            redder = (seen[side][..., 0] - seen[side][..., 2]).mean()
            assert (redder < -5) if turned else (redder > 5)
