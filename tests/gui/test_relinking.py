"""Moved files of a session are asked for: one answer mends all, another file is said, no answer loses nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.application import Application
from backends.data.facts import Facts
from widgets.library_model import LibraryModel
from widgets.relink_dialog import RelinkDialog

Settle = Callable[[], None]
NAMES = ("truth.npy", "unet.npy", "theory.dat")


@pytest.fixture
def moved(application: Application, settle: Settle, tmp_path: Path) -> Path:
    """A session whose two grids and table were moved from "data" to "elsewhere" after it was saved."""
    data, k = tmp_path / "data", np.geomspace(0.05, 5, 40)
    data.mkdir()
    for seed, name in enumerate(NAMES[:2]):
        np.save(data / name, np.random.default_rng(seed).lognormal(0, 0.3, (16,) * 3).astype(np.float32))
    np.savetxt(data / NAMES[2], np.stack([k, 3000 / k], axis=1), header="k [h/Mpc]  P [(Mpc/h)^3]")
    application.open_paths(tuple(data / name for name in NAMES), Facts(box_size=50.0, quantity="relative_density"))
    settle()
    application._save_to(tmp_path / "study.halograph")
    application.new_study()
    data.rename(tmp_path / "elsewhere")
    return tmp_path / "study.halograph"


def asked(application: Application) -> RelinkDialog:
    dialog = application.relinking.dialog
    assert dialog is not None
    return dialog


def test_one_answer_mends_all_in_one_step_of_undo(application: Application, settle: Settle, moved: Path) -> None:
    application.open_session(moved)
    settle()
    application.relinking.look_at(moved.parent / "data" / "unet.npy", moved.parent / "elsewhere" / "unet.npy")
    settle()
    dialog = asked(application)
    assert dialog.relink is not None
    assert dialog.relink.text() == "Relink 3 files"
    dialog.accept()
    settle()
    study = application.document.study
    origins = [run.origin for run in study.runs] + [curve.origin for curve in study.curves]
    assert {origin.path.parent.name for origin in origins} == {"elsewhere"}
    assert study.curves[0].curve is not None
    assert not application.comparing.failures
    assert [run.told.box_size for run in study.runs] == [50.0, 50.0]
    assert application.window.messages.messages() == ()
    application.document.undo_stack.undo()
    settle()
    assert application.document.study.runs[0].origin.path.parent.name == "data"


def test_a_search_below_a_folder_finds_all(application: Application, settle: Settle, moved: Path) -> None:
    (moved.parent / "a" / "b").mkdir(parents=True)
    shutil.move(moved.parent / "elsewhere", moved.parent / "a" / "b" / "c")
    application.open_session(moved)
    settle()
    application.relinking.look_below(moved.parent)
    settle()
    asked(application).accept()
    settle()
    assert all(run.origin.path.is_file() for run in application.document.study.runs)


def test_another_file_of_the_same_name_is_said_and_takes_no_sibling_along(
    application: Application, settle: Settle, moved: Path
) -> None:
    other = moved.parent / "other"
    other.mkdir()
    for name in NAMES[:2]:
        np.save(other / name, np.ones((16, 16, 16), np.float32))
    application.open_session(moved)
    settle()
    application.relinking.look_at(moved.parent / "data" / "unet.npy", other / "unet.npy")
    settle()
    said = {row.name: (row.state, row.said) for row in application.relinking._rows()}
    assert said["unet.npy"][0] == "different"
    assert "content differs" in said["unet.npy"][1]
    assert said["truth.npy"][0] == "missing"
    asked(application).accept()
    settle()
    truth, unet = application.document.study.runs
    assert unet.origin.path == other / "unet.npy"
    assert any("content differs" in warning for warning in unet.description.warnings)
    assert truth.origin.path.parent.name == "data"


def test_what_is_no_such_data_is_refused(application: Application, settle: Settle, moved: Path) -> None:
    letter = moved.parent / "letter.txt"
    letter.write_text("Dear colleague,\n" * 9)
    application.open_session(moved)
    settle()
    application.relinking.look_at(moved.parent / "data" / "unet.npy", letter)
    settle()
    dialog = asked(application)
    assert dialog.relink is not None
    assert not dialog.relink.isEnabled()
    assert "letter.txt" in next(row.said for row in application.relinking._rows() if row.name == "unet.npy")


def test_no_answer_loses_nothing(application: Application, settle: Settle, moved: Path) -> None:
    known = [run["origin"]["fingerprint"] for run in json.loads(moved.read_text())["runs"]]
    application.open_session(moved)
    settle()
    asked(application).reject()
    settle()
    assert [run.label for run in application.document.study.runs] == ["truth", "unet"]
    assert "3 files of this study are missing" in application.window.messages.messages()[0]
    model = application.window.library.list.model()
    assert isinstance(model, LibraryModel)
    assert all(row.failure.startswith(name) for row, name in zip(model.rows(), NAMES, strict=True))
    application.save_session()
    again = json.loads(moved.read_text())["runs"]
    assert [run["origin"]["fingerprint"] for run in again] == known
    assert [run["origin"]["path"] for run in again] == ["data/truth.npy", "data/unet.npy"]
    application.actions["run.relink"].trigger()
    settle()
    assert len(application.relinking._rows()) == 3
    application.relinking.look_below(moved.parent)
    settle()
    asked(application).accept()
    settle()
    assert not any("missing" in said for said in application.window.messages.messages())


def test_a_file_of_another_name_is_known_by_its_content(application: Application, settle: Settle, moved: Path) -> None:
    folder = moved.parent / "elsewhere"
    (folder / "unet.npy").rename(folder / "a net.npy")
    np.save(folder / "none of them.npy", np.zeros((16,) * 3, np.float32))
    application.open_session(moved)
    settle()
    application.relinking.look_below(folder)
    settle()
    asked(application).accept()
    settle()
    assert [run.origin.path.name for run in application.document.study.runs] == ["truth.npy", "a net.npy"]
    assert not application.comparing.failures
