"""A canvas that changes its size while its next picture cannot be drawn yet keeps the last one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.view import ViewSettings
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE, LARGER = (160, 120), (320, 240)
PANE = Pane("a", (0, 0, *SIZE), "field")
WIPED = Pane("a", (0, 0, *SIZE), "field", "wipe", "field")


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene(SIZE) as made:
        made.show([PANE])
        made.put("field", lognormal_box(32))
        made.quality.rest_seconds = 0.0
        yield made


def seen(scene: Scene) -> NDArray[np.float64]:
    scene.draw()
    assert scene._easel.fine is not None
    return scene._easel.fine.read()[..., :3].astype(float)


@pytest.mark.parametrize("pane", [PANE, WIPED], ids=["of one face", "of two"])
def test_the_last_picture_is_drawn_out_until_the_new_mode_is_compiled(scene: Scene, pane: Pane) -> None:
    scene.show([pane])
    while not scene.settled:
        scene.advance(1.0)
        scene.draw()
        scene.refine()
    before = seen(scene)
    assert before.std() > 20.0
    scene.set_view(ViewSettings(mode="mip"))
    scene.canvas.asked = LARGER
    assert not scene.stale
    kept = seen(scene)
    rows, columns, _ = before.shape
    assert kept.shape == (2 * rows, 2 * columns, 3)
    assert np.abs(kept.reshape(rows, 2, columns, 2, 3).mean(axis=(1, 3)) - before).mean() < 2.0
