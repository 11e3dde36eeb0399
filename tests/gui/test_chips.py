"""What the chip of a view says: the name as there is room for it, and never one that could be another run's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QApplication

from widgets.views import face_marks, marks
from widgets.views.cell import Cell

DIFFERENCE = Cell("8:difference", "8", "field", "model_08 − model_00", briefer=("model_08 − ref.", "…08 − ref."))


def said(cell: Cell, width: int) -> str:
    """The name that a cell of that width says."""
    return marks._chip_words(cell, width, "", QApplication.font())[0]


def test_a_name_without_room_is_said_in_fewer_words(qapp: QApplication) -> None:
    widths = range(140, 300, 5)
    names = [said(DIFFERENCE, width) for width in widths]
    assert names[-1] == DIFFERENCE.label
    assert set(names) == {DIFFERENCE.label, *DIFFERENCE.briefer}
    assert sorted(names, key=len) == names, "more room never says less"


@pytest.mark.parametrize("turned", [False, True])
def test_a_blinking_view_never_says_the_short_name_of_the_run_that_is_out_of_sight(
    qapp: QApplication, turned: bool
) -> None:
    cell = replace(DIFFERENCE, comparison="blink", label="model_08", briefer=("…08",), against="model_00")
    name = said(face_marks.seen(cell, turned), 100)
    assert ("8" in name) != turned
