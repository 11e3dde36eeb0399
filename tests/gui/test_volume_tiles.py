"""Large pictures are put together of tiles: nothing shows where they meet, and they say how far they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.view import ViewSettings
from backends.errors import Cancelled
from widgets.volume import pictures
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (90, 70)
PANE = Pane("a", (0, 0, *SIZE), "field", reference="other")


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene(SIZE) as made:
        made.show([PANE, replace(PANE, key="b", comparison="difference")])
        made.put("field", lognormal_box(24))
        made.put("other", lognormal_box(24, seed=2))
        yield made


@pytest.mark.parametrize(
    ("mode", "comparison"),
    [
        ("dvr", "field"),
        ("column", "field"),
        ("mip", "difference"),
        ("iso", "field"),
        ("slice", "field"),
        ("dvr", "wipe"),
    ],
)
def test_tiles_are_the_whole_picture(scene: Scene, monkeypatch: pytest.MonkeyPatch, mode: str, comparison: str) -> None:
    scene.set_view(ViewSettings(mode=mode, light=0.5))
    pane = replace(PANE, comparison=comparison)
    whole = scene.picture(pane, SIZE, turns=2).astype(int)
    monkeypatch.setattr(pictures, "TILE", 32)
    tiled = scene.picture(pane, SIZE, turns=2).astype(int)
    assert np.abs(tiled - whole).max() <= 1
    assert whole.std() > 5


@pytest.mark.parametrize("comparison", ["field", "checkerboard"])
def test_it_says_how_far_it_is_and_stops_between_two_tiles(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, comparison: str
) -> None:
    monkeypatch.setattr(pictures, "TILE", 32)
    scene.set_view(ViewSettings(mode="dvr"))
    pane, heard = replace(PANE, comparison=comparison), list[float]()
    scene.picture(pane, SIZE, turns=2, told=heard.append)
    faces = 1 if comparison == "field" else 2
    np.testing.assert_allclose(heard, np.arange(1, 18 * faces + 1) / (18 * faces))

    def cancel(share: float) -> None:
        heard.append(share)
        if share > 0.33:
            raise Cancelled

    heard.clear()
    with pytest.raises(Cancelled):
        scene.picture(pane, SIZE, turns=2, told=cancel)
    assert len(heard) == 6 * faces
