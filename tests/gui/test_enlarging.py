"""A view is shown large, and all views again, from wherever they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from lognormal_box import lognormal_box

from app.application import Application
from backends.data.facts import Facts


@pytest.mark.parametrize("page", ["compare", "explain"])
def test_the_same_wish_shows_one_run_and_all_again(
    page: str, application: Application, settle: Callable[[], None], tmp_path: Path
) -> None:
    for number in range(2):
        np.save(tmp_path / f"net{number}.npy", lognormal_box(16, seed=number).values)
    paths = tuple(sorted(tmp_path.glob("*.npy")))
    application.open_paths(paths, Facts(box_size=10.0, quantity="relative_density"))
    settle()
    application.document.look(page=page)
    key = application.document.study.runs[0].key
    seen = []
    for _ in range(3):
        application.window.grid.cell_activated.emit(key)
        study = application.document.study
        seen.append((study.view.page, study.selected))
    assert seen == [("view", key), (page, key), ("view", key)]
