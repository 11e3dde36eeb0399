"""The editor of a transfer function, worked with the mouse and with the keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pointer import move
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from backends.data.view import TransferFunction
from widgets.colour_map_choice import DIVERGING, SEQUENTIAL, ColourMapChoice, colours
from widgets.transfer_function_editor import TransferFunctionEditor

Heard = list[tuple[TransferFunction, bool]]
START = TransferFunction("inferno", ((0.0, 0.0), (0.5, 0.3), (1.0, 1.0)))


@pytest.fixture
def editor(qtbot: QtBot) -> TransferFunctionEditor:
    made = TransferFunctionEditor()
    qtbot.addWidget(made)
    made.resize(260, 132)
    made.set_transfer(START)
    made.set_limits(-2.0, 3.0, "log₁₀(1 + δ)")
    made.set_histogram(np.linspace(-2, 3, 33), np.geomspace(1e6, 1, 32))
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def heard(editor: TransferFunctionEditor) -> Heard:
    told: Heard = []
    editor.transfer_changed.connect(lambda transfer, finished: told.append((transfer, finished)))
    return told


def place(editor: TransferFunctionEditor, number: int) -> QPoint:
    return editor.point_position(number).toPoint()


def test_dragging_a_point_tells_on_the_way_and_at_the_end(editor: TransferFunctionEditor, heard: Heard) -> None:
    start = place(editor, 1)
    QTest.mousePress(editor, Qt.MouseButton.LeftButton, pos=start)
    move(editor, start + QPoint(20, -10))
    move(editor, start + QPoint(40, -20))
    QTest.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=start + QPoint(40, -20))
    assert [finished for _, finished in heard] == [False, False, True]
    position, opacity = heard[-1][0].points[1]
    assert position > 0.6
    assert opacity > 0.4
    assert heard[-1][0].colour_map == "inferno"
    assert heard[-1][0].points[0] == (0.0, 0.0)


def test_a_click_that_moves_nothing_changes_nothing(editor: TransferFunctionEditor, heard: Heard) -> None:
    QTest.mouseClick(editor, Qt.MouseButton.LeftButton, pos=place(editor, 1))
    assert heard == []


def test_a_double_click_adds_a_point_and_a_right_click_removes_it(editor: TransferFunctionEditor, heard: Heard) -> None:
    between = (place(editor, 1) + place(editor, 2)) / 2 + QPoint(0, -15)
    QTest.mouseDClick(editor, Qt.MouseButton.LeftButton, pos=between)
    assert len(heard[-1][0].points) == 4
    QTest.mouseClick(editor, Qt.MouseButton.RightButton, pos=place(editor, 2))
    assert len(heard[-1][0].points) == 3
    QTest.mouseClick(editor, Qt.MouseButton.RightButton, pos=place(editor, 0))
    assert len(heard[-1][0].points) == 3
    assert all(finished for _, finished in heard)


def test_the_keys_alone_do_all_of_it(editor: TransferFunctionEditor, heard: Heard) -> None:
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(editor, Qt.Key.Key_PageDown)
    assert "Point 2 of 3" in editor.accessibleDescription()
    QTest.keyClick(editor, Qt.Key.Key_Right)
    QTest.keyClick(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert heard[-1][0].points[1] == pytest.approx((0.51, 0.35))
    assert heard[-1][1]
    QTest.keyClick(editor, Qt.Key.Key_Insert)
    assert len(heard[-1][0].points) == 4
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert len(heard[-1][0].points) == 3


def test_what_is_told_from_outside_does_not_disturb_a_drag(editor: TransferFunctionEditor, heard: Heard) -> None:
    start = place(editor, 1)
    QTest.mousePress(editor, Qt.MouseButton.LeftButton, pos=start)
    move(editor, start + QPoint(20, 0))
    editor.set_transfer(heard[-1][0])
    move(editor, start + QPoint(30, 0))
    QTest.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 0))
    assert heard[-1][0].points[1][0] > heard[0][0].points[1][0]


def test_the_readout_hides_no_point_and_no_bend_of_the_line(editor: TransferFunctionEditor) -> None:
    for points in (
        ((0.0, 0.0), (0.35, 0.02), (0.44, 0.66), (0.8, 0.7), (1.0, 1.0)),
        ((0.0, 1.0), (0.3, 0.9), (0.7, 0.1), (1.0, 0.0)),
        ((0.0, 0.9), (0.5, 0.3), (1.0, 0.9)),
    ):
        painting = replace(editor._painting(), transfer=replace(START, points=points), bright=1)
        card = painting.card(painting.pixel(points[1]), 130.0)
        assert painting.area.contains(card)
        assert not any(card.contains(painting.pixel(point)) for point in points)


def test_an_empty_histogram_and_an_unknown_map_still_show(editor: TransferFunctionEditor) -> None:
    editor.set_histogram(np.empty(0), np.empty(0))
    editor.set_transfer(TransferFunction("no such map", START.points))
    assert editor.grab().width() == 260


def test_every_offered_colour_map_exists() -> None:
    greys = colours("no such map")
    for name in (*SEQUENTIAL, *DIVERGING):
        assert name == "gray" or colours(name) != greys


def test_choosing_a_colour_map_says_which(qtbot: QtBot) -> None:
    choice = ColourMapChoice()
    qtbot.addWidget(choice)
    choice.show()
    choice.show_name("viridis")
    assert choice.current_name == "viridis"
    with qtbot.waitSignal(choice.colour_map_chosen) as chosen:
        choice.setFocus()
        QTest.keyClick(choice, Qt.Key.Key_Down)
    assert chosen.args == [SEQUENTIAL[SEQUENTIAL.index("viridis") + 1]]


def test_a_stop_of_the_colours_is_added_dragged_and_removed(editor: TransferFunctionEditor, heard: Heard) -> None:
    # Half way between the ends of the strip, which lies beneath the ends of the opacity.
    middle = ((editor.point_position(3) + editor.point_position(4)) / 2).toPoint()
    QTest.mouseDClick(editor, Qt.MouseButton.LeftButton, pos=middle)
    assert heard[-1][0].stops[1] == pytest.approx((0.5, 0.5), abs=0.01)
    QTest.mousePress(editor, Qt.MouseButton.LeftButton, pos=middle)
    move(editor, middle + QPoint(30, 5))
    QTest.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=middle + QPoint(50, 5))
    position, colour = heard[-1][0].stops[1]
    assert position > 0.6
    assert colour == pytest.approx(0.5, abs=0.01)
    assert heard[-1][0].points == START.points
    QTest.mouseClick(editor, Qt.MouseButton.RightButton, pos=place(editor, 4))
    assert heard[-1][0].stops == START.stops


def test_the_keys_go_on_from_the_points_to_the_stops(editor: TransferFunctionEditor, heard: Heard) -> None:
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(editor, Qt.Key.Key_End)
    assert "Stop 2 of 2" in editor.accessibleDescription()
    QTest.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert heard[-1][0].stops[-1] == pytest.approx((1.0, 0.95))
    QTest.keyClick(editor, Qt.Key.Key_PageUp)
    QTest.keyClick(editor, Qt.Key.Key_Insert)
    assert len(heard[-1][0].stops) == 3


def test_where_nothing_hides_only_the_colours_are_offered(editor: TransferFunctionEditor, heard: Heard) -> None:
    dot = place(editor, 1)
    middle = ((editor.point_position(3) + editor.point_position(4)) / 2).toPoint()
    editor.allow_opacity(False)
    QTest.mousePress(editor, Qt.MouseButton.LeftButton, pos=dot)
    move(editor, dot + QPoint(20, -10))
    QTest.mouseRelease(editor, Qt.MouseButton.LeftButton, pos=dot + QPoint(20, -10))
    QTest.mouseDClick(editor, Qt.MouseButton.LeftButton, pos=dot + QPoint(30, -20))
    QTest.mouseClick(editor, Qt.MouseButton.RightButton, pos=dot)
    assert heard == []
    QTest.mouseDClick(editor, Qt.MouseButton.LeftButton, pos=middle)
    assert len(heard[-1][0].stops) == 3
    assert heard[-1][0].points == START.points
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(editor, Qt.Key.Key_Home)
    assert "Stop 1 of 3" in editor.accessibleDescription()
    QTest.keyClick(editor, Qt.Key.Key_PageUp)
    assert "Stop 3 of 3" in editor.accessibleDescription()
