"""A machine without OpenGL: the window opens, says what is missing and what helps, and shows slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.application import Application
from app.settings import Settings
from backends.data.facts import Facts
from widgets.views import field_grid

Settle = Callable[[], None]


@pytest.fixture
def application(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setattr(field_grid, "graphics_failure", lambda: "OpenGL could not be started. Install Mesa")
    running = Application(Settings(temporary=True))
    qtbot.addWidget(running.window)
    running.window.show()
    yield running
    running.close()


def test_it_is_said_and_slices_and_plots_are_there(application: Application, settle: Settle, tmp_path: Path) -> None:
    assert ["Install Mesa" in said for said in application.window.messages.messages()] == [True]
    path = tmp_path / "grid.npy"
    np.save(path, np.random.default_rng(1).lognormal(size=(32,) * 3).astype(np.float32))
    application.open_paths((path,), Facts(box_size=100.0, quantity="relative_density"))
    settle()
    assert application.window.volume.mode.value() == "slice"
    assert "power-spectrum" in application.showing.figures
    middle = application.window.grid.grab().toImage()
    shades = {middle.pixel(x, middle.height() // 3) for x in range(0, middle.width(), 7)}
    assert len(shades) > 10  # a picture, and no empty ground
    before = application.document.study.view
    for command in ("view.dvr", "view.light", "particles.speed"):
        application.actions[command].trigger()
        assert application.document.study.view == before
        assert "Install Mesa" in application.window.messages.messages()[0]


def test_a_wipe_shows_the_run_at_the_left_and_the_reference_at_the_right(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    for name, value in (("truth", 4.0), ("net", 1.0)):
        grid = np.full((16,) * 3, value, np.float32)
        grid[::2] = 0.5
        np.save(tmp_path / f"{name}.npy", grid)
    paths = tuple(tmp_path / f"{name}.npy" for name in ("truth", "net"))
    application.open_paths(paths, Facts(box_size=100.0, quantity="density"))
    settle()
    study = application.document.study
    net = next(run.key for run in study.runs if run.role == "prediction")
    application.document.look(selected=net, page="view")
    application.editing.view(replace(application.document.study.view, limits=(-1.0, 1.0)))
    settle()
    alone = application.window.grid.grab().toImage()
    application.actions["view.wipe"].trigger()
    settle()
    wiped = application.window.grid.grab().toImage()
    application.editing.move_divider(0.0, "wipe 1")
    settle()
    reference = application.window.grid.grab().toImage()
    at = wiped.width() // 2
    left, right = range(at - 120, at - 20), range(at + 20, at + 120)
    # Where it is cut, Qt rounds a smoothly scaled picture otherwise.
    assert np.abs(row(wiped, left) - row(alone, left)).max() <= 2
    assert np.abs(row(wiped, right) - row(reference, right)).max() <= 2
    assert np.abs(row(alone, right) - row(reference, right)).max() > 60


def row(image: QImage, across: range) -> NDArray[np.int64]:
    """Return the colours (n, 3) of some pixels in a third of the height."""
    found = [image.pixelColor(x, image.height() // 3) for x in across]
    return np.array([(colour.red(), colour.green(), colour.blue()) for colour in found])
