"""Saved views, the wrapped box and the crop in the whole application: as menus, as undo, and in sessions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from backends.data import periodic
from backends.data.study import Study
from backends.data.view import ViewSettings
from widgets.volume.camera import Orbit

EDGE = (0.01, 0.5, 0.98)


@pytest.fixture
def rested(application: Application, qtbot: QtBot) -> Callable[[], None]:
    """Waits until no camera travels."""
    return lambda: qtbot.waitUntil(lambda: not application.window.grid.pointing.moving.travels)


def test_a_place_at_the_edge_comes_to_the_middle_and_home_puts_it_back(
    application: Application, rested: Callable[[], None]
) -> None:
    go, document = application.navigating, application.document
    go.bring(EDGE)
    rested()
    assert periodic.as_drawn(EDGE, document.study.view) == pytest.approx([0.5, 0.5, 0.5])
    assert application.window.grid.camera()["orbit"]["centre"] == [0.5, 0.5, 0.5]
    assert application.actions["box.back"].isEnabled()
    document.undo_stack.undo()
    assert document.study.view.origin == (0.0, 0.0, 0.0)
    document.undo_stack.redo()
    application.actions["camera.home"].trigger()
    rested()
    assert document.study.view.origin == (0.0, 0.0, 0.0)
    assert application.window.grid.camera()["orbit"] == Orbit().saved()
    assert not application.actions["box.back"].isEnabled()


def test_a_saved_view_is_a_step_of_undo_a_line_of_the_menu_and_a_key(
    application: Application, rested: Callable[[], None]
) -> None:
    go, grid = application.navigating, application.window.grid
    grid.pointing.moving.face(2, -1)
    rested()
    go.bring(EDGE)
    rested()
    go.save("From below")
    kept, camera = application.document.study, grid.camera()["orbit"]
    first = application.view_actions[0]
    assert (first.text(), first.isVisible(), first.isEnabled()) == ("From below", True, True)
    assert not application.view_actions[1].isVisible()
    go.home()
    rested()
    first.trigger()
    rested()
    assert grid.camera()["orbit"] == camera
    assert application.document.study.view.origin == kept.view.origin
    go.save("From below")  # again: replaced, not doubled
    assert len(application.document.study.saved_views) == 1
    go.remove("From below")
    assert not first.isVisible()
    application.document.undo_stack.undo()
    assert application.document.study.saved_views[0].name == "From below"


def test_saved_views_the_wrap_and_the_crop_are_in_sessions_and_old_ones_still_open(
    application: Application, tmp_path: Path
) -> None:
    application.navigating.bring(EDGE)
    application.navigating.crop("run-1", ((0.1, 0.5), (0.0, 1.0), (0.2, 0.9)))
    application.navigating.save("A halo")
    study, path = application.document.study, tmp_path / "study.halograph"
    sessions.save(path, study, application.window.grid.camera())
    assert sessions.load(path).study == study
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["saved_views"], content["view"]["origin"]
    path.write_text(json.dumps(content), encoding="utf-8")
    old = sessions.load(path).study
    assert old == replace(study, saved_views=(), view=replace(study.view, origin=(0.0, 0.0, 0.0)))


def test_all_of_one_drag_of_a_wall_is_one_step_of_undo(application: Application) -> None:
    go, document = application.navigating, application.document
    for high in (0.9, 0.8, 0.7):
        go.crop("run-1", ((0.0, high), (0.0, 1.0), (0.0, 1.0)), "crop 1")
    go.crop("run-1", ((0.0, 0.7), (0.2, 1.0), (0.0, 1.0)), "crop 2")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.study.view.clip == ((0.0, 0.7), (0.0, 1.0), (0.0, 1.0))
    go.uncrop()
    assert document.study.view.clip == ViewSettings.clip
    document.open(Study())


def test_the_menu_of_a_place_offers_what_can_be_done_there(
    application: Application, settle: Callable[[], None]
) -> None:
    application.open_demo()
    settle()
    menu = application.navigating.menu(application.window.grid.places.cells[0].key, (0.25, 0.5, 0.75))
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[0] == "At 32.0, 64.0, 96.0 Mpc/h"
    for title in ("Centre here", "Bring here to the middle of the box", "Measure from here", "Show this run large",
                  "Fly through the box", "Crop the box", "Saved views", "Look from", "Home"):  # fmt: skip
        assert title in texts
    bring = next(action for action in menu.actions() if action.text().startswith("Bring here"))
    bring.trigger()
    settle()
    assert periodic.as_drawn((0.25, 0.5, 0.75), application.document.study.view) == pytest.approx([0.5] * 3)
    menu.deleteLater()


def test_single_keys_are_the_views_alone(application: Application, settle: Callable[[], None], qtbot: QtBot) -> None:
    application.open_demo()
    settle()
    window = application.window
    window.activateWindow()
    surface = window.grid.surface
    assert surface is not None
    surface.setFocus()
    qtbot.waitUntil(surface.hasFocus)
    QTest.keyClick(surface, Qt.Key.Key_M)
    assert window.grid.pointing.tools.name == "measure"
    QTest.keyClick(surface, Qt.Key.Key_F)
    assert window.grid.pointing.tools.name == "fly"
    QTest.keyClick(surface, Qt.Key.Key_Escape)
    assert window.grid.pointing.tools.name == ""
    typed = window.findChildren(QLineEdit)[0]
    typed.setFocus()
    QTest.keyClick(typed, Qt.Key.Key_M)
    assert window.grid.pointing.tools.name == ""
    application.editing.view(replace(application.document.study.view, mode="slice"))
    settle()
    application.actions["tool.fly"].trigger()
    assert window.grid.pointing.tools.name == ""
    assert window.messages.isVisible()
