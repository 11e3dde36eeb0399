"""What the window says of itself, and facts that are whole in a narrow panel."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import __version__
from app.about import made_of
from widgets.about_dialog import AboutDialog
from widgets.section import NamedValue


def test_versions_are_copied_for_a_report(qtbot: QtBot) -> None:
    dialog = AboutDialog(None, __version__, made_of())
    qtbot.addWidget(dialog)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy").click()
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    copied = clipboard.text().splitlines()
    assert copied[0] == f"Halograph {__version__}"
    assert {line.split()[0] for line in copied} >= {"Qt", "Python", "numpy", "torch"}


@pytest.mark.parametrize(("width", "stacked"), [(150, True), (280, False)])
def test_a_value_is_whole_beside_its_name_or_below_it(qtbot: QtBot, width: int, stacked: bool) -> None:
    line = NamedValue("Network", "402 k parameters")
    qtbot.addWidget(line)
    line.show()
    line.resize(width, line.heightForWidth(width) if line.hasHeightForWidth() else line.sizeHint().height())
    name, value = sorted(line.findChildren(QLabel), key=lambda label: label.text() != "Network")
    qtbot.waitUntil(lambda: (value.y() > name.y()) == stacked, timeout=2000)
    assert value.text() == "402 k parameters"
