"""The command palette: a few letters, arrows, Enter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from widgets.command_palette import CommandPalette, PaletteCommand
from widgets.fuzzy import score
from widgets.shortcuts_dialog import ShortcutsDialog
from widgets.style import apply
from widgets.theme import theme

COMMANDS = (
    PaletteCommand("open", "Open files…", "Ctrl+O", "File"),
    PaletteCommand("save", "Save session", "Ctrl+S", "File"),
    PaletteCommand("undo", "Undo", "Ctrl+Z", "Edit", enabled=False),
    PaletteCommand("mode-mip", "Maximum along the line of sight", "", "Volume"),
    PaletteCommand("mode-slice", "Slice", "S", "Volume"),
)


@pytest.fixture
def palette(qtbot: QtBot, qapp: QApplication) -> Iterator[CommandPalette]:
    apply(qapp, theme("dark"))
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    qtbot.waitExposed(window)
    shown = CommandPalette(window)
    shown.open(COMMANDS)
    yield shown
    shown.hide()


def test_typing_and_enter_run_a_command(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.entry, "mlos")
    assert palette.shown() == ("mode-mip",)
    with qtbot.waitSignal(palette.command_chosen) as chosen:
        qtbot.keyClick(palette.entry, Qt.Key.Key_Return)
    assert chosen.args == ["mode-mip"]
    assert not palette.isVisible()


def test_arrows_walk_and_wrap(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClick(palette.entry, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.command_chosen) as chosen:
        qtbot.keyClick(palette.entry, Qt.Key.Key_Return)
    assert chosen.args == ["save"]
    palette.open(COMMANDS)
    qtbot.keyClick(palette.entry, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == len(COMMANDS) - 2  # past the one that cannot be done


def test_what_cannot_be_done_is_last_and_not_run(palette: CommandPalette, qtbot: QtBot) -> None:
    assert palette.shown()[-1] == "undo"
    qtbot.keyClicks(palette.entry, "undo")
    with qtbot.assertNotEmitted(palette.command_chosen):
        qtbot.keyClick(palette.entry, Qt.Key.Key_Return)


def test_escape_closes_and_reopening_starts_afresh(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.entry, "zzz")
    assert palette.shown() == ()
    qtbot.keyClick(palette.entry, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    palette.open(COMMANDS)
    assert palette.entry.text() == ""
    assert len(palette.shown()) == len(COMMANDS)


def test_a_whole_word_beats_scattered_letters() -> None:
    titles = ["Show the slice editor", "Slice", "Save lists in cells"]
    ranked = sorted(titles, key=lambda title: -(score("slice", title) or 0.0))
    assert ranked[0] == "Slice"
    assert score("slice", "Open") is None
    assert (score("sp", "Show power spectrum") or 0) > (score("sp", "Display spurious") or 0)


def test_shortcuts_are_found_by_name_or_keys(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog(None, COMMANDS)
    qtbot.addWidget(dialog)
    assert "Maximum along the line of sight" not in dialog.shown()
    qtbot.keyClicks(dialog.search, "ctrl+s")
    assert dialog.shown() == ("Save session",)
