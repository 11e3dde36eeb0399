"""The grid of views in a real window: what it draws, keeps, frees and asks for."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QFont, QMouseEvent, QPainter
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from qt_pixels import pixels

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.view import TransferFunction, ViewSettings
from backends.errors import NotApplicable, WrongCall
from widgets.theme import theme
from widgets.views import sheet_painter
from widgets.views.cell import Cell
from widgets.views.field_grid import FieldGrid
from widgets.views.sheet import Sheet

TRUTH = Cell("truth", "truth", "truth", "N-body", "reference", "#e8edf2", halos="halos")
MODEL = Cell("model", "model", "model", "U-Net", "r > 0.95 to k = 0.93", "#56b4e9")
APART = replace(MODEL, key="model:difference", label="U-Net − N-body", comparison="difference", reference_field="truth")


@pytest.fixture
def grid(qtbot: QtBot) -> FieldGrid:
    made = FieldGrid()
    qtbot.addWidget(made)
    made.resize(600, 220)
    made.show_cells((TRUTH, MODEL, APART))
    made.set_field("truth", lognormal_box(32))
    made.set_field("model", lognormal_box(32, smoothing=1.0))
    made.show()
    settle(made, qtbot)
    return made


def settle(grid: FieldGrid, qtbot: QtBot) -> None:
    qtbot.waitUntil(grid.is_settled, timeout=20_000)


def click(grid: FieldGrid, x: float, y: float) -> None:
    surface = grid.surface
    assert surface is not None
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        mouse = QMouseEvent(
            kind, QPointF(x, y), surface.mapToGlobal(QPointF(x, y)), Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(surface, mouse)


def test_a_cell_says_that_it_loads_until_its_picture_is_there(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box with its scale and colours around nothing would look as if the field were empty."""
    painted: list[frozenset[str]] = []
    paint = sheet_painter.paint

    def told(painter: QPainter, sheet: Sheet, base: QFont) -> None:
        painted.append(sheet.drawn)
        paint(painter, sheet, base)

    monkeypatch.setattr(sheet_painter, "paint", told)
    made = FieldGrid()
    qtbot.addWidget(made)
    made.resize(600, 220)
    made.show_cells((TRUTH, MODEL, APART))
    made.set_field("truth", lognormal_box(32))
    made.show()
    qtbot.waitUntil(lambda: {"truth"} in painted, timeout=20_000)
    assert not painted[0]
    made.set_field("model", lognormal_box(32, smoothing=1.0))
    made.grab()
    assert painted[-1] == {"truth"}
    settle(made, qtbot)
    qtbot.waitUntil(lambda: painted[-1] == {"truth", "model", "model:difference"}, timeout=5_000)


@pytest.mark.parametrize("mode", ["dvr", "column", "mip", "iso", "slice"])
def test_every_mode_settles_into_a_picture(grid: FieldGrid, qtbot: QtBot, mode: str) -> None:
    with qtbot.waitSignal(grid.frame_drawn, timeout=20_000):
        grid.set_view(ViewSettings(mode=mode, scaling="asinh"))
    seen = pixels(grid.grab().toImage())
    for x in (0, 200, 400):
        assert seen[60:160, x + 30 : x + 170].std() > 4
    low, high = grid.limits()
    assert low < high


def test_a_click_on_a_slice_asks_for_the_crosshair_there(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.set_view(ViewSettings(mode="slice", axis=2, depth=(0.5, 0.51)))
    settle(grid, qtbot)
    with qtbot.waitSignals([grid.crosshair_requested, grid.run_selected]) as blocker:
        click(grid, 300, 110)
    asked = {signal.signal_name.split("(")[0]: signal.args for signal in blocker.all_signals_and_args}
    assert asked["crosshair_requested"] == pytest.approx((0.5, 0.5, 0.515625), abs=0.02)
    assert asked["run_selected"] == ("model",)


def test_a_click_on_a_volume_asks_for_its_densest_point(grid: FieldGrid, qtbot: QtBot) -> None:
    values = np.full((32, 32, 32), 0.5, np.float32)
    values[16, 16, 16] = 400.0
    grid.set_field("truth", Field(values, 128.0))
    grid.set_view(ViewSettings(mode="dvr"))
    settle(grid, qtbot)
    with qtbot.waitSignal(grid.crosshair_requested) as blocker:
        click(grid, 101, 109)
    assert blocker.args == pytest.approx([16.5 / 32] * 3)


def test_a_drag_turns_all_linked_views_and_no_click_follows(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.set_view(ViewSettings(mode="column"))
    before = grid.camera()["orbit"]
    asked: list[tuple[float, ...]] = []
    grid.crosshair_requested.connect(lambda *point: asked.append(point))
    surface = grid.surface
    assert surface is not None
    qtbot.mousePress(surface, Qt.MouseButton.LeftButton, pos=QPoint(80, 100))
    qtbot.mouseMove(surface, QPoint(90, 100))
    qtbot.mouseMove(surface, QPoint(140, 100))
    qtbot.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=QPoint(140, 100))
    after = grid.camera()["orbit"]
    assert after["azimuth"] != before["azimuth"]
    assert after["elevation"] == before["elevation"]
    assert not asked
    settle(grid, qtbot)


def test_unlinked_views_turn_alone(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.set_view(ViewSettings(mode="column", linked=False))
    surface = grid.surface
    assert surface is not None
    before = grid.camera()
    surface.turned.emit(40.0, 0.0, 300.0, 100.0)
    after = grid.camera()
    assert (after["orbit"], after["flat"]) == (before["orbit"], before["flat"])
    assert after["own"]["model"]["orbit"] != before["orbit"]
    settle(grid, qtbot)


def test_the_camera_survives_a_session(grid: FieldGrid) -> None:
    grid.pointing.moving.face(1, -1)
    saved = json.loads(json.dumps(grid.camera()))
    grid.pointing.moving.home()
    assert grid.camera() != saved
    grid.set_camera(saved)
    assert grid.camera() == saved
    grid.set_camera({})


def test_the_same_cells_again_draw_nothing(grid: FieldGrid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[object] = []
    qtbot.wait(100)  # its first pictures are on the screen
    monkeypatch.setattr(grid, "_paint_sheet", lambda *sheet: painted.append(sheet))
    grid.show_cells((TRUTH, MODEL, APART))
    qtbot.wait(50)
    assert not painted
    grid.show_cells((TRUTH, replace(MODEL, detail="r > 0.95 to k = 0.94"), APART))
    qtbot.waitUntil(lambda: bool(painted))


def test_what_no_cell_shows_is_freed_and_the_rest_is_kept(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.set_view(ViewSettings(mode="column"))
    settle(grid, qtbot)
    scene = grid._scene
    assert scene is not None
    kept = scene.library.texture("truth")
    grid.show_cells((TRUTH,))
    settle(grid, qtbot)
    assert scene.library.texture("truth") is kept
    assert scene.library.get("model") is None


def test_states_are_said_in_the_cell(grid: FieldGrid, qtbot: QtBot) -> None:
    loading = replace(MODEL, key="loading", field="later", state="loading", progress=0.4, message="loading …")
    failed = replace(MODEL, key="failed", field="never", state="failed", message="model.h5 is truncated. Copy it again")
    grid.show_cells((TRUTH, loading, failed))
    settle(grid, qtbot)
    seen = pixels(grid.grab().toImage())
    for x in (200, 400):
        assert seen[90:140, x + 30 : x + 170].max() > 150


def test_the_crosshair_and_halos_are_drawn_without_drawing_the_field_again(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.set_view(ViewSettings(mode="slice", halos=True))
    settle(grid, qtbot)
    plain = pixels(grid.grab().toImage())
    halos = Catalogue(np.array([[64.0, 32.0, 64.0]]), np.array([5e14]), 128.0, radii=np.array([6.0]))
    grid.set_halos("halos", halos)
    assert (pixels(grid.grab().toImage()) != plain).any()


@pytest.mark.parametrize("size", [(333, 222), (1200, 500)])
def test_a_picture_has_any_size(grid: FieldGrid, size: tuple[int, int]) -> None:
    image = grid.picture(*size)
    assert (image.width(), image.height()) == size
    seen = pixels(image)
    assert seen[:, : size[0] // 4].std() > 10
    assert seen[:, -size[0] // 4 :].std() > 10


def test_themes_and_frames(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.select("model")
    grid.highlight("truth")
    grid.set_theme(theme("light"))
    settle(grid, qtbot)
    seen = pixels(grid.grab().toImage())
    assert tuple(seen[100, 201]) == (0x56, 0xB4, 0xE9)


def test_what_cannot_be_drawn_is_refused(grid: FieldGrid) -> None:
    with pytest.raises(NotApplicable):
        grid.set_field("vectors", Field(np.zeros((3, 8, 8, 8), np.float32), 1.0, "displacement"))
    with pytest.raises(WrongCall):
        grid.set_view(ViewSettings(transfer=TransferFunction(colour_map="none such")))


def test_one_view_and_none(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.show_cells((TRUTH,))
    settle(grid, qtbot)
    grid.show_cells(())
    assert grid.is_settled()


def test_more_views_come_with_their_picture(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.show_cells((TRUTH, MODEL))
    settle(grid, qtbot)
    qtbot.wait(100)  # the last picture is on the screen
    before = pixels(grid.grab().toImage())
    grid.show_cells((TRUTH, MODEL, APART))
    steps = [before]
    while not grid.is_settled() or len(steps) < 5:
        steps.append(pixels(grid.grab().toImage()))
        QApplication.processEvents()
    assert np.array_equal(steps[1], before)
    for seen in steps:
        inside = seen[60:160, 430:570]  # of the third view, beneath its chip
        assert np.array_equal(seen, before) or inside.std() > 5.0
    assert not np.array_equal(steps[-1], before)
