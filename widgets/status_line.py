"""The line at the foot of the window: running tasks at the left, quiet facts at the right."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from widgets.section import MARGIN
from widgets.style import figures_font, set_kind
from widgets.task_strip import TaskRow, TaskStrip

HEIGHT = 27


class StatusLine(QWidget):
    """Shows tasks and facts.

    cancel_requested : the key of a task that nobody wants any more
    """

    cancel_requested = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.tasks = TaskStrip()
        self.tasks.cancel_requested.connect(self.cancel_requested)
        self._facts = QLabel()
        set_kind(self._facts, "small")
        self._facts.setFont(figures_font(12))
        self._facts.setAccessibleName("State of the window")
        self._facts.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout(self)
        line.setContentsMargins(MARGIN, 0, MARGIN, 0)
        line.setSpacing(20)
        line.addWidget(self.tasks, 1)
        line.addWidget(self._facts)

    def show_tasks(self, tasks: tuple[TaskRow, ...]) -> None:
        """Show these running tasks."""
        self.tasks.show_tasks(tasks)

    def set_facts(self, facts: tuple[str, ...]) -> None:
        """Show these facts, e.g. ("6 views linked", "saved 4 s ago")."""
        text = "     ".join(facts)
        if text != self._facts.text():
            self._facts.setText(text)
            self._facts.setToolTip("\n".join(facts))
