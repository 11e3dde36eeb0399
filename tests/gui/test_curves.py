"""Tables of statistics in the real window: dropped, drawn, listed, changed, undone, saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication

from app import sessions
from app.application import Application
from backends.writers.gadget_hdf5 import write_gadget_hdf5


@pytest.fixture
def study(application: Application, settle: Callable[[], None], tmp_path: Path) -> Path:
    """A window with two runs, and a table of P(k) in a file."""
    rng = np.random.default_rng(2)
    positions = (50 * rng.random((4000, 3))).astype(np.float32)
    for name in ("truth", "imitation"):
        write_gadget_hdf5(tmp_path / f"{name}.hdf5", positions, box_size=50, redshift=0, omega_m=0.3, hubble=0.7)
        positions = (positions + 0.3 * rng.normal(size=positions.shape)).astype(np.float32) % np.float32(50)
    application.open_paths((tmp_path / "truth.hdf5", tmp_path / "imitation.hdf5"))
    settle()
    k = np.geomspace(1e-3, 50, 80)
    np.savetxt(tmp_path / "theory.dat", np.stack([k, 30 * np.ones(80)], axis=1), header="k [1/Mpc]  P [Mpc^3]")
    return tmp_path / "theory.dat"


def drop(application: Application, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(application.window.windowHandle(), QDropEvent(QPointF(300, 300), copy, mime, left, none))


def labels(application: Application, name: str) -> list[str]:
    return [curve.label for curve in application.showing.figures[name].curves]


def test_a_dropped_table_is_drawn_listed_and_undone(
    application: Application, settle: Callable[[], None], study: Path
) -> None:
    drop(application, study)
    settle()
    (curve,) = application.document.study.curves
    assert curve.curve is not None
    np.testing.assert_allclose(curve.curve.y, 30 * 0.7**3)  # the reference's h, as the row's warning says
    assert "h = 0.7" in " ".join(curve.warnings)
    drawn = application.showing.figures["power-spectrum"].curves[-1]
    assert drawn.label == "theory"
    assert drawn.dash > 0
    runs = application.showing.figures["power-spectrum"].curves[0].x
    assert runs.min() / 1.06 < drawn.x.min()
    assert drawn.x.max() < runs.max() * 1.06
    assert drawn.ratio is not None
    assert labels(application, "transfer-function") == ["imitation"]
    rows = application.window.library.list._rows.rows()
    assert [row.label for row in rows] == ["truth", "imitation", "theory"]

    application.window.library.visibility_requested.emit(curve.key, False)
    settle()
    assert labels(application, "power-spectrum") == ["truth", "imitation"]
    application.document.undo_stack.undo()
    application.window.library.rename_requested.emit(curve.key, "CLASS")
    settle()
    assert labels(application, "power-spectrum") == ["truth", "imitation", "CLASS"]
    application.window.library.remove_requested.emit(curve.key)
    settle()
    assert not application.document.study.curves
    for _ in range(3):
        application.document.undo_stack.undo()
    settle()
    assert labels(application, "power-spectrum") == ["truth", "imitation"]


def test_a_curve_lives_in_the_session_and_says_when_its_file_is_gone(
    application: Application, settle: Callable[[], None], study: Path, tmp_path: Path
) -> None:
    drop(application, study)
    settle()
    saved = tmp_path / "a.halograph"
    sessions.save(saved, application.document.study, {})
    again = sessions.load(saved).study
    assert again == application.document.study
    assert again.curves[0].curve is not None
    study.unlink()
    application.new_study()
    application.open_session(saved)
    settle()
    row = application.window.library.list._rows.rows()[-1]
    assert "theory.dat" in row.failure
    assert labels(application, "power-spectrum") == ["truth", "imitation"]


def test_a_table_alone_is_drawn_at_once_and_a_run_joins_it(
    application: Application, settle: Callable[[], None], tmp_path: Path
) -> None:
    k = np.geomspace(1e-3, 50, 80)
    np.savetxt(tmp_path / "theory.dat", np.stack([k, 30 / k], axis=1))
    drop(application, tmp_path / "theory.dat")
    settle()
    window = application.window
    assert list(application.showing.figures) == ["power-spectrum"]
    (curve,) = application.showing.figures["power-spectrum"].curves
    np.testing.assert_allclose((curve.x, curve.y), (k, 30 / k), rtol=1e-6)
    shown = {name for name, dock in window.docks.items() if dock.isVisible()}
    assert shown == {"library", "statistics"}
    assert window.plots.names == ("power-spectrum",)
    assert window.messages.messages() == ()
    assert window.pages.currentWidget() is window.empty

    positions = (50 * np.random.default_rng(1).random((4000, 3))).astype(np.float32)
    write_gadget_hdf5(tmp_path / "run.hdf5", positions, box_size=50, redshift=0, omega_m=0.3, hubble=0.7)
    application.open_paths((tmp_path / "run.hdf5",))
    settle()
    assert labels(application, "power-spectrum") == ["run", "theory"]
    assert window.docks["parameters"].isVisible()
    for _ in range(2):
        application.document.undo_stack.undo()
        settle()
    assert application.document.study.is_empty
    assert not application.showing.figures
    assert not window.docks["statistics"].isVisible()


def test_a_dropped_table_brings_back_the_plot_that_was_closed(
    application: Application, settle: Callable[[], None], study: Path
) -> None:
    application.editing.show_statistic("power-spectrum", False)
    settle()
    assert "power-spectrum" not in application.showing.figures
    drop(application, study)
    settle()
    assert labels(application, "power-spectrum") == ["truth", "imitation", "theory"]


def test_units_that_no_file_states_can_be_told(
    application: Application, settle: Callable[[], None], study: Path, tmp_path: Path
) -> None:
    k = np.geomspace(1e-3, 50, 80)
    np.savetxt(tmp_path / "silent.dat", np.stack([k, 30 / k], axis=1))
    drop(application, tmp_path / "silent.dat")
    settle()
    listed = application.window.library.list
    row = listed._rows.rows()[-1]
    assert row.units == "h"
    menu = listed.menu_of(row, listed._rows.index(2))
    (units,) = [action.menu() for action in menu.actions() if action.text() == "Units of the table"]
    assert units is not None
    units.actions()[1].trigger()
    settle()
    (curve,) = application.document.study.curves
    assert curve.curve is not None
    np.testing.assert_allclose(curve.curve.x, k / 0.7)
    assert listed._rows.rows()[-1].units == "no-h"
    application.document.undo_stack.undo()
    (curve,) = application.document.study.curves
    assert curve.curve is not None
    np.testing.assert_allclose(curve.curve.x, k)


def test_units_that_are_told_change_nothing_but_the_units(
    application: Application, settle: Callable[[], None], tmp_path: Path
) -> None:
    k = np.geomspace(1e-3, 50, 80)
    path = tmp_path / "two.dat"
    np.savetxt(path, np.stack([k, 30 / k, 20 / k], axis=1), header="k P(z=0) P(z=1)")
    drop(application, path)
    settle()
    assert len(application.document.study.curves) == 2
    first, second = (curve.key for curve in application.document.study.curves)
    application.tell_units(first, "h")
    application.editing.rename(first, "named while it was read")
    settle()
    told = application.document.study.curve(first)
    assert told is not None
    assert (told.label, told.told.units) == ("named while it was read", "h")
    np.savetxt(path, np.stack([k, 30 / k], axis=1), header="k P(z=0)")
    application.tell_units(second, "h")
    settle()
    assert "does not hold this curve any more" in application.window.messages.messages()[-1]


def test_the_menu_of_a_curve_asks_for_nothing_that_only_runs_have(
    application: Application, settle: Callable[[], None], study: Path
) -> None:
    drop(application, study)
    settle()
    listed = application.window.library.list
    row = listed._rows.rows()[-1]
    menu = listed.menu_of(row, listed._rows.index(2))
    names = [action.text().partition("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert names[0] == "Rename"
    assert "Make reference" not in names
    assert names[-1] == "Remove"
