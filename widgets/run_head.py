"""The head of a table of runs: the column of the runs stays in sight while the numbers scroll."""

from __future__ import annotations

from PyQt6.QtCore import QRect, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHeaderView, QWidget


class RunHead(QHeaderView):
    """Paints its first section at the left edge, whatever has scrolled under it.

    Signal: ``section_chosen(int)``, the section that the person sees under the pointer.
    """

    section_chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName("Columns")
        self.setHighlightSections(False)
        self.setMinimumSectionSize(36)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._pressed = -1

    def section_at(self, x: int) -> int:
        """Return the section that is seen at a horizontal position."""
        return 0 if self.offset() > 0 and x < self.sectionSize(0) else self.logicalIndexAt(x)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        if self.offset() > 0 and self.count():
            painter = QPainter(self.viewport())
            self.paintSection(painter, QRect(0, 0, self.sectionSize(0), self.height()), 0)
            painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        super().mousePressEvent(event)
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.section_at(event.position().toPoint().x())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        super().mouseReleaseEvent(event)
        if event is None or self._pressed < 0:
            return
        place = event.position().toPoint()
        if self.rect().contains(place) and self.section_at(place.x()) == self._pressed:
            self.section_chosen.emit(self._pressed)
        self._pressed = -1
