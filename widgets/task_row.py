"""One running task: its title, how far it is, and the way to stop it."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from widgets.current_theme import current_theme
from widgets.style import set_kind


@dataclass(frozen=True)
class TaskRow:
    """What is shown of a task.

    title : what is computed and of which run, e.g. "Halo mass function · Swin"
    fraction : share that is done, in [0, 1]; None while it is unknown
    message : what it does just now
    """

    key: str
    title: str
    fraction: float | None = None
    message: str = ""

    def share(self) -> str:
        """Return the share that is done, as it is shown."""
        return "…" if self.fraction is None else f"{100 * self.fraction:.0f} %"


class ThinBar(QWidget):
    """A progress bar four pixels high; while the share is unknown, a third of it is filled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction: float | None = None
        self.setAccessibleName("Progress")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_fraction(self, fraction: float | None) -> None:
        """Show a share in [0, 1], or None where it is unknown."""
        if fraction != self._fraction:
            self._fraction = fraction
            self.setAccessibleDescription("" if fraction is None else f"{fraction:.0%}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(150, 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 4)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(QRectF(self.rect()), 2, 2)
        filled = QRectF(self.rect())
        if self._fraction is None:
            filled.setLeft(self.width() / 3)
            filled.setRight(self.width() * 2 / 3)
        else:
            filled.setWidth(self.width() * min(max(self._fraction, 0.0), 1.0))
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(filled, 2, 2)
        painter.end()


class TaskLine(QWidget):
    """A task on one line.

    cancel_requested : the task's key
    """

    cancel_requested = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self.title = QLabel()
        set_kind(self.title, "small")
        self.bar = ThinBar()
        self.share = QLabel()
        set_kind(self.share, "small")
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.share.setMinimumWidth(self.share.fontMetrics().horizontalAdvance("100 % ·"))
        self.cancel = QPushButton("cancel")
        set_kind(self.cancel, "link")
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit(self._key))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self.title)
        line.addWidget(self.bar, 1)
        end = QHBoxLayout()
        end.setSpacing(4)
        end.addWidget(self.share)
        end.addWidget(self.cancel)
        line.addLayout(end)

    def show_task(self, task: TaskRow, width: int | None = None) -> None:
        """Show a task, with its title cut to ``width`` pixels where it is given."""
        self._key = task.key
        title = task.title
        if width is not None:
            title = self.title.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, width)
        self.title.setText(title)
        self.bar.show_fraction(task.fraction)
        self.share.setText(f"{task.share()} ·")
        self.cancel.setAccessibleName(f"Cancel {task.title}")
        self.cancel.setToolTip(f"Stop: {task.title}")
        self.setToolTip(f"{task.title}\n{task.message}" if task.message else task.title)
        self.setAccessibleName(f"{task.title}, {task.share()}")
