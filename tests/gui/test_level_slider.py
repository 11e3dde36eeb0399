"""The level of the isosurface in the panel: shown with its mode alone, one drag one step of undo."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from backends.data.view import Isosurface, ViewSettings
from widgets.transfer_function_editor import TransferFunctionEditor
from widgets.volume_parameters import VolumeParameters


@pytest.fixture
def panel(qtbot: QtBot) -> VolumeParameters:
    made = VolumeParameters(TransferFunctionEditor())
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_level_belongs_to_its_mode(panel: VolumeParameters) -> None:
    for mode in ("dvr", "column", "mip", "slice"):
        panel.show_view(ViewSettings(mode=mode), 128.0)
        assert not panel.controls.surfaces.rows[0].level.isVisible()
    panel.show_view(ViewSettings(mode="iso", isosurfaces=(Isosurface(12.5),)), 128.0)
    assert panel.controls.surfaces.rows[0].level.isVisible()
    assert not panel.opacity.isVisible()
    assert panel.controls.surfaces.rows[0].level.edit.text() == "12.5"


def test_a_drag_of_the_level_is_one_gesture(panel: VolumeParameters) -> None:
    panel.show_view(ViewSettings(mode="iso"), 128.0)
    asked: list[tuple[ViewSettings, str]] = []
    panel.view_requested.connect(lambda view, key: asked.append((view, key)))
    panel.controls.surfaces.rows[0].level.track.begun.emit()
    for fraction in (0.5, 0.6, 0.7):
        panel.controls.surfaces.rows[0].level.track.moved.emit((fraction,))
    assert [view.iso_level for view, _ in asked] == pytest.approx([10.0, 25.119, 63.096])
    assert len({key for _, key in asked}) == 1
    assert asked[0][1].startswith("level")


def test_keys_after_a_drag_are_a_gesture_of_their_own(panel: VolumeParameters, qtbot: QtBot) -> None:
    panel.show_view(ViewSettings(mode="iso"), 128.0)
    keys: list[str] = []
    panel.view_requested.connect(lambda _view, key: keys.append(key))
    track = panel.controls.surfaces.rows[0].level.track
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    for _ in range(2):
        qtbot.keyClick(track, Qt.Key.Key_PageUp)
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(40, 8))
    dragged, first, second, again = keys
    assert dragged != first == second != again


def test_a_typed_level_is_taken(panel: VolumeParameters, qtbot: QtBot) -> None:
    panel.show_view(ViewSettings(mode="iso"), 128.0)
    panel.controls.surfaces.rows[0].level.edit.setFocus()
    panel.controls.surfaces.rows[0].level.edit.setText("200")
    with qtbot.waitSignal(panel.view_requested) as asked:
        qtbot.keyClick(panel.controls.surfaces.rows[0].level.edit, Qt.Key.Key_Return)
    assert asked.args[0].iso_level == 200.0
