"""Two runs in one view, as a person works with them: the divider is dragged, views blink, single runs are let go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from pointer import move
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from app.linking import links_menu
from backends.data.catalogue import Catalogue
from backends.data.view import ViewSettings
from widgets.views.cell import Cell
from widgets.views.field_grid import FieldGrid

Settle = Callable[[], None]
LEFT = Qt.MouseButton.LeftButton
TRUTH = Cell("truth", "truth", "truth", "N-body", "reference", "#e8edf2")
WIPED = Cell(
    "model:wipe", "model", "model", "U-Net", "wiped with N-body", "#56b4e9", "wipe", "truth", "N-body", "#e8edf2"
)


@pytest.fixture
def grid(qtbot: QtBot) -> FieldGrid:
    made = FieldGrid()
    qtbot.addWidget(made)
    made.resize(601, 260)
    made.show_cells((TRUTH, WIPED))
    made.set_field("truth", lognormal_box(32))
    made.set_field("model", lognormal_box(32, smoothing=1.0))
    made.set_view(ViewSettings(mode="column", comparison="wipe"))
    made.show()
    qtbot.waitUntil(made.is_settled, timeout=20_000)
    return made


def surface(grid: FieldGrid) -> QWidget:
    found = grid.surface
    assert found is not None
    return found


def pixels(grid: FieldGrid) -> NDArray[np.int64]:
    """Return the grid's picture: (height, width, 3), red first."""
    shown = grid.picture(601, 260)
    bits = shown.constBits()
    assert bits is not None
    bits.setsize(shown.sizeInBytes())
    return np.frombuffer(bits, np.uint8).reshape(260, 601, 4)[..., :3].astype(int)


def test_the_divider_follows_the_mouse_in_one_step(grid: FieldGrid) -> None:
    asked: list[tuple[float, str]] = []
    grid.wipe_requested.connect(lambda share, merge: asked.append((share, merge)))
    camera, over = grid.camera(), surface(grid)
    middle = 301 + 150  # of the second cell
    move(over, QPoint(middle + 2, 130))
    assert over.cursor().shape() == Qt.CursorShape.SplitHCursor
    QTest.mousePress(over, LEFT, pos=QPoint(middle + 2, 130))
    for x in (middle + 30, middle + 75, 700):
        move(over, QPoint(x, 130), LEFT)
    QTest.mouseRelease(over, LEFT, pos=QPoint(700, 130))
    assert [share for share, _ in asked] == pytest.approx([0.6, 0.75, 1.0], abs=0.01)
    assert len({merge for _, merge in asked}) == 1
    assert grid.camera() == camera
    move(over, QPoint(middle - 60, 130))
    assert over.cursor().shape() != Qt.CursorShape.SplitHCursor


def test_blinking_draws_nothing_and_stops_when_hidden(grid: FieldGrid, qtbot: QtBot) -> None:
    grid.show_cells((TRUTH, replace(WIPED, key="model:blink", comparison="blink")))
    grid.set_view(ViewSettings(mode="column", comparison="blink", blink_rate=4.0))
    qtbot.waitUntil(grid.is_settled, timeout=20_000)
    scene, facing = grid._scene, grid.facing
    assert scene is not None
    marched: list[str] = []
    paint = scene._paint
    scene._paint = lambda pane, target: (marched.append(pane.key), paint(pane, target))[1]  # type: ignore[method-assign]
    seen = []
    for to_back in (False, True, False):
        qtbot.waitUntil(lambda to_back=to_back: facing.turned == to_back, timeout=3_000)  # type: ignore[misc]
        # It stands still while it is looked at: a busy machine takes longer for a picture than from turn to turn.
        facing._timer.stop()
        qtbot.wait(60)
        image = grid.grab().toImage()
        seen.append([image.pixel(x, 140) for x in range(340, 580)])
        facing.follow()
    assert seen[0] == seen[2] != seen[1]
    assert not marched
    grid.hide()
    assert not facing.blinks
    grid.show()
    assert facing.blinks
    grid.set_view(ViewSettings(mode="column"))
    grid.show_cells((TRUTH,))
    assert not facing.blinks


def test_blinking_never_flashes_more_than_three_times_a_second(grid: FieldGrid) -> None:
    grid.show_cells((TRUTH, replace(WIPED, key="model:blink", comparison="blink")))
    grid.set_view(ViewSettings(mode="column", comparison="blink", blink_rate=100.0))
    assert grid.facing._timer.interval() >= 1000 / 6


def test_every_choice_is_undone_and_saved(demo: Application, settle: Settle, qtbot: QtBot, tmp_path: Path) -> None:
    grid, document = demo.window.grid, demo.document
    first = document.study.view
    run = next(run.key for run in document.study.runs if run.network is not None)
    document.look(selected=run)
    demo.actions["view.wipe"].trigger()
    settle()
    wiped = [cell for cell in grid.drawn_cells() if cell.comparison == "wipe"]
    assert len(wiped) == 6
    assert {cell.against for cell in wiped} == {"N-body"}
    for share in (0.4, 0.3):
        grid.wipe_requested.emit(share, "wipe 1")
    document.undo_stack.undo()
    assert document.study.view.wipe == first.wipe
    document.undo_stack.redo()
    assert document.study.view.wipe == 0.3
    demo.actions["overlay.error"].trigger()
    settle()
    assert {cell.overlay_kind for cell in grid.drawn_cells() if cell.overlay is not None} == {"error"}

    # One run is let go: what it keeps, the panel changes there alone.
    items = {one.text(): one for one in links_menu(demo, run).actions()}
    assert isinstance(items["Own camera"], QAction)
    for name in ("Own camera", "Own colours and limits", "Own clip box"):
        items[name].trigger()
    settle()
    shared = document.study.view
    demo.window.volume.view_requested.emit(
        replace(shared.seen_in(run), clip=((0.0, 0.5), (0.0, 1.0), (0.0, 1.0)), mode="dvr"), ""
    )
    view = document.study.view
    assert (view.mode, view.clip, view.seen_in(run).clip[0]) == ("dvr", shared.clip, (0.0, 0.5))
    there = grid.camera_of("")
    grid.look(there[0].turned(40.0, 10.0), None, run)
    assert grid.camera_of("") == there != grid.camera_of(run)

    def probed() -> dict[str, object]:
        return {row.key: row.cells for row in demo.window.probe.table.rows.rows}

    items["Own crosshair"].trigger()
    settle()
    before = probed()
    demo.editing.move_crosshair(0.1, 0.2, 0.3)
    settle()
    assert {key for key, read in probed().items() if read != before[key]} == {run}
    view = document.study.view
    assert (view.crosshair, view.seen_in(run).crosshair) == (shared.crosshair, (0.1, 0.2, 0.3))
    assert not items["Own time"].isEnabled()  # it has one snapshot
    demo.actions["link.time"].trigger()
    assert "one snapshot" in demo.window.messages.messages()[0]
    assert not document.study.view.keeps(run, "time")

    path = tmp_path / "compared.halograph"
    sessions.save(path, document.study, grid.camera())
    session = sessions.load(path)
    assert session.study.view == view
    alone = grid.camera_of(run)
    demo.actions["link.all"].trigger()
    settle()
    assert not document.study.view.own
    assert grid.camera_of(run) == there
    document.undo_stack.undo()
    grid.set_camera(session.camera)
    settle()
    assert grid.camera_of(run) == alone


def test_a_session_of_an_older_halograph_opens(tmp_path: Path) -> None:
    stored = {"comparison": "difference", "overlay": "grad-cam", "overlay_opacity": 0.4}
    view = sessions._plain(ViewSettings, stored)
    assert view == ViewSettings(comparison="difference", overlay="grad-cam", overlay_opacity=0.4)
    assert np.allclose(view.wipe, 0.5)


def test_rings_of_both_runs_are_drawn_each_where_its_run_is_seen(grid: FieldGrid, qtbot: QtBot) -> None:
    """What rings change is in the run's colour at the left of the divider, and in the reference's at the right."""
    places = np.array([[x, 64.0, 64.0] for x in (16.0, 48.0, 80.0, 112.0)])  # Mpc/h
    halos = Catalogue(places, np.full(4, 1e14), 128.0, radii=np.full(4, 6.0))
    ringed = replace(WIPED, halos="ours", against_run="truth", against_halos="theirs")
    grid.show_cells((ringed,))
    grid.set_view(ViewSettings(mode="slice", axis=2, comparison="wipe"))
    qtbot.waitUntil(grid.is_settled, timeout=20_000)
    without = pixels(grid)
    for key in ("ours", "theirs"):
        grid.set_halos(key, halos)
    left, right = np.split(pixels(grid) - without, [300], axis=1)
    bluer = [(half[..., 2] - half[..., 0])[np.abs(half).sum(axis=2) > 60].mean() for half in (left, right)]
    # A sky blue ring adds more blue than red to what is under it; a white one on magma adds blue and red alike.
    assert bluer[0] > bluer[1] + 30
    assert all((np.abs(half).sum(axis=2) > 60).sum() > 50 for half in (left, right))
