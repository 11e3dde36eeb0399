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
from widgets.plots.theming import Emphasis, curve_pen, plot_ground, tint
from widgets.theme import Theme

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """One curve in drawn coordinates.

    dashes : the pattern of each of its pieces, one where it is whole
    piece : (n,) which of these each sample is of, or None where it is whole
    mark : where its break-scale triangle sits, or None
    reach : the x between which it may sit within one standard error, or None
    """

    key: str
    colour: str
    dashes: tuple[int, ...]
    x: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    reliable: NDArray[np.bool_] | None = None
    piece: NDArray[np.int64] | None = None
    mark: tuple[float, float] | None = None
    reach: tuple[float, float] | None = None


_DOT, _TRIANGLE = QPainterPath(), QPainterPath()
_DOT.addEllipse(-3.0, -3.0, 6.0, 6.0)
_TRIANGLE.addPolygon(QPolygonF([QPointF(-5.0, -5.0), QPointF(5.0, -5.0), QPointF(0.0, 5.0)]))
_TRIANGLE.closeSubpath()


class _CurveItems:
    """What draws one curve: a line for each piece and, where it has them, faint parts, error band, triangle, dots."""

    def __init__(self, view: Any) -> None:
        self._view = view
        self._lines: list[Any] = []
        self._faint: list[Any] = []
        self._band: QGraphicsPathItem | None = None
        self._mark: Any = None
        self._reach: Any = None
        self._dots: list[Any] = []
        self._whiskers: Any = None
        self._curve: Drawn | None = None
        self._worn: tuple[Theme, Emphasis] | None = None

    def _add(self, item: Any) -> Any:
        self._view.addItem(item, ignoreBounds=True)
        return item

    def _parts(self) -> list[tuple[Any, float]]:
        """Return the items that there are, with their layers among those of one curve."""
        parts = [(self._band, -40.0), (self._mark, 60.0), (self._reach, 59.0), (self._whiskers, 2.0)]
        parts += [(item, 3.0) for item in self._dots]
        parts += [(item, 0.0) for item in self._faint] + [(item, 1.0) for item in self._lines]
        return [(item, layer) for item, layer in parts if item is not None]

    def remove(self) -> None:
        for item, _ in self._parts():
            self._view.removeItem(item)

    def draw(self, curve: Drawn) -> None:
        """Take another curve's shape; what it wears must be put on again."""
        self._curve, self._worn = curve, None
        believed, doubted = _parts(curve)
        self._draw_pieces(self._lines, curve, believed)
        if self._faint or np.isfinite(doubted).any():
            self._draw_pieces(self._faint, curve, doubted)
        if self._band is None and curve.low is not None:
            self._band = self._add(QGraphicsPathItem())
            self._band.setPen(QPen(Qt.PenStyle.NoPen))
        if self._band is not None:
            self._band.setPath(_band(curve))
        self._draw_lone(curve)
        if self._mark is None and curve.mark is not None:
            self._mark = self._add(_sign(_TRIANGLE))
        if self._mark is not None:
            self._mark.setVisible(curve.mark is not None)
            if curve.mark is not None:
                self._mark.setPos(*curve.mark)
        self._draw_reach(curve)

    def _draw_pieces(self, lines: list[Any], curve: Drawn, y: Array) -> None:
        """Draw each piece of ``y`` (n,) as a line of its own, which has a pattern of its own."""
        while len(lines) > len(curve.dashes):
            self._view.removeItem(lines.pop())
        while len(lines) < len(curve.dashes):
            lines.append(self._add(QGraphicsPathItem()))
        for number, line in enumerate(lines):
            _shape(line, curve.x, y if curve.piece is None else np.where(curve.piece == number, y, np.nan))

    def _draw_reach(self, curve: Drawn) -> None:
        """Draw how far the triangle may be off as a level line through its tip."""
        shown = curve.mark is not None and curve.reach is not None
        if self._reach is None and shown:
            self._reach = self._add(QGraphicsPathItem())
        if self._reach is not None:
            self._reach.setVisible(shown)
        if curve.mark is not None and curve.reach is not None:
            _shape(self._reach, np.array(curve.reach), np.full(2, curve.mark[1]))

    def _draw_lone(self, curve: Drawn) -> None:
        """Draw samples without a neighbour as dots with their errors: a line shows nothing of them."""
        lone = _lone(curve)
        if self._whiskers is None and lone.any():
            self._whiskers = self._add(QGraphicsPathItem())
        while len(self._dots) < lone.sum():
            self._dots.append(self._add(_sign(_DOT)))
        while len(self._dots) > lone.sum():
            self._view.removeItem(self._dots.pop())
        for dot, x, y in zip(self._dots, curve.x[lone], curve.y[lone], strict=True):
            dot.setPos(x, y)
        if self._whiskers is not None:
            x = np.repeat(curve.x[lone], 3)
            y = np.full(x.size, np.nan)
            if curve.low is not None and curve.high is not None:
                y[0::3], y[1::3] = curve.low[lone], curve.high[lone]
            _shape(self._whiskers, x, y)

    def wear(self, theme: Theme, emphasis: Emphasis) -> None:
        """Put on colours, width and loudness."""
        curve = self._curve
        if curve is None or self._worn == (theme, emphasis):
            return
        self._worn = (theme, emphasis)
        for lines, alpha in ((self._lines, 1.0), (self._faint, 0.32)):
            for line, dash in zip(lines, curve.dashes, strict=True) if lines else ():
                line.setPen(curve_pen(theme, curve.colour, dash, emphasis.width, alpha))
        if self._band is not None:
            self._band.setBrush(QBrush(tint(theme.run_colour(curve.colour), emphasis.band)))
        if self._mark is not None:
            outline = QPen(plot_ground(theme), 1.0)
            outline.setCosmetic(True)
            self._mark.setPen(outline)
            self._mark.setBrush(QBrush(QColor(theme.run_colour(curve.colour))))
        if self._reach is not None:
            self._reach.setPen(curve_pen(theme, curve.colour, 0, max(2.0, emphasis.width)))
        for dot in self._dots:
            dot.setPen(QPen(Qt.PenStyle.NoPen))
            dot.setBrush(QBrush(QColor(theme.run_colour(curve.colour))))
        if self._whiskers is not None:
            self._whiskers.setPen(curve_pen(theme, curve.colour, 0, 0.7 * emphasis.width, 0.7))
        for item, layer in self._parts():
            item.setZValue(10.0 * emphasis.layer + layer)
            item.setOpacity(emphasis.opacity)


def _sign(shape: QPainterPath) -> QGraphicsPathItem:
    """Return a sign that keeps its size, in pixels, wherever its panel is zoomed to."""
    sign = QGraphicsPathItem(shape)
    sign.setFlag(QGraphicsPathItem.GraphicsItemFlag.ItemIgnoresTransformations)
    return sign


def _shape(line: QGraphicsPathItem, x: Array, y: Array) -> None:
    """Give a line its samples; a path that Qt draws by itself costs a third of pyqtgraph's own curves."""
    whole = bool(np.any(np.isfinite(y)))
    line.setVisible(whole)
    if whole:
        line.setPath(pg.arrayToQPath(x, y, connect="finite"))


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

    def draw(self, curves: Sequence[Drawn]) -> None:
        """Draw these curves, keeping the items of those that were there."""
        self.curves = tuple(curves)
        for gone in set(self._items) - {curve.key for curve in curves}:
            self._items.pop(gone).remove()
        for curve in curves:
            if curve.key not in self._items:
                self._items[curve.key] = _CurveItems(self.view)
            self._items[curve.key].draw(curve)

    def wear(self, theme: Theme, emphasis: Mapping[str, Emphasis]) -> None:
        """Put colours and loudness on the curves; costs nothing for those that wear them already."""
        for curve in self.curves:
            self._items[curve.key].wear(theme, emphasis[curve.key])

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


def _lone(curve: Drawn) -> NDArray[np.bool_]:
    """Return which samples are finite between two that are not."""
    whole = np.concatenate([[False], np.isfinite(curve.x) & np.isfinite(curve.y), [False]])
    lone: NDArray[np.bool_] = whole[1:-1] & ~whole[:-2] & ~whole[2:]
    return lone


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
        x, low, high = (values[start:stop] for values in (curve.x, curve.low, curve.high))
        around = pg.arrayToQPath(np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]]), connect="all")
        around.closeSubpath()
        path.addPath(around)
    return path
