"""A window that is killed loses at most ten seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QPushButton

from app import sessions
from app.application import Application
from app.autosave import INTERVAL, Autosave
from backends.data.curve import ReferenceCurve
from backends.data.facts import Facts
from backends.data.run import Origin
from backends.data.study import Study

Settle = Callable[[], None]

WINDOW = """
import sys
from pathlib import Path
from app.starting import window_main
from backends.data.facts import Facts
window_main([Path(sys.argv[1])], told=Facts(box_size=50.0, quantity="relative_density"))
"""


def test_what_was_open_in_a_killed_window_can_be_restored(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    grid = tmp_path / "truth.npy"
    np.save(grid, np.random.default_rng(0).lognormal(size=(16, 16, 16)).astype(np.float32))
    home = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    folder = tmp_path / "config" / "halograph" / "autosave"
    window = subprocess.Popen([sys.executable, "-c", WINDOW, str(grid)], env=home)
    try:
        deadline = time.monotonic() + 60
        while not list(folder.glob("*.halograph")) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        window.send_signal(signal.SIGKILL)
        window.wait()
    left = list(folder.glob("*.halograph"))
    assert len(left) == 1
    assert [run.label for run in sessions.load(left[0]).study.runs] == ["truth"]

    application.autosave.folder.mkdir(parents=True, exist_ok=True)
    left[0].rename(application.autosave.folder / left[0].name)
    application.offer_restore()
    assert "kept" in application.window.messages.messages()[0]
    application.actions["file.restore"].trigger()
    assert application.window.messages.messages() == ()  # what it offers has been done
    settle()
    assert [run.label for run in application.document.study.runs] == ["truth"]
    assert application.document.study.runs[0].told == Facts(box_size=50.0, quantity="relative_density")
    application.autosave.save()
    assert application.autosave.left_behind() == ()


@pytest.fixture
def left(application: Application, settle: Settle, tmp_path: Path) -> Path:
    """What a window that was killed has left behind, offered."""
    grid = tmp_path / "truth.npy"
    np.save(grid, np.random.default_rng(0).lognormal(size=(16, 16, 16)).astype(np.float32))
    application.open_paths((grid,), Facts(box_size=50.0, quantity="relative_density"))
    settle()
    application.autosave.save()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    kept = application.autosave.path.rename(application.autosave.folder / f"{ended.pid}.halograph")
    application.new_study()
    application.offer_restore()
    return kept


def press(application: Application, name: str) -> None:
    """Press a button of the only message."""
    bar = application.window.messages
    next(button for button in bar.findChildren(QPushButton) if button.text() == name).click()
    assert bar.messages() == ()


def test_what_is_declined_is_gone(application: Application, left: Path) -> None:
    press(application, "Discard")
    assert not left.exists()
    assert application.document.study.is_empty


def test_what_is_restored_leaves_nothing_when_the_window_is_closed(
    application: Application, settle: Settle, left: Path
) -> None:
    press(application, "Restore")
    settle()
    assert [run.label for run in application.document.study.runs] == ["truth"]
    assert left.exists()  # until it is saved or closed: this window may be killed too
    application.autosave.close()
    assert list(application.autosave.folder.iterdir()) == []


def test_a_window_that_is_terminated_keeps_what_was_open(application: Application, settle: Settle, left: Path) -> None:
    press(application, "Restore")
    settle()
    application.document.look(page="view")
    application.autosave.close(keep=True)
    assert sessions.load(application.autosave.path).study.view.page == "view"


def test_a_study_that_was_not_saved_is_kept_when_its_window_is_closed(
    application: Application, settle: Settle, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(application, "Discard")
    autosave, document = application.autosave, application.document
    grid = left.parent.parent / "net.npy"
    np.save(grid, np.random.default_rng(1).lognormal(size=(16, 16, 16)).astype(np.float32))
    application.open_paths((grid,), Facts(box_size=50.0, quantity="relative_density"))
    settle()
    only_opened = document.is_unsaved
    assert not only_opened
    application.editing.rename(document.study.runs[0].key, "my net")
    assert document.is_unsaved
    application.new_study()
    assert "kept" in application.window.messages.messages()[0]
    (kept,) = autosave.left_behind()
    application.actions["file.restore"].trigger()
    settle()
    assert [run.label for run in document.study.runs] == ["my net"]
    assert document.is_unsaved  # still no session holds it
    with monkeypatch.context() as patched:
        patched.setattr(application.settings, "close", lambda: None)  # a profile for a test is deleted at the end
        application.close()
    (kept,) = Autosave(application.settings.folder, lambda: document.study, dict, print).left_behind()
    assert sessions.load(kept).study.runs[0].label == "my net"


def test_a_number_that_comes_again_hides_no_study(application: Application, settle: Settle, left: Path) -> None:
    ours = left.rename(left.with_name(f"{os.getpid()}.halograph"))  # of a process that had our number before us
    assert application.autosave.left_behind() == (ours,)
    press(application, "Restore")
    settle()
    application.editing.rename(application.document.study.runs[0].key, "again")
    application.autosave.save()
    assert not ours.exists()
    other = Autosave(application.settings.folder, lambda: application.document.study, dict, print)
    assert other.left_behind() == ()  # ours is held, and not offered to another window
    application.autosave.close(keep=True)
    assert other.left_behind() == (next(other.folder.glob("*.halograph")),)


def test_autosave_comes_twice_in_ten_seconds() -> None:
    assert 2 * INTERVAL <= 10_000


def test_what_could_not_be_written_is_written_later_and_told_once(tmp_path: Path) -> None:
    said: list[str] = []
    camera = {"distance": 2.0}
    study = Study(curves=(ReferenceCurve("curve-1", "theory", "#ffffff", "power-spectrum", Origin(tmp_path, "table")),))
    autosave = Autosave(tmp_path, lambda: study, lambda: dict(camera), said.append)
    (tmp_path / "autosave").write_text("in the way")
    autosave.save()
    autosave.save()
    assert len(said) == 1
    assert "File exists" in said[0]
    assert "Make room" in said[0]
    (tmp_path / "autosave").unlink()
    autosave.save()
    written = autosave.path.read_bytes()
    camera["distance"] = 3.0  # to look from elsewhere is worth keeping, too
    autosave.save()
    assert autosave.path.read_bytes() != written
    autosave.close()
