"""A command that cannot be done says why, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from lognormal_box import lognormal_box

from app.application import Application
from backends.data.facts import Facts


def opened(application: Application, settle: Callable[[], None], folder: Path, count: int) -> None:
    for number in range(count):
        np.save(folder / f"net{number}.npy", lognormal_box(16, seed=number).values)
    paths = tuple(sorted(folder.glob("*.npy")))
    application.open_paths(paths, Facts(box_size=10.0, quantity="relative_density"))
    settle()


@pytest.mark.parametrize(
    ("command", "count", "mode", "said"),
    [
        ("view.difference", 1, "dvr", "nothing to compare with"),
        ("overlay.error", 1, "dvr", "nothing to compare with"),
        ("overlay.next", 1, "dvr", "nothing to compare with"),
        ("view.ratio", 2, "particles", "Particles are no field"),
        ("overlay.attribution", 2, "dvr", "No network has been asked"),
    ],
)
def test_what_has_nothing_to_show_says_so(
    command: str, count: int, mode: str, said: str, application: Application, settle: Callable[[], None], tmp_path: Path
) -> None:
    opened(application, settle, tmp_path, count)
    application.actions[f"view.{mode}"].trigger()
    before, changes = application.document.study.view, application.document.undo_stack.count()
    application.actions[command].trigger()
    assert said in application.window.messages.messages()[-1]
    assert application.document.study.view == before
    assert application.document.undo_stack.count() == changes


def test_what_can_be_compared_is(application: Application, settle: Callable[[], None], tmp_path: Path) -> None:
    opened(application, settle, tmp_path, 2)
    application.actions["view.difference"].trigger()
    application.actions["overlay.error"].trigger()
    view = application.document.study.view
    assert (view.comparison, view.overlay) == ("difference", "error")
    assert application.window.messages.messages() == ()
