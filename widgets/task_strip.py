"""The running tasks, on one line; several fold into a count that opens the list of all."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from widgets.section import Head
from widgets.style import set_kind
from widgets.task_row import TaskLine, TaskRow

__all__ = ["TaskRow", "TaskStrip"]


class TaskStrip(QWidget):
    """Shows what runs, first the task that runs longest.

    cancel_requested : the key of a task that nobody wants any more
    """

    cancel_requested = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks: tuple[TaskRow, ...] = ()
        self._lines: list[TaskLine] = []
        self.line = TaskLine()
        self.line.bar.setFixedWidth(150)
        self.line.cancel_requested.connect(self.cancel_requested)
        self.more = QPushButton()
        set_kind(self.more, "link")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setToolTip("Show all running tasks")
        self.more.clicked.connect(self._open)
        self.popup = QFrame(self, Qt.WindowType.Popup)
        set_kind(self.popup, "popup")
        self.popup.setAccessibleName("Running tasks")
        self._list = QVBoxLayout(self.popup)
        self._list.setContentsMargins(14, 10, 14, 12)
        self._list.setSpacing(8)
        self._list.addWidget(Head("Running tasks"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.line)
        row.addWidget(self.more)
        row.addStretch(1)
        self.show_tasks(())

    def show_tasks(self, tasks: tuple[TaskRow, ...]) -> None:
        """Show these tasks; with none the strip is empty, and its place stays."""
        self._tasks = tasks
        self.line.setVisible(bool(tasks))
        self.more.setVisible(len(tasks) > 1)
        if tasks:
            self.line.show_task(tasks[0], max(90, self.width() - 330))
        self.more.setText(f"+ {len(tasks) - 1} more")
        self.more.setAccessibleName(f"{len(tasks) - 1} more running tasks")
        if self.popup.isVisible():
            self._fill()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._tasks:
            self.line.show_task(self._tasks[0], max(90, self.width() - 330))

    def _open(self) -> None:
        self._fill()
        self.popup.adjustSize()
        corner = self.mapToGlobal(QPoint(0, 0))
        self.popup.move(corner.x(), corner.y() - self.popup.height() - 6)
        self.popup.show()

    def _fill(self) -> None:
        while len(self._lines) < len(self._tasks):
            line = TaskLine()
            line.title.setMinimumWidth(220)
            line.cancel_requested.connect(self.cancel_requested)
            self._lines.append(line)
            self._list.addWidget(line)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(self._tasks))
            if number < len(self._tasks):
                line.show_task(self._tasks[number], 300)
        if not self._tasks:
            self.popup.hide()
