"""Runs of which one cannot be read, or whose boxes differ: each says its own reason, and what can be seen is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.application import Application
from backends.data.facts import Facts

Settle = Callable[[], None]


@pytest.fixture
def grids(tmp_path: Path) -> tuple[Path, Path]:
    """Two files that do not say their box."""
    for seed, name in enumerate(("first", "second")):
        np.save(tmp_path / name, np.random.default_rng(seed).lognormal(0, 0.3, (16, 16, 16)).astype(np.float32))
    return tmp_path / "first.npy", tmp_path / "second.npy"


def test_a_run_is_seen_whose_reference_cannot_be_read(
    application: Application, settle: Settle, grids: tuple[Path, Path]
) -> None:
    application.open_paths(grids, in_order=True)
    settle()
    first, second = application.document.study.runs
    failures = application.comparing.failures
    assert [failures[run.key].split()[0] for run in (first, second)] == ["first.npy", "second.npy"]
    application.editing.correct(first.key, Facts(box_size=50.0, quantity="relative_density"))
    settle()
    told = replace(application.document.study.run(first.key), told=Facts(quantity="relative_density"))
    application.document.apply(application.document.study.with_run(told), "Forget the box")
    settle()
    assert set(application.comparing.failures) == {first.key}
    assert application.comparing.is_ready(application.document.study.run(second.key))


def test_places_in_boxes_of_other_sizes_are_not_compared(
    application: Application, settle: Settle, grids: tuple[Path, Path]
) -> None:
    first, second = grids
    application.open_paths((first,), Facts(box_size=50.0, quantity="relative_density"))
    application.open_paths((second,), Facts(box_size=20.0, quantity="relative_density"))
    settle()
    study = application.document.study
    assert len(application.window.grid._cells) == 2
    rows = application.window.probe.table.rows
    assert [rows.index(number, 2).data() for number in range(2)] == ["", ""]
    application.document.apply(replace(study, view=replace(study.view, comparison="difference")), "Difference")
    settle()
    reference, other = application.window.grid._cells
    assert reference.state == "ready"
    assert other.state == "failed"
    assert "50 and 20 Mpc/h" in other.message


def test_a_table_is_drawn_beside_a_run_that_failed_and_no_histogram_stays(
    application: Application, settle: Settle, grids: tuple[Path, Path], tmp_path: Path
) -> None:
    table = tmp_path / "theory.txt"
    k = np.geomspace(0.01, 10, 50)
    np.savetxt(table, np.column_stack([k, 1e3 * k**-1.5]), header="k [h/Mpc] P(k) [(Mpc/h)^3]")
    application.open_paths((grids[0],), Facts(box_size=50.0, quantity="relative_density"))
    settle()
    assert application.window.editor._counts.size
    application.new_study()
    application.open_paths((grids[1],))
    settle()
    application.open_paths((table,))
    settle()
    assert not application.window.editor._counts.size
    assert len(application.showing.figures["power-spectrum"].curves) == 1


def test_each_box_has_a_scale_of_its_own(application: Application, settle: Settle, grids: tuple[Path, Path]) -> None:
    for path, side in zip(grids, (50.0, 20.0), strict=True):
        application.open_paths((path,), Facts(box_size=side, quantity="relative_density"))
    settle()
    grid = application.window.grid
    sheet = grid.sheet(grid._rectangles)
    assert [sheet.box_of(number) for number in range(2)] == [50.0, 20.0]
    application.document.look(page="view", selected=application.document.study.runs[1].key)
    settle()
    assert application.window.probe.head.accessibleName() == "Probe 10.0, 10.0, 10.0 Mpc/h"


def test_nothing_is_drawn_against_a_reference_that_is_gone(
    application: Application, settle: Settle, grids: tuple[Path, Path], tmp_path: Path
) -> None:
    application.open_paths(grids, Facts(box_size=50.0, quantity="relative_density"))
    settle()
    assert "transfer-function" in application.showing.figures
    application._save_to(tmp_path / "study.halograph")
    grids[0].rename(tmp_path / "other.npz")
    application.open_session(tmp_path / "study.halograph")
    settle()
    assert application.relinking.dialog is not None
    application.relinking.dialog.reject()
    settle()
    assert set(application.showing.figures) == {"power-spectrum", "density-pdf", "halo-mass-function"}
    assert application.comparing.result("power-spectrum", application.document.study.runs[1]) is not None
