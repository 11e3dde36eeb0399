"""Plots in a real window: pointed at, clicked, dragged and typed at as a person does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QFocusEvent, QFont, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QGraphicsView, QWidget
from pytestqt.qtbot import QtBot

from backends.statistics.figure import Curve, Figure, Line
from widgets.plots.plot_row import LEAST_WIDTH, PlotRow
from widgets.plots.statistic_plot import StatisticPlot
from widgets.plots.theming import plot_font
from widgets.plots.words import advance, lines_for
from widgets.theme import theme

K = np.geomspace(0.05, 1.5, 24)


def transfer(runs: int = 3, name: str = "transfer-function", **more: object) -> Figure:
    colours = theme("dark").runs
    curves = tuple(
        Curve(
            key=f"run{n}",
            label=f"Run {n}",
            colour=colours[n % len(colours)],
            x=K,
            y=1.0 - 0.12 * (n + 1) * K,
            low=0.98 - 0.12 * (n + 1) * K,
            high=1.02 - 0.12 * (n + 1) * K,
            break_at=0.05 / (0.12 * (n + 1)),
            dash=n % 2,
        )
        for n in range(runs)
    )
    return Figure(
        name,
        "Transfer function",
        "k  [h/Mpc]",
        "T(k) = √(P / P ref)",
        True,
        False,
        curves,
        verticals=(Line(1.5, "k Nyquist"),),
        band=(0.95, 1.05),
        **more,  # type: ignore[arg-type]
    )


def power(log_y: bool = True) -> Figure:
    p = 1e4 * K**-1.5
    return Figure(
        "power-spectrum",
        "Power spectrum",
        "k  [h/Mpc]",
        "P(k)  [(Mpc/h)³]",
        True,
        log_y,
        (
            Curve("ref", "N-body", "#e8edf2", K, p, low=p - 2 * p[0], high=1.1 * p, reference=True),
            Curve("a", "U-Net", "#56b4e9", K, 0.9 * p, ratio=np.full(24, 0.9), reliable=K < 1.0, break_at=0.4),
        ),
        ratio_label="P / P ref",
        band=(0.9, 1.1),
    )


@pytest.fixture
def plot(qtbot: QtBot) -> StatisticPlot:
    made = StatisticPlot()
    qtbot.addWidget(made)
    made.resize(420, 280)
    made.show()
    qtbot.waitExposed(made)
    return made


def wait_for(qtbot: QtBot, true: Callable[[], bool]) -> None:
    qtbot.waitUntil(true, timeout=3000)


def move_to(plot: StatisticPlot, point: QPointF) -> None:
    """Move the real pointer there, as the window system does: first aside, so that it moves at all."""
    surface = viewport(plot)
    place = surface.mapFrom(plot.canvas, point.toPoint())
    QTest.mouseMove(surface, place + QPoint(1, 1))
    QTest.qWait(20)
    QTest.mouseMove(surface, place)
    QTest.qWait(20)


def viewport(plot: StatisticPlot) -> QWidget:
    view = plot.canvas.findChild(QGraphicsView)
    assert view is not None
    surface = view.viewport()
    assert surface is not None
    return surface


def test_pointing_at_a_curve_lights_its_run_and_reads_it_out(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(transfer())
    heard: list[str] = []
    plot.run_hovered.connect(heard.append)
    move_to(plot, plot.canvas.position_of("run1", 15))
    wait_for(qtbot, lambda: heard == ["run1"])
    assert plot.readout.isVisible()
    assert f"k = {K[15]:.3f} h/Mpc" in plot.readout.text()
    assert "Run 1" in plot.readout.text()
    assert "±" in plot.readout.text()
    assert plot.rect().contains(plot.readout.geometry())
    move_to(plot, QPointF(90, 170))
    wait_for(qtbot, lambda: heard == ["run1", ""])
    assert not plot.readout.isVisible()


def test_clicking_a_curve_selects_its_run_and_clicking_beside_none(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(transfer())
    with qtbot.waitSignal(plot.run_selected) as heard:
        place = viewport(plot).mapFrom(plot.canvas, plot.canvas.position_of("run2", 20).toPoint())
        QTest.mouseClick(viewport(plot), Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == ["run2"]
    with qtbot.assertNotEmitted(plot.run_selected, wait=100):
        QTest.mouseClick(viewport(plot), Qt.MouseButton.LeftButton, pos=QPoint(90, 170))


def test_the_ratio_panel_answers_too(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(power())
    QTest.qWait(30)
    move_to(plot, plot.canvas.position_of("a", 10, ratio=True))
    wait_for(qtbot, lambda: plot.readout.isVisible())
    assert "P / P ref = 0.900" in plot.readout.text()


def test_where_a_person_has_zoomed_to_stays_until_a_double_click(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(transfer())
    before = plot.figure
    assert before is not None
    assert before.x_limits is not None
    QTest.keyClick(plot.canvas, Qt.Key.Key_Plus)
    nearer = plot.figure
    assert nearer is not None
    assert nearer.x_limits is not None
    assert nearer.x_limits[0] > before.x_limits[0]
    assert nearer.x_limits[1] < before.x_limits[1]
    plot.show_figure(transfer(4))
    kept = plot.figure
    assert kept is not None
    assert kept.x_limits == pytest.approx(nearer.x_limits)
    QTest.mouseDClick(viewport(plot), Qt.MouseButton.LeftButton, pos=QPoint(90, 170))
    QTest.mouseRelease(viewport(plot), Qt.MouseButton.LeftButton, pos=QPoint(90, 170))
    again = plot.figure
    assert again is not None
    assert again.x_limits == pytest.approx(before.x_limits)


def test_keys_alone_reach_every_curve(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(transfer())
    heard: list[str] = []
    plot.run_hovered.connect(heard.append)
    plot.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(plot.canvas, key)
    assert heard == ["run0", "run1", "run0"]
    text = plot.readout.text()
    QTest.keyClick(plot.canvas, Qt.Key.Key_Right)
    assert plot.readout.text() != text
    with qtbot.waitSignal(plot.run_selected) as chosen:
        QTest.keyClick(plot.canvas, Qt.Key.Key_Return)
    assert chosen.args == ["run0"]
    QTest.keyClick(plot.canvas, Qt.Key.Key_Escape)
    assert heard[-1] == ""


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def amount(image: QImage, colour: str, slack: int = 40) -> int:
    """Return how many pixels are of nearly that colour."""
    raw = image.bits()
    assert raw is not None
    raw.setsize(image.sizeInBytes())
    pixels = np.frombuffer(bytes(raw), dtype=np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    wanted = QColor(colour)
    rgb = pixels[..., 2::-1].astype(int) - np.array([wanted.red(), wanted.green(), wanted.blue()])
    return int(np.sum(np.abs(rgb).max(axis=-1) < slack))


def test_curves_are_drawn_in_their_runs_colours_and_dimmed_beside_a_bright_one(
    qtbot: QtBot, plot: StatisticPlot
) -> None:
    plot.show_figure(transfer())
    QTest.qWait(50)
    first, second = theme("dark").runs[0], theme("dark").runs[1]
    plain = picture(plot.canvas)
    assert amount(plain, first) > 100
    assert amount(plain, second) > 60
    plot.highlight("run0")
    QTest.qWait(50)
    bright = picture(plot.canvas)
    assert amount(bright, first) > amount(plain, first)
    assert amount(bright, second) < amount(plain, second) / 2
    plot.highlight("")
    QTest.qWait(50)
    assert amount(picture(plot.canvas), second) == pytest.approx(amount(plain, second), rel=0.05)


def test_the_light_theme_draws_on_a_light_ground(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(transfer())
    plot.set_theme(theme("light"))
    QTest.qWait(50)
    assert amount(picture(plot.canvas), theme("light").runs[0]) > 100
    assert amount(picture(plot.canvas), theme("dark").runs[0], 12) < 20


def test_waiting_says_how_far_it_is_and_keeps_what_is_there(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_waiting("Transfer function", "Painting Swin", 0.4)
    assert "40 %" in plot.notice.message.text()
    assert plot.notice.isVisible()
    plot.show_figure(transfer())
    plot.show_waiting("Transfer function", "Painting Swin", 0.6)  # before the figure is in sight, a turn later
    qtbot.waitUntil(plot.canvas.isVisible, timeout=2000)
    plot.show_waiting("Transfer function", "Painting Swin", 0.6)
    assert plot.canvas.isVisible()
    assert "60 %" in plot.progress.accessibleDescription()


def test_a_failure_says_why_and_a_figure_after_it_is_drawn(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_failure("Power spectrum", "swin.hdf5 does not state its box size. Say it with --box-size")
    assert "box size" in plot.notice.message.text()
    plot.show_figure(power())
    qtbot.waitUntil(plot.canvas.isVisible, timeout=2000)


def test_runs_that_are_skipped_are_named_with_the_reason(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(transfer(skipped=(("Swin", "a mesh has no particles to link"),)))
    assert "Swin" in plot.skipped.text()
    assert "no particles" in plot.skipped.toolTip()
    plot.show_figure(transfer(0, skipped=(("Swin", "a mesh has no particles to link"),)))
    assert "no particles" in plot.notice.message.text()


def test_a_head_is_shortened_between_its_words_and_says_what_it_leaves_out(qtbot: QtBot, plot: StatisticPlot) -> None:
    note = "pairs of 13,824 particles, evenly chosen"
    plot.show_figure(replace(transfer(), title="Velocity", note=note, band=None))
    shown = set()
    for width in range(230, 500, 10):
        plot.resize(width, 300)
        QTest.qWait(5)
        shown.add(plot.head.note.text())
    assert shown == {"", "pairs of 13,824 particles", note}
    plot.show_figure(replace(transfer(), title="A statistic of a very long name " * 3))
    QTest.qWait(5)
    assert plot.head.title.text().endswith("…")
    assert plot.head.title.toolTip().startswith("A statistic of a very long name " * 3)


def test_the_menu_asks_by_the_figure_s_name(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(transfer())
    menu = plot.menu()
    heard: list[str] = []
    for signal in (
        plot.export_requested,
        plot.copy_figure_requested,
        plot.copy_numbers_requested,
        plot.remove_requested,
    ):
        signal.connect(heard.append)
    for action in menu.actions():
        assert action.isSeparator() or action.toolTip()
        if action.text() in ("Export…", "Copy figure", "Copy numbers", "Remove this plot"):
            action.trigger()
    assert heard == ["transfer-function"] * 4


@pytest.mark.parametrize("values", [np.full(24, np.nan), np.zeros(24), np.full(24, np.inf), np.full(24, -1.0)])
def test_curves_without_a_drawable_number_are_no_accident(
    qtbot: QtBot, plot: StatisticPlot, values: np.ndarray
) -> None:
    empty = Curve("a", "A", "#56b4e9", K, values, low=values, high=values, ratio=values, break_at=0.3)
    plot.show_figure(Figure("f", "F", "k  [h/Mpc]", "P", True, True, (empty,), ratio_label="P / P ref"))
    QTest.qWait(30)
    QTest.keyClick(plot.canvas, Qt.Key.Key_Down)
    assert picture(plot.canvas).width() > 0


@pytest.fixture
def row(qtbot: QtBot) -> PlotRow:
    made = PlotRow()
    qtbot.addWidget(made)
    made.resize(1000, 280)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(row: PlotRow, figures: Mapping[str, Figure]) -> None:
    row.set_names(tuple(figures))
    for figure in figures.values():
        row.show_figure(figure)


def test_the_row_keeps_its_plots_and_their_order(qtbot: QtBot, row: PlotRow) -> None:
    figures = {name: transfer(name=name) for name in ("a", "b", "c")}
    show(row, figures)
    kept = row.plot("b")
    show(row, {name: figures[name] for name in ("c", "b")})
    assert row.names == ("c", "b")
    assert row.plot("b") is kept
    QTest.qWait(30)
    assert row.plot("c").x() < row.plot("b").x()


def test_a_narrow_row_scrolls_instead_of_squeezing(qtbot: QtBot, row: PlotRow) -> None:
    show(row, {name: transfer(name=name) for name in "abcde"})
    row.resize(700, 280)
    QTest.qWait(50)
    assert all(row.plot(name).width() >= LEAST_WIDTH for name in "abcde")
    # Without a window manager no window is ever active, so the focus is brought by hand.
    QApplication.sendEvent(row.plot("e").canvas, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    wait_for(qtbot, lambda: row.rect().contains(row.plot("e").canvas.mapTo(row, QPoint(20, 20))))


def test_a_plot_is_moved_by_dragging_its_title(qtbot: QtBot, row: PlotRow) -> None:
    show(row, {name: transfer(name=name) for name in "abc"})
    QTest.qWait(30)
    head = row.plot("a").head
    far = head.mapFrom(row, QPoint(row.width() - 20, 10))
    with qtbot.waitSignal(row.order_changed) as moved:
        QTest.mousePress(head, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
        QTest.mouseMove(head, QPoint(120, 10))
        QTest.mouseMove(head, far)
        QTest.mouseRelease(head, Qt.MouseButton.LeftButton, pos=far)
    assert moved.args == [("b", "c", "a")]
    assert row.names == ("b", "c", "a")


def test_what_is_bright_in_the_row_is_bright_in_a_plot_that_comes_later(qtbot: QtBot, row: PlotRow) -> None:
    row.select("run0")
    row.highlight("run1")
    row.show_figure(transfer())
    QTest.qWait(50)
    assert amount(picture(row), theme("dark").runs[1]) > amount(picture(row), theme("dark").runs[2])


def test_an_upright_label_is_worded_to_the_height_of_its_panel() -> None:
    font = plot_font(QFont("Inter"), 12)
    label = "T = √(P / P_ref)"
    full = advance(label, font)
    assert lines_for(label, full + 1, font) == (label,)
    assert lines_for(label, 0.75 * full, font) == ("√(P/P_ref)",)
    assert lines_for(label, 20.0, font) == ("T",)
    assert lines_for("P(k)  [(Mpc/h)³]", 60.0, font) == ("P(k)", "[(Mpc/h)³]")
    assert lines_for("PDF / PDF_ref", 34.0, font) == ("ratio",)


def test_a_plot_changes_its_ground_with_the_theme(qtbot: QtBot, plot: StatisticPlot) -> None:
    plot.show_figure(transfer(0))
    plot.grab()
    plot.set_theme(theme("light"))
    corner = plot.canvas.grab().toImage().pixelColor(2, 2)
    assert corner == QColor(theme("light").panel)


def test_a_sample_without_neighbours_is_seen(qtbot: QtBot, plot: StatisticPlot) -> None:
    lone = np.where(np.arange(K.size) == 11, 1.0, np.nan)
    plot.show_figure(Figure("f", "F", "k  [h/Mpc]", "r", True, False, (Curve("a", "A", "#ff0000", K, lone),)))
    place = plot.canvas.position_of("a", 11)
    assert plot.canvas.grab().toImage().pixelColor(place.toPoint()) == QColor("#ff0000")


def test_only_whole_plots_are_in_sight_where_the_row_scrolls(qtbot: QtBot) -> None:
    row = PlotRow()
    qtbot.addWidget(row)
    row.resize(830, 300)
    row.show()
    row.set_names(("a", "b", "c", "d", "e"))
    qtbot.waitUntil(lambda: row.plot("d").x() == row.width() + 1, timeout=2000)
