"""A software driver draws beside the window, a graphics card in it: the same is seen."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from lognormal_box import lognormal_box
from numpy.typing import NDArray
from PyQt6 import sip
from PyQt6.QtGui import QImage, QSurface
from PyQt6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from backends.data.view import ViewSettings
from widgets.views.cell import Cell
from widgets.views.field_grid import FieldGrid
from widgets.volume import canvas


@pytest.fixture(autouse=True)
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every driver for one that draws with the processor."""
    monkeypatch.setattr(canvas, "SOFTWARE", ("",))


def shown(qtbot: QtBot) -> tuple[QMainWindow, FieldGrid]:
    """Return a window and the views in it, with one field."""
    window, grid = QMainWindow(), FieldGrid()
    qtbot.addWidget(window)
    window.setCentralWidget(grid)
    window.resize(320, 240)
    grid.show_cells((Cell("a", "a", "a", "N-body"),))
    grid.set_field("a", lognormal_box(32))
    grid.set_view(ViewSettings(mode="column"))
    window.show()
    qtbot.waitUntil(grid.is_settled, timeout=20_000)
    return window, grid


def pixels(window: QMainWindow) -> NDArray[np.int64]:
    """Return what is seen: (height, width, 3)."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    whole = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), np.uint8)  # type: ignore[union-attr]
    return whole.reshape(image.height(), image.width(), 4)[..., :3].astype(np.int64)


def test_the_same_is_seen_in_the_window_and_beside_it(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widgets.volume.refinement.SMOOTHING_SECONDS", 60.0)
    aside, grid = shown(qtbot)
    assert grid._scene is not None
    assert grid._scene.canvas.software
    monkeypatch.setattr(canvas, "SOFTWARE", ())
    within, other = shown(qtbot)
    assert other._scene is not None
    assert not other._scene.canvas.software
    assert other._scene.canvas.native.parent() is other
    apart = np.abs(pixels(aside) - pixels(within))
    assert pixels(aside).max() > 150
    assert apart.mean() < 0.5


def test_a_window_beside_which_is_drawn_needs_no_opengl(qtbot: QtBot) -> None:
    window, _ = shown(qtbot)
    handle = window.windowHandle()
    assert handle is not None
    assert handle.surfaceType() == QSurface.SurfaceType.RasterSurface


def test_another_size_is_drawn_anew(qtbot: QtBot) -> None:
    window, grid = shown(qtbot)
    window.resize(420, 300)
    QApplication.processEvents()
    qtbot.waitUntil(grid.is_settled, timeout=20_000)
    picture = grid._pacing.picture
    assert picture is not None
    assert (picture.width(), picture.height()) == (grid.width(), grid.height())


def test_nothing_is_seen_any_more_of_a_study_that_is_closed(qtbot: QtBot) -> None:
    window, grid = shown(qtbot)
    assert np.ptp(pixels(window)) > 100
    grid.show_cells(())
    assert np.ptp(pixels(window)) < 30


def test_a_blinking_view_turns_without_being_drawn_again(qtbot: QtBot) -> None:
    window, grid = shown(qtbot)
    grid.set_field("b", lognormal_box(32, smoothing=3.0))
    cell = Cell("a", "a", "a", "N-body", comparison="blink", reference_field="b")
    grid.show_cells((cell,))
    grid.set_view(ViewSettings(mode="column", comparison="blink", blink_rate=1e-3))
    qtbot.waitUntil(grid.is_settled, timeout=20_000)
    seen = []
    for to_back in (False, True, False):
        grid.turn(to_back)
        seen.append(pixels(window))
    assert (seen[0] == seen[2]).all()
    assert np.abs(seen[0] - seen[1]).mean() > 1.0


def test_the_canvas_goes_with_its_views(qtbot: QtBot) -> None:
    grid = FieldGrid()
    grid.resize(200, 150)
    grid.show()
    assert grid._scene is not None
    native = grid._scene.canvas.native
    assert native.parent() is None
    assert not sip.isdeleted(native)
    sip.delete(grid)
    gc.collect()
    assert sip.isdeleted(native)
