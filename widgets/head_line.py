"""The line above a plot or a table: its title, a quiet note at the right, and its menu."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from widgets.icons import icon
from widgets.section import MARGIN
from widgets.style import figures_font, set_kind

HEIGHT = 30
_FURNITURE = MARGIN + 2 * 8 + 24 + 5 + 8
"""Pixels of the line that are neither title nor note: margins, gaps, the menu button, a button's own padding."""
_ALONE = MARGIN + 8 + 24 + 5
"""Pixels of a line without a note that are not its title."""


class HeadLine(QWidget):
    """Shows a title and a note that gives way to it; can be dragged where that means something.

    Signals: ``menu_requested(QPoint)`` at a place of the screen, ``note_clicked()``, ``dragged(QPoint)``
    while it is moved and ``dropped(QPoint)`` when it is let go, both at places of the screen.
    """

    menu_requested = pyqtSignal(QPoint)
    note_clicked = pyqtSignal()
    dragged = pyqtSignal(QPoint)
    dropped = pyqtSignal(QPoint)

    def __init__(self, parent: QWidget | None = None, *, note_is_button: bool = False) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self._title, self._notes = "", tuple[str, ...]()
        self._pressed: QPoint | None = None
        self._dragging = False
        self.title = QLabel(self)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note: QLabel | QToolButton = QToolButton(self) if note_is_button else QLabel(self)
        # The style keeps the font that a widget had when it was told its kind.
        self.note.setFont(figures_font(11))
        if isinstance(self.note, QToolButton):
            set_kind(self.note, "flat")
            self.note.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.note.clicked.connect(self.note_clicked)
        else:
            set_kind(self.note, "quiet")
        self.menu_button = QToolButton(self)
        set_kind(self.menu_button, "flat")
        self.menu_button.setIcon(icon("more"))
        self.menu_button.setIconSize(QSize(16, 16))
        self.menu_button.setFixedSize(24, 22)
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_button.clicked.connect(
            lambda: self.menu_requested.emit(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 4, 5, 2)
        layout.setSpacing(8)
        layout.addWidget(self.title, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.menu_button)

    def set_text(self, title: str, notes: Sequence[str] = (), note_tip: str = "") -> None:
        """Show a title and a note: the fullest wording that has room beside the title, or none.

        Parameters
        ----------
        notes : the note's wordings, the fullest first
        note_tip : what the note's tooltip says; by default the fullest wording
        """
        self._title = title
        self.title.setAccessibleName(title)
        # Where there is no room for the note, the title explains in its place.
        self.title.setToolTip(f"{title}\n{note_tip}".strip())
        self._notes = tuple(note for note in notes if note)
        fullest = self._notes[0] if self._notes else ""
        self.note.setToolTip(note_tip or fullest)
        self.note.setAccessibleName(fullest)
        self.menu_button.setToolTip(f"What can be done with {title}")
        self.menu_button.setAccessibleName(f"Menu of {title}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        letters, metrics = QFontMetrics(self.title.font()), QFontMetrics(self.note.font())
        self.title.setText(letters.elidedText(self._title, Qt.TextElideMode.ElideRight, self.width() - _ALONE))
        room = self.width() - letters.horizontalAdvance(self._title) - _FURNITURE
        shown = next((note for note in self._notes if metrics.horizontalAdvance(note) <= room), "")
        self.note.setText(shown)
        self.note.setVisible(bool(shown))

    # Dragging

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._pressed is None:
            return
        moved = (event.position().toPoint() - self._pressed).manhattanLength()
        if self._dragging or moved >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._dragging:
            self.dropped.emit(event.globalPosition().toPoint())
        self._pressed, self._dragging = None, False
        self.unsetCursor()
