"""A name that is typed without its suffix gets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.save_name import ask_where


@pytest.mark.parametrize(("typed", "saved"), [("spectrum", "spectrum.pdf"), ("spectrum.svg", "spectrum.svg")])
def test_a_suffix_is_added_where_there_is_none(qtbot: QtBot, tmp_path: Path, typed: str, saved: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, answer)
            return
        entry = dialog.findChild(QLineEdit, "fileNameEdit")
        assert entry is not None
        entry.setText(str(tmp_path / typed))
        entry.returnPressed.emit()

    QTimer.singleShot(0, answer)
    assert ask_where(parent, "Export to", "figure.pdf", "*.pdf", "pdf") == tmp_path / saved
