"""Heat maps of where runs break: asked for, pointed at, clicked and saved in the window as a person does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pointer import move
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from app.worst_places import with_place_in_sight
from backends.data.facts import Facts
from backends.data.view import CuttingPlane, ViewSettings
from backends.statistics.figure import Cells, Curve, Figure
from backends.writers.gadget_hdf5 import write_gadget_hdf5
from widgets.plots.diverging import STEPS, diverging
from widgets.plots.statistic_plot import StatisticPlot
from widgets.theme import theme
from widgets.volume import cutting

Settle = Callable[[], None]
N = 32
PLANTED = (5, 20, 28)


@pytest.fixture
def grids(tmp_path: Path) -> tuple[Path, ...]:
    """A lognormal field, and the same with too much matter in one cell."""
    truth = np.random.default_rng(4).lognormal(-0.1, 0.4, (N,) * 3).astype(np.float32)
    wrong = truth.copy()
    wrong[PLANTED] += 40.0
    paths = []
    for name, values in (("truth", truth), ("wrong", wrong)):
        paths.append(tmp_path / f"{name}.npy")
        np.save(paths[-1], values)
    return tuple(paths)


def test_a_click_on_a_cell_goes_where_the_run_is_worst(
    qtbot: QtBot, application: Application, grids: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(grids, Facts(box_size=64.0, redshift=0.0, quantity="relative_density"), in_order=True)
    settle()
    for name in application.document.study.statistics:  # all others, so that it is in sight
        application.actions[f"statistic.{name}"].trigger()
    application.actions["statistic.error-map-scale"].trigger()
    settle()
    plot, run = application.window.plots.plot("error-map-scale"), application.document.study.runs[1]
    figure = application.showing.figures["error-map-scale"]
    assert figure.cells is not None
    before = application.document.study
    at = plot.canvas.position_of(run.key, len(figure.cells.columns) - 1).toPoint()
    move(plot.canvas, at + QPoint(2, 2))
    qtbot.wait(20)
    move(plot.canvas, at)
    qtbot.waitUntil(plot.readout.isVisible)
    assert "T − 1 = " in plot.readout.text()
    assert "±" in plot.readout.text()
    assert "h/Mpc" in plot.readout.text()
    QTest.mouseClick(plot.canvas, Qt.MouseButton.LeftButton, pos=at)
    settle()
    study = application.document.study
    offset = application.comparing.density(run)
    assert offset is not None
    assert study.view.crosshair == pytest.approx((np.array(PLANTED) + offset.cell_offset) / N)
    assert study.selected == run.key
    drawn = application.window.grid.camera()["orbit"]["centre"]
    assert drawn == pytest.approx(study.view.crosshair, abs=1e-6)

    path = tmp_path / "saved.halograph"
    sessions.save(path, study, {})
    restored = sessions.load(path).study
    assert restored.statistics == ("error-map-scale",)
    assert restored.view.crosshair == study.view.crosshair
    application.document.undo_stack.undo()
    assert application.document.study.view.crosshair == before.view.crosshair
    application.document.undo_stack.undo()
    settle()
    assert "error-map-scale" not in application.window.plots.names


def heat(values: list[list[float]]) -> Figure:
    y = np.array(values)
    n = y.shape[1]
    edges = np.arange(n + 1.0)
    places = {f"run{i}": np.full((n, 3), 0.25) for i in range(len(y))}
    places["run1"][:] = np.nan
    cells = Cells(
        edges[:-1], edges[1:], tuple(f"{i} – {i + 1}" for i in range(n)), tuple(map(str, range(n + 1))),
        1.0, 0.05, (True, True), True, places, "largest residual",
    )  # fmt: skip
    curves = tuple(
        Curve(f"run{i}", f"Run {i}", "#56b4e9", edges[:-1] + 0.5, row, row - 0.01, row + 0.01)
        for i, row in enumerate(y)
    )
    return Figure("error-map-scale", "Where it breaks", "k  [h/Mpc]", "T − 1", True, False, curves, cells=cells)


@pytest.fixture
def plot(qtbot: QtBot) -> StatisticPlot:
    made = StatisticPlot("error-map-scale")
    qtbot.addWidget(made)
    made.resize(420, 280)
    made.show()
    qtbot.waitExposed(made)
    made.show_figure(heat([[0.0, -1.0, np.nan, 1.0], [0.04, 0.06, 0.0, 0.0]]))
    return made


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_colour_says_the_error_and_a_line_where_the_band_is_left(plot: StatisticPlot, name: str) -> None:
    plot.set_theme(theme(name))
    picture, colours = plot.canvas.grab().toImage(), diverging(name)
    for column, step in ((0, STEPS // 2), (1, 0), (3, STEPS - 1)):
        at = plot.canvas.position_of("run0", column).toPoint() - QPoint(0, 12)  # over its number
        assert picture.pixelColor(at).name() == colours[step]
    second, first = (plot.canvas.position_of("run1", column) for column in (1, 0))
    edge = round((second.x() + first.x()) / 2) + 1
    assert picture.pixelColor(edge, round(second.y())).name() == theme(name).text


def test_keys_alone_reach_every_cell_that_has_a_value(qtbot: QtBot, plot: StatisticPlot) -> None:
    chosen: list[tuple[str, str, int]] = []
    plot.cell_chosen.connect(lambda *cell: chosen.append(cell))
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Right, keys.Key_Return, keys.Key_Down, keys.Key_Return):
        QTest.keyClick(plot.canvas, key)
    assert chosen == [("error-map-scale", "run0", 3), ("error-map-scale", "run1", 3)]
    assert "click" not in plot.readout.text()  # this run is wrong nowhere
    QTest.keyClick(plot.canvas, keys.Key_Escape)
    assert not plot.readout.isVisible()


def test_a_cell_without_a_value_says_why_it_has_none(qtbot: QtBot, plot: StatisticPlot) -> None:
    at = plot.canvas.position_of("run0", 2).toPoint()
    move(plot.canvas, at + QPoint(2, 2))
    qtbot.wait(20)
    move(plot.canvas, at)
    qtbot.waitUntil(plot.readout.isVisible)
    assert "no value" in plot.readout.text()
    assert "%" not in plot.readout.text()


def test_no_crop_slice_or_cut_hides_the_place() -> None:
    place = (0.9, 0.5, 0.1)
    cropped = ViewSettings(mode="slice", axis=2, depth=(0.4, 0.6), clip=((0.0, 0.5), (0.0, 1.0), (0.0, 1.0)))
    shown = with_place_in_sight(cropped, place)
    assert shown.crosshair == place
    assert shown.depth == pytest.approx((0.0, 0.2))
    assert shown.clip == ViewSettings.clip
    kept = with_place_in_sight(ViewSettings(clip=((0.5, 1.0), (0.0, 1.0), (0.0, 1.0)), depth=(0.0, 0.2)), place)
    assert kept.clip[0] == (0.5, 1.0)
    assert kept.depth == (0.0, 0.2)
    cut = with_place_in_sight(ViewSettings(mode="plane", plane=CuttingPlane(30.0, 40.0, 0.4)), place)
    assert (np.array(place) - 0.5) @ cutting.normal(cut.plane) == pytest.approx(cut.plane.position)


def test_a_run_over_time_has_a_column_for_every_snapshot_and_a_click_turns_to_it(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    start, redshifts = np.random.default_rng(7).random((4000, 3)), (4.0, 1.0, 0.0)
    for name, faster in (("truth", 0.0), ("model", 0.2)):
        for number, redshift in enumerate(redshifts):
            positions = (start ** (1 + number * (1 + faster) / 2) * 50).astype(np.float32)
            path = tmp_path / f"{name}_{number:03d}.hdf5"
            write_gadget_hdf5(path, positions, box_size=50, redshift=redshift, omega_m=0.3, hubble=0.7)
    application.open_paths(tuple(sorted(tmp_path.glob("*.hdf5"), reverse=True)))
    settle()
    application.actions["time.gather"].trigger()
    settle()
    truth = next(run for run in application.document.study.runs if run.label == "truth")
    application.editing.make_reference(truth.key)
    application.actions["statistic.error-map-redshift"].trigger()
    settle()
    figure = application.showing.figures["error-map-redshift"]
    (row,) = figure.curves
    assert figure.cells is not None
    assert figure.cells.ticks == ("0", "1", "4")
    assert figure.cells.low == pytest.approx(sorted(redshifts))
    assert np.isfinite(row.y).all()
    # At z = 4 both are alike, and from then on the model gathers its particles faster.
    assert abs(row.y[2]) < 1e-6 < row.y[1] < row.y[0]
    application.window.plots.plot("error-map-redshift").canvas.pointing.cell_chosen.emit(row.key, 1)
    settle()
    shown = application.document.study
    assert {run.facts.redshift for run in shown.runs} == {1.0}
    assert shown.view.crosshair == pytest.approx(figure.cells.places[row.key][1])
    again = application.showing.figures["error-map-redshift"].curves[0]
    assert again.y == pytest.approx(row.y)  # from all times, whichever is in sight
    application.document.undo_stack.undo()
    assert {run.facts.redshift for run in application.document.study.runs} == {0.0}


def test_of_several_boxes_a_click_turns_to_the_one_that_is_worst(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    random, planted = np.random.default_rng(9), np.array([10.0, 30.0, 45.0])
    for box, too_many in {1: 2, 2: 60, 3: 4}.items():
        truth = (random.random((4096, 3)) * 50).astype(np.float32)
        model = truth.copy()
        model[:too_many] = planted
        for name, positions in (("truth", truth), ("unet", model)):
            path = tmp_path / f"{name}_box{box}.hdf5"
            write_gadget_hdf5(path, positions, box_size=50, redshift=0.0, omega_m=0.3, hubble=0.7)
    application.open_paths(tuple(sorted(tmp_path.glob("*.hdf5"))))
    settle()
    application.actions["realisations.gather"].trigger()
    settle()
    _, unet = application.document.study.runs
    application.actions["statistic.error-map-scale"].trigger()
    settle()
    plot = application.window.plots.plot("error-map-scale")
    figure = application.showing.figures["error-map-scale"]
    assert figure.cells is not None
    last = len(figure.cells.columns) - 1
    plot.canvas.pointing.cell_chosen.emit(unet.key, last)
    settle()
    shown = application.document.study
    assert {run.origin.path.stem for run in shown.runs} == {"truth_box2", "unet_box2"}
    assert shown.view.crosshair == pytest.approx(figure.cells.places[unet.key][last])
    assert np.array(shown.view.crosshair) * 50 == pytest.approx(planted, abs=1.0)
