"""The menus as pictures: none is longer than a small screen, and what they mark is what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.application import Application
from backends.statistics import registry


def _menus(application: Application) -> Iterator[QMenu]:
    waiting = [action.menu() for action in application.window.header.menus.actions()]
    while waiting:
        menu = waiting.pop()
        if menu is not None:
            yield menu
            waiting += [action.menu() for action in menu.actions()]


def test_every_menu_fits_a_small_screen_and_holds_every_command_once(application: Application) -> None:
    menus = list(_menus(application))
    assert max(menu.sizeHint().height() for menu in menus) < 700
    listed = [action.objectName() for menu in menus for action in menu.actions() if action.objectName()]
    assert sorted(listed) == sorted(identifier for _, identifier, _ in application.actions)


def test_no_keys_are_two_commands(application: Application) -> None:
    """Qt runs neither of two that share their keys in the whole window."""
    window = Qt.ShortcutContext.WindowShortcut
    everywhere = [action for _, _, action in application.actions if action.shortcutContext() == window]
    keys = [action.shortcut().toString() for action in everywhere if not action.shortcut().isEmpty()]
    assert [one for one in keys if keys.count(one) > 1] == []


def test_the_panel_says_the_keys_of_every_way_of_drawing(application: Application) -> None:
    for button in application.window.volume.mode.findChildren(QPushButton):
        keys = button.toolTip().rpartition("(")[2].rstrip(")")
        found = [action for _, _, action in application.actions if action.shortcut().toString() == keys]
        assert len(found) == 1, button.text()
        found[0].trigger()
        assert button.isChecked(), button.text()


def test_a_statistic_that_another_package_brings_is_in_the_menu_and_the_palette(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SimpleNamespace(label="Variance in cells", needs_reference=False)
    monkeypatch.setitem(vars(registry())["_members"], "variance-in-cells", other)
    for _ in range(2):  # with every result, and once alone
        application.comparing.result_ready.emit("power-spectrum", "")
    (menu,) = [menu for menu in _menus(application) if menu.title() == "Others"]
    (action,) = menu.actions()
    assert (action.text(), action.isChecked()) == ("Variance in cells", False)
    application.actions["help.palette"].trigger()
    application.window.palette_of_commands.entry.setText("variance in cells")
    assert application.window.palette_of_commands.shown()[0] == "statistic.variance-in-cells"
    action.trigger()
    assert application.document.study.statistics[-1] == "variance-in-cells"
    assert action.isChecked()
    application.document.undo_stack.undo()
    assert not action.isChecked()


def test_the_keys_alone_show_a_statistic_which_the_menu_marks(application: Application, qtbot: QtBot) -> None:
    bispectrum = application.actions["statistic.bispectrum"]
    (menu,) = [menu for menu in _menus(application) if bispectrum in menu.actions()]
    for _ in range(2):
        shown = bispectrum.isChecked()
        menu.popup(application.window.pos())
        menu.setActiveAction(bispectrum)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
        assert bispectrum.isChecked() is not shown
        assert ("bispectrum" in application.document.study.statistics) is not shown
    application.document.undo_stack.undo()
    assert bispectrum.isChecked()


def test_escape_leaves_the_menus_altogether(application: Application, qtbot: QtBot) -> None:
    bar = application.window.header.menus
    edit = bar.actions()[1]
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.actionGeometry(edit).center())
    menu = edit.menu()
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not menu.isVisible() and bar.activeAction() is None, timeout=2000)
