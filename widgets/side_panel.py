"""A column of sections at one side of the window, scrolled as one."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from widgets.style import set_kind


class SidePanel(QScrollArea):
    """Sections at the top, each as high as it needs; what does not fit is scrolled to.

    Parameters
    ----------
    sections : from top to bottom
    width : usual width in pixels
    """

    def __init__(self, *sections: QWidget, width: int = 240) -> None:
        super().__init__()
        self._width = width
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_kind(self, "panel")
        content = QWidget()
        set_kind(content, "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section in sections:
            column.addWidget(section)
            section.installEventFilter(self)
        column.addStretch(1)
        self.setWidget(content)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Scroll up to a section that appears above what is in sight: it came because it is wanted."""
        if event is not None and event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            bar = self.verticalScrollBar()
            if bar is not None and watched.y() < bar.value():
                bar.setValue(watched.y())
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return QSize(self._width, 600)

    def minimumSizeHint(self) -> QSize:
        content = self.widget()
        needed = 0 if content is None else content.minimumSizeHint().width()
        return QSize(max(200, needed), 120)
