"""How the editor of a transfer function is painted: histogram, line, points, colour map, axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPaintDevice, QPainter, QPen, QPolygonF

from backends.data.view import TransferFunction
from widgets.colour_map_choice import colour_at, gradient
from widgets.plots.scales import Scale
from widgets.plots.ticks import ticks
from widgets.style import figures_font
from widgets.style_sheet import mixed
from widgets.theme import Theme

_SIDE, _TOP, _STRIP, _AXIS = 7.0, 6.0, 8.0, 32.0
_RADIUS = 4.0
# Between the points and the strip: stops of the colours stand out of it.
_GAP = 7.0
_SHARES = 64


@dataclass(frozen=True, eq=False)
class TransferPainting:
    """One picture of the editor.

    bright : number of the control point that is pointed at, dragged or reached by keys, or None; the numbers of
        the colours' stops follow those of the points
    hides : whether opacity counts in what is drawn; else its line is not shown
    """

    size: QSize
    theme: Theme
    transfer: TransferFunction
    edges: NDArray[np.float64]
    counts: NDArray[np.float64]
    limits: tuple[float, float]
    label: str
    bright: int | None
    focused: bool
    hides: bool = True

    @property
    def area(self) -> QRectF:
        """Where the histogram and the points are."""
        width, height = float(self.size.width()), float(self.size.height())
        return QRectF(_SIDE, _TOP, max(10.0, width - 2 * _SIDE), max(10.0, height - _TOP - _STRIP - _AXIS - _GAP))

    def pixel(self, point: tuple[float, float]) -> QPointF:
        """Return where (position, opacity) is painted."""
        area = self.area
        return QPointF(area.left() + point[0] * area.width(), area.bottom() - point[1] * area.height())

    def value(self, pixel: QPointF) -> tuple[float, float]:
        """Return the (position, opacity) of a pixel."""
        area = self.area
        return (pixel.x() - area.left()) / area.width(), (area.bottom() - pixel.y()) / area.height()

    def stop_pixel(self, position: float) -> QPointF:
        """Return where a stop of the colours is painted."""
        return QPointF(self.pixel((position, 0.0)).x(), self.strip.center().y())

    @property
    def strip(self) -> QRectF:
        """Where the colour map is."""
        area = self.area
        return QRectF(area.left(), area.bottom() + _GAP, area.width(), _STRIP)

    def place_of(self, position: float) -> float:
        """Return which place of the colour map lies at a position of the range."""
        at, place = np.asarray(self.transfer.stops, dtype=np.float64).T
        return float(np.interp(position, at, place))

    def paint(self, device: QPaintDevice) -> None:
        """Paint it all."""
        painter = QPainter(device)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, theme = self.area, self.theme
        painter.fillRect(area, QColor(mixed(theme.panel, theme.ground, 0.6)))
        self._histogram(painter)
        strip = self.strip
        places = tuple(self.place_of(share / _SHARES) for share in range(_SHARES + 1))
        painter.fillRect(strip, gradient(self.transfer.colour_map, strip.left(), strip.right(), places))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.accent if self.focused else theme.line), 1.0))
        painter.drawRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._axis(painter, strip.bottom())
        if self.hides:
            self._line(painter)
        self._stops(painter)
        painter.end()

    def _histogram(self, painter: QPainter) -> None:
        low, high = self.limits
        if self.counts.size == 0 or self.edges.size != self.counts.size + 1 or high <= low:
            return
        heights = np.log10(1.0 + np.maximum(np.nan_to_num(self.counts), 0.0))
        top = float(heights.max())
        if top <= 0:
            return
        x = np.repeat((self.edges - low) / (high - low), 2)[1:-1]
        y = np.repeat(heights / top * 0.92, 2)
        outline = [self.pixel((float(a), float(b))) for a, b in zip(x, y, strict=True)]
        outline = [self.pixel((float(x[0]), 0.0)), *outline, self.pixel((float(x[-1]), 0.0))]
        painter.save()
        painter.setClipRect(self.area)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mixed(self.theme.panel, self.theme.quiet, 0.34)))
        painter.drawPolygon(QPolygonF(outline))
        painter.restore()

    def _line(self, painter: QPainter) -> None:
        theme = self.theme
        places = [self.pixel(point) for point in self.transfer.points]
        painter.setPen(QPen(QColor(theme.text), 1.4))
        painter.drawPolyline(QPolygonF(places))
        for number, (place, (x, _)) in enumerate(zip(places, self.transfer.points, strict=True)):
            radius = _RADIUS + 1.5 if number == self.bright else _RADIUS
            painter.setPen(QPen(QColor(theme.accent if number == self.bright else theme.text), 1.5))
            painter.setBrush(colour_at(self.transfer.colour_map, self.place_of(x)))
            painter.drawEllipse(place, radius, radius)
        if self.bright is not None and self.bright < len(places):
            self._readout(painter, places[self.bright], self.transfer.points[self.bright], "opacity")

    def _stops(self, painter: QPainter) -> None:
        """Paint the stops that a person set, and the one that is pointed at."""
        stops, first = self.transfer.stops, len(self.transfer.points)
        for number, (x, place) in enumerate(stops, first):
            if number != self.bright and number in (first, first + len(stops) - 1):
                continue
            middle, half = self.stop_pixel(x), 3.0 if number == self.bright else 2.0
            painter.setPen(QPen(QColor(self.theme.accent if number == self.bright else self.theme.text), 1.5))
            painter.setBrush(colour_at(self.transfer.colour_map, place))
            painter.drawRoundedRect(QRectF(middle.x() - half, middle.y() - 6, 2 * half, 12), 2, 2)
        if self.bright is not None and first <= self.bright < first + len(stops):
            x, place = stops[self.bright - first]
            self._readout(painter, self.stop_pixel(x), (x, place), "colour")

    def _readout(self, painter: QPainter, place: QPointF, point: tuple[float, float], what: str) -> None:
        """Say where the bright point is, in the corner where least of the line is hidden."""
        low, high = self.limits
        painter.setFont(figures_font(11))
        metrics = QFontMetricsF(painter.font())
        area = self.area
        text = f"{low + point[0] * (high - low):.2f}, {what} {point[1]:.2f}".replace("-", "−")
        named = f"{self.label} = {text}"
        text = named if metrics.horizontalAdvance(named) < 0.7 * area.width() else text
        wide = metrics.horizontalAdvance(text) + 10
        card = self.card(place, wide)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(self.theme.raised)
        ground.setAlphaF(0.9)
        painter.setBrush(ground)
        painter.drawRoundedRect(card, 4, 4)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)

    def card(self, place: QPointF, wide: float) -> QRectF:
        """Return the corner that so wide a readout of the point at a pixel is in."""
        area = self.area
        lefts = (area.left() + 4, area.right() - wide - 4)
        corners = [QRectF(x, y, wide, 17) for y in (area.top() + 4, area.bottom() - 21) for x in lefts]
        return min(corners, key=lambda corner: (corner.contains(place), self._hidden_by(corner)))

    def _hidden_by(self, card: QRectF) -> int:
        """Return how much of the line would lie under a card, a point counting more than what leads to it."""
        if not self.hides:
            return 0
        at, opacity = np.asarray(self.transfer.points, dtype=np.float64).T
        shares = np.linspace(0.0, 1.0, 2 * _SHARES)
        under = card.adjusted(-_RADIUS, -_RADIUS, _RADIUS, _RADIUS)
        along = (self.pixel((float(x), float(y))) for x, y in zip(shares, np.interp(shares, at, opacity), strict=True))
        points = map(self.pixel, self.transfer.points)
        return sum(map(under.contains, along)) + _SHARES * sum(map(under.contains, points))

    def _axis(self, painter: QPainter, top: float) -> None:
        area, theme = self.area, self.theme
        low, high = self.limits
        painter.setFont(figures_font(11))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QColor(theme.quiet))
        marks = ticks(Scale(), low, high, max(2, int(area.width() / 44)))
        for value, text in marks.major:
            x = self.pixel(((value - low) / (high - low), 0.0)).x()
            wide = metrics.horizontalAdvance(text)
            left = min(max(x - wide / 2, 1.0), self.size.width() - wide - 1.0)
            painter.drawLine(QPointF(x, top), QPointF(x, top + 3))
            painter.drawText(QRectF(left, top + 3, wide + 1, 14), Qt.AlignmentFlag.AlignCenter, text)
        label = QRectF(area.left(), top + 16, area.width(), 15)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self.label)
