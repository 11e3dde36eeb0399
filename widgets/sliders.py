"""Sliders with their name, their value and its unit; the value can be typed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from widgets.slider_track import SliderTrack
from widgets.style import set_kind

_NUMBER = re.compile(r"[-−+]?\d*[.,]?\d+(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Scale:
    """What a track's fractions mean.

    minimum, maximum : the values at its ends
    unit : shown after the value, e.g. "Mpc/h"
    decimals : digits after the point
    logarithmic : whether equal steps multiply
    lowest : what the lowest value means in a word, shown in its place, e.g. "all"
    """

    minimum: float
    maximum: float
    unit: str = ""
    decimals: int = 2
    logarithmic: bool = False
    lowest: str = ""

    def value(self, fraction: float) -> float:
        """Return the value at a fraction of the track."""
        if self.logarithmic:
            return self.minimum * math.pow(self.maximum / self.minimum, fraction)
        return self.minimum + (self.maximum - self.minimum) * fraction

    def fraction(self, value: float) -> float:
        """Return where on the track a value lies, held within it."""
        inside = min(max(value, self.minimum), self.maximum)
        if self.logarithmic:
            return math.log(inside / self.minimum) / math.log(self.maximum / self.minimum)
        return (inside - self.minimum) / (self.maximum - self.minimum)

    def text(self, values: tuple[float, ...]) -> str:
        """Return the values as they are typed, without their unit."""
        return " – ".join(f"{value:.{self.decimals}f}".replace("-", "−") for value in values)

    def words(self, values: tuple[float, ...]) -> str:
        """Return the values as they are shown: with their unit, or the word for the lowest."""
        if self.lowest and max(values) <= self.minimum:
            return self.lowest
        return f"{self.text(values)} {self.unit}".strip()


def numbers(text: str) -> tuple[float, ...]:
    """Return the numbers in what was typed; a comma may be the decimal point."""
    text = text.replace("–", " ").replace("−", "-")
    # a hyphen between two numbers is a dash and not a sign: "10-20" is a range
    text = re.sub(r"(?<=[\d.])\s*-\s*(?=[\d.])", " ", text)
    return tuple(float(found.replace(",", ".")) for found in _NUMBER.findall(text))


class _ValueEdit(QLineEdit):
    """The value at the right: text with its unit until it is entered, then the bare numbers."""

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "value")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setTextMargins(0, 0, -4, 0)  # flush with the track's end
        self._shown = ("", "")

    def show_value(self, bare: str, words: str) -> None:
        """Show a value, in words until it is entered; what is being typed stays."""
        self._shown = (bare, words)
        if not self.hasFocus():
            self._rest()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.setText(self._shown[0])
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._rest()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown[0])
            self.clearFocus()
            return
        super().keyPressEvent(event)

    def _rest(self) -> None:
        self.setText(self._shown[1])


class Slider(QWidget):
    """A named slider with one value or, given two, a range.

    value_changed : the new values as a tuple, and the number of the gesture that changed them. One
        drag is one gesture, so that its many values can be undone as one.
    """

    value_changed = pyqtSignal(tuple, int)

    def __init__(
        self, name: str, scale: Scale, defaults: tuple[float, ...], tip: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._scale, self._values, self._gesture, self._tip = scale, defaults, 0, tip
        self.name = QLabel(name)
        set_kind(self.name, "quiet")
        self.edit = _ValueEdit()
        self.edit.setAccessibleName(f"{name}, as a number")
        self.track = SliderTrack(tuple(scale.fraction(value) for value in defaults))
        self.track.setAccessibleName(name)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.name)
        head.addWidget(self.edit, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.track)
        self.track.begun.connect(self._begin)
        self.track.moved.connect(self._dragged)
        self.edit.returnPressed.connect(self._typed)
        self._explain()
        self._write()

    def values(self) -> tuple[float, ...]:
        """Return what is shown, in the scale's unit."""
        return self._values

    def show_values(self, values: tuple[float, ...]) -> None:
        """Show values without announcing them."""
        self._values = values
        self.track.show_fractions(tuple(self._scale.fraction(value) for value in values))
        self._write()

    def set_scale(self, scale: Scale) -> None:
        """Change what the track means; the values stay and must be shown anew."""
        self._scale = scale
        self._explain()
        self._write()

    def _explain(self) -> None:
        """Say in the tooltips what it does, in which unit, and how it is moved."""
        said = f"{self._tip}. Unit: {self._scale.unit}" if self._scale.unit else self._tip
        self.edit.setToolTip(f"{said}. Type a value, Enter sets it")
        self.track.setToolTip(f"{said}. Drag, or use the arrow keys; a double click resets it")

    def _begin(self) -> None:
        self._gesture += 1

    def _dragged(self, fractions: tuple[float, ...]) -> None:
        digits = self._scale.decimals + 2
        self._values = tuple(round(self._scale.value(fraction), digits) for fraction in fractions)
        self._write()
        self.value_changed.emit(self._values, self._gesture)

    def _typed(self) -> None:
        typed = numbers(self.edit.text())
        if len(typed) == len(self._values):
            held = sorted(min(max(v, self._scale.minimum), self._scale.maximum) for v in typed)
            self._values = tuple(held)
            self._begin()
            self.track.show_fractions(tuple(self._scale.fraction(value) for value in held))
            self.value_changed.emit(self._values, self._gesture)
        self._write()
        self.edit.setText(self._scale.text(self._values))
        self.edit.selectAll()

    def _write(self) -> None:
        words = self._scale.words(self._values)
        self.edit.show_value(self._scale.text(self._values), words)
        self.track.setAccessibleDescription(words)
