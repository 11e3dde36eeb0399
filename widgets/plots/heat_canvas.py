"""The drawing area of a heat map: a row for every run, a cell for every bin, and what a colour means."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PyQt6.QtWidgets import QWidget

from backends.statistics.figure import Figure
from widgets.current_theme import current_theme
from widgets.plots.cell_layout import CellLayout, arrange_cells
from widgets.plots.cell_painting import CellPainter, bar_ticks
from widgets.plots.cell_pointing import CellPointing
from widgets.plots.drawn import key_of
from widgets.plots.theming import TICK_PIXELS, plot_font
from widgets.theme import Theme

_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)


class HeatCanvas(QWidget):
    """Draws a figure that has cells; its ``pointing`` says what the pointer and the keys are at."""

    context_requested = pyqtSignal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = current_theme()
        self.figure: Figure | None = None
        self._highlighted, self._selected, self._focused = "", "", False
        self._layout: CellLayout | None = None
        self.pointing = CellPointing(self)
        self.pointing.pointed.connect(lambda *_: self.update())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(180, 120)

    def show_figure(self, figure: Figure) -> None:
        """Draw a figure."""
        self.figure = figure
        self._arrange()
        rows = tuple(key_of(curve) for curve in figure.curves)
        known = np.array([np.isfinite(curve.y) for curve in figure.curves], dtype=bool)
        self.pointing.show_cells(rows, known)

    def reset_view(self) -> None:
        """A heat map always shows all of itself."""

    def visible_figure(self) -> Figure | None:
        """Return the figure that is on the screen."""
        return self.figure

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.theme = theme
        self.update()

    def highlight(self, key: str) -> None:
        """Make one row's name bright; "" for none. Emits nothing."""
        if key != self._highlighted:
            self._highlighted = key
            self.update()

    def select(self, key: str) -> None:
        """Make one row's name bold; "" for none. Emits nothing."""
        if key != self._selected:
            self._selected = key
            self.update()

    def position_of(self, key: str, index: int, *, ratio: bool = False) -> QPointF:
        """Return the middle of a row's cell on this widget."""
        if self.figure is None or self._layout is None:
            return QPointF()
        box = self._layout.cell([key_of(curve) for curve in self.figure.curves].index(key), index)
        return QPointF(box.left + box.width / 2, box.top + box.height / 2)

    def _arrange(self) -> None:
        if self.figure is None or self.figure.cells is None:
            return
        cells, metrics = self.figure.cells, QFontMetricsF(plot_font(self.font(), TICK_PIXELS, bold=True))
        self._layout = arrange_cells(
            self.width(),
            self.height(),
            len(self.figure.curves),
            len(cells.columns),
            max((metrics.horizontalAdvance(curve.label) for curve in self.figure.curves), default=0.0),
            max(metrics.horizontalAdvance(text) for _, text in bar_ticks(cells)),
        )
        self.pointing.layout = self._layout
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self.figure is None or self._layout is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            drawn = CellPainter(painter, self.figure, self._layout, self.theme, self.font())
            drawn.cells()
            drawn.names(self._selected, self._highlighted)
            drawn.columns()
            drawn.bar()
            drawn.pointed(self.pointing.hit)
            if self._focused:
                painter.setPen(QColor(self.theme.accent))
                painter.drawRect(QRectF(self.rect()).adjusted(1.5, 0.5, -1.5, -0.5))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    # What pointer and keys do

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self.pointing.moved(event.position())
            on_cell = self.pointing.hit is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if on_cell else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self.pointing.left()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pointing.moved(event.position())
            self.pointing.choose()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None:
            keyed = event.reason() == QContextMenuEvent.Reason.Keyboard
            self.context_requested.emit(self.mapToGlobal(self.rect().center()) if keyed else event.globalPos())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and not self.pointing.key_pressed(event.key()):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self._focused = event is not None and event.reason() in _BY_KEY
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._focused = False
        self.update()
