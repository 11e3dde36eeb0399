"""A column of sections at one side of the window, scrolled as one."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
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
        column.addStretch(1)
        self.setWidget(content)

    def show_from(self, section: QWidget) -> None:
        """Scroll up to a section that has appeared above what is in sight."""
        bar = self.verticalScrollBar()
        if bar is not None and section.y() < bar.value():
            bar.setValue(section.y())

    def sizeHint(self) -> QSize:
        return QSize(self._width, 600)

    def minimumSizeHint(self) -> QSize:
        content = self.widget()
        needed = 0 if content is None else content.minimumSizeHint().width()
        return QSize(max(200, needed), 120)
