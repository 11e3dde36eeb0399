"""The library, used as a person uses it: clicks, keys, typing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QModelIndex, QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot
from qt_pixels import pixels

from widgets.library import Library, LibraryRow
from widgets.library_row import HEIGHT
from widgets.style import apply
from widgets.theme import theme

_COLOURS = theme("dark").runs
ROWS = (
    LibraryRow("t", "N-body", theme("dark").reference, "reference", "reference"),
    LibraryRow("u", "U-Net", _COLOURS[0], "227 k", selected=True),
    LibraryRow("r", "ResNet", _COLOURS[1], "57 k"),
)


@pytest.fixture
def library(qtbot: QtBot, qapp: QApplication) -> Library:
    apply(qapp, theme("dark"))
    shown = Library()
    qtbot.addWidget(shown)
    shown.resize(236, 500)
    shown.show_runs(ROWS)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def _spot(library: Library, number: int, x: int) -> QPoint:
    area = library.list.visualRect(library.list.model().index(number, 0))
    return QPoint(x if x >= 0 else area.right() + x, area.top() + HEIGHT // 2)


def _click(qtbot: QtBot, library: Library, number: int, x: int) -> None:
    qtbot.mouseClick(library.list.viewport(), Qt.MouseButton.LeftButton, pos=_spot(library, number, x))


def test_a_click_selects_a_run(library: Library, qtbot: QtBot) -> None:
    with qtbot.waitSignal(library.run_selected) as asked:
        _click(qtbot, library, 2, 80)
    assert asked.args == ["r"]


def test_arrow_keys_select_and_what_is_shown_announces_nothing(library: Library, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(library.run_selected):
        library.show_runs(tuple(replace(row, selected=row.key == "t") for row in ROWS))
    library.list.setFocus()
    with qtbot.waitSignal(library.run_selected) as asked:
        qtbot.keyClick(library.list, Qt.Key.Key_Down)
    assert asked.args == ["u"]


def test_a_run_that_is_pointed_at_elsewhere_is_bright_here_too(library: Library, qtbot: QtBot) -> None:
    before = pixels(library.grab().toImage())
    with qtbot.assertNotEmitted(library.run_hovered):
        library.highlight("r")
    changed = np.argwhere((pixels(library.grab().toImage()) != before).any(axis=2))[:, 0]
    row = library.list.visualRect(library.list.model().index(2, 0))
    top = library.list.viewport().mapTo(library, row.topLeft()).y()
    assert (changed.min(), changed.max()) == (top, top + row.height() - 1)
    library.highlight("")
    assert (pixels(library.grab().toImage()) == before).all()


def test_f2_renames_in_place_and_only_asks(library: Library, qtbot: QtBot) -> None:
    library.list.setFocus()
    qtbot.keyClick(library.list, Qt.Key.Key_F2)
    editor = library.list.findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "U-Net"
    editor.selectAll()
    qtbot.keyClicks(editor, "U-Net, wide")
    with qtbot.waitSignal(library.rename_requested) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == ["u", "U-Net, wide"]
    assert library.list.model().index(1, 0).data() == "U-Net"


def test_renaming_survives_news_of_the_same_runs(library: Library, qtbot: QtBot) -> None:
    library.rename("u")
    editor = library.list.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    library.show_runs(tuple(replace(row, progress=0.2) for row in ROWS))
    assert editor.hasSelectedText(), "the first letter replaces the name"
    qtbot.keyClicks(editor, "half typ")
    library.show_runs(tuple(replace(row, progress=0.5) for row in ROWS))
    assert editor.text() == "half typ"
    assert editor.isVisible()


def test_an_empty_label_is_not_asked_for(library: Library, qtbot: QtBot) -> None:
    library.rename("u")
    editor = library.list.findChild(QLineEdit)
    assert editor is not None
    editor.clear()
    with qtbot.assertNotEmitted(library.rename_requested):
        qtbot.keyClick(editor, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("key", "modifier", "signal", "asked_for"),
    [
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "remove_requested", ["u"]),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, "visibility_requested", ["u", False]),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, "order_requested", [("u", "t", "r")]),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, "order_requested", [("t", "r", "u")]),
    ],
)
def test_keys(
    library: Library, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, signal: str, asked_for: list[object]
) -> None:
    library.list.setFocus()
    with qtbot.waitSignal(getattr(library, signal)) as asked:
        qtbot.keyClick(library.list, key, modifier)
    assert asked.args == asked_for


def test_the_eye_hides_and_does_not_select(library: Library, qtbot: QtBot) -> None:
    with (
        qtbot.assertNotEmitted(library.run_selected),
        qtbot.waitSignal(library.visibility_requested) as asked,
    ):
        _click(qtbot, library, 2, -18)
    assert asked.args == ["r", False]


def test_the_square_offers_the_colours(library: Library, qtbot: QtBot) -> None:
    _click(qtbot, library, 1, 18)
    menu = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    orange = next(action for action in menu.actions() if action.text() == "Orange")
    with qtbot.waitSignal(library.colour_requested) as asked:
        orange.trigger()
    menu.close()
    assert asked.args == ["u", _COLOURS[3]]


def test_hovering_names_the_run_and_leaving_clears_it(library: Library, qtbot: QtBot) -> None:
    with qtbot.waitSignal(library.run_hovered) as asked:
        qtbot.mouseMove(library.list.viewport(), _spot(library, 0, 90))
    assert asked.args == ["t"]
    with qtbot.waitSignal(library.run_hovered) as asked:
        qtbot.mouseMove(library.list.viewport(), QPoint(90, 3 * HEIGHT + 60))
        library.list.leaveEvent(None)
    assert asked.args == [""]


def test_a_drag_onto_another_place_asks_for_the_order(library: Library, qtbot: QtBot) -> None:
    model = library.list.model()
    carried = model.mimeData([model.index(0, 0)])
    with qtbot.waitSignal(library.order_requested) as asked:
        model.dropMimeData(carried, Qt.DropAction.MoveAction, 3, 0, QModelIndex())
    assert asked.args == [("u", "r", "t")]
    assert model.index(0, 0).data() == "N-body"


def test_the_menu_asks_for_everything_else(library: Library, qtbot: QtBot) -> None:
    index = library.list.model().index(1, 0)
    menu = library.list.menu_of(ROWS[1], index)
    named = {action.text().split("\t")[0]: action for action in menu.actions()}
    for name, signal in (
        ("Make reference", library.reference_requested),
        ("Correct facts…", library.correction_requested),
        ("Relink file…", library.relink_requested),
        ("Export data…", library.export_requested),
        ("Remove", library.remove_requested),
    ):
        with qtbot.waitSignal(signal) as asked:
            named[name].trigger()
        assert asked.args == ["u"]
    menu.deleteLater()


def test_a_failure_makes_room_for_its_reason_and_is_spoken(library: Library) -> None:
    reason = "swin.hdf5 is truncated: 12 of 4096 bytes. Copy the file again"
    library.show_runs((*ROWS, LibraryRow("s", "Swin", _COLOURS[4], failure=reason)))
    index = library.list.model().index(3, 0)
    assert library.list.sizeHintForRow(3) > HEIGHT + 12
    assert reason in index.data(Qt.ItemDataRole.ToolTipRole)
    assert reason in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_twelve_runs_are_in_sight_and_more_scroll(library: Library, qtbot: QtBot) -> None:
    def many(count: int) -> tuple[LibraryRow, ...]:
        return tuple(LibraryRow(str(n), f"Run {n}", _COLOURS[n % 11]) for n in range(count))

    bar = library.list.verticalScrollBar()
    library.show_runs(many(12))
    qtbot.wait(50)
    assert not bar.isVisible()
    library.show_runs(many(30))
    qtbot.wait(50)
    assert bar.isVisible()
