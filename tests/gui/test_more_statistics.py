"""Displacements, pairwise velocities and errors by environment, asked for in the window as a person does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from moved_lattice import BOX, moved_lattice
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from backends.data.parameters import Parameters
from widgets.segmented import Segmented
from widgets.sliders import Slider
from widgets.statistic_parameters import StatisticParameters

Settle = Callable[[], None]
FIELDS = {field.name for field in fields(Parameters)}


@pytest.fixture
def snapshots(tmp_path: Path) -> tuple[Path, ...]:
    """Two runs whose waves stay apart."""
    return moved_lattice(
        tmp_path, lambda q: 4 * np.sin(2 * np.pi * q[:, [1, 2, 0]] / BOX) + 3 * np.sin(4 * np.pi * q / BOX)
    )


def test_they_are_drawn_ranked_undone_and_saved(
    application: Application, snapshots: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(snapshots)
    settle()
    names = ("displacement-statistics", "displacement-error", "pairwise-velocity", "error-by-environment")
    for name in names:
        assert name not in application.showing.figures
        application.actions[f"statistic.{name}"].trigger()
    settle()
    figures, ranking = application.showing.figures, application.showing.ranking
    slow = next(curve for curve in figures["displacement-statistics"].curves if curve.label == "slow")
    assert slow.ratio is not None
    assert slow.ratio[:2] == pytest.approx([0.9, 0.9], rel=1e-3)
    assert figures["pairwise-velocity"].note == "pairs of 8,000 particles"
    assert figures["error-by-environment"].ratio_label
    assert ranking is not None
    (row,) = ranking.rows
    assert row.scores["displacement_error"] == pytest.approx(0.1 * np.sqrt(3 * (16 + 9) / 2), rel=1e-3)
    assert row.scores["environment_error"]
    assert row.scores["infall_error"]

    panel = application.window.statistic_parameters
    panel.section.button.click()
    controls = panel.controls
    controls.environment.quantiles.track.begun.emit()
    controls.environment.quantiles.track.moved.emit((0.05,))
    settle()
    assert application.document.study.parameters == Parameters(density_quantiles=4)
    assert len(application.showing.figures["error-by-environment"].curves[0].x) == 4
    path = tmp_path / "saved.halograph"
    sessions.save(path, application.document.study, {})
    assert sessions.load(path).study.parameters == Parameters(density_quantiles=4)
    application.document.undo_stack.undo()
    settle()
    assert application.document.study.parameters == Parameters()
    assert len(application.showing.figures["error-by-environment"].curves[0].x) == 10


def test_wavelets_and_the_forest_follow_their_controls(
    application: Application, snapshots: tuple[Path, ...], settle: Settle
) -> None:
    application.open_paths(snapshots)
    settle()
    for name in ("wavelet-scattering", "wavelet-scattering-second", "lyman-alpha", "lyman-alpha-pdf"):
        application.actions[f"statistic.{name}"].trigger()
    settle()
    figures, ranking = application.showing.figures, application.showing.ranking
    assert ranking is not None
    for score in ("wavelet_error", "wavelet_second_error", "flux_power_error", "flux_pdf_distance"):
        assert 0 < (ranking.rows[0].scores[score] or 0) < 1
    assert figures["lyman-alpha"].note.partition(" · ")[0].endswith("mean flux 0.669")  # observed at z = 3
    bands = figures["wavelet-scattering"].curves[0].x.size

    panel = application.window.statistic_parameters
    panel.section.button.click()
    controls = panel.controls
    wished = ((controls.forest.flux, 0.8), (controls.forest.space, "redshift"), (controls.modes.bands, 2))
    for box, value in wished:
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())
        settle()
    figures = application.showing.figures
    assert figures["lyman-alpha"].note.partition(" · ")[0].endswith("seen along z, redshift space, mean flux 0.8")
    assert figures["wavelet-scattering"].curves[0].x.size > bands
    for _ in range(3):
        application.document.undo_stack.undo()
    settle()
    assert application.document.study.parameters == Parameters()
    assert application.showing.figures["wavelet-scattering"].curves[0].x.size == bands


def test_every_parameter_has_a_control_in_the_window(qtbot: QtBot) -> None:
    panel = StatisticParameters()
    qtbot.addWidget(panel)
    panel.section.unfold(True)
    asked: list[Parameters] = []
    panel.parameters_requested.connect(lambda parameters, _: asked.append(parameters))
    for box in panel.findChildren(QComboBox):
        box.setCurrentIndex((box.currentIndex() + 1) % box.count())
        box.activated.emit(box.currentIndex())
        panel.show_parameters(Parameters())
    for slider in panel.findChildren(Slider):
        slider.track.begun.emit()
        slider.track.moved.emit((0.9,))
        panel.show_parameters(Parameters())
    for spin in panel.findChildren(QDoubleSpinBox):
        spin.setValue(0.3)
        panel.show_parameters(Parameters())
    for tick in panel.findChildren(QCheckBox):
        tick.click()
        panel.show_parameters(Parameters())
    for choice in panel.findChildren(Segmented):
        choice.chosen.emit("cic")
        panel.show_parameters(Parameters())
    unchanged = Parameters()
    changed = [{name for name in FIELDS if getattr(one, name) != getattr(unchanged, name)} for one in asked]
    assert all(len(names) == 1 for names in changed)  # a control leaves all the others as they are
    assert set().union(*changed) == FIELDS - {"species"}  # which has a list of its own, under Matter


def test_two_choices_in_one_turn_of_the_event_loop_are_both_kept(
    application: Application, snapshots: tuple[Path, ...], settle: Settle, qtbot: QtBot
) -> None:
    application.open_paths(snapshots)
    settle()
    panel, volume = application.window.statistic_parameters, application.window.volume
    panel.section.button.click()
    controls = panel.controls
    settle()
    steps = application.document.undo_stack.count()
    keys = ((controls.forest.flux, Qt.Key.Key_Down), (controls.modes.bands, Qt.Key.Key_Down))
    for box, key in keys:  # nothing runs between them
        qtbot.keyClick(box, key)
    qtbot.mouseClick(controls.halos.substructure, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.mouseClick(volume.halos, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.keyClick(volume.together.overlay, Qt.Key.Key_Down)
    study = application.document.study
    assert study.parameters == Parameters(mean_flux=0.2, wavelets_per_octave=2, substructure=True)
    assert study.view.halos
    assert study.view.overlay
    for _ in range(application.document.undo_stack.count() - steps):
        application.document.undo_stack.undo()
    assert application.document.study.parameters == Parameters()
    settle()
    assert controls.forest.flux.currentData() is None
