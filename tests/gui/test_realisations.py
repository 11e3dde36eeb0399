"""Boxes of one run: gathered, measured, turned, saved, set apart again, and their covariance read off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from app.lost_files import find_by_one, lost_files, relinked
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import silent
from backends.readers import opening
from backends.statistics import registry
from backends.statistics.sample import Sample
from backends.writers.gadget_hdf5 import write_gadget_hdf5
from widgets.plots.matrix_canvas import MatrixCanvas

Settle = Callable[[], None]
BOX, COUNT = 50.0, 4


@pytest.fixture
def opened(application: Application, qtbot: QtBot, tmp_path: Path) -> Application:
    """Four boxes of clumps and a run that blurs each, gathered as soon as they are there."""
    for number in range(1, COUNT + 1):
        random = np.random.default_rng(number)
        centres = random.random((40, 3)) * BOX
        truth = centres[random.integers(0, 40, 4096)] + random.normal(scale=1.0, size=(4096, 3))
        for name, blur in (("truth", 0.0), ("unet", 0.8)):
            x = np.mod(truth + blur * random.normal(size=truth.shape), BOX).astype(np.float32)
            x[x >= BOX] = 0
            path = tmp_path / f"{name}_box{number}.hdf5"
            write_gadget_hdf5(path, x, box_size=BOX, redshift=0.0, omega_m=0.3, hubble=0.7)
    application.open_paths(tuple(sorted(tmp_path.glob("*.hdf5"))))
    qtbot.waitUntil(lambda: len(application.document.study.runs) == 2 * COUNT, timeout=120_000)
    application.actions["realisations.gather"].trigger()
    return application


@pytest.fixture
def gathered(opened: Application, settle: Settle) -> Application:
    """The same, measured and drawn."""
    settle()
    return opened


def measured(application: Application, name: str, place: int) -> StatisticResult:
    found = application.comparing.result(name, application.document.study.runs[place])
    assert isinstance(found, StatisticResult)
    return found


def correlation(folder: Path, number: int) -> StatisticResult:
    """What the engine without a window says of one box and the reference's of its place."""

    def sample(name: str) -> Sample:
        data = opening.load(opening.describe([folder / f"{name}_box{number}.hdf5"])[0][0])
        return Sample(lambda species, progress: data, label=name)

    return registry()["correlation-coefficient"].compute(sample("unet"), sample("truth"), Parameters(), silent)


def test_they_are_one_run_whose_curves_are_means(gathered: Application, tmp_path: Path) -> None:
    runs = gathered.document.study.runs
    assert [(run.label, run.role, len(run.realisations)) for run in runs] == [
        ("truth", "reference", COUNT),
        ("unet", "prediction", COUNT),
    ]
    found = measured(gathered, "correlation-coefficient", 1)
    each = [correlation(tmp_path, number)["r"] for number in range(1, COUNT + 1)]
    np.testing.assert_allclose(found["r"], np.mean(each, axis=0), rtol=1e-10)
    np.testing.assert_allclose(found["error"], np.std(each, axis=0, ddof=1), rtol=1e-8)
    gathered.editing.spread_realisations(("#112233",))
    assert [run.label for run in gathered.document.study.runs] == [
        f"{name}_box{number}" for name in ("truth", "unet") for number in range(1, COUNT + 1)
    ]


def test_the_panel_says_what_errors_are_and_the_figure_repeats_it(gathered: Application, settle: Settle) -> None:
    scatter = measured(gathered, "power-spectrum", 0)["error"]
    assert gathered.showing.figures["power-spectrum"].spread == f"mean of {COUNT} ± scatter of one"
    gathered.window.statistic_parameters.controls.error_kind.chosen.emit("mean")
    settle()
    assert gathered.showing.figures["power-spectrum"].spread == f"mean of {COUNT} ± error of the mean"
    np.testing.assert_allclose(measured(gathered, "power-spectrum", 0)["error"], scatter / np.sqrt(COUNT))
    gathered.document.undo_stack.undo()
    settle()
    np.testing.assert_array_equal(measured(gathered, "power-spectrum", 0)["error"], scatter)


def test_all_runs_turn_together_and_statistics_stay(gathered: Application, settle: Settle) -> None:
    before, picture = measured(gathered, "transfer-function", 1), gathered.window.grid.picture(300, 200)
    gathered.actions["realisations.next"].trigger()
    settle()
    assert [run.origin.path.stem for run in gathered.document.study.runs] == ["truth_box2", "unet_box2"]
    assert gathered.window.grid.picture(300, 200) != picture
    assert measured(gathered, "transfer-function", 1) is before
    for _ in range(COUNT - 1):
        gathered.actions["realisations.next"].trigger()
    settle()
    assert gathered.document.study.runs[0].origin.path.stem == "truth_box1"
    gathered.document.undo_stack.undo()
    gathered.document.undo_stack.undo()
    settle()
    assert len(gathered.document.study.runs) == 2 * COUNT


def test_a_session_keeps_them(opened: Application, tmp_path: Path) -> None:
    study = opened.document.study
    changed = replace(study, parameters=replace(study.parameters, error_kind="mean"))
    sessions.save(tmp_path / "study.json", changed, {})
    again = sessions.load(tmp_path / "study.json")
    assert again.study.runs == study.runs
    assert again.study.parameters.error_kind == "mean"
    assert (again.missing, again.changed) == ((), ())


def test_a_box_that_was_moved_is_told_and_found_again(opened: Application, tmp_path: Path) -> None:
    sessions.save(tmp_path / "study.json", opened.document.study, {})
    old, new = tmp_path / "unet_box3.hdf5", tmp_path / "elsewhere.hdf5"
    old.rename(new)
    session = sessions.load(tmp_path / "study.json")
    assert session.missing == (session.study.runs[1].key,)
    (lost,) = lost_files(session.study)
    found = relinked(session.study, find_by_one(lost, new, ()))
    assert lost_files(found) == ()
    assert [one.origin.path.stem for one in found.runs[1].realisations] == [
        "unet_box1",
        "unet_box2",
        "elsewhere",
        "unet_box4",
    ]


def test_the_covariance_is_drawn_and_read_off(gathered: Application, settle: Settle) -> None:
    gathered.actions["statistic.power-covariance"].trigger()
    settle()
    figure = gathered.showing.figures["power-covariance"]
    assert [one.label for one in figure.matrices] == ["truth", "unet"]
    assert all(one.faint and "singular" in one.note for one in figure.matrices)
    (canvas,) = gathered.window.findChildren(MatrixCanvas)
    _, square = canvas.squares()[0]
    key, said = canvas.said_at(QPointF(square.left() + 1, square.bottom() - 1))
    assert key == gathered.document.study.runs[0].key
    assert "correlation +1.00" in said
    values = figure.matrices[0].values
    _, corner = canvas.said_at(QPointF(square.right() - 1, square.bottom() - 1))
    assert f"correlation {values[0, -1]:+.2f}" in corner
