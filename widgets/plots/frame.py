"""The furniture of a panel: ground, band and limits under the curves, frame, ticks and labels over them."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from widgets.plots.key import Rows, paint_key
from widgets.plots.layout import LABEL_LINE, Box, beside
from widgets.plots.theming import LABEL_PIXELS, TICK_PIXELS, plot_font, plot_ground, tint
from widgets.plots.ticks import Ticks
from widgets.plots.words import advance, paint
from widgets.theme import Theme

MAJOR, MINOR = 6.0, 3.0
"""Lengths of the ticks in pixels; they point inward."""


@dataclass(frozen=True)
class PanelFrame:
    """Everything that surrounds the curves of one panel, in drawn coordinates.

    y_label : its lines
    numbers : whether the x axis carries its numbers and label (only the lowest panel's does)
    band : shaded (low, high) of y, or None;  level : y of the reference's line, or None
    verticals : (x, label) of dotted lines
    above : whether their labels, and the ``key`` in its rows, stand over this panel
    """

    box: Box
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_ticks: Ticks
    y_ticks: Ticks
    x_label: str = ""
    y_label: tuple[str, ...] = ()
    numbers: bool = True
    band: tuple[float, float] | None = None
    level: float | None = None
    verticals: tuple[tuple[float, str], ...] = ()
    above: bool = True
    key: Rows = ()

    def x_pixel(self, x: float) -> float:
        low, high = self.x_range
        return self.box.left + (x - low) / (high - low) * self.box.width

    def y_pixel(self, y: float) -> float:
        low, high = self.y_range
        return self.box.bottom - (y - low) / (high - low) * self.box.height


class _Furniture(QGraphicsItem):
    """Paints something for each panel over the whole scene; never answers the mouse."""

    def __init__(self, theme: Theme, family: QFont) -> None:
        super().__init__()
        self.theme, self.family = theme, family
        self.frames: tuple[PanelFrame, ...] = ()
        self.extent = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def furnish(self, frames: tuple[PanelFrame, ...], extent: QRectF) -> None:
        """Paint these panels' furniture on a scene of that extent."""
        if extent != self.extent:
            self.prepareGeometryChange()
        self.frames, self.extent = frames, extent
        self.update()

    def boundingRect(self) -> QRectF:
        return self.extent


class Ground(_Furniture):
    """What lies under the curves."""

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        for frame in self.frames:
            box = _rect(frame.box)
            painter.fillRect(box, plot_ground(self.theme))
            painter.save()
            painter.setClipRect(box)
            if frame.band is not None:
                top, bottom = frame.y_pixel(frame.band[1]), frame.y_pixel(frame.band[0])
                painter.fillRect(
                    QRectF(frame.box.left, top, frame.box.width, bottom - top), tint(self.theme.accent, 0.13)
                )
            if frame.level is not None:
                painter.setPen(QPen(tint(self.theme.reference, 0.75), 1.2))
                at = frame.y_pixel(frame.level)
                painter.drawLine(QLineF(frame.box.left, at, frame.box.right, at))
            painter.setPen(QPen(QColor(self.theme.quiet), 1.0, Qt.PenStyle.DotLine))
            for x, _ in frame.verticals:
                at = round(frame.x_pixel(x)) + 0.5
                painter.drawLine(QLineF(at, frame.box.top, at, frame.box.bottom))
            painter.restore()


class Frame(_Furniture):
    """What lies over the curves: hairlines, ticks and words."""

    _focused = False

    def set_focused(self, focused: bool) -> None:
        """Draw the hairlines in the accent while the keyboard is here."""
        self._focused = focused
        self.update()

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        for frame in self.frames:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.accent if self._focused else self.theme.line), 1.0))
            painter.drawRect(_rect(frame.box))
            painter.setPen(QPen(tint(self.theme.quiet, 0.8), 1.0))
            for line in _tick_lines(frame):
                painter.drawLine(line)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(QColor(self.theme.quiet))
            self._numbers(painter, frame)
            self._labels(painter, frame)
            if frame.above:
                self._limits(painter, frame)
                painter.setFont(plot_font(self.family, TICK_PIXELS))
                paint_key(painter, frame.key, frame.box.left, self.extent.right(), self.theme)

    def _numbers(self, painter: QPainter, frame: PanelFrame) -> None:
        painter.setFont(plot_font(self.family, TICK_PIXELS))
        metrics = QFontMetricsF(painter.font())
        for y, text in frame.y_ticks.major:
            at = min(max(frame.y_pixel(y), frame.box.top + 3), frame.box.bottom - 3)
            area = QRectF(0, at - LABEL_LINE / 2, frame.box.left - 7, LABEL_LINE)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        if not frame.numbers:
            return
        end = -1e9
        for x, text in frame.x_ticks.major:
            wide = metrics.horizontalAdvance(text)
            start = min(frame.x_pixel(x) - wide / 2, self.extent.right() - wide - 1)
            if start < end + 6:
                continue
            end = start + wide
            area = QRectF(start - 1, frame.box.bottom + 4, wide + 2, LABEL_LINE)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _labels(self, painter: QPainter, frame: PanelFrame) -> None:
        font = plot_font(self.family, LABEL_PIXELS)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        if frame.numbers and frame.x_label:
            text = metrics.elidedText(frame.x_label, Qt.TextElideMode.ElideRight, frame.box.width)
            left = frame.box.left + (frame.box.width - advance(text, font)) / 2
            baseline = frame.box.bottom + LABEL_LINE + 5 + (LABEL_LINE + metrics.ascent() - metrics.descent()) / 2
            paint(painter, QPointF(left, baseline), text)
        for number, line in enumerate(frame.y_label):
            painter.save()
            painter.translate(QPointF(2 + number * LABEL_LINE, frame.box.top + frame.box.height / 2))
            painter.rotate(-90)
            baseline = (LABEL_LINE + metrics.ascent() - metrics.descent()) / 2
            paint(painter, QPointF(-advance(line, font) / 2, baseline), line)
            painter.restore()

    def _limits(self, painter: QPainter, frame: PanelFrame) -> None:
        """Write the names of the vertical lines above the frame, where nothing else is ever written."""
        painter.setFont(plot_font(self.family, TICK_PIXELS))
        metrics = QFontMetricsF(painter.font())
        seen = [(frame.x_pixel(x), label) for x, label in frame.verticals]
        seen = [(at, label) for at, label in seen if frame.box.left - 1 <= at <= frame.box.right + 1]
        centres, labels = [at for at, _ in seen], [label for _, label in seen]
        edges: list[float | None] = []
        widths: list[float] = []
        # Where whole names do not fit beside each other, what tells them apart does: "mesh", "particles".
        short = [label.rpartition(", ")[2] for label in labels]
        first = centres.index(min(centres)) if centres else 0
        mixed = [label if number == first else short[number] for number, label in enumerate(labels)]
        brief = [name.replace("Nyquist", "Ny") for name in mixed]
        for names in (labels, mixed, brief, short):
            labels, widths = names, [metrics.horizontalAdvance(name) for name in names]
            edges = beside(centres, widths, frame.box.left, self.extent.right() - 4)
            if None not in edges:
                break
        for label, wide, edge in zip(labels, widths, edges, strict=True):
            if edge is not None:
                area = QRectF(edge, frame.box.top - LABEL_LINE, wide + 1, LABEL_LINE - 1)
                painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label)


def _rect(box: Box) -> QRectF:
    """Return the box on whole pixels, so that its hairline is one pixel wide."""
    left, top = round(box.left) + 0.5, round(box.top) + 0.5
    return QRectF(left, top, round(box.right) + 0.5 - left, round(box.bottom) + 0.5 - top)


def _tick_lines(frame: PanelFrame) -> list[QLineF]:
    lines = []
    box = frame.box
    for coordinates, length in (([at for at, _ in frame.x_ticks.major], MAJOR), (frame.x_ticks.minor, MINOR)):
        for x in coordinates:
            at = frame.x_pixel(x)
            if box.left < at < box.right:
                lines.append(QLineF(at, box.bottom, at, box.bottom - length))
                lines.append(QLineF(at, box.top, at, box.top + length))
    for coordinates, length in (([at for at, _ in frame.y_ticks.major], MAJOR), (frame.y_ticks.minor, MINOR)):
        for y in coordinates:
            at = frame.y_pixel(y)
            if box.top < at < box.bottom:
                lines.append(QLineF(box.left, at, box.left + length, at))
                lines.append(QLineF(box.right, at, box.right - length, at))
    return lines
