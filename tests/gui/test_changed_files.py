"""A file that was written again: what is shown is what is there now, however its study is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.application import Application
from backends.data.facts import Facts
from backends.data.run import Run

Settle = Callable[[], None]
TOLD = Facts(box_size=10.0, quantity="relative_density")


def write(path: Path, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).lognormal(0, 0.3, (16, 16, 16)).astype(np.float32)
    np.save(path, values)
    return values


def shown(application: Application, run: Run) -> np.ndarray:
    density = application.samples.store.get(application.comparing.density_key(run))
    assert density is not None
    values: np.ndarray = density.values
    return values


def test_a_session_shows_what_its_files_hold_by_now(application: Application, settle: Settle, tmp_path: Path) -> None:
    write(tmp_path / "truth.npy", 1)
    before = write(tmp_path / "net.npy", 2)
    application.open_paths((tmp_path / "truth.npy", tmp_path / "net.npy"), TOLD)
    settle()
    np.testing.assert_array_equal(shown(application, application.document.study.runs[1]), before)
    application._save_to(tmp_path / "s.halograph")
    after = write(tmp_path / "net.npy", 3)
    application.open_session(tmp_path / "s.halograph")
    settle()
    assert "net.npy has changed" in application.window.messages.messages()[0]
    np.testing.assert_array_equal(shown(application, application.document.study.runs[1]), after)


def test_a_file_that_is_dropped_again_is_read_again(application: Application, settle: Settle, tmp_path: Path) -> None:
    before = write(tmp_path / "net.npy", 2)
    application.open_paths((tmp_path / "net.npy",), TOLD)
    settle()
    after = write(tmp_path / "net.npy", 3)
    application.open_paths((tmp_path / "net.npy",), TOLD)
    settle()
    old, new = application.document.study.runs
    np.testing.assert_array_equal(shown(application, old), before)
    np.testing.assert_array_equal(shown(application, new), after)
