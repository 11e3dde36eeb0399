"""A quiet, dense table of runs that answers the pointer and the keys."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from widgets.current_theme import current_theme
from widgets.run_cells import ROW_HEIGHT, CellPainter
from widgets.run_rows import KEY_ROLE, Column, Row, RunRows
from widgets.section import MARGIN
from widgets.style import figures_font
from widgets.theme import Theme

_LEAST_LABEL = 84


class RunTable(QTableView):
    """Shows rows of runs; says which is pointed at and which is chosen.

    Signals: ``run_hovered(str)``, "" when none is any more; ``run_selected(str)``.
    """

    run_hovered = pyqtSignal(str)
    run_selected = pyqtSignal(str)

    def __init__(self, name: str, *, sortable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = current_theme()
        self.highlighted, self.selected, self.by_key = "", "", False
        self._hovered = ""
        self.rows = RunRows(self)
        self.setModel(self.rows)
        self.setItemDelegate(CellPainter(self))
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
        side, head = self.verticalHeader(), self.horizontalHeader()
        assert side is not None
        assert head is not None
        side.hide()
        side.setDefaultSectionSize(ROW_HEIGHT)
        side.setMinimumSectionSize(ROW_HEIGHT)
        head.setHighlightSections(False)
        head.setStyleSheet(f"QHeaderView::section:first {{ padding-left: {MARGIN}px; }}")
        head.setMinimumSectionSize(40)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionsClickable(sortable)
        self._head = head
        self._sortable = sortable
        if sortable:
            head.sectionClicked.connect(self._sort)
            head.setCursor(Qt.CursorShape.PointingHandCursor)
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Show these rows; the order that the person chose stays."""
        if tuple(columns) != self.rows.columns:
            self._sorted = None
            self._head.setSortIndicatorShown(False)
        self.rows.show_rows(columns, rows)
        self._fit()

    def highlight(self, key: str) -> None:
        """Mark a run's row, as when it is pointed at elsewhere; "" for none. Emits nothing."""
        self.highlighted = key
        self._repaint()

    def select(self, key: str) -> None:
        """Mark a run's row as the selected one; "" for none. Emits nothing."""
        self.selected = key
        self._repaint()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.theme = theme
        self._repaint()

    def _repaint(self) -> None:
        surface = self.viewport()
        if surface is not None:
            surface.update()

    def _sort(self, section: int) -> None:
        """Sort by a column, the best first; again: backwards; a third time: as the rows were given."""
        first = Qt.SortOrder.AscendingOrder
        if section > 0 and not self.rows.columns[section - 1].ascending:
            first = Qt.SortOrder.DescendingOrder
        again = Qt.SortOrder.DescendingOrder if first == Qt.SortOrder.AscendingOrder else Qt.SortOrder.AscendingOrder
        if self._sorted == (section, again):
            self._sorted = None
            self._head.setSortIndicatorShown(False)
            self.rows.sort(-1)
            return
        order = again if self._sorted == (section, first) else first
        self._sorted = (section, order)
        self._head.setSortIndicatorShown(True)
        self._head.setSortIndicator(section, order)
        self.rows.sort(section, order)

    # Widths: every number in full, the run's name takes what is left

    def _fit(self) -> None:
        metrics = QFontMetrics(figures_font(12))
        widths = []
        for section in range(1, self.rows.columnCount()):
            title = metrics.horizontalAdvance(self.rows.columns[section - 1].title) + 18
            widths.append(max(title, self.sizeHintForColumn(section)))
        surface = self.viewport()
        room = surface.width() if surface is not None else self.width()
        label = max(_LEAST_LABEL, self.sizeHintForColumn(0) if self.rows.rows else 0)
        spare = room - sum(widths) - label
        if spare < 0:
            label = max(_LEAST_LABEL, label + spare)
            spare = room - sum(widths) - label
        share = max(0, spare) // (len(widths) + 1)
        self.setColumnWidth(0, label + max(0, spare) - share * len(widths))
        for section, wide in enumerate(widths, start=1):
            self.setColumnWidth(section, wide + share)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

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
        self.by_key = False
        super().mousePressEvent(event)
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            key = self.indexAt(event.position().toPoint()).data(KEY_ROLE)
            if key:
                self.select(key)
                self.run_selected.emit(key)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        key = current.data(KEY_ROLE)
        if self.by_key and key and current.row() != previous.row():
            self.select(key)
            self.run_selected.emit(key)
        self._repaint()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        self.by_key = True
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        if event is not None and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.by_key = True
