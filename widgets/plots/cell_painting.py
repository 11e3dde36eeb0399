"""Paints the parts of a heat map."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, qGray

from backends.statistics.figure import Cells, Figure
from widgets.plots.cell_layout import CHIP, CellLayout, numbered
from widgets.plots.cell_words import cell_number
from widgets.plots.diverging import STEPS, diverging, percent, shades
from widgets.plots.drawn import key_of
from widgets.plots.layout import LABEL_LINE, Box
from widgets.plots.nearest import Hit
from widgets.plots.theming import LABEL_PIXELS, TICK_PIXELS, plot_font
from widgets.plots.words import advance, lines_for, paint
from widgets.theme import Theme

_AIR = 1.0
"""Between two cells, in pixels."""
_BESIDE = 30.0
"""Room beside the bar of colours for its numbers, in pixels."""
NUMBER_PIXELS = 10
_NEAR = 3.0
"""Pixels about a number in a cell, at least."""
_MIDDLE = 122
"""Grey of 255 on which black and white are read as well."""
_BREAK = 2.0
"""Width of the line where a run leaves the band."""


def bar_ticks(cells: Cells) -> list[tuple[float, str]]:
    """Return the values beside the bar of colours, from the lowest, as they are written."""
    below, above = cells.signs
    values = [-cells.limit, -cells.band] if below or not above else []
    values += [0.0, *([cells.band, cells.limit] if above or not below else [])]
    return [(value, percent(value)) for value in values if abs(value) <= cells.limit]


class CellPainter:
    """Paints one heat map with one painter."""

    def __init__(self, painter: QPainter, figure: Figure, layout: CellLayout, theme: Theme, family: QFont) -> None:
        assert figure.cells is not None
        self.painter, self.figure, self.layout, self.theme, self.family = painter, figure, layout, theme, family
        self.of_figure = figure.cells
        self.colours = [QColor(colour) for colour in diverging(theme.name)]

    def cells(self) -> None:
        """Paint the cells, with their values where there is room for all of them.

        A dash stands where a run has none, and stripes lie over what must not be believed.
        """
        painter, quiet = self.painter, QColor(self.theme.quiet)
        turned = self._turned()
        for row, curve in enumerate(self.figure.curves):
            steps = shades(self.of_figure.shade(curve.y))
            broken = self.of_figure.break_of(curve)
            for column, step in enumerate(steps):
                inside = _rect(self.layout.cell(row, column), _AIR / 2)
                if step < 0:
                    painter.setPen(QPen(quiet, 1.0))
                    middle = inside.center()
                    painter.drawLine(QLineF(middle.x() - 2, middle.y(), middle.x() + 2, middle.y()))
                    continue
                colour = self.colours[step]
                ink = QColor(Qt.GlobalColor.white if qGray(colour.rgb()) < _MIDDLE else Qt.GlobalColor.black)
                painter.fillRect(inside, colour)
                if curve.reliable is not None and not curve.reliable[column]:
                    stripes = QColor(ink)
                    stripes.setAlphaF(0.4)
                    painter.fillRect(inside, QBrush(stripes, Qt.BrushStyle.BDiagPattern))
                if turned is not None:
                    self._number(inside, cell_number(curve, column)[0], ink, turned)
                if column == broken:
                    edge = QRectF(inside.left() - _AIR / 2, inside.top(), _BREAK, inside.height())
                    painter.fillRect(edge, QColor(self.theme.text))

    def _turned(self) -> bool | None:
        """Return whether the values stand upright, to be read from below, in cells too narrow; None where none fit."""
        cell, metrics = self.layout.cell(0, 0), QFontMetricsF(plot_font(self.family, NUMBER_PIXELS))
        known = [(curve, int(i)) for curve in self.figure.curves for i in np.flatnonzero(np.isfinite(curve.y))]
        texts = [cell_number(curve, column)[0] for curve, column in known]
        long = max((metrics.horizontalAdvance(text) for text in texts), default=0.0) + 2 * _NEAR
        for turned, (along, across) in ((False, (cell.width, cell.height)), (True, (cell.height, cell.width))):
            if along >= long and across >= metrics.capHeight() + 2 * _NEAR:
                return turned
        return None

    def _number(self, inside: QRectF, text: str, ink: QColor, turned: bool) -> None:
        painter = self.painter
        painter.setFont(plot_font(self.family, NUMBER_PIXELS))
        painter.setPen(ink)
        painter.save()
        painter.translate(inside.center())
        painter.rotate(-90.0 if turned else 0.0)
        painter.drawText(QRectF(-100.0, -20.0, 200.0, 40.0), Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def names(self, selected: str, highlighted: str) -> None:
        """Paint the runs' squares and names; the selected one bold, the one pointed at bright."""
        for row, curve in enumerate(self.figure.curves):
            key, box = key_of(curve), self.layout.cell(row, 0)
            bold = key == selected
            font = plot_font(self.family, TICK_PIXELS, bold=bold)
            middle = box.top + box.height / 2
            square = QRectF(self.layout.names.left - CHIP - 6.0, middle - CHIP / 2, CHIP, CHIP)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QColor(self.theme.run_colour(curve.colour)))
            self.painter.drawRoundedRect(square, 2, 2)
            loud = bold or key == highlighted
            self.painter.setPen(QColor(self.theme.text if loud else self.theme.quiet))
            self.painter.setFont(font)
            room = self.layout.names.width
            text = QFontMetricsF(font).elidedText(curve.label, Qt.TextElideMode.ElideRight, room)
            self.painter.drawText(
                QRectF(self.layout.names.left, box.top, room + 2, box.height),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                text,
            )

    def columns(self) -> None:
        """Paint where the columns begin, and what they are of."""
        font, grid, ticks = plot_font(self.family, TICK_PIXELS), self.layout.grid, self.of_figure.ticks
        metrics = QFontMetricsF(font)
        widths = tuple(metrics.horizontalAdvance(text) for text in ticks)
        step = grid.width / self.layout.columns
        whole = next((place for place, text in enumerate(ticks) if text in _WHOLE), 0)
        self.painter.setFont(font)
        within = step / 2 if len(ticks) == self.layout.columns else 0.0  # of columns that are but one value
        # The bar of few rows is taller than they are, and stands beside the numbers too.
        bar = self.layout.bar
        end = grid.right + _BESIDE if bar.bottom <= grid.bottom else min(grid.right + _BESIDE, bar.left - 3.0)
        for place in numbered(widths, step, whole):
            x = grid.left + place * step + within
            self.painter.setPen(QPen(QColor(self.theme.quiet), 1.0))
            self.painter.drawLine(QLineF(x, grid.bottom + 1.0, x, grid.bottom + 4.0))
            left = min(max(x - widths[place] / 2, 0.0), end - widths[place])
            self.painter.drawText(QPointF(left, grid.bottom + LABEL_LINE), ticks[place])
        font = plot_font(self.family, LABEL_PIXELS)
        self.painter.setFont(font)
        (label, *_) = lines_for(self.figure.x_label, grid.width + _BESIDE, font)
        # Under the middle of the cells where there is room for it.
        length, last = advance(label, font), self.painter.window().width() - 4.0
        left = min(grid.left + (grid.width - length) / 2, last - length)
        paint(self.painter, QPointF(max(left, 4.0), grid.bottom + 2 * LABEL_LINE + 1.0), label)

    def bar(self) -> None:
        """Paint what the colours mean."""
        bar, ticks = self.layout.bar, bar_ticks(self.of_figure)
        low, high = (float(self.of_figure.shade(ticks[end][0])) for end in (0, -1))
        height = max(1, round(bar.height))
        for line in range(height):
            place = high + (low - high) * line / max(1, height - 1)
            step = round((place + 1) / 2 * (STEPS - 1))
            self.painter.fillRect(QRectF(bar.left, bar.top + line, bar.width, 1.6), self.colours[step])
        font = plot_font(self.family, TICK_PIXELS)
        metrics, last = QFontMetricsF(font), np.inf
        self.painter.setFont(font)
        self.painter.setPen(QPen(QColor(self.theme.quiet), 1.0))
        for value, text in ticks:
            y = bar.top + (high - float(self.of_figure.shade(value))) / (high - low) * bar.height
            self.painter.drawLine(QLineF(bar.right, y, bar.right + 3.0, y))
            if last - y >= metrics.ascent() + 1.0:
                inside = min(max(y + metrics.ascent() / 2 - 1.0, bar.top + metrics.ascent() - 3.0), bar.bottom)
                self.painter.drawText(QPointF(bar.right + 6.0, inside), text)
                last = y
        self._title(font)

    def _title(self, font: QFont) -> None:
        """Say above the cells what they hold."""
        room = self.layout.bar.right + _BESIDE - self.layout.grid.left
        (label, *_) = lines_for(f"{self.figure.y_label}  [%]", room, font)
        left = self.layout.bar.right + _BESIDE - advance(label, font)
        paint(self.painter, QPointF(max(left, self.layout.grid.left), self.layout.grid.top - 5.0), label)

    def pointed(self, hit: Hit | None) -> None:
        """Paint a frame about the cell that is pointed at."""
        rows = [key_of(curve) for curve in self.figure.curves]
        if hit is None or hit.key not in rows:
            return
        inside = _rect(self.layout.cell(rows.index(hit.key), hit.index), 0.5)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(self.theme.text), 1.5))
        self.painter.drawRect(inside)


_WHOLE = ("0", "0.01", "0.1", "1", "10", *(f"{exponent}.0" for exponent in range(8, 17)))
"""Numbers of columns that are written before others."""


def _rect(box: Box, air: float) -> QRectF:
    return QRectF(box.left + air, box.top + air, max(1.0, box.width - 2 * air), max(1.0, box.height - 2 * air))
