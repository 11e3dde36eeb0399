"""The section SNAPSHOT: what is known of the selected run."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.section import MARGIN, Head, NamedValue
from widgets.sign import Sign
from widgets.style import set_kind


@dataclass(frozen=True)
class Fact:
    """One line: what it is, its value with the unit, and where needed a longer tool tip."""

    name: str
    value: str
    tip: str = ""


class SnapshotFacts(QWidget):
    """Shows facts and warnings.

    correction_requested : the person knows better than the file
    """

    correction_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._shown: tuple[tuple[Fact, ...], tuple[str, ...]] = ((), ())
        self.correct = QPushButton("Correct facts…")
        set_kind(self.correct, "link")
        self.correct.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.correct.setAccessibleName("Correct facts")
        self.correct.setToolTip(
            "Say the box size in Mpc/h, redshift, unit, quantity or cell offset that the file does not"
        )
        self.correct.clicked.connect(self.correction_requested)
        self._head = Head("Snapshot")
        top = QHBoxLayout()
        top.addWidget(self._head, 1)
        top.addWidget(self.correct)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 10, MARGIN, 4)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(self._lines)
        self.hide()

    def show_facts(self, facts: tuple[Fact, ...], warnings: tuple[str, ...] = (), title: str = "Snapshot") -> None:
        """Show these facts and, below them, what is odd; with none the section is not there."""
        self._head.show_title(title)
        self.setVisible(bool(facts or warnings))
        if (facts, warnings) == self._shown:
            return
        self._shown = (facts, warnings)
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, fact in enumerate(facts):
            again = number > 0 and facts[number - 1].name == fact.name
            self._lines.addWidget(NamedValue(fact.name, fact.value, fact.tip, named=not again))
        for warning in warnings:
            self._lines.addWidget(_Warning(warning))


class _Warning(QWidget):
    """A sentence with its sign."""

    def __init__(self, text: str) -> None:
        super().__init__()
        words = QLabel(text)
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)  # it may name files
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_kind(words, "small")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 6, 0, 0)
        line.setSpacing(8)
        line.addWidget(Sign("warning", "bad", "Warning", 14), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(words, 1)
