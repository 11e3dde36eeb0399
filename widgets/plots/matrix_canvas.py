"""The drawing area of matrices: a square for every run, where a pointer reads values off."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QContextMenuEvent, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QToolTip, QWidget

from backends.statistics.figure import Figure, Matrix
from widgets.current_theme import current_theme
from widgets.plots.diverging import STEPS, diverging, shades
from widgets.plots.scales import split_label, written
from widgets.plots.theming import LABEL_PIXELS, TICK_PIXELS, plot_font
from widgets.theme import Theme

_LEFT, _TOP, _BOTTOM, _BAR, _GAP = 46.0, 36.0, 36.0, 44.0, 12.0
_FAINT = 0.4
_SMALLEST = 90.0
"""Pixels of a square's side below which fewer squares stand beside each other: the selected run's comes first."""


class MatrixCanvas(QWidget):
    """Draws a figure that has matrices."""

    context_requested = pyqtSignal(QPoint)
    run_hovered = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = current_theme()
        self.figure: Figure | None = None
        self._selected, self._highlighted = "", ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(180, 120)

    def show_figure(self, figure: Figure) -> None:
        """Draw a figure."""
        self.figure = figure
        self.update()

    def visible_figure(self) -> Figure | None:
        """Return the figure that is on the screen."""
        return self.figure

    def reset_view(self) -> None:
        """Matrices always show all of themselves."""

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.theme = theme
        self.update()

    def select(self, key: str) -> None:
        """Show a run's matrix first; "" for none."""
        self._selected = key
        self.update()

    def highlight(self, key: str) -> None:
        """Make a run's name bright; "" for none."""
        self._highlighted = key
        self.update()

    def squares(self) -> list[tuple[Matrix, QRectF]]:
        """Return the matrices that there is room for, and where they are."""
        if self.figure is None:
            return []
        found = sorted(self.figure.matrices, key=lambda one: one.key != self._selected)
        room, down = self.width() - _LEFT - _BAR, self.height() - _TOP - _BOTTOM
        count = max(1, min(len(found), int((room + _GAP) // (_SMALLEST + _GAP))))
        side = max(20.0, min(down, (room + _GAP) / count - _GAP))
        top = _TOP + max(0.0, down - side) / 2
        return [
            (one, QRectF(_LEFT + place * (side + _GAP), top, side, side)) for place, one in enumerate(found[:count])
        ]

    def said_at(self, point: QPointF) -> tuple[str, str]:
        """Return the run at a place and what its matrix says there, or nothing."""
        for one, square in self.squares():
            if self.figure is not None and square.contains(point):
                low, high = float(one.edges[0]), float(one.edges[-1])
                across = low + (point.x() - square.left()) / square.width() * (high - low)
                up = low + (square.bottom() - point.y()) / square.height() * (high - low)
                n = one.values.shape[0]
                i, j = (int(np.clip(np.searchsorted(one.edges, at) - 1, 0, n - 1)) for at in (across, up))
                middle = (one.edges[1:] + one.edges[:-1]) / 2
                (x, unit), (y, _) = split_label(self.figure.x_label), split_label(self.figure.y_label)
                places = f"{x} = {written(float(middle[i]))}, {y} = {written(float(middle[j]))} {unit}"
                return one.key, f"{one.label}\n{places}\ncorrelation {one.values[j, i]:+.2f}\n{one.note}"
        return "", ""

    def paintEvent(self, event: QPaintEvent | None) -> None:
        squares = self.squares()
        if not squares or self.figure is None:
            return
        colours = np.array([QColor(colour).rgb() for colour in diverging(self.theme.name)], dtype=np.uint32)
        with QPainter(self) as painter:
            for one, square in squares:
                self._paint_square(painter, one, square, colours)
            self._paint_ends(painter, squares)
            _, last = squares[-1]
            self._paint_bar(painter, QRectF(last.right() + 10, last.top(), 8, last.height()), colours)
            if self.hasFocus():
                painter.setPen(QColor(self.theme.accent))
                painter.drawRect(QRectF(self.rect()).adjusted(1.5, 0.5, -1.5, -0.5))

    def _paint_square(self, painter: QPainter, one: Matrix, square: QRectF, colours: np.ndarray) -> None:
        picture = np.ascontiguousarray(colours[np.maximum(shades(one.values), 0)][::-1])
        n = picture.shape[0]
        image = QImage(picture.tobytes(), n, n, 4 * n, QImage.Format.Format_RGB32)
        painter.setOpacity(_FAINT if one.faint else 1.0)
        painter.drawImage(square, image)
        painter.setOpacity(1.0)
        painter.setPen(QPen(QColor(self.theme.quiet), 1.0))
        painter.drawRect(square)
        loud = one.key in (self._selected, self._highlighted)
        font = plot_font(self.font(), LABEL_PIXELS, bold=one.key == self._selected)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.run_colour(one.colour)))
        width = square.width()
        text = QFontMetricsF(font).elidedText(one.label, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QPointF(square.left(), square.top() - 18), text)
        font = plot_font(self.font(), TICK_PIXELS)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text if loud else self.theme.quiet))
        metrics = QFontMetricsF(font)
        notes = (one.note, one.note.replace(" realisations", " boxes"), one.note.rpartition(": ")[2])
        said = next((note for note in notes if metrics.horizontalAdvance(note) <= width), "")
        painter.drawText(QPointF(square.left(), square.top() - 5), said)

    def _paint_ends(self, painter: QPainter, squares: list[tuple[Matrix, QRectF]]) -> None:
        """Write where the axes begin and end, and what they are of."""
        assert self.figure is not None
        painter.setFont(plot_font(self.font(), TICK_PIXELS))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QColor(self.theme.quiet))
        for place, (one, square) in enumerate(squares):
            ends = [written(float(one.edges[end]), 2) for end in (0, -1)]
            right = square.right() - metrics.horizontalAdvance(ends[1])
            painter.drawText(QPointF(square.left(), square.bottom() + 13), ends[0])
            painter.drawText(QPointF(right, square.bottom() + 13), ends[1])
            label = self.figure.x_label
            middle = square.center().x() - metrics.horizontalAdvance(label) / 2
            painter.drawText(QPointF(middle, square.bottom() + 28), label)
            if place == 0:
                for text, y in ((ends[0], square.bottom()), (ends[1], square.top() + 9)):
                    painter.drawText(QPointF(square.left() - 5 - metrics.horizontalAdvance(text), y), text)
                painter.save()
                painter.translate(square.left() - 30, square.center().y() + metrics.horizontalAdvance(label) / 2)
                painter.rotate(-90)
                painter.drawText(QPointF(0, 0), self.figure.y_label)
                painter.restore()

    def _paint_bar(self, painter: QPainter, bar: QRectF, colours: np.ndarray) -> None:
        """Paint what the colours mean."""
        height = max(1, round(bar.height()))
        for line in range(height):
            step = round((1 - line / max(1, height - 1)) * (STEPS - 1))
            painter.fillRect(QRectF(bar.left(), bar.top() + line, bar.width(), 1.6), QColor(int(colours[step])))
        painter.setPen(QColor(self.theme.quiet))
        for text, y in (("+1", bar.top() + 8), ("0", bar.center().y() + 4), ("−1", bar.bottom())):
            painter.drawText(QPointF(bar.right() + 5, y), text)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            key, said = self.said_at(event.position())
            QToolTip.showText(event.globalPosition().toPoint(), said, self)
            self.run_hovered.emit(key)

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self.run_hovered.emit("")

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None:
            self.context_requested.emit(event.globalPos())
