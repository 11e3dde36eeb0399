"""The window with nothing but the keyboard: where Tab leads, and what shows where one is."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from widgets.segmented import Segment, Segmented


def stops(window: QWidget) -> list[QWidget]:
    """Return what Tab comes to, from the library on."""
    chain, widget = [], window.nextInFocusChain()
    while widget is not None and widget is not window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            chain.append(widget)
        widget = widget.nextInFocusChain()
    return chain


def test_tab_leads_from_the_library_over_views_parameters_and_plots_to_the_ranking(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.header.set_pages(("view", "compare"), "compare")
    window.plots.set_names(("power-spectrum", "density-pdf"))
    window.plots.set_names(("density-pdf", "power-spectrum"))
    views = window.grid.surface
    assert views is not None
    order = [
        window.library.list,
        window.invitation,
        views,
        window.volume.colour_map,
        window.probe.table,
        window.plots.plot("density-pdf").canvas,
        window.plots.plot("power-spectrum").canvas,
        window.ranking.table,
    ]
    chain = stops(window)
    places = [chain.index(widget) for widget in order]
    assert places == sorted(places)


def test_tab_goes_round_and_comes_back_to_the_library(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.pages.setCurrentWidget(window.grid)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    window.library.list.setFocus()
    visited = []
    for _ in range(80):
        focused = QApplication.focusWidget()
        assert focused is not None
        if visited and focused is visited[0]:
            break
        visited.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is window.library.list
    views = window.grid.surface
    assert visited.count(views) == 1
    assert visited.index(window.invitation) < visited.index(views)


def test_tab_comes_to_the_choice_that_is_made_and_arrows_go_on(qtbot: QtBot) -> None:
    row = Segmented("Axis", tuple(Segment(name, name, name) for name in "xyz"))
    qtbot.addWidget(row)
    row.show_value("y")
    row.show()
    with qtbot.waitActive(row):
        row.activateWindow()
    chosen: list[str] = []
    row.chosen.connect(chosen.append)
    (stop,) = stops(row)
    stop.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(stop, Qt.Key.Key_Right)
    assert chosen == ["z"]
    row.show_value("x")
    assert [widget.hasFocus() for widget in stops(row)] == [True]
