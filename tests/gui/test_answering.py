"""The window answers while it works: no turn of its event loop takes the window's thread 50 ms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from turns import Turns

from app.application import Application
from app.wiring import highlight
from backends.data.facts import Facts

Settle = Callable[[], None]
TOLD = Facts(box_size=500.0, quantity="relative_density")
LONGEST = 50


@contextmanager
def all_short() -> Iterator[None]:
    """Fail where a turn was longer; what the thread waits for a core is the machine's business, not the window's."""
    with Turns() as turns:
        yield
    assert turns.longest()[-1] < LONGEST, turns.longest()


def grids(folder: Path, n_mesh: int, count: int) -> tuple[Path, ...]:
    """Write lognormal densities as a person's .npy files."""
    rng = np.random.default_rng(5)
    paths = tuple(folder / f"{n_mesh}-{number}.npy" for number in range(count))
    for path in paths:
        np.save(path, np.exp(rng.standard_normal((n_mesh,) * 3, dtype=np.float32)))
    return paths


@pytest.fixture
def used(application: Application, settle: Settle, tmp_path: Path) -> Application:
    """A window that has shown a study: imports, shaders and kernels are loaded once, not with every study."""
    application.open_paths(grids(tmp_path, 32, 2), TOLD)
    settle()
    for mode in ("dvr", "mip", "iso", "slice", "column"):
        application.editing.view(replace(application.document.study.view, mode=mode))
        settle()
    application.new_study()
    settle()
    return application


def test_while_a_study_of_256_cells_loads_and_is_shown_in_every_mode(
    used: Application, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    paths = grids(tmp_path, 256, 2)
    with all_short():
        used.open_paths(paths, TOLD)
        qtbot.waitUntil(lambda: len(used.document.study.runs) == 2, timeout=60_000)
        settle()
    for mode in ("dvr", "mip", "iso", "slice", "column"):
        with all_short():
            used.editing.view(replace(used.document.study.view, mode=mode))
            settle()
    with all_short():
        used.new_study()
        settle()


def test_while_the_theme_changes(used: Application, settle: Settle, tmp_path: Path) -> None:
    used.open_paths(grids(tmp_path, 32, 12), TOLD)
    settle()
    for _ in range(2):
        with all_short():
            used.actions["view.theme"].trigger()
            settle()


def test_while_the_pointer_passes_over_twelve_runs(
    used: Application, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    used.open_paths(grids(tmp_path, 32, 12), TOLD)
    settle()
    assert len(used.document.study.runs) == 12
    with all_short():
        for run in used.document.study.runs:
            highlight(used, run.key)
            qtbot.wait(15)  # faster than all plots can follow
        highlight(used, "")
        settle()
