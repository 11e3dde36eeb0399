"""The line above a plot or a table: its title, a quiet note at the right, and its menu."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from widgets.theme import Theme

HEIGHT = 30
_FURNITURE = 68
"""Pixels of the line that are neither title nor note: margins, gaps, the menu button."""


class HeadLine(QWidget):
    """Shows a title and a note that gives way to it; can be dragged where that means something.

    Signals: ``menu_requested(QPoint)`` at a place of the screen, ``note_clicked()``, ``dragged(QPoint)``
    while it is moved and ``dropped(QPoint)`` when it is let go, both at places of the screen.
    """

    menu_requested = pyqtSignal(QPoint)
    note_clicked = pyqtSignal()
    dragged = pyqtSignal(QPoint)
    dropped = pyqtSignal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, note_is_button: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("head-line")
        self.setFixedHeight(HEIGHT)
        self._note_text = ""
        self._pressed: QPoint | None = None
        self._dragging = False
        self.title = QLabel(self)
        self.title.setObjectName("head-title")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note: QLabel | QToolButton = QToolButton(self) if note_is_button else QLabel(self)
        self.note.setObjectName("head-note")
        if isinstance(self.note, QToolButton):
            self.note.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.note.clicked.connect(self.note_clicked)
        self.menu_button = QToolButton(self)
        self.menu_button.setObjectName("head-menu")
        self.menu_button.setText("⋯")
        self.menu_button.setFixedSize(22, 20)
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu_button.clicked.connect(
            lambda: self.menu_requested.emit(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 2)
        layout.setSpacing(8)
        layout.addWidget(self.title, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.menu_button)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.setStyleSheet(
            f"#head-title {{ color: {theme.text}; background: transparent; font-size: 13px; }}"
            f"#head-note {{ color: {theme.quiet}; background: transparent; font-size: 11px; border: none;"
            " padding: 1px 3px; border-radius: 3px; }"
            f"#head-menu {{ color: {theme.quiet}; background: transparent; border: none; border-radius: 4px;"
            " font-size: 14px; padding: 0; }"
            "QToolButton#head-menu:hover, QToolButton#head-note:hover"
            f" {{ background: {theme.raised}; color: {theme.text}; }}"
            f"QToolButton#head-menu:focus, QToolButton#head-note:focus {{ border: 1px solid {theme.accent}; }}"
        )

    def set_text(self, title: str, note: str = "", note_tip: str = "") -> None:
        """Show a title and a note; the note is shortened, and then dropped, where there is no room for both."""
        self.title.setText(title)
        self.title.setToolTip(title)
        self._note_text = note
        self.note.setToolTip(note_tip or note)
        self.note.setAccessibleName(note)
        self.menu_button.setToolTip(f"What can be done with {title}")
        self.menu_button.setAccessibleName(f"Menu of {title}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        for part in (self.title, self.note):
            part.ensurePolished()
        title = QFontMetrics(self.title.font()).horizontalAdvance(self.title.text())
        room = self.width() - _FURNITURE - title
        metrics = QFontMetrics(self.note.font())
        text = metrics.elidedText(self._note_text, Qt.TextElideMode.ElideRight, max(0, room))
        self.note.setText(text)
        self.note.setVisible(bool(self._note_text) and room > 40)

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
