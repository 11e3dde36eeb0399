"""The empty window invites, and can be used by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from widgets.cosmic_motif import web
from widgets.empty_state import EmptyState
from widgets.style import apply
from widgets.theme import theme


@pytest.fixture
def empty(qtbot: QtBot, qapp: QApplication) -> EmptyState:
    apply(qapp, theme("dark"))
    shown = EmptyState()
    qtbot.addWidget(shown)
    shown.resize(900, 700)
    shown.show_recent((Path("/data/snapdir_004"), Path("/data/camels/snap_033.hdf5")))
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def test_buttons_ask(empty: EmptyState, qtbot: QtBot) -> None:
    with qtbot.waitSignal(empty.demo_requested):
        qtbot.mouseClick(empty.demo, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(empty.open_requested):
        qtbot.mouseClick(empty.open, Qt.MouseButton.LeftButton)


def test_a_recent_file_is_reached_by_tab_and_opened_by_space(empty: EmptyState, qtbot: QtBot) -> None:
    with qtbot.waitActive(empty):
        empty.activateWindow()
    empty.demo.setFocus()
    row = next(b for b in empty.findChildren(QPushButton) if b.accessibleName() == "Open snap_033.hdf5")
    for _ in range(5):
        if row.hasFocus():
            break
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert row.hasFocus()
    with qtbot.waitSignal(empty.recent_requested) as asked:
        qtbot.keyClick(row, Qt.Key.Key_Space)
    assert asked.args == [Path("/data/camels/snap_033.hdf5")]


def test_nothing_is_wider_than_a_narrow_window(empty: EmptyState) -> None:
    assert empty.minimumSizeHint().width() <= 1100 - 237


def test_the_web_is_the_same_everywhere_and_clustered() -> None:
    points = web()
    assert np.array_equal(points, web.__wrapped__())
    counts = np.histogram2d(points[:, 0], points[:, 1], bins=22, range=((0, 1), (0, 1)))[0]
    assert counts.var() > 5 * counts.mean()  # far from Poisson: a web, not noise
