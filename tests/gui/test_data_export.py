"""Exporting a run's data from the window: the dialog offers what there is, and the task writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from genericio_files import particles, write_genericio
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from app.application import Application
from app.data_export import export_data, offer
from backends.data.particles import Particles
from backends.readers import opening
from widgets.data_export_dialog import DataChoice, DataExportDialog, DataOffer

Settle = Callable[[], None]


def test_the_dialog_offers_what_the_run_has_and_asks_for_what_it_lacks(qtbot: QtBot) -> None:
    dialog = DataExportDialog(
        None, DataOffer("HACC", ("density", "particles"), ("gas", "dm"), 64, ("redshift", "omega_m", "hubble"))
    )
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.go is not None
    assert dialog.choice() == DataChoice("density", "npy", "", 64)
    assert dialog.go.isEnabled()
    assert not dialog.facts["hubble"].isVisible()
    dialog.what.setFocus()
    qtbot.keyClick(dialog.what, Qt.Key.Key_Down)
    assert not dialog.mesh.isVisible()
    assert not dialog.go.isEnabled()
    for name, text in (("redshift", "0,5"), ("omega_m", "0.3"), ("hubble", "70")):
        qtbot.keyClicks(dialog.facts[name], text)
    assert not dialog.go.isEnabled()  # 70 is no H0 / 100
    dialog.facts["hubble"].clear()
    qtbot.keyClicks(dialog.facts["hubble"], "0.7")
    assert dialog.go.isEnabled()
    qtbot.keyClick(dialog.species, Qt.Key.Key_Down)
    chosen = dialog.choice()
    assert (chosen.what, chosen.format, chosen.species, chosen.n_mesh) == ("particles", "gadget-hdf5", "gas", 0)
    assert chosen.facts == (("redshift", 0.5), ("omega_m", 0.3), ("hubble", 0.7))


def test_a_run_is_written_from_the_menu(
    application: Application, settle: Settle, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    write_genericio(tmp_path / "m000", [particles(rng, 700)])
    application.open_paths((tmp_path / "m000",))
    settle()
    (run,) = application.document.study.runs
    assert offer(run).missing == ("redshift", "omega_m", "hubble")
    out = tmp_path / "PART_000"

    def answer(dialog: DataExportDialog) -> int:
        dialog.what.setCurrentRow(1)
        dialog.format.setCurrentIndex(dialog.format.findData("bigfile"))
        for name, text in (("redshift", "1"), ("omega_m", "0.3"), ("hubble", "0.7")):
            dialog.facts[name].setText(text)
        assert dialog.findChild(QDialogButtonBox) is not None
        return 1

    monkeypatch.setattr(DataExportDialog, "exec", answer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    application.actions["file.export-data"].trigger()
    settle()
    (description,), refused = opening.describe([out])
    assert not refused
    assert (description.redshift, description.omega_m, description.hubble) == (1, 0.3, 0.7)
    read = opening.load(description, columns=("velocities", "ids"))
    assert isinstance(read, Particles)
    assert read.count == 700
    export_data(application, run, DataChoice("density", "npy", "", 16), tmp_path / "density.npy")
    settle()
    assert np.load(tmp_path / "density.npy").shape == (16, 16, 16)
    application.tasks.cancel_all()
    export_data(application, run, DataChoice("density", "npy", "", 64), tmp_path / "cancelled.npy")
    application.tasks.cancel(("export", tmp_path / "cancelled.npy"))
    settle()
    assert not [path for path in tmp_path.iterdir() if "cancelled" in path.name]
