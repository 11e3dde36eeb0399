"""What people drop by mistake, by the dozen or without its facts: one message, one correction, no stale words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication

from app.application import Application
from app.loading import add_runs, look_into
from backends.data.facts import Facts
from backends.data.study import Study
from widgets.empty_state import EmptyState
from widgets.library_model import LibraryModel

Settle = Callable[[], None]


def grid(path: Path, seed: int, shape: tuple[int, ...] = (16, 16, 16)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.random.default_rng(seed).lognormal(0, 0.3, shape).astype(np.float32))
    return path


def test_dozens_of_refused_files_are_one_message(application: Application, settle: Settle, tmp_path: Path) -> None:
    paths = [tmp_path / f"letter-{n}.txt" for n in range(12)]
    for path in paths:
        path.write_text("Dear colleague,\n" * 20)
    (tmp_path / "empty.hdf5").touch()
    application.open_paths((*paths, tmp_path / "empty.hdf5", grid(tmp_path / "good.npy", 1)), Facts(box_size=10.0))
    settle()
    (said,) = application.window.messages.messages()
    assert "letter-0.txt, letter-1.txt, letter-2.txt and 9 more" in said
    assert "empty.hdf5 is empty" in said
    assert application.settings.recent == (tmp_path / "good.npy",)


def test_what_was_said_of_a_study_goes_with_it(application: Application, settle: Settle, tmp_path: Path) -> None:
    messages = application.window.messages
    messages.show_message("warning", "This driver draws slices only", stays=True)
    (tmp_path / "empty.hdf5").touch()
    application.open_paths((tmp_path / "empty.hdf5",))
    settle()
    assert len(messages.messages()) == 2
    application.new_study()
    assert messages.messages() == ("This driver draws slices only",)


def test_one_correction_of_the_box_is_enough_and_one_step_of_undo(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(tuple(grid(tmp_path / n / "output.npy", i) for i, n in enumerate(("fno", "truth", "unet"))))
    settle()
    runs = application.document.study.runs
    assert [run.label for run in runs] == ["truth", "fno", "unet"]
    assert runs[0].role == "reference"
    model = application.window.library.list.model()
    assert isinstance(model, LibraryModel)
    rows = model.rows()
    assert all(row.failure for row in rows)
    assert [row.explained for row in rows] == [True, False, False]
    application.editing.correct(runs[1].key, Facts(box_size=50.0, quantity="relative_density"))
    settle()
    assert [run.facts.box_size for run in application.document.study.runs] == [50.0] * 3
    assert not application.comparing.failures
    application.document.undo_stack.undo()
    settle()
    assert application.document.study.runs == runs


def test_a_study_of_maps_leaves_nothing_behind(application: Application, settle: Settle, tmp_path: Path) -> None:
    application.open_paths((grid(tmp_path / "map.npy", 1, (32, 32)),), Facts(box_size=10.0))
    settle()
    application.new_study()
    application.open_paths((grid(tmp_path / "silent.npy", 2),))
    settle()
    (cell,) = application.window.grid._cells
    assert "two dimensions" not in cell.message
    assert "box size" in cell.message


def test_a_reference_wears_the_colour_of_references(application: Application, settle: Settle, tmp_path: Path) -> None:
    paths = tuple(grid(tmp_path / f"{n}.npy", i) for i, n in enumerate("ab"))
    application.open_paths(paths, Facts(box_size=10.0))
    settle()
    first, second = application.document.study.runs
    application.editing.make_reference(second.key)
    settle()
    assert application.document.study.run(second.key).colour == first.colour
    assert application.document.study.run(first.key).colour == second.colour


@pytest.mark.parametrize("width", [900, 1900])
def test_the_first_screen_is_painted_to_its_edges(qapp: QApplication, width: int) -> None:
    empty = EmptyState()
    empty.resize(width, 1000)
    picture = empty.grab().toImage()
    plain = picture.pixelColor(width // 2, 2).name()
    right = {picture.pixelColor(width - 1 - x, y).name() for x in range(40) for y in range(0, 1000, 7)}
    assert len(right) > 20, plain
    empty.deleteLater()


def test_a_session_that_is_dropped_with_files_opens_with_them(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    told = Facts(box_size=10.0, quantity="relative_density")
    application.open_paths((grid(tmp_path / "truth.npy", 1),), told)
    settle()
    application._save_to(tmp_path / "s.halograph")
    application.new_study()
    application.open_paths((tmp_path / "s.halograph", grid(tmp_path / "net.npy", 2)))
    settle()
    assert [run.label for run in application.document.study.runs] == ["truth", "net"]
    application.new_study()
    (tmp_path / "s.halograph").write_text('{"format": "halograph-session", "version": 1}')
    application.open_paths((tmp_path / "s.halograph", tmp_path / "net.npy"))
    settle()
    assert [run.label for run in application.document.study.runs] == ["net"]
    said, kept = application.window.messages.messages()
    assert "was not saved; it has been kept" in kept
    assert "lacks its runs" in said


def test_an_array_without_cells_is_no_grid(tmp_path: Path) -> None:
    np.save(tmp_path / "none.npy", np.zeros((0, 16, 16), np.float32))
    opened = look_into([tmp_path / "none.npy"])
    assert not opened.descriptions
    assert "0×16×16" in str(opened.refused[0])


def test_a_file_name_of_two_lines_makes_a_label_of_one(tmp_path: Path) -> None:
    opened = look_into([grid(tmp_path / "new\nline \udcfc.npy", 1)])
    (run,) = add_runs(Study(), opened.descriptions, ("#56b4e9",), "#ffffff").runs
    assert run.label == "new line \N{REPLACEMENT CHARACTER}"


def test_a_mended_file_takes_the_place_of_the_failed_one(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    truth, broken = grid(tmp_path / "truth.npy", 1), tmp_path / "model.npy"
    values = np.load(truth) + np.float32(0.1)
    np.save(broken, np.where(values > 1.5, np.nan, values))
    application.open_paths((truth, broken), Facts(box_size=10.0, quantity="relative_density"))
    settle()
    _, failed = application.document.study.runs
    assert list(application.comparing.failures) == [failed.key]
    application.editing.rename(failed.key, "mine")
    application.document.look(selected=failed.key)

    np.save(broken, values)
    application.open_paths((broken,))
    settle()
    study = application.document.study
    assert [(run.key, run.label) for run in study.runs] == [("run-1", "truth"), (failed.key, "mine")]
    assert study.selected == failed.key
    assert study.runs[1].told.box_size == 10.0
    assert not study.runs[1].description.warnings  # nothing is asked that was told before
    assert not application.comparing.failures
    assert application.comparing.is_ready(study.runs[1])
    model = application.window.library.list.model()
    assert isinstance(model, LibraryModel)
    assert not any(row.failure for row in model.rows())
    assert application.document.undo_stack.undoText() == "Read a run again"

    application.document.undo_stack.undo()
    settle()
    assert application.document.study.runs[1].origin.opened == 0
    application.document.undo_stack.redo()
    settle()
    assert application.document.study.runs == study.runs

    application.open_paths((broken,))  # what is sound is opened beside itself, as ever
    settle()
    assert len(application.document.study.runs) == 3


def test_a_refusal_goes_when_its_file_is_opened_after_all(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    whole, cut, empty = grid(tmp_path / "whole.npy", 1), tmp_path / "cut.npy", tmp_path / "empty.npy"
    cut.write_bytes(whole.read_bytes()[:900])
    empty.touch()
    application.open_paths((cut, empty), Facts(box_size=10.0))
    settle()
    (said,) = application.window.messages.messages()
    assert "cut.npy is truncated" in said
    for path, left in ((cut, (said,)), (empty, ())):
        path.write_bytes(whole.read_bytes())
        application.open_paths((path,), Facts(box_size=10.0))
        settle()
        assert application.window.messages.messages() == left
    assert [run.label for run in application.document.study.runs] == ["cut", "empty"]


def test_velocities_are_said_to_be_no_density(application: Application, settle: Settle, tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(20, 100, (3, 16, 16, 16)).astype(np.float32)
    np.save(tmp_path / "vel.npy", values)
    application.open_paths((tmp_path / "vel.npy",), Facts(box_size=50.0))
    settle()
    (run,) = application.document.study.runs
    assert "velocity of 3 components" in application.comparing.failures[run.key]
    assert application.comparing.density(run) is None
