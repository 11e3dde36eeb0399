"""The ranking and the probe, read, sorted and pointed at as a person does."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from backends.statistics.break_scale import Break
from backends.statistics.ranking import Ranking as Scores
from backends.statistics.ranking import RankingColumn, RankingRow
from backends.statistics.scores import Disagreement
from widgets.agreement import AgreementPopup
from widgets.probe import Probe, ProbeRow
from widgets.ranking import Ranking
from widgets.ranking_rows import rows_of
from widgets.run_table import RunTable
from widgets.theme import theme

COLOURS = dict(zip("abc", theme("dark").runs, strict=False))
TAU = np.array([[1.0, 0.33, np.nan], [0.33, 1.0, -0.33], [np.nan, -0.33, 1.0]])


def scores() -> Scores:
    columns = (
        RankingColumn("r(1)", "r(1)", "", "higher", "a", "c"),
        RankingColumn("T(1)", "T(1)", "", "one", "b", "a"),
        RankingColumn("k_correlation", "k break r", "h/Mpc", "higher", "a", "c"),
        RankingColumn("parameters", "parameters", "", ""),
    )
    rows = (
        RankingRow("b", "ResNet", {"r(1)": 0.906, "T(1)": 1.01, "k_correlation": 0.79, "parameters": 57_400.0}),
        RankingRow("a", "U-Net", {"r(1)": 0.942, "T(1)": 0.82, "k_correlation": None, "parameters": 1_234_567.0}),
        RankingRow("c", "Zel'dovich", {"r(1)": 0.582, "T(1)": 1.09, "k_correlation": 0.39, "parameters": None}),
    )
    disagreement = Disagreement(("r(1)", "T(1)", "k_correlation"), TAU, 0.0, ("T(1)", "k_correlation", -0.33))
    return Scores(columns, rows, disagreement)


@pytest.fixture
def ranking(qtbot: QtBot) -> Ranking:
    made = Ranking()
    qtbot.addWidget(made)
    made.resize(420, 260)
    made.show_ranking(scores(), COLOURS)
    made.show()
    qtbot.waitExposed(made)
    return made


def surface(widget: QWidget | None) -> QWidget:
    assert widget is not None
    return widget


def keys(table: RunTable) -> str:
    return "".join(row.key for row in table.rows.rows)


def click_head(table: RunTable, section: int) -> None:
    head = table.horizontalHeader()
    assert head is not None
    place = QPoint(head.sectionViewportPosition(section) + head.sectionSize(section) // 2, head.height() // 2)
    QTest.mouseClick(surface(head.viewport()), Qt.MouseButton.LeftButton, pos=place)


def spot(table: RunTable, row: int, column: int = 0) -> QPoint:
    return table.visualRect(table.rows.index(row, column)).center()


def test_a_head_sorts_best_first_then_backwards_then_as_given(ranking: Ranking) -> None:
    assert keys(ranking.table) == "bac"
    click_head(ranking.table, 1)
    assert keys(ranking.table) == "abc"
    click_head(ranking.table, 1)
    assert keys(ranking.table) == "cba"
    click_head(ranking.table, 1)
    assert keys(ranking.table) == "bac"


@pytest.mark.parametrize("width", range(260, 620, 37))
def test_no_column_is_cut_before_it_is_scrolled_to(ranking: Ranking, width: int) -> None:
    more = tuple(RankingColumn(f"r({k})", f"r({k})", "", "higher") for k in (0.1, 0.2, 0.5))
    rows = tuple(RankingRow(row.key, row.label, row.scores | {"r(0.2)": 0.9}) for row in scores().rows)
    ranking.resize(width, 260)
    ranking.show_ranking(Scores((*scores().columns, *more), rows, None), COLOURS)
    table = ranking.table
    room = surface(table.viewport()).width()
    ends = [table.columnViewportPosition(c) + table.columnWidth(c) for c in range(table.rows.columnCount())]
    assert 0 <= min(room - end for end in ends if end <= room) < 20
    assert all(end - table.columnWidth(c) >= room - 20 for c, end in enumerate(ends) if end > room)


def test_one_more_column_leaves_the_order_as_it_is(ranking: Ranking) -> None:
    ranking.table.sort_by(1)
    ranking.table.sort_by(1)
    order = [row.key for row in ranking.table.rows.rows]
    assert order == ["c", "b", "a"]
    more, before = RankingColumn("r(0.5)", "r(0.5)", "", "higher"), scores()
    ranking.show_ranking(Scores((more, *before.columns), before.rows, before.disagreement), COLOURS)
    assert [row.key for row in ranking.table.rows.rows] == order
    assert ranking.table.rows.sorted_by == (2, Qt.SortOrder.AscendingOrder)
    ranking.show_ranking(Scores(before.columns[1:], before.rows, before.disagreement), COLOURS)
    assert [row.key for row in ranking.table.rows.rows] == ["b", "a", "c"]
    assert ranking.table.rows.sorted_by is None


def test_the_menu_sorts_without_a_pointer(ranking: Ranking) -> None:
    click_head(ranking.table, 2)
    clicked = keys(ranking.table)
    click_head(ranking.table, 2)
    click_head(ranking.table, 2)
    orders = ranking.menu().findChild(QMenu)
    assert orders is not None
    orders.actions()[2].trigger()
    assert keys(ranking.table) == clicked


def test_closer_to_one_is_better_and_a_run_that_never_breaks_is_best(ranking: Ranking) -> None:
    click_head(ranking.table, 2)
    assert keys(ranking.table) == "bca"
    click_head(ranking.table, 3)
    assert keys(ranking.table) == "abc"
    assert ranking.table.rows.index(0, 3).data() == "never"


def test_a_missing_number_is_a_dash_with_its_reason_and_sorts_last_either_way(ranking: Ranking) -> None:
    for _ in range(2):
        click_head(ranking.table, 4)
        assert keys(ranking.table)[-1] == "c"
    cell = ranking.table.rows.index(2, 4)
    assert cell.data() == "—"
    assert "network" in cell.data(Qt.ItemDataRole.ToolTipRole)


def test_the_order_stays_when_new_numbers_come(ranking: Ranking) -> None:
    click_head(ranking.table, 1)
    ranking.show_ranking(scores(), COLOURS)
    assert keys(ranking.table) == "abc"


def test_best_and_worst_are_said_and_not_only_coloured(ranking: Ranking) -> None:
    best = ranking.table.rows.index(1, 1)
    assert best.data() == "0.942"
    assert "best" in best.data(Qt.ItemDataRole.ToolTipRole)
    assert best.data(Qt.ItemDataRole.AccessibleTextRole) == "U-Net, r(1): 0.942, best"
    assert "worst" in ranking.table.rows.index(2, 1).data(Qt.ItemDataRole.AccessibleTextRole)


def test_numbers_carry_units_and_sizes_are_short(ranking: Ranking) -> None:
    head = ranking.table.rows.headerData(3, Qt.Orientation.Horizontal)
    assert head == "break r\nh/Mpc"
    assert [ranking.table.rows.index(row, 4).data() for row in (0, 1)] == ["57 k", "1.2 M"]


def test_pointing_and_clicking_a_row_tell_its_run(qtbot: QtBot, ranking: Ranking) -> None:
    table, heard = ranking.table, []
    ranking.run_hovered.connect(heard.append)
    with qtbot.waitSignal(ranking.run_selected) as chosen:
        QTest.mouseMove(surface(table.viewport()), spot(table, 0))
        QTest.mouseMove(surface(table.viewport()), spot(table, 1))
        QTest.mouseClick(surface(table.viewport()), Qt.MouseButton.LeftButton, pos=spot(table, 1))
    assert chosen.args == ["a"]
    qtbot.waitUntil(lambda: heard[-1] == "a", timeout=2000)
    QTest.mouseMove(surface(table.viewport()), QPoint(30, surface(table.viewport()).height() - 5))
    qtbot.waitUntil(lambda: heard[-1] == "", timeout=2000)


def test_the_arrows_select(qtbot: QtBot, ranking: Ranking) -> None:
    heard: list[str] = []
    ranking.run_selected.connect(heard.append)
    QTest.keyClick(ranking.table, Qt.Key.Key_Down)
    QTest.keyClick(ranking.table, Qt.Key.Key_Down)
    assert heard == ["b", "a"]


def test_the_names_stay_in_sight_while_the_numbers_scroll(qtbot: QtBot, ranking: Ranking) -> None:
    ranking.resize(270, 260)
    bar = ranking.table.horizontalScrollBar()
    assert bar is not None
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=2000)
    before = ranking.table.grab().toImage()
    bar.setValue(bar.maximum())
    after = ranking.table.grab().toImage()
    names = ranking.table.rect().adjusted(0, 0, ranking.table.columnWidth(0) - 270, -20)
    assert before.copy(names) == after.copy(names)
    QTest.mouseClick(surface(ranking.table.horizontalHeader().viewport()), Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    assert keys(ranking.table) == "bac"
    assert [row.label for row in ranking.table.rows.rows] == ["ResNet", "U-Net", "Zel'dovich"]


def test_how_much_the_metrics_disagree_is_said_and_shown_whole(qtbot: QtBot, ranking: Ranking) -> None:
    ranking.resize(520, 260)
    assert ranking.head.note.accessibleName() == "metrics agree: Kendall τ 0.00, worst −0.33"
    assert "T(1) and k break r" in ranking.head.note.toolTip()
    QTest.mouseClick(ranking.head.note, Qt.MouseButton.LeftButton)
    popup = ranking.findChild(AgreementPopup)
    assert popup is not None
    assert popup.isVisible()
    assert "T(1) and k break r: −0.33" in popup.map.accessibleDescription()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: ranking.findChild(AgreementPopup) is None, timeout=2000)


def test_the_copied_table_is_csv_with_units_in_the_order_seen(ranking: Ranking) -> None:
    click_head(ranking.table, 1)
    ranking.copy_csv()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    lines = list(csv.reader(clipboard.text().splitlines()))
    assert lines[0] == ["run", "r(1)", "T(1)", "k break r [h/Mpc]", "parameters"]
    assert lines[1] == ["U-Net", "0.942", "0.82", "", "1.23457e+06"]
    assert lines[3][0] == "Zel'dovich"


def test_without_a_ranking_it_says_what_is_needed(ranking: Ranking) -> None:
    ranking.show_ranking(None, {})
    assert ranking.notice.isVisible()
    assert "reference" in ranking.notice.message.text()
    assert ranking.head.note.isHidden()


def test_the_probe_reads_every_run_with_units(qtbot: QtBot) -> None:
    probe = Probe()
    qtbot.addWidget(probe)
    probe.resize(280, 240)
    probe.show_probe(
        (77.5, 75.5, 89.5),
        (
            ProbeRow("t", "N-body", theme("dark").reference, 219.8),
            ProbeRow("a", "U-Net", COLOURS["a"], 101.4, -0.5387),
            ProbeRow("b", "VAN", COLOURS["b"], 21.8, -0.9),
            ProbeRow("c", "Halos", COLOURS["c"], None),
        ),
    )
    probe.show()
    qtbot.waitExposed(probe)
    rows = probe.table.rows
    assert "77.5, 75.5, 89.5 MPC/H" in probe.head.text()
    assert [rows.index(n, 1).data() for n in range(4)] == ["219.8", "101.4", "21.8", "—"]
    assert [rows.index(n, 2).data() for n in range(4)] == ["", "−54 %", "−90 %", "—"]
    with qtbot.waitSignal(probe.run_selected) as chosen:
        QTest.mouseClick(surface(probe.table.viewport()), Qt.MouseButton.LeftButton, pos=spot(probe.table, 2))
    assert chosen.args == ["b"]
    probe.show_probe(None, ())
    assert rows.rowCount() == 0


def test_a_break_scale_is_written_with_its_error() -> None:
    column = RankingColumn("k_transfer", "k break T", "h/Mpc", "higher")
    written = {
        (0.896, 0.880, 0.910): "0.90(2)",
        (1.4102, 1.4080, 1.4110): "1.410(3)",
        (0.4, 0.3, None): "0.40",
        (0.2, 0.2, 0.2): "0.20",
    }
    rows = [
        RankingRow("a", "A", {"r(1)": 0.9, "k_transfer": k}, {"k_transfer": Break(k, *ends)}) for k, *ends in written
    ]
    never = RankingRow("a", "A", {"T(1)": 0.9, "k_transfer": None}, {"k_transfer": Break(None, 0.7)})
    cells = [row.cells[0] for row in rows_of(Scores((column,), (*rows, never), None), {})]
    assert [cell.text for cell in cells] == [*written.values(), "never"]
    assert "0.880 to 0.910 within one standard error" in cells[0].tip
    assert "beyond what is resolved" in cells[2].tip
    assert "from k = 0.7 h/Mpc" in cells[4].tip
