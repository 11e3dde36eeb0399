"""What a snapshot says wrongly is corrected in the window: undone, remembered, and followed by all there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import amr_samples
import h5py
import numpy as np
import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QDialogButtonBox

from app import sessions
from app.application import Application
from app.correcting import ask
from app.rows import facts_of
from backends.data.facts import Facts
from backends.data.statistic import StatisticResult
from widgets.corrections import Asked, CorrectionDialog

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


def test_what_was_missing_is_no_more_said_once_it_is_told(
    application: Application, tmp_path: Path, settle: Settle
) -> None:
    path = tmp_path / "delta.npy"
    np.save(path, np.random.default_rng(3).normal(size=(8, 8, 8)).astype(np.float32))
    application.open_paths((path,))
    settle()
    (run,) = application.document.study.runs
    assert any("No box size is stated" in said for said in run.description.warnings)
    assert application.comparing.density(run) is None

    def fill(dialog: CorrectionDialog) -> None:
        assert not dialog.length_unit.isVisible()  # of a density without a box nothing is a length
        dialog.box_size.setText("25")
        dialog.cell_offset.setCurrentIndex(dialog.cell_offset.findData(0.0))

    fill_in(fill)
    ask(application, run.key)
    settle()
    (run,) = application.document.study.runs
    assert not any("No box size is stated" in said for said in run.description.warnings)
    density = application.comparing.density(run)
    assert density is not None
    assert (density.box_size, density.cell_offset) == (25, 0)
    application.actions["edit.undo"].trigger()
    settle()
    (run,) = application.document.study.runs
    assert any("No box size is stated" in said for said in run.description.warnings)


def test_the_level_of_a_mesh_is_chosen_undone_and_remembered(
    application: Application, tmp_path: Path, settle: Settle
) -> None:
    amr_samples.enzo(tmp_path / "DD0001", np.random.default_rng(2))
    application.open_paths((tmp_path / "DD0001",))
    settle()
    gas = application.document.study.runs[1]

    def choose(dialog: CorrectionDialog) -> None:
        words = [dialog.level.itemText(place) for place in range(dialog.level.count())]
        assert words == ["As usual: level 2, 32³ cells", *(f"Level {n}: {8 * 2**n}³ cells" for n in range(3))]
        dialog.level.setCurrentIndex(dialog.level.findData(1))

    def shown() -> tuple[int | None, int, str]:
        run = application.document.study.run(gas.key)
        density = application.comparing.density(run)
        assert density is not None
        facts, _ = facts_of(run)
        return run.told.level, density.n_mesh, next(fact.value for fact in facts if fact.name == "Mesh level")

    assert shown() == (None, 32, "2 of 0 to 2")
    fill_in(choose)
    ask(application, gas.key)
    settle()
    assert shown() == (1, 16, "1 of 0 to 2")
    sessions.save(tmp_path / "study.halograph", application.document.study, {})
    application.actions["edit.undo"].trigger()
    settle()
    assert shown() == (None, 32, "2 of 0 to 2")
    application.open_session(tmp_path / "study.halograph")
    settle()
    assert shown() == (1, 16, "1 of 0 to 2")


def test_a_unit_without_h_asks_for_it(qapp: QApplication) -> None:
    dialog = CorrectionDialog(None, "run", Facts(length_unit="kpc/h"), Facts(), Asked(grid=False, length=True))
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    dialog.length_unit.setCurrentIndex(dialog.length_unit.findData("Mpc"))
    assert not ok.isEnabled()
    dialog.hubble.setText("0.7")
    assert ok.isEnabled()
    assert dialog.facts() == Facts(hubble=0.7, length_unit="Mpc")
