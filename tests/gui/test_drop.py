"""Files dropped on a window, as the window system delivers them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PyQt6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.drop_target import DropInvitation, DropTarget
from widgets.style import apply
from widgets.theme import theme

_NONE, _LEFT, _COPY = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> QWidget:
    apply(qapp, theme("dark"))
    shown = QWidget()
    qtbot.addWidget(shown)
    column = QVBoxLayout(shown)
    column.addWidget(QLineEdit())
    shown.resize(500, 300)
    return shown


def _carrying(*urls: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    return mime


def _enter(window: QWidget, mime: QMimeData) -> bool:
    event = QDragEnterEvent(QPoint(40, 20), _COPY, mime, _LEFT, _NONE)
    QApplication.sendEvent(window.windowHandle(), event)
    return event.isAccepted()


def test_files_and_folders_dropped_anywhere_are_announced(window: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    target = DropTarget(window)
    window.show()
    qtbot.waitExposed(window)
    mime = _carrying((tmp_path / "snap 1.hdf5").as_uri(), tmp_path.as_uri())
    assert _enter(window, mime)
    assert target.veil().isVisible()
    assert target.veil().size() == window.size()
    with qtbot.waitSignal(target.dropped) as dropped:
        # over the line edit, which would otherwise take the name as text
        QApplication.sendEvent(window.windowHandle(), QDropEvent(QPointF(40, 20), _COPY, mime, _LEFT, _NONE))
    assert dropped.args == [[tmp_path / "snap 1.hdf5", tmp_path]]
    assert not target.veil().isVisible()
    edit = window.findChild(QLineEdit)
    assert edit is not None
    assert edit.text() == ""


def test_a_drag_that_leaves_lifts_the_veil(window: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    target = DropTarget(window)
    window.show()
    qtbot.waitExposed(window)
    mime = _carrying(tmp_path.as_uri())
    assert _enter(window, mime)
    QApplication.sendEvent(window.windowHandle(), QDragLeaveEvent())
    assert not target.veil().isVisible()


def test_what_is_no_local_file_is_left_alone(window: QWidget, qtbot: QtBot) -> None:
    target = DropTarget(window)
    window.show()
    qtbot.waitExposed(window)
    web = _carrying("https://example.org/snap.hdf5")
    assert not target.veil().isVisible()
    assert not target.eventFilter(window, QDragEnterEvent(QPoint(1, 1), _COPY, web, _LEFT, _NONE))


def test_the_invitation_is_a_button_too(qtbot: QtBot) -> None:
    invitation = DropInvitation()
    qtbot.addWidget(invitation)
    invitation.show()
    with qtbot.waitSignal(invitation.open_requested):
        qtbot.mouseClick(invitation, _LEFT)
    with qtbot.waitSignal(invitation.open_requested):
        qtbot.keyClick(invitation, Qt.Key.Key_Space)
