"""The head of a table of runs: the column of the runs stays in sight while the numbers scroll."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PyQt6.QtWidgets import QHeaderView, QWidget

from widgets.current_theme import current_theme
from widgets.section import MARGIN


class RunHead(QHeaderView):
    """Paints its first section at the left edge, whatever has scrolled under it.

    Signal: ``section_chosen(int)``, the section that the person sees under the pointer.
    """

    section_chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget, pixels: int) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName("Columns")
        self.setHighlightSections(False)
        self.setMinimumSectionSize(36)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._pressed = -1
        self._pixels = pixels
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def show_sorted(self, by: tuple[int, Qt.SortOrder] | None) -> None:
        """Mark the column that the rows are sorted by beside its name: Qt's own mark would lie on it."""
        self._sorted = by
        surface = self.viewport()
        if surface is not None:
            surface.update()

    def paintSection(self, painter: QPainter | None, rectangle: QRect, section: int) -> None:
        super().paintSection(painter, rectangle, section)
        if painter is None or self._sorted is None or section != self._sorted[0]:
            return
        model = self.model()
        text = "" if model is None else str(model.headerData(section, Qt.Orientation.Horizontal))
        title, _, unit = text.partition("\n")
        font = self.font()
        font.setPixelSize(self._pixels)
        metrics = QFontMetricsF(font)
        wide = metrics.horizontalAdvance(title)
        x = rectangle.left() + MARGIN + wide + 9 if section == 0 else rectangle.right() - wide - 11
        y = rectangle.center().y() - (metrics.height() / 2 if unit else 0)
        down = 3.0 if self._sorted[1] == Qt.SortOrder.DescendingOrder else -3.0
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_theme().accent))
        painter.drawPolygon(QPolygonF([QPointF(x, y + down), QPointF(x - 4, y - down), QPointF(x + 4, y - down)]))
        painter.restore()

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
