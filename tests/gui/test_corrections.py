"""What a snapshot says wrongly is corrected in the window: undone, remembered, and followed by all there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from app import sessions
from app.application import Application
from app.correcting import ask
from backends.data.facts import Facts
from backends.data.statistic import StatisticResult
from widgets.corrections import CorrectionDialog

Settle = Callable[[], None]


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "snap.hdf5"
    with h5py.File(path, "w") as file:
        header = file.create_group("Header").attrs
        header["NumPart_ThisFile"] = header["NumPart_Total"] = np.array([0, 4000, 0, 0, 0, 0], np.uint32)
        header["MassTable"], header["NumFilesPerSnapshot"] = [0, 5.0, 0, 0, 0, 0], 1
        header["BoxSize"], header["Redshift"] = 64.0, 0.0
        file["PartType1/Coordinates"] = (64 * np.random.default_rng(4).random((4000, 3))).astype(np.float32)
    return path


def fill_in(act: Callable[[CorrectionDialog], None]) -> None:
    """Fill in the form as soon as it is open, and accept it."""

    def once() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, CorrectionDialog):
            QTimer.singleShot(20, once)
            return
        act(dialog)
        dialog.accept()

    QTimer.singleShot(0, once)


def test_a_unit_of_length_is_corrected_undone_and_remembered(
    application: Application, snapshot: Path, settle: Settle, tmp_path: Path
) -> None:
    application.open_paths((snapshot,))
    settle()
    (run,) = application.document.study.runs
    assert run.facts.box_size == pytest.approx(0.064)  # kpc/h by convention, and a warning says so

    def choose(dialog: CorrectionDialog) -> None:
        assert dialog.length_unit.isVisible()
        assert not dialog.quantity.isVisible()
        assert dialog.length_unit.currentText() == "Not stated; taken as comoving kpc/h"
        dialog.length_unit.setCurrentIndex(dialog.length_unit.findData("Mpc/h"))

    fill_in(choose)
    ask(application, run.key)
    settle()
    (run,) = application.document.study.runs
    assert run.told == Facts(length_unit="Mpc/h")
    assert run.facts.box_size == pytest.approx(64)
    density = application.comparing.density(run)
    assert density is not None
    assert density.box_size == pytest.approx(64)
    power = application.comparing.result("power-spectrum", run)
    assert isinstance(power, StatisticResult)
    assert power.parameters["box_size"] == pytest.approx(64)
    sessions.save(tmp_path / "study.halograph", application.document.study, {})
    assert sessions.load(tmp_path / "study.halograph").study.runs[0].told == run.told
    application.actions["edit.undo"].trigger()
    settle()
    assert application.document.study.runs[0].facts.box_size == pytest.approx(0.064)


def test_what_the_form_does_not_ask_is_kept(application: Application, snapshot: Path, settle: Settle) -> None:
    application.open_paths((snapshot,), Facts(hubble=0.7))
    settle()
    (run,) = application.document.study.runs
    fill_in(lambda dialog: dialog.redshift.setText("0.5"))
    ask(application, run.key)
    settle()
    assert application.document.study.runs[0].told == Facts(hubble=0.7, redshift=0.5)
