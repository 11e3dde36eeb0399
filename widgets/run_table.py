"""A quiet, dense table of runs that answers the pointer and the keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from PyQt6.QtCore import QEvent, QModelIndex, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QStyleOptionViewItem, QTableView, QWidget

from widgets.current_theme import current_theme
from widgets.run_cells import ROW_HEIGHT, CellPainter, Looks
from widgets.run_head import RunHead
from widgets.run_rows import KEY_ROLE, Column, Row, RunRows
from widgets.section import MARGIN
from widgets.style import figures_font
from widgets.theme import Theme

_LEAST_LABEL, _MOST_LABEL = 84, 132
_RIGHT = 5
"""Pixels that stay free at the right edge."""


class RunTable(QTableView):
    """Shows rows of runs; says which is pointed at and which is chosen.

    Signals: ``run_hovered(str)``, "" when none is any more; ``run_selected(str)``.
    """

    run_hovered = pyqtSignal(str)
    run_selected = pyqtSignal(str)

    def __init__(self, name: str, *, sortable: bool, pixels: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.looks = Looks(current_theme(), pixels=pixels)
        self._hovered = ""
        self._wanted: tuple[int, list[int]] = (_LEAST_LABEL, [])
        self.rows = RunRows(self)
        self.setModel(self.rows)
        self._cells = CellPainter(self, self.looks)
        self.setItemDelegate(self._cells)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        side = self.verticalHeader()
        assert side is not None
        side.hide()
        side.setDefaultSectionSize(ROW_HEIGHT)
        side.setMinimumSectionSize(ROW_HEIGHT)
        self._head = RunHead(self, pixels)
        self._head.setStyleSheet(
            f"QHeaderView::section {{ padding: 3px 3px 3px 2px; font-size: {pixels}px; }}"
            f"QHeaderView::section:first {{ padding-left: {MARGIN}px; }}"
        )
        self.setHorizontalHeader(self._head)
        if sortable:
            self._head.setSectionsClickable(True)
            self._head.section_chosen.connect(self.sort_by)
            self._head.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Show these rows; the order that the person chose stays."""
        self.rows.show_rows(columns, rows)
        self._head.show_sorted(self.rows.sorted_by)
        self._measure()
        self._fit()

    def highlight(self, key: str) -> None:
        """Mark a run's row, as when it is pointed at elsewhere; "" for none. Emits nothing."""
        self.looks.highlighted = key
        self._repaint()

    def select(self, key: str) -> None:
        """Mark a run's row as the selected one; "" for none. Emits nothing."""
        self.looks.selected = key
        self._repaint()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.looks.theme = theme
        self._repaint()

    def _repaint(self) -> None:
        surface = self.viewport()
        if surface is not None:
            surface.update()

    def sort_by(self, section: int) -> None:
        """Sort by a column, the best first; again: backwards; a third time: as the rows were given."""
        first = Qt.SortOrder.AscendingOrder
        if section > 0 and not self.rows.columns[section - 1].ascending:
            first = Qt.SortOrder.DescendingOrder
        again = Qt.SortOrder.DescendingOrder if first == Qt.SortOrder.AscendingOrder else Qt.SortOrder.AscendingOrder
        if self.rows.sorted_by == (section, again):
            self.rows.sort(-1)
        else:
            self.rows.sort(section, again if self.rows.sorted_by == (section, first) else first)
        self._head.show_sorted(self.rows.sorted_by)

    # Widths: every number in full, the run's name takes what is left

    def _measure(self) -> None:
        """Find how wide the name and every column want to be: the rows decide, not the room."""
        metrics = QFontMetrics(figures_font(self.looks.pixels))
        widths = []
        for section in range(1, self.rows.columnCount()):
            lines = self.rows.head_text(section).split("\n")
            title = max(metrics.horizontalAdvance(line) for line in lines) + 6
            widths.append(max(title, self.sizeHintForColumn(section)))
        self._wanted = (max(_LEAST_LABEL, self.sizeHintForColumn(0) if self.rows.rows else 0), widths)

    def _fit(self) -> None:
        """Share the room among the columns that fit whole: what has to be scrolled to begins at the edge."""
        label, widths = self._wanted
        surface = self.viewport()
        room = (surface.width() if surface is not None else self.width()) - _RIGHT
        # A shorter name may save the scrolling; where it does not, the name is worth more.
        saves = _LEAST_LABEL + sum(widths) <= room
        label = min(label, room - sum(widths) if saves else _MOST_LABEL)
        ends = list(accumulate(widths, initial=label))
        whole = max(sum(end <= room for end in ends) - 1, 0)
        spare = max(room - ends[whole], 0)
        share = spare // (whole + 1)
        self.setColumnWidth(0, label + spare - share * whole)
        for section, wide in enumerate(widths, start=1):
            self.setColumnWidth(section, wide + share)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the runs' names once more at the left edge, over the numbers that have scrolled there."""
        super().paintEvent(event)
        bar = self.horizontalScrollBar()
        if bar is None or bar.value() == 0 or not self.rows.rows:
            return
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        for number in range(len(self.rows.rows)):
            option.rect = QRect(0, self.rowViewportPosition(number), self.columnWidth(0), ROW_HEIGHT)
            painter.fillRect(option.rect, QColor(self.looks.theme.panel))
            self._cells.paint(painter, option, self.rows.index(number, 0))
        painter.setPen(QColor(self.looks.theme.line))
        painter.drawLine(option.rect.right() + 1, 0, option.rect.right() + 1, option.rect.bottom())
        painter.end()

    # Pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        super().mouseMoveEvent(event)
        if event is not None:
            self._hover(self.indexAt(event.position().toPoint()).data(KEY_ROLE) or "")

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self._hover("")

    def viewportEvent(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Leave:
            self._hover("")
        return super().viewportEvent(event)

    def _hover(self, key: str) -> None:
        if key != self._hovered:
            self._hovered = key
            self.highlight(key)
            self.run_hovered.emit(key)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        self.looks.by_key = False
        super().mousePressEvent(event)
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            key = self.indexAt(event.position().toPoint()).data(KEY_ROLE)
            if key:
                self.select(key)
                self.run_selected.emit(key)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        key = current.data(KEY_ROLE)
        if self.looks.by_key and key and current.row() != previous.row():
            self.select(key)
            self.run_selected.emit(key)
        self._repaint()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        self.looks.by_key = True
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        if event is not None and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.looks.by_key = True
