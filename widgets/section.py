"""A panel's sections: a head in small spaced capitals, and rows of a name with its value."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from widgets.icons import icon
from widgets.style import set_kind

MARGIN = 14
"""Left and right margin of every panel, in pixels."""


_BETWEEN = 12
"""Pixels between a name and its value, at least."""


class Head(QLabel):
    """A section's head, shown in capitals."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.upper(), parent)
        set_kind(self, "head")
        self.setAccessibleName(text)
        self.setFixedHeight(20)

    def show_title(self, text: str) -> None:
        """Change what the head says."""
        self.setText(text.upper())
        self.setAccessibleName(text)


class Group(QLabel):
    """The name of some of a section's controls, with room above it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        set_kind(self, "title")
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        self.setFixedHeight(32)


class NamedValue(QWidget):
    """One line: a quiet name at the left, its value at the right; in a narrow panel the value has a line of its own.

    ``named`` is false where the line above says the same name.
    """

    def __init__(self, name: str, value: str, tip: str = "", *, named: bool = True) -> None:
        super().__init__()
        self._value = QLabel(value)
        self._value.setTextFormat(Qt.TextFormat.PlainText)  # it may be a file's name
        title = QLabel(name if named else "")
        set_kind(title, "quiet")
        set_kind(self._value, "value")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._full = value
        self.setToolTip(tip or f"{name}: {value}")
        self.setAccessibleName(f"{name}: {value}")
        self._title = title
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 4, 0, 4)
        self._line.setSpacing(_BETWEEN)
        self._line.addWidget(title)
        self._line.addWidget(self._value, 1)

    def resizeEvent(self, event: object) -> None:
        """Elide in the middle what does not fit even so: a file's name ends with what tells it apart."""
        metrics = self._value.fontMetrics()
        wanted = self._title.sizeHint().width() + _BETWEEN + metrics.horizontalAdvance(self._full)
        stacked = wanted > self.width() and bool(self._title.text())
        direction = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != direction:
            self._line.setDirection(direction)
            self._line.setSpacing(2 if stacked else _BETWEEN)
            self._line.activate()
        self._value.setText(metrics.elidedText(self._full, Qt.TextElideMode.ElideMiddle, self._value.width()))


class Folded(QWidget):
    """A section that opens and closes; closed unless told otherwise. Its content is made when it is first opened."""

    def __init__(self, title: str, make: Callable[[], QWidget], tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._content: QWidget | None = None
        self.button = QPushButton(title.upper())
        set_kind(self.button, "disclosure")
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setAccessibleName(title)
        self.button.setToolTip(tip)
        self.button.setIcon(icon("chevron-right"))
        self.button.toggled.connect(self.unfold)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.button)

    def unfold(self, opened: bool) -> None:
        """Open or close the section."""
        self.button.setChecked(opened)
        self.button.setIcon(icon("chevron-down" if opened else "chevron-right"))
        if self._content is None and opened:
            self._content = self._make()
            self._column.addWidget(self._content)
        if self._content is not None:
            self._content.setVisible(opened)
