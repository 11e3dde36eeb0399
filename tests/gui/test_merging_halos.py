"""Planted halos that merge, in the window: one is clicked and followed, catalogues list them, those in others hide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from merging_halos import write_catalogue, write_snapshots
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog, QInputDialog

from app import sessions
from app.application import Application
from app.halo_choice import FOUND
from backends.data.run import Run
from widgets.data_export_dialog import DataExportDialog
from widgets.views import rings

Settle = Callable[[], None]


@pytest.fixture
def merging(application: Application, settle: Settle, tmp_path: Path) -> Application:
    """Three snapshots, sorted by halo, and their catalogues, gathered over time and seen with rings at z = 0."""
    write_snapshots(tmp_path, sorted_by_halo=True)
    for number in range(3):
        write_catalogue(tmp_path, number)
    application.open_paths(tuple(sorted(tmp_path.glob("*.hdf5"))))
    settle()
    application.actions["time.gather"].trigger()
    application.actions["view.halos"].trigger()
    settle()
    return application


def run_of(app: Application, label: str) -> Run:
    return next(run for run in app.document.study.runs if label in run.label)


def ringed(app: Application, label: str) -> tuple[float, tuple[str, ...]]:
    """Return the mass of the halo that is selected in a run's view, 0 for none, and what is said of its kin."""
    sheet, run = app.window.grid.pointing.sheet(), run_of(app, label)
    cell = next(cell for cell in sheet.cells if cell.run == run.key)
    place = rings.same_halo(sheet, cell, sheet.view.rings.chosen)
    if place is None:
        return 0.0, ()
    catalogue = sheet.catalogues[cell.halos]
    return float(catalogue.masses[place]), rings.kin(catalogue, place)


def detail(app: Application, label: str) -> str:
    return next(c.detail for c in app.window.grid.places.cells if c.run == run_of(app, label).key)


def click(app: Application, label: str, place: int) -> None:
    """Click the ring of a halo."""
    sheet, run = app.window.grid.pointing.sheet(), run_of(app, label)
    cell, rectangle = next(pair for pair in zip(sheet.cells, sheet.rectangles, strict=True) if pair[0].run == run.key)
    drawn = rings.rings(sheet, cell, rectangle)
    assert drawn is not None
    x, y = drawn.middles[np.flatnonzero(drawn.halos == place)[0]]
    QTest.mouseClick(app.window.grid._surface, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))


def step(app: Application, settle: Settle, name: str) -> None:
    app.actions[f"time.{name}"].trigger()
    settle()


def test_a_clicked_halo_is_followed_in_time_and_says_its_kin(
    merging: Application, settle: Settle, tmp_path: Path
) -> None:
    click(merging, "snap", 0)
    settle()
    assert ringed(merging, "snap") == (5e13, ("from 5.00·10¹³ Msun/h at z = 1",))
    step(merging, settle, "previous")
    assert ringed(merging, "snap") == (
        5e13,
        ("from 2 halos, the main 3.00·10¹³ Msun/h at z = 2", "becomes 5.00·10¹³ Msun/h at z = 0"),
    )
    step(merging, settle, "previous")
    assert ringed(merging, "snap") == (3e13, ("becomes 5.00·10¹³ Msun/h at z = 1",))
    # the smaller one merges, and at z = 0 it is the halo of both
    click(merging, "snap", 1)
    settle()
    assert ringed(merging, "snap") == (2e13, ("merges into 5.00·10¹³ Msun/h at z = 1",))
    path = tmp_path / "merging.halograph"
    sessions.save(path, merging.document.study, {})
    assert sessions.load(path).study == merging.document.study
    merging.editing.turn_to_redshift(0.0)
    settle()
    assert ringed(merging, "snap")[0] == 5e13
    merging.document.undo_stack.undo()
    settle()
    assert ringed(merging, "snap")[0] == 2e13
    # other halos than those that were there before: a place in the catalogue would be another's
    merging.window.statistic_parameters.controls.min_particles.value_changed.emit((160.0,), 1)
    settle()
    assert merging.document.study.view.rings.chosen is None


def test_a_catalogue_lists_a_runs_halos_with_and_without_those_in_others(
    merging: Application, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[list[str]] = []

    def answer(wanted: str) -> None:
        def pick(*given: object) -> tuple[str, bool]:
            names = given[3]
            assert isinstance(names, list)
            offered.append(names)
            return next(name for name in names if wanted in name), True

        monkeypatch.setattr(QInputDialog, "getItem", pick)
        merging.window.library.halos_requested.emit(run_of(merging, "snap").key)
        settle()

    def counted() -> float:
        found = merging.comparing.result("halo-mass-function", run_of(merging, "snap"))
        assert not isinstance(found, str)
        assert found is not None
        return float(found["count"].sum())

    assert counted() == 2
    answer("subhalos")
    assert offered[0] == [FOUND, "fof_subhalo_tab groups", "fof_subhalo_tab subhalos"]
    assert detail(merging, "snap").endswith("halos of fof_subhalo_tab subhalos · 3 of 4 distinct")
    assert counted() == 3
    assert merging.showing.figures["halo-mass-function"].note.startswith("distinct halos")
    merging.window.statistic_parameters.controls.halos.substructure.click()
    settle()
    assert (counted(), detail(merging, "subhalos")) == (4, "with substructure")
    merging.document.undo_stack.undo()
    settle()
    assert counted() == 3
    # groups know their particles by the order of the snapshot, and can be followed
    answer("groups")
    click(merging, "snap", 1)
    settle()
    assert ringed(merging, "snap") == (2e13, ("from 2.00·10¹³ Msun/h at z = 1",))
    step(merging, settle, "previous")
    assert ringed(merging, "snap")[0] == 2e13
    answer(FOUND)
    assert run_of(merging, "snap").halos == ""
    merging.document.undo_stack.undo()
    merging.editing.remove(run_of(merging, "groups").key)
    assert run_of(merging, "snap").halos == ""


def test_all_snapshots_are_exported_as_one_table(
    merging: Application, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(dialog: DataExportDialog) -> int:
        dialog.what.setCurrentRow(2)
        return 1

    monkeypatch.setattr(DataExportDialog, "exec", choose)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "halos.csv"), ""))
    merging.window.library.export_requested.emit(run_of(merging, "snap").key)
    settle()
    rows = (tmp_path / "halos.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 4 + 7
    assert rows[3].startswith("snapshot,redshift,id,descendant_id,progenitor_id")
