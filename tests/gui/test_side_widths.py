"""The panels at the sides: narrow only while the window is, and as wide as a person made them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from app.application import Application
from app.main_window import LAYOUT_VERSION, MainWindow
from backends.data.facts import Facts

Settle = Callable[[], None]


def widths(window: MainWindow) -> list[int]:
    return [window.docks[name].width() for name in ("library", "parameters")]


def drag_border(window: MainWindow, by: int) -> None:
    """Move the border between the library and the views, as a person does."""
    library = window.docks["library"]
    start = QPoint(library.geometry().right() + 2, library.geometry().center().y())
    QTest.mouseMove(window, start)
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(window, start + QPoint(by * step // 5, 0))
        QTest.qWait(20)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=start + QPoint(by, 0))
    QTest.qWait(50)


@pytest.mark.parametrize("by", [0, 60])
def test_panels_get_their_widths_back(demo: Application, settle: Settle, by: int) -> None:
    window = demo.window
    window.resize(1600, 1000)
    settle()
    before = widths(window)
    if by:
        drag_border(window, by)
        assert widths(window) == [before[0] + by, before[1]]
        before = widths(window)
    for width in (1300, 1100, 900, 1000, 1200):
        window.resize(width, 1000)
        settle()
    assert sum(widths(window)) < sum(before)
    window.resize(1600, 1000)
    settle()
    assert widths(window) == before


def test_a_layout_that_was_kept_stays_as_it_was(application: Application, settle: Settle, tmp_path: Path) -> None:
    window = application.window
    window.resize(1600, 1000)
    docks = [window.docks[name] for name in ("library", "parameters")]
    for name in ("truth", "net"):
        np.save(tmp_path / f"{name}.npy", np.random.default_rng(1).lognormal(0, 0.3, (16,) * 3).astype(np.float32))
    application.open_paths(tuple(tmp_path.glob("*.npy")), Facts(box_size=10.0, quantity="relative_density"))
    settle()
    usual = widths(window)
    window.resizeDocks(docks, [300, 360], Qt.Orientation.Horizontal)
    kept, geometry = window.saveState(LAYOUT_VERSION), window.saveGeometry()
    application.new_study()
    settle()
    window.reset_layout()
    settle()
    window.restore_layout(geometry, kept)
    application.actions["file.demo"].trigger()
    settle()
    for width in (1599, 1100, 1600):
        window.resize(width, 1000)
        settle()
    assert widths(window) == [300, 360]
    application.actions["view.layout"].trigger()
    settle()
    window.resize(1590, 1000)
    settle()
    assert widths(window) == usual
