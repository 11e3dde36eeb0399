"""The key over a panel: what the dashes stand for, told once for all runs."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QLineF, QPointF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter

from backends.statistics.figure import Figure
from backends.statistics.figure_key import Sign, in_one_line, key_of_dashes
from widgets.plots.layout import LABEL_LINE
from widgets.plots.theming import curve_pen
from widgets.plots.words import advance, paint
from widgets.theme import Theme

SAMPLE, NEAR, APART, EDGE = 24.0, 5.0, 14.0, 4.0
"""Pixels of a line's sample, between it and its words, between two signs, and at the canvas's edges."""

Rows = tuple[tuple[Sign, ...], ...]


def signs_of(figure: Figure) -> tuple[Sign, ...]:
    """Return what is told of a figure's dashes; theory is named here, for no other part of the window lists it."""
    expected = [curve for curve in figure.curves if curve.key.startswith("theory:")]
    theory = (Sign(curve.label.partition(" (")[0], curve.dash, curve.colour) for curve in expected)
    return (*in_one_line(key_of_dashes(figure)), *theory)


def in_rows(signs: Sequence[Sign], width: float, font: QFont) -> Rows:
    """Return the signs in as many rows as it takes on a canvas of that width."""
    rows: list[list[Sign]] = []
    for sign in signs:
        if rows and _length([*rows[-1], sign], font) <= width - 2 * EDGE:
            rows[-1].append(sign)
        else:
            rows.append([sign])
    return tuple(tuple(row) for row in rows)


def paint_key(painter: QPainter, rows: Rows, left: float, right: float, theme: Theme) -> None:
    """Paint the rows from the top, in the painter's font: over the panel that begins at ``left`` where they fit."""
    font, pen = painter.font(), painter.pen()
    metrics = QFontMetricsF(font)
    start = max(EDGE, min([left, *(right - EDGE - _length(row, font) for row in rows)]))
    for number, row in enumerate(rows):
        x = start
        middle = (number + 0.5) * LABEL_LINE
        baseline = middle + (metrics.ascent() - metrics.descent()) / 2
        for sign in row:
            painter.setPen(curve_pen(theme, sign.colour or theme.quiet, sign.dash, 1.5))
            painter.drawLine(QLineF(x, round(middle) + 0.5, x + SAMPLE, round(middle) + 0.5))
            painter.setPen(pen)
            text = metrics.elidedText(sign.text, Qt.TextElideMode.ElideRight, right - EDGE - x - SAMPLE - NEAR)
            paint(painter, QPointF(x + SAMPLE + NEAR, baseline), text)
            x += SAMPLE + NEAR + advance(text, font) + APART


def _length(row: Sequence[Sign], font: QFont) -> float:
    return sum(SAMPLE + NEAR + advance(sign.text, font) + APART for sign in row) - APART
