"""Looking around in a real window: a person zooms, centres, flies, crops and measures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lognormal_box import lognormal_box
from pointer import move
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from qt_pixels import pixels

from backends.data.field import Field
from backends.data.view import ViewSettings
from widgets.views import cropping, measure
from widgets.views.cell import Cell
from widgets.views.field_grid import FieldGrid
from widgets.volume.camera import Orbit

N = 32
PEAK = (5, 21, 26)
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def place(index: tuple[int, int, int]) -> np.ndarray:
    return (np.array(index) + 0.5) / N


def peaked(*peaks: tuple[int, int, int]) -> Field:
    values = np.full((N, N, N), 0.5, np.float32)
    for peak in peaks:
        values[peak] = 400.0
    return Field(values, 128.0, redshift=1.0)


@pytest.fixture
def grid(qtbot: QtBot) -> FieldGrid:
    made = FieldGrid()
    qtbot.addWidget(made)
    made.resize(640, 320)
    made.show_cells((Cell("truth", "truth", "truth", "N-body"), Cell("model", "model", "model", "U-Net")))
    made.set_field("truth", peaked(PEAK))
    made.set_field("model", lognormal_box(N))
    made.set_mean_density(None, 0.5)
    made.set_view(ViewSettings(mode="dvr"))
    made.show()
    settle(made, qtbot)
    return made


def settle(grid: FieldGrid, qtbot: QtBot) -> None:
    qtbot.waitUntil(grid.is_settled, timeout=20_000)


def surface(grid: FieldGrid) -> QWidget:
    found = grid.surface
    assert found is not None
    return found


def pixel(grid: FieldGrid, drawn: np.ndarray) -> QPoint:
    """Where a place of the drawn box is seen in the first cell."""
    _, (left, top, *size) = grid.places.all[0]
    (across, along), _ = (found[0] for found in grid.camera_of("truth")[0].project(drawn[None], *size))
    return QPoint(round(left + across), round(top + along))


def middle(grid: FieldGrid) -> QPoint:
    left, top, width, height = grid.places.all[0][1]
    return QPoint(left + width // 2, top + height // 2)


def drag(grid: FieldGrid, button: Qt.MouseButton, start: QPoint, stop: QPoint) -> None:
    QTest.mousePress(surface(grid), button, pos=start)
    for share in (0.3, 0.7, 1.0):
        move(surface(grid), start + (stop - start) * share)
    QTest.mouseRelease(surface(grid), button, pos=stop)


def test_the_wheel_zooms_to_what_is_under_the_cursor(grid: FieldGrid, qtbot: QtBot) -> None:
    spot = pixel(grid, place(PEAK))
    for _ in range(4):
        at, steps = QPointF(spot), QPoint(0, 240)
        wheel = QWheelEvent(
            at, surface(grid).mapToGlobal(at), QPoint(), steps, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(surface(grid), wheel)
    assert grid.camera()["orbit"]["zoom"] > 3
    assert (pixel(grid, place(PEAK)) - spot).manhattanLength() <= 2
    settle(grid, qtbot)


def test_a_double_click_brings_the_densest_point_there_to_the_middle(grid: FieldGrid, qtbot: QtBot) -> None:
    enlarged: list[str] = []
    grid.cell_activated.connect(enlarged.append)
    QTest.mouseDClick(surface(grid), LEFT, pos=pixel(grid, place(PEAK)))
    assert grid.pointing.moving.travels
    settle(grid, qtbot)
    assert grid.camera()["orbit"]["centre"] == pytest.approx(place(PEAK).tolist())
    assert (pixel(grid, place(PEAK)) - middle(grid)).manhattanLength() <= 2
    assert not enlarged


def test_a_journey_ends_where_a_person_takes_over(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.pointing.moving.face(0, -1)
    there = grid.camera()["orbit"]
    QTest.mousePress(surface(grid), LEFT, pos=middle(grid))
    QTest.mouseRelease(surface(grid), LEFT, pos=middle(grid))
    assert not grid.pointing.moving.travels
    assert grid.camera()["orbit"] != there
    settle(grid, qtbot)


def test_a_double_click_on_the_name_or_a_click_beside_it_or_return_shows_a_run_large(
    grid: FieldGrid, qtbot: QtBot
) -> None:
    enlarged: list[str] = []
    grid.cell_activated.connect(enlarged.append)
    QTest.mouseDClick(surface(grid), LEFT, pos=QPoint(40, 20))
    with qtbot.assertNotEmitted(grid.crosshair_requested), qtbot.waitSignal(grid.run_selected):
        QTest.mouseClick(surface(grid), LEFT, pos=QPoint(40, 20))
    button = next(x for x in range(40, 200) if grid.pointing.handles.tip(x, 20).startswith("Show this run large"))
    move(surface(grid), QPoint(150, 150))
    move(surface(grid), QPoint(button + 8, 20))
    QTest.mouseClick(surface(grid), LEFT, pos=QPoint(button + 8, 20))
    QTest.keyClick(surface(grid), Qt.Key.Key_Return)
    assert enlarged == ["truth"] * 3
    settle(grid, qtbot)


def test_a_click_with_the_right_button_asks_for_a_menu_and_a_drag_zooms(grid: FieldGrid, qtbot: QtBot) -> None:
    with qtbot.waitSignal(grid.pointing.menu_requested) as asked:
        QTest.mouseClick(surface(grid), RIGHT, pos=pixel(grid, place(PEAK)))
    assert asked.args[0] == "truth"
    assert asked.args[1] == pytest.approx(tuple(place(PEAK)))
    zoom = grid.camera()["orbit"]["zoom"]
    with qtbot.assertNotEmitted(grid.pointing.menu_requested):
        drag(grid, RIGHT, middle(grid), middle(grid) - QPoint(0, 60))
    assert grid.camera()["orbit"]["zoom"] > zoom
    with qtbot.waitSignal(grid.pointing.menu_requested) as asked:  # the Menu key, at the crosshair
        grid.pointing._menu(-1.0, -1.0)
    assert asked.args[1] == (0.5, 0.5, 0.5)
    settle(grid, qtbot)


def test_a_click_on_the_axes_looks_from_there(grid: FieldGrid, qtbot: QtBot) -> None:
    from widgets.views import gizmo

    move(surface(grid), middle(grid))
    ball = next(b for b in gizmo.balls(grid.camera_of("truth")[0], grid.places.all[0][1]) if (b.axis, b.side) == (0, 1))
    assert grid.pointing.handles.tip(ball.place.x(), ball.place.y()).startswith("Look from +x")
    with qtbot.assertNotEmitted(grid.crosshair_requested):
        QTest.mouseClick(surface(grid), LEFT, pos=ball.place.toPoint())
    settle(grid, qtbot)
    assert grid.camera_of("truth")[0] == Orbit.facing(0, 1)


def test_a_wall_of_the_box_is_dragged_along_its_axis(grid: FieldGrid, qtbot: QtBot) -> None:
    asked: list[tuple[str, tuple[tuple[float, float], ...], str]] = []
    grid.pointing.crop_requested.connect(lambda *said: asked.append(said))
    grid.pointing.tools.begin("crop")
    start = pixel(grid, cropping.middle(ViewSettings.clip, 0, 1))
    drag(grid, LEFT, start, pixel(grid, np.array([0.6, 0.5, 0.5])))
    run, clip, _ = asked[-1]
    assert run == "truth"
    assert clip[0] == pytest.approx((0.0, 0.6), abs=0.01)
    assert clip[1:] == ((0.0, 1.0), (0.0, 1.0))
    assert len({text for *_, text in asked}) == 1
    grid.set_view(ViewSettings(mode="dvr", clip=clip))
    QTest.mouseDClick(surface(grid), LEFT, pos=pixel(grid, cropping.middle(clip, 0, 1)))
    assert asked[-1][1] == ((0.0, 1.0),) * 3
    assert asked[-1][2] != asked[0][2]
    QTest.keyClick(surface(grid), Qt.Key.Key_Escape)
    assert not grid.pointing.tools.at_work
    settle(grid, qtbot)


def test_a_distance_is_measured_through_the_wall_of_the_box(grid: FieldGrid, qtbot: QtBot) -> None:
    one, other = (1, 12, 16), (30, 15, 16)
    grid.set_field("truth", peaked(one, other))
    settle(grid, qtbot)
    grid.pointing.tools.begin("measure")
    with qtbot.assertNotEmitted(grid.crosshair_requested):
        QTest.mouseClick(surface(grid), LEFT, pos=pixel(grid, place(one)))
        move(surface(grid), middle(grid))
        QTest.mouseClick(surface(grid), LEFT, pos=pixel(grid, place(other)))
    measured = grid.pointing.pictured().measured
    # Three cells through the wall in x and three in y, of 4 Mpc/h each: not the 29 cells across the box.
    assert measure.length(*measured, 128.0) == pytest.approx(np.hypot(12.0, 12.0))
    move(surface(grid), middle(grid))
    end = pixel(grid, place(one))
    said = grid.pointing.handles.tip(end.x(), end.y())
    for words in ("16.97 Mpc/h", "33.94 Mpc", "Δx = −12 Mpc/h", "Δy = +12 Mpc/h", "Δz = +0 Mpc/h", "z = 1: 16.97 Mpc"):
        assert words in said, said
    QTest.keyClick(surface(grid), Qt.Key.Key_Escape)
    assert grid.pointing.pictured().measured == ()
    settle(grid, qtbot)


def test_one_flies_with_keys_and_stops_with_escape(grid: FieldGrid, qtbot: QtBot) -> None:
    surface(grid).setFocus()
    grid.pointing.tools.begin("fly")
    qtbot.waitUntil(lambda: not grid.pointing.moving.travels)
    before = grid.camera_of("truth")[0]
    QTest.keyPress(surface(grid), Qt.Key.Key_W)
    qtbot.waitUntil(lambda: np.linalg.norm(grid.camera_of("truth")[0].eye - before.eye) > 0.05)
    QTest.keyRelease(surface(grid), Qt.Key.Key_W)
    there = grid.camera_of("truth")[0]
    way = there.eye - before.eye
    assert way @ -before.axes[2] == pytest.approx(np.linalg.norm(way))
    drag(grid, LEFT, middle(grid), middle(grid) + QPoint(60, 0))
    np.testing.assert_allclose(grid.camera_of("truth")[0].eye, there.eye, atol=1e-9)
    assert grid.camera_of("truth")[0].azimuth != there.azimuth
    QTest.keyClick(surface(grid), Qt.Key.Key_Escape)
    assert grid.pointing.moving.flies_in is None
    ended = grid.camera_of("truth")[0]
    QTest.keyClick(surface(grid), Qt.Key.Key_W)
    assert grid.camera_of("truth")[0] == ended
    settle(grid, qtbot)


def test_a_journey_ends_a_flight(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.pointing.tools.begin("fly")
    grid.pointing.moving.home()
    assert not grid.pointing.tools.name
    settle(grid, qtbot)
    assert grid.camera_of("truth")[0] == Orbit()


@pytest.mark.parametrize("mode", ["column", "slice", "iso"])
def test_a_wrapped_box_looks_as_the_rolled_field_does(grid: FieldGrid, qtbot: QtBot, mode: str) -> None:
    field, by = lognormal_box(N), (7, 19, 30)
    view = ViewSettings(mode=mode, depth=(0.25, 0.5), limits=(-1.0, 1.0), crosshair=(0.5, 0.5, 0.5))
    grid.set_field("model", field)
    grid.set_view(replace(view, origin=(by[0] / N, by[1] / N, by[2] / N)))
    settle(grid, qtbot)
    wrapped = pixels(grid.picture(640, 320))
    grid.set_field("model", Field(np.roll(field.values, [-i for i in by], (0, 1, 2)), 128.0))
    grid.set_view(view)
    settle(grid, qtbot)
    rolled = pixels(grid.picture(640, 320))
    apart = np.abs(wrapped[60:260, 330:].astype(int) - rolled[60:260, 330:])
    assert np.mean(apart.max(axis=2) > 8) < 0.004
    assert rolled[60:260, 330:].std() > 10
