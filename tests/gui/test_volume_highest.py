"""Maxima are not washed out where a field is drawn from fewer cells than it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.field import Field
from backends.data.view import ViewSettings
from widgets.volume import library, pictures
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (160, 120)
PANE = Pane("a", (0, 0, *SIZE), "field")
CELLS, PEAK = 96, 5000.0
HALOS = ((11, 50, 70), (40, 21, 33), (80, 75, 10))


def field() -> Field:
    values = np.full((CELLS,) * 3, 0.5, np.float32)
    for place in HALOS:
        values[place] = PEAK
    return Field(values, 100.0)


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[Scene]:
    with window_scene(SIZE) as made:
        made.show([PANE])
        made.put("field", field())
        made.set_camera(Orbit(25.0, 15.0, 1.2))
        yield made


def highest(scene: Scene, mode: str, preview: bool) -> float:
    """Return the largest number that any pixel shows."""
    scene.set_view(ViewSettings(mode=mode))
    paint = scene._prepared(PANE)
    seen = pictures.measured(lambda target: paint(replace(target, preview=preview)), (640, 480), 1.0)
    return float(seen[..., 0].max())


def test_in_motion_peaks_are_as_high_as_at_rest(scene: Scene) -> None:
    assert highest(scene, "column", preview=True) < 200
    # A texture that was made for columns has another stand-in for maxima, and the other way round.
    assert highest(scene, "mip", preview=True) > 0.8 * PEAK
    uploads = scene.library.volume_uploads
    assert highest(scene, "mip", preview=False) > 0.8 * PEAK
    assert scene.library.volume_uploads == uploads


def test_what_is_larger_than_the_card_keeps_its_peaks(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "largest_3d_texture", lambda: 50)
    with window_scene(SIZE) as scene:
        scene.show([PANE])
        scene.put("field", field())
        scene.set_camera(Orbit(25.0, 15.0, 1.2))
        column = highest(scene, "column", preview=False)
        assert highest(scene, "mip", preview=True) > 0.8 * PEAK
        # Back to means: a column adds matter up, and would not be the same from maxima.
        assert highest(scene, "column", preview=False) == pytest.approx(column, rel=1e-3)


def test_maxima_of_a_field_against_itself_differ_nowhere(scene: Scene) -> None:
    rng = np.random.default_rng(4)
    same = Field(np.exp(rng.standard_normal((CELLS,) * 3, dtype=np.float32)), 100.0)
    scene.put("field", same)
    scene.set_view(ViewSettings(mode="column"))
    scene.finish()
    scene.set_view(ViewSettings(mode="mip"))
    scene.finish()
    scene.put("again", replace(same))  # later: a maximum alone would be content with half precision
    pane = replace(PANE, reference="again", comparison="difference")
    scene.show([pane])
    assert np.abs(scene.measured(pane, SIZE)).max() == 0.0
