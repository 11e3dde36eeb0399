"""A machine without OpenGL: the window opens, says what is missing and what helps, and shows slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
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
