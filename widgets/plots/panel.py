"""One panel: a pyqtgraph view box and the curves in it, updated in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QBrush, QColor, QPainterPath, QPen, QPolygonF
from PyQt6.QtWidgets import QGraphicsPathItem

from widgets.plots.layout import Box
from widgets.plots.theming import PLAIN, REFERENCE, Emphasis, curve_pen, plot_ground, tint
from widgets.theme import Theme

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """One curve in drawn coordinates. ``mark`` is where its break-scale triangle sits, or None."""

    key: str
    colour: str
    dash: int
    reference: bool
    x: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    reliable: NDArray[np.bool_] | None = None
    mark: tuple[float, float] | None = None

    @property
    def rest(self) -> Emphasis:
        """How it is drawn when nothing is pointed at."""
        return REFERENCE if self.reference else PLAIN


class _CurveItems:
    """What draws one curve: its line, its faint unreliable part, its error band and its triangle."""

    def __init__(self, view: Any) -> None:
        self.line = pg.PlotCurveItem(antialias=True, connect="finite")
        self.faint = pg.PlotCurveItem(antialias=True, connect="finite")
        self.band = QGraphicsPathItem()
        self.mark = pg.ScatterPlotItem(symbol="t", size=10, antialias=True)
        for item in (self.band, self.faint, self.line, self.mark):
            view.addItem(item, ignoreBounds=True)

    def remove(self, view: Any) -> None:
        for item in (self.band, self.faint, self.line, self.mark):
            view.removeItem(item)

    def draw(self, curve: Drawn, theme: Theme, emphasis: Emphasis) -> None:
        believed, doubted = _parts(curve)
        self._line(self.line, curve, believed, curve_pen(theme, curve.colour, curve.dash, emphasis.width))
        self._line(self.faint, curve, doubted, curve_pen(theme, curve.colour, curve.dash, emphasis.width, 0.32))
        self.band.setPath(_band(curve))
        self.band.setBrush(QBrush(tint(theme.run_colour(curve.colour), emphasis.band)))
        self.band.setPen(QPen(Qt.PenStyle.NoPen))
        self.mark.setVisible(curve.mark is not None)
        if curve.mark is not None:
            outline = QPen(plot_ground(theme), 1.0)
            outline.setCosmetic(True)
            fill = QBrush(QColor(theme.run_colour(curve.colour)))
            self.mark.setData([curve.mark[0]], [curve.mark[1]], brush=fill, pen=outline)
        layer = 10.0 * emphasis.layer
        for item, offset in ((self.band, -40.0), (self.faint, 0.0), (self.line, 1.0), (self.mark, 60.0)):
            item.setZValue(layer + offset)
            item.setOpacity(emphasis.opacity)

    @staticmethod
    def _line(item: Any, curve: Drawn, y: Array, pen: QPen) -> None:
        whole = bool(np.any(np.isfinite(y)))
        item.setVisible(whole)
        if whole:
            item.setData(curve.x, y, pen=pen)


class Panel:
    """A view box with its curves by key."""

    def __init__(self, scene: Any) -> None:
        self.view = pg.ViewBox(enableMenu=False, border=None)
        self.view.setZValue(0)
        self.view.disableAutoRange()
        self.view.setDefaultPadding(0.0)
        scene.addItem(self.view)
        self.curves: tuple[Drawn, ...] = ()
        self.box = Box(0, 0, 1, 1)
        self._items: dict[str, _CurveItems] = {}

    def place(self, box: Box) -> None:
        """Put the panel there, in scene pixels."""
        self.box = box
        self.view.setGeometry(box.left, box.top, box.width, box.height)

    def draw(self, curves: Sequence[Drawn], theme: Theme, emphasis: Mapping[str, Emphasis]) -> None:
        """Draw these curves, keeping the items of those that were there."""
        self.curves = tuple(curves)
        for gone in set(self._items) - {curve.key for curve in curves}:
            self._items.pop(gone).remove(self.view)
        for curve in curves:
            if curve.key not in self._items:
                self._items[curve.key] = _CurveItems(self.view)
            self._items[curve.key].draw(curve, theme, emphasis.get(curve.key, curve.rest))

    @property
    def x_range(self) -> tuple[float, float]:
        low, high = self.view.viewRange()[0]
        return float(low), float(high)

    @property
    def y_range(self) -> tuple[float, float]:
        low, high = self.view.viewRange()[1]
        return float(low), float(high)

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show that part of the plane, in drawn coordinates."""
        self.view.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)

    def pixels(self) -> dict[str, tuple[Array, Array]]:
        """Return every curve in scene pixels."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        return {
            curve.key: (
                self.box.left + (curve.x - x0) / (x1 - x0) * self.box.width,
                self.box.bottom - (curve.y - y0) / (y1 - y0) * self.box.height,
            )
            for curve in self.curves
        }

    def contains(self, point: QPointF) -> bool:
        box = self.box
        return box.left <= point.x() <= box.right and box.top <= point.y() <= box.bottom


def _parts(curve: Drawn) -> tuple[Array, Array]:
    """Return the part to be believed and the rest, each NaN elsewhere; the rest reaches over to touch."""
    if curve.reliable is None or bool(np.all(curve.reliable)):
        return curve.y, np.full_like(curve.y, np.nan)
    believed = np.asarray(curve.reliable, dtype=bool)
    doubted = ~believed
    touching = doubted.copy()
    touching[:-1] |= doubted[1:]
    touching[1:] |= doubted[:-1]
    return np.where(believed, curve.y, np.nan), np.where(touching, curve.y, np.nan)


def _band(curve: Drawn) -> QPainterPath:
    """Return the outline of the error band: one polygon for each stretch without gaps."""
    path = QPainterPath()
    if curve.low is None or curve.high is None:
        return path
    whole = np.isfinite(curve.x) & np.isfinite(curve.low) & np.isfinite(curve.high)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], whole, [False]]).astype(int)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start < 2:
            continue
        x = curve.x[start:stop]
        upper = [QPointF(a, b) for a, b in zip(x, curve.high[start:stop], strict=True)]
        lower = [QPointF(a, b) for a, b in zip(x[::-1], curve.low[start:stop][::-1], strict=True)]
        path.addPolygon(QPolygonF([*upper, *lower]))
        path.closeSubpath()
    return path
