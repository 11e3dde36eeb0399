"""How large the marks of a picture are, and which axes a slice names."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QColor, QFont, QImage, QPainter
from PyQt6.QtWidgets import QApplication

from widgets.views import gizmo
from widgets.views.shot import laid_out

WINDOW = (1078, 611)
CELL = (0, 0, 300, 240)
RIGHT_AND_UP = {0: (1, 2), 1: (0, 2), 2: (0, 1)}


def test_marks_grow_with_a_picture_of_the_window_s_shape() -> None:
    scale, places = laid_out((3 * WINDOW[0], 3 * WINDOW[1]), WINDOW, 6)
    assert scale == pytest.approx(3)
    assert len({x for x, *_ in places}) == 3


def test_marks_of_a_tall_picture_keep_their_proportions_to_its_views() -> None:
    scale, places = laid_out((333, 1999), WINDOW, 6)
    assert len({x for x, *_ in places}) == 1
    assert scale == pytest.approx(333 / (WINDOW[0] / 3))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_slice_names_the_axes_to_the_right_and_upwards(axis: int, qapp: QApplication) -> None:
    picture = QImage(300, 240, QImage.Format.Format_RGB32)
    picture.fill(QColor("#808080"))
    painter = QPainter(picture)
    gizmo.paint_slice(painter, axis, CELL, QFont())
    painter.end()
    found = {
        shown: [(x, y) for x in range(200, 300) for y in range(100) if picture.pixelColor(x, y) == QColor(colour)]
        for shown, colour in enumerate(gizmo.COLOURS)
    }
    right, up = RIGHT_AND_UP[axis]
    assert not found[axis]
    assert max(x for x, _ in found[right]) > max(x for x, _ in found[up])
    assert min(y for _, y in found[up]) < min(y for _, y in found[right])
