"""What a plot shows before it has a figure, and instead of one."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from widgets.current_theme import current_theme
from widgets.style import set_kind
from widgets.theme import Theme


class ProgressLine(QWidget):
    """A line two pixels high that fills from the left; its tooltip says what is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = current_theme()
        self._fraction: float | None = None
        self._active = False
        self.setFixedHeight(2)
        self.setAccessibleName("Progress")

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self._theme = theme
        self.update()

    def show_progress(self, fraction: float | None, message: str = "") -> None:
        """Fill that share of the line; None where it is not known yet."""
        if (self._active, self._fraction, self.toolTip()) == (True, fraction, message):
            return
        self._active, self._fraction = True, fraction
        self.setToolTip(message)
        self.setAccessibleDescription(message if fraction is None else f"{message} {100 * fraction:.0f} %".strip())
        self.update()

    def hide_progress(self) -> None:
        """Show nothing; the line keeps its place, so that nothing moves."""
        if self._active:
            self._active = False
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if not self._active:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.line))
        done = 0.0 if self._fraction is None else min(max(self._fraction, 0.0), 1.0)
        painter.fillRect(QRectF(0, 0, done * self.width(), self.height()), QColor(self._theme.accent))


class Notice(QWidget):
    """A message in the middle: computing with its progress, failed with its remedy, or nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading, self.message = QLabel(self), QLabel(self)
        set_kind(self.message, "small")
        self.bar = ProgressLine(self)
        self.bar.setFixedWidth(160)
        self.bar.hide()
        for label in (self.heading, self.message):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self.message.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 8, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self.heading)
        layout.addWidget(self.message)
        layout.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.bar.set_theme(theme)

    def show_waiting(self, message: str, fraction: float | None) -> None:
        """Say what is being computed, and how far it is."""
        share = "" if fraction is None else f"  {100 * fraction:.0f} %"
        self._show("", message + share, failed=False, progress=fraction is not None)
        self.bar.show_progress(fraction, message)

    def show_failure(self, message: str) -> None:
        """Say what went wrong and what to do."""
        self._show("This could not be computed", message, failed=True)

    def show_message(self, heading: str, message: str) -> None:
        """Say why there is nothing to draw."""
        self._show(heading, message, failed=False)

    def _show(self, heading: str, message: str, *, failed: bool, progress: bool = False) -> None:
        self.bar.setVisible(progress)
        set_kind(self.heading, "bad" if failed else "")
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading))
        self.message.setText(message)
        self.setAccessibleName(heading or message)
