"""The OpenGL context goes, as when a driver is updated: the views are built anew and show what they showed."""

from __future__ import annotations

import numpy as np
import pytest
from lognormal_box import lognormal_box
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backends.data.view import ViewSettings
from widgets.views.cell import Cell
from widgets.views.field_grid import FieldGrid
from widgets.volume.camera import Orbit


@pytest.mark.parametrize("mode", ["dvr", "slice"])
def test_what_was_shown_is_shown_again_from_the_same_place(qtbot: QtBot, mode: str) -> None:
    grid = FieldGrid()
    qtbot.addWidget(grid)
    grid.resize(300, 220)
    grid.show_cells((Cell("a", "a", "a", "N-body"),))
    grid.set_field("a", lognormal_box(72))
    grid.set_view(ViewSettings(mode=mode))
    grid.set_camera({"orbit": Orbit(40.0, 10.0).saved()})
    grid.show()
    qtbot.waitUntil(grid.is_settled, timeout=20_000)
    failures: list[str] = []
    grid.graphics_failed.connect(failures.append)
    scene = grid._scene
    assert scene is not None
    scene.draw()
    before, camera = scene._easel.fine.read(), grid.camera()  # type: ignore[union-attr]
    # A canvas that is moved to a window of its own gets another context.
    native = scene.canvas.native
    native.setParent(None, Qt.WindowType.Window)
    native.setParent(grid)
    qtbot.waitUntil(lambda: grid._scene is not scene and grid.is_settled(), timeout=20_000)
    again = grid._scene
    assert again is not None, failures
    again.draw()
    assert grid.camera() == camera
    np.testing.assert_allclose(again._easel.fine.read().astype(int), before.astype(int), atol=1)  # type: ignore[union-attr]
    assert not failures
