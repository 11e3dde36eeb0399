"""Pictures without a display, and the window without OpenGL: each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

RENDER = """
import sys
sys.path[:0] = [{tests!r}]
from lognormal_box import lognormal_box
from backends.data.view import ViewSettings
from widgets.volume.offscreen import render
picture = render([lognormal_box(24), lognormal_box(24, smoothing=1.0)], ViewSettings(mode={mode!r}), (200, 100))
assert picture.shape == (100, 200, 4), picture.shape
assert picture[..., :3].std() > 8
assert "PyQt6" not in sys.modules, "a picture without a display must not import Qt"
"""

NO_OPENGL = """
import sys
sys.path[:0] = [{tests!r}]
from PyQt6.QtWidgets import QApplication
app = QApplication([])
from lognormal_box import lognormal_box
from widgets.views.cell import Cell
from widgets.views.field_grid import FieldGrid
grid = FieldGrid()
assert "OpenGL" in grid.failure
grid.resize(200, 200)
grid.show_cells((Cell("a", "a", "a", "N-body"),))
grid.set_field("a", lognormal_box(24))
grid.show()
app.processEvents()
assert grid.is_settled()
image = grid.grab().toImage()
colours = {{image.pixel(x, 150) for x in range(200)}}
assert len(colours) > 20, "the slice is missing"
"""


def run(code: str, **environment: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-c", code.format(tests=str(ROOT / "tests"), mode=environment.pop("MODE", ""))],
        cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_pictures_are_drawn_without_a_display() -> None:
    for mode in ("dvr", "column", "iso", "slice"):
        run(RENDER, MODE=mode)


def test_without_opengl_slices_are_drawn_and_the_reason_is_told() -> None:
    run(NO_OPENGL, QT_QPA_PLATFORM="offscreen")
