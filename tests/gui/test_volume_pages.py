"""A field larger than the card is drawn from pages, as one that fits is drawn whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from PyQt6.QtWidgets import QApplication
from window_scene import window_scene

from backends.data.view import ViewSettings
from widgets.volume import library
from widgets.volume.blend import Blend
from widgets.volume.camera import Orbit
from widgets.volume.pane import Pane
from widgets.volume.scene import Scene

SIZE = (160, 120)
PANE = Pane("a", (0, 0, *SIZE), "field", reference="other")
# The card takes 64 cells a side: of 96 the means of blocks of two, and at most 5³ pages of ten cells with their border.
LARGEST, SIDE, CELLS = 64, 8, 96
CLIP = ((0.0, 0.35), (0.3, 0.65), (0.6, 0.95))


@pytest.fixture
def scene(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(library, "largest_3d_texture", lambda: LARGEST)
    with window_scene(SIZE) as made:
        made.library.page_side = SIDE
        yield made


def picture(scene: Scene, view: ViewSettings, pane: Pane, skips: bool = True) -> np.ndarray:
    scene.show([pane])
    scene.put("field", lognormal_box(CELLS, smoothing=1.0, cell_offset=0.0))
    scene.put("other", lognormal_box(CELLS, seed=2))
    scene.set_view(view)
    scene.set_camera(Orbit(25.0, 15.0, 1.5))
    scene.look = replace(scene.look, skips=skips)
    return scene.picture(pane, SIZE)[..., :3].astype(int)


@pytest.mark.parametrize("mode", ["dvr", "mip", "iso", "column", "plane"])
@pytest.mark.parametrize("comparison", ["field", "difference"])
def test_the_picture_is_that_of_the_whole_field(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, mode: str, comparison: str
) -> None:
    pane = replace(PANE, comparison=comparison)
    view = ViewSettings(mode=mode, clip=CLIP, origin=(0.1, 0.9, 0.0))
    paged = picture(scene, view, pane)
    texture = scene.library.texture("field")
    assert texture is not None
    assert texture.paged
    assert f"{CELLS // 2}³" in scene.library.note("field")
    monkeypatch.undo()
    with window_scene(SIZE) as fits:
        whole = picture(fits, view, pane)
    assert whole.std() > 5
    apart = np.abs(paged - whole).max(axis=2)
    # Two programs differ in the last bit of a position: at the very edge of a surface it decides.
    assert (apart > 1).mean() <= (2e-3 if mode == "iso" else 0.0)


def test_the_pages_come_over_several_turns_and_meanwhile_the_means_are_drawn(scene: Scene) -> None:
    scene.show([PANE])
    scene.put("field", lognormal_box(CELLS))
    scene.set_view(ViewSettings(mode="column", clip=CLIP))
    scene.draw()
    editions, cells = set(), set()
    for _ in range(400):
        scene.advance(0.0)
        texture = scene.library.texture("field")
        if texture is not None:
            editions.add(texture.edition)
            cells.add(texture.drawn().cells)
        scene.draw()
        if scene.settled:
            break
        scene.refine()
    assert scene.settled
    assert len(editions) > 5
    assert cells == {CELLS // 2, CELLS}


def test_a_small_budget_is_kept(qapp: QApplication) -> None:
    with window_scene(SIZE) as scene:
        scene.library.field_bytes, scene.library.page_side = 2 * 40**3, SIDE
        picture(scene, ViewSettings(mode="dvr"), replace(PANE, reference=None))
        texture = scene.library.texture("field")
        assert texture is not None
        assert texture.drawn(preview=True).cells <= 40
        assert texture.drawn().paged.slots == (4, 4, 4)


def test_of_two_times_the_nearest_is_drawn_and_the_view_says_so(scene: Scene) -> None:
    between, view = Blend("field", "other", 0.7, (2.0, 1.0)), ViewSettings(mode="mip", limits=(-1.0, 1.0))
    shown = picture(scene, view, replace(PANE, field=between, reference=None))
    assert scene.library.note(between).startswith("too large to be blended: z = 1.00 is shown")
    field = scene.library.get(between)
    assert field is not None
    assert field.redshift == 1.0
    nearest = picture(scene, view, replace(PANE, field="other", reference=None))
    assert np.abs(shown - nearest).max() <= 1
    assert nearest.std() > 5
