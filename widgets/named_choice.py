"""A list to choose from, and rows of a quiet name beside its control."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from widgets.choice_box import ChoiceBox
from widgets.style import set_kind

NAMES = 68
"""Pixels that names take at least, so that grids under each other are one."""


def choice(name: str, choices: Sequence[tuple[str, object]], tip: str) -> QComboBox:
    """Return a list of what a person reads and what it means, narrow enough for a panel."""
    box = ChoiceBox(name, tip, choices)
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def add_rows(grid: QGridLayout, rows: Sequence[tuple[str, QWidget]]) -> None:
    """Lay controls under each other, their names at the left."""
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, NAMES)
    for row, (name, control) in enumerate(rows):
        label = QLabel(name)
        set_kind(label, "quiet")
        grid.addWidget(label, row, 0)
        grid.addWidget(control, row, 1)
