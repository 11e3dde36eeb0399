"""A control with its name before it, on one line."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from widgets.style import set_kind


def named_row(name: str, control: QWidget) -> QWidget:
    """Return a row of a quiet name and the control, which takes the rest."""
    label = QLabel(name)
    set_kind(label, "quiet")
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    row.addWidget(label)
    row.addWidget(control, 1)
    return holder
