"""The drawing area of a plot: its panels, laid out and drawn in place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QContextMenuEvent, QFocusEvent, QFontMetricsF, QKeyEvent
from PyQt6.QtWidgets import QGraphicsWidget, QVBoxLayout, QWidget

from backends.statistics.figure import Figure
from widgets.current_theme import current_theme
from widgets.plots import limits
from widgets.plots.drawn import drawn_curves, key_of
from widgets.plots.frame import Frame, Ground, PanelFrame
from widgets.plots.key import Rows, in_rows, signs_of
from widgets.plots.layout import Box, arrange
from widgets.plots.panel import Panel
from widgets.plots.pointing import Pointing
from widgets.plots.scales import Scale
from widgets.plots.theming import (
    BRIGHT,
    LABEL_PIXELS,
    PLAIN,
    REFERENCE,
    SELECTED,
    TICK_PIXELS,
    Emphasis,
    dimmed,
    plot_font,
)
from widgets.plots.ticks import named, ticks
from widgets.plots.words import lines_for
from widgets.theme import Theme

_NUMBER_HEIGHT, _NUMBER_WIDTH = 18.0, 48.0
"""Room that a number takes along an axis, in pixels, with the air around it."""

_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)
"""Who comes by the keyboard must see where they are; who clicked knows."""


class Canvas(QWidget):
    """Draws a figure; its ``pointing`` says what the pointer and the keys are at."""

    context_requested = pyqtSignal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = self.theme = current_theme()
        self.figure: Figure | None = None
        self._moved = self._moving = False
        self._highlighted, self._selected = "", ""
        self._view = pg.GraphicsView(self, background=theme.panel)
        self._view.setAntialiasing(True)
        self._view.setCentralItem(QGraphicsWidget())  # pyqtgraph's own has a layout, which outlives it
        self._view.setFocusProxy(self)
        self._view.setMinimumSize(0, 0)
        for surface in (self._view, self._view.viewport()):
            surface.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        scene = self._view.scene()
        self._main, self._ratio = Panel(scene), Panel(scene)
        self._ground, self._frame = Ground(theme, self.font()), Frame(theme, self.font())
        self._ground.setZValue(-10)
        self._frame.setZValue(10)
        scene.addItem(self._ground)
        scene.addItem(self._frame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(180, 120)
        self.pointing = Pointing(self._view, self._main, self._ratio, theme, self)
        self.pointing.context_requested.connect(self.context_requested)
        self.pointing.reset_requested.connect(self.reset_view)
        self._view.sigDeviceRangeChanged.connect(self._arrange)
        for panel, other in ((self._main, self._ratio), (self._ratio, self._main)):
            panel.view.sigRangeChanged.connect(lambda *_, a=panel, b=other: self._follow(a, b))
            panel.view.sigRangeChangedManually.connect(self._moved_by_hand)

    # What is shown

    def show_figure(self, figure: Figure) -> None:
        """Draw a figure; where the person has moved to stays, else the sensible limits are shown."""
        stays = self._moved and self.figure is not None and _axes(self.figure) == _axes(figure)
        self.figure = figure
        self._ratio.view.setVisible(bool(figure.ratio_label))
        self._draw(figure)
        if not stays:
            self.reset_view()
        else:
            self._arrange()

    def reset_view(self) -> None:
        """Show the sensible limits again."""
        if self.figure is None:
            return
        self._moved, self._moving = False, True
        across = limits.x_limits(self.figure)
        self._main.show_range(across, limits.y_limits(self.figure, ratio=False))
        if self.figure.ratio_label:
            self._ratio.show_range(across, limits.y_limits(self.figure, ratio=True))
        self._moving = False
        self._arrange()

    def zoom(self, factor: float) -> None:
        """Show ``factor`` times as much of the plane; below one goes nearer."""
        self._moved = True
        self._main.view.scaleBy((factor, factor))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.theme = self._ground.theme = self._frame.theme = self.pointing.theme = theme
        self._view.setBackground(theme.panel)
        self._wear()
        self._arrange()
        self.pointing.refresh()

    def highlight(self, key: str) -> None:
        """Make one curve bright and dim the others; "" for none. Emits nothing."""
        if key != self._highlighted:
            self._highlighted = key
            self._wear()

    def select(self, key: str) -> None:
        """Draw one curve bold; "" for none. Emits nothing."""
        if key != self._selected:
            self._selected = key
            self._wear()

    def visible_figure(self) -> Figure | None:
        """Return the figure with the limits that are on the screen now."""
        if self.figure is None:
            return None
        x_scale, y_scale = Scale(self.figure.log_x), Scale(self.figure.log_y)
        x, y = self._main.x_range, self._main.y_range
        return replace(
            self.figure,
            x_limits=(x_scale.backward(x[0]), x_scale.backward(x[1])),
            y_limits=(y_scale.backward(y[0]), y_scale.backward(y[1])),
        )

    def position_of(self, key: str, index: int, *, ratio: bool = False) -> QPointF:
        """Return where a curve's sample is on this widget."""
        x, y = (self._ratio if ratio else self._main).pixels()[key]
        point = self._view.mapFromScene(QPointF(float(x[index]), float(y[index])))
        return QPointF(self._view.mapTo(self, point))

    # How it is laid out

    def _draw(self, figure: Figure) -> None:
        self._main.draw(drawn_curves(figure, ratio=False))
        self._ratio.draw(drawn_curves(figure, ratio=True) if figure.ratio_label else ())
        self._wear()

    def _wear(self) -> None:
        if self.figure is not None:
            emphasis = self._emphasis(self.figure)
            self._main.wear(self.theme, emphasis)
            self._ratio.wear(self.theme, emphasis)

    def _emphasis(self, figure: Figure) -> dict[str, Emphasis]:
        rest = {key_of(curve): REFERENCE if curve.reference else PLAIN for curve in figure.curves}
        if self._selected in rest:
            rest[self._selected] = SELECTED
        if self._highlighted in rest:
            rest = {key: BRIGHT if key == self._highlighted else dimmed(quiet) for key, quiet in rest.items()}
        # Pens that keep their width when zoomed are measured in the screen's own pixels.
        ratio = self.devicePixelRatioF()
        return {key: replace(emphasis, width=ratio * emphasis.width) for key, emphasis in rest.items()}

    def _arrange(self, *_: Any) -> None:
        if self.figure is None:
            return
        figure, size = self.figure, self._view.viewport().size()
        metrics = QFontMetricsF(plot_font(self.font(), TICK_PIXELS))
        panels = [self._main, self._ratio] if figure.ratio_label else [self._main]
        key = in_rows(signs_of(figure), size.width(), plot_font(self.font(), TICK_PIXELS))
        arranged = partial(
            arrange,
            size.width(),
            size.height(),
            ratio=len(panels) == 2,
            above=bool(figure.verticals),
            key_rows=len(key),
        )
        # Which numbers an axis has, and whether its label fits in one line, depend on its height alone.
        rough = arranged(0.0)
        texts = [
            text
            for panel, box in zip(panels, rough, strict=False)
            for _, text in ticks(self._y_scale(panel), *panel.y_range, int(box.height / _NUMBER_HEIGHT)).major
        ]
        wide = max([0.0, *(metrics.horizontalAdvance(text) for text in texts)])
        lines = self._label_lines(rough)
        boxes = arranged(wide, label_lines=max(len(label) for label in lines))
        frames = []
        for panel, box, label in zip(panels, boxes, lines, strict=True):
            panel.place(box)
            frames.append(self._furnish(figure, panel, label, key, lowest=panel is panels[-1]))
        extent = QRectF(0, 0, size.width(), size.height())
        self._ground.furnish(tuple(frames), extent)
        self._frame.furnish(tuple(frames), extent)
        self.pointing.refresh()

    def _label_lines(self, boxes: tuple[Box, ...]) -> list[tuple[str, ...]]:
        """Return the upright labels, each as full as its own panel's height lets it be."""
        if self.figure is None:
            return []
        font = plot_font(self.font(), LABEL_PIXELS)
        labels = (self.figure.y_label, self.figure.ratio_label)
        return [lines_for(label, box.height, font) for label, box in zip(labels, boxes, strict=False)]

    def _y_scale(self, panel: Panel) -> Scale:
        return Scale(self.figure is not None and self.figure.log_y and panel is self._main)

    def _furnish(self, figure: Figure, panel: Panel, label: tuple[str, ...], key: Rows, *, lowest: bool) -> PanelFrame:
        is_ratio = panel is self._ratio
        x_scale, y_scale = Scale(figure.log_x), self._y_scale(panel)
        band, level = None, 1.0 if is_ratio else None
        if figure.band is not None and is_ratio == bool(figure.ratio_label):
            low, high = y_scale.forward(figure.band)
            band = (float(low), float(high))
            level = 1.0 if figure.band[0] < 1.0 < figure.band[1] else level
        verticals = tuple((float(x_scale.forward(line.at)), line.label) for line in figure.verticals)
        return PanelFrame(
            box=panel.box,
            x_range=panel.x_range,
            y_range=panel.y_range,
            x_ticks=named(figure.x_names, *panel.x_range)
            if figure.x_names
            else ticks(x_scale, *panel.x_range, int(panel.box.width / _NUMBER_WIDTH)),
            y_ticks=ticks(y_scale, *panel.y_range, int(panel.box.height / _NUMBER_HEIGHT)),
            x_label=figure.x_label,
            y_label=label,
            numbers=lowest,
            band=band,
            level=None if level is None else float(y_scale.forward(level)),
            verticals=tuple((x, label) for x, label in verticals if np.isfinite(x)),
            above=not is_ratio,
            key=() if is_ratio else key,
        )

    def _follow(self, panel: Panel, other: Panel) -> None:
        """Keep both panels' x ranges equal."""
        if self._moving:  # both are told their ranges, and arranged once
            return
        if other.x_range != panel.x_range:
            other.view.setXRange(*panel.x_range, padding=0)
        self._arrange()

    def _moved_by_hand(self, *_: Any) -> None:
        self._moved = True

    def event(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self._wear()
        return super().event(event)

    # What the keys do

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self._frame.set_focused(event is not None and event.reason() in _BY_KEY)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._frame.set_focused(False)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1.25 if key == Qt.Key.Key_Minus else 0.8)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.reset_view()
        elif not self.pointing.key_pressed(key):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None and event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.context_requested.emit(self.mapToGlobal(self.rect().center()))


def _axes(figure: Figure) -> tuple[str, bool, bool]:
    """What must be equal for the person's own limits to make sense in another figure."""
    return figure.name, figure.log_x, figure.log_y
