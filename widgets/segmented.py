"""A choice of one out of a few, all of them in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

from widgets.style import set_kind


@dataclass(frozen=True)
class Segment:
    """One of the choices: the value it stands for, its label, and what it does."""

    value: str
    label: str
    tip: str


class Segmented(QWidget):
    """Exclusive choices in a row, or in rows of so many; Tab reaches them, the arrow keys move through them.

    chosen : the value that the person chose
    """

    chosen = pyqtSignal(str)

    def __init__(
        self, name: str, segments: tuple[Segment, ...], parent: QWidget | None = None, *, a_row: int = 0
    ) -> None:
        super().__init__(parent)
        set_kind(self, "well")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(name)
        self._buttons: dict[str, QPushButton] = {}
        self._tips: dict[str, str] = {}
        self._group = QButtonGroup(self)
        line = QGridLayout(self)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        a_row = a_row or len(segments)
        for number, segment in enumerate(segments):
            button = QPushButton(segment.label)
            set_kind(button, "segment")
            button.setCheckable(True)
            # equal shares, but never less than the label needs in a narrow panel
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(segment.label) + 10)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{name}: {segment.label}")
            button.setToolTip(segment.tip)
            button.toggled.connect(lambda on, value=segment.value: self._announce(value, on))
            self._group.addButton(button)
            line.addWidget(button, number // a_row, number % a_row)
            self._buttons[segment.value] = button
            self._tips[segment.value] = segment.tip
        for at in range(a_row):
            line.setColumnStretch(at, 1)
        self.setFixedHeight(2 + 28 * -(-len(segments) // a_row))

    def value(self) -> str:
        """Return what is chosen, or "" while nothing is."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def show_value(self, value: str) -> None:
        """Show a choice without announcing it; a value that is not among them clears the row."""
        self._group.setExclusive(False)
        for name, button in self._buttons.items():
            button.blockSignals(True)
            button.setChecked(name == value)
            button.blockSignals(False)
            button.update()
        self._group.setExclusive(True)
        keep_one_stop(tuple(self._buttons.values()))

    def allow(self, value: str, allowed: bool, why_not: str = "") -> None:
        """Let one choice be made or not; ``why_not`` is then its tool tip."""
        button = self._buttons[value]
        button.setEnabled(allowed)
        button.setToolTip(self._tips[value] if allowed or not why_not else why_not)

    def _announce(self, value: str, on: bool) -> None:
        if on:
            self.chosen.emit(value)


def keep_one_stop(buttons: Sequence[QAbstractButton]) -> None:
    """Let the Tab key come to the checked one of exclusive buttons, or else to the first; arrows go on from there."""
    stop = next((button for button in buttons if button.isChecked()), buttons[0])
    focused = any(button.hasFocus() for button in buttons)
    for button in buttons:
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus if button is stop else Qt.FocusPolicy.NoFocus)
    if focused:
        stop.setFocus(Qt.FocusReason.OtherFocusReason)
