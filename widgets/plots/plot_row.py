"""The row of plots: side by side where they fit, scrolled where they do not, reordered by dragging."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from backends.statistics.figure import Figure
from widgets.plots.notice import Notice
from widgets.plots.places import Places, places
from widgets.plots.statistic_plot import StatisticPlot
from widgets.style import set_kind
from widgets.theme import Theme

LEAST_WIDTH = 224
"""A plot narrower than this is not read but guessed: the row scrolls instead."""


class PlotRow(QWidget):
    """Shows one plot for each figure, and beside them a widget that never scrolls away (the ranking).

    Signals: those of every plot, ``run_hovered(str)``, ``run_selected(str)``, ``export_requested(str)``,
    ``copy_figure_requested(str)``, ``copy_numbers_requested(str)``, ``remove_requested(str)``,
    ``cell_chosen(str, str, int)``;
    ``order_changed(tuple[str, ...])`` with the plots' names when the person has moved one; and
    ``in_sight_changed(frozenset[str])`` with the names of those that are not scrolled away.
    """

    run_hovered = pyqtSignal(str)
    run_selected = pyqtSignal(str)
    export_requested = pyqtSignal(str)
    copy_figure_requested = pyqtSignal(str)
    copy_numbers_requested = pyqtSignal(str)
    remove_requested = pyqtSignal(str)
    cell_chosen = pyqtSignal(str, str, int)
    order_changed = pyqtSignal(tuple)
    in_sight_changed = pyqtSignal(frozenset)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._plots: dict[str, StatisticPlot] = {}
        self._highlighted, self._selected = "", ""
        self._asked = ""
        self.in_sight: frozenset[str] = frozenset()
        self._lagging: list[StatisticPlot] = []
        self._one_by_one = QTimer(self)
        self._one_by_one.setInterval(8)
        self._one_by_one.timeout.connect(self._highlight_next)
        self._content = QWidget()
        set_kind(self._content, "ground")
        self._content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._content.setAutoFillBackground(True)  # what is opaque is scrolled without being painted
        self._content.setAttribute(Qt.WidgetAttribute.WA_StaticContents)  # a wider row paints no plot anew
        self._places = Places(self)
        self._empty = Notice(self._content)
        set_kind(self._empty, "panel")
        self._empty.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._content)
        bar = self._scroll.horizontalScrollBar()
        assert bar is not None
        self._bar = bar
        self._soon = QTimer(self)  # when all have their places
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look_around)
        bar.valueChanged.connect(self._look_soon)
        bar.rangeChanged.connect(self._look_soon)
        self._content.installEventFilter(self)
        self._mark = QFrame(self._content)
        self._mark.setFixedWidth(3)
        self._mark.setAutoFillBackground(True)
        self._mark.hide()
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self.setMinimumHeight(210)

    @property
    def settled(self) -> bool:
        """Whether every plot stands in its place."""
        return self._places.settled

    @property
    def names(self) -> tuple[str, ...]:
        """The plots' names, from left to right."""
        return tuple(self._plots)

    def plot(self, name: str) -> StatisticPlot:
        """Return the plot of that name; KeyError where there is none."""
        return self._plots[name]

    def show_figure(self, figure: Figure) -> None:
        """Show or update one figure."""
        self._plot(figure.name).show_figure(figure)

    def show_waiting(self, name: str, title: str, message: str = "", fraction: float | None = None) -> None:
        """Say that a figure is being computed."""
        self._plot(name).show_waiting(title, message, fraction)

    def show_failure(self, name: str, title: str, message: str) -> None:
        """Say why a figure could not be made."""
        self._plot(name).show_failure(title, message)

    def set_names(self, names: Sequence[str]) -> None:
        """Keep the plots of these names, make those that are missing, drop the rest, in this order."""
        for gone in [name for name in self._plots if name not in names]:
            plot = self._plots.pop(gone)
            plot.hide()
            plot.deleteLater()
        for name in names:
            self._plot(name)
        self._plots = {name: self._plots[name] for name in names}
        self._order_by_tab()
        if not self._plots and self.isVisible():  # in a row out of sight nobody has chosen to have none
            self._empty.show_message("No statistics are shown", "Choose one in the menu Statistics.")
        self._empty.setVisible(not self._plots)
        self._share_width()
        self._look_soon()

    def show_preparing(self) -> None:
        """Say, where no plot stands yet, that plots come in a moment."""
        if not self._plots:
            self._empty.show_waiting("Statistics are getting ready …", None)
            self._empty.show()
            self._share_width()

    def bring_into_sight(self, name: str) -> None:
        """Scroll to the plot of that name as soon as it has its place."""
        self._asked = name
        self._look_soon()

    def _look_soon(self) -> None:
        self._soon.start(0)

    def _look_around(self) -> None:
        """Scroll to what was asked for, and tell which plots are in sight where others are than were."""
        width = self._bar.pageStep()
        if self._asked in self._plots:
            place = self._places.of(self._plots[self._asked])
            self._bar.setValue(min(place.left(), max(self._bar.value(), place.right() + 1 - width)))
            if place.right() < self._bar.value() + width:  # else the row grows yet
                self._asked = ""
        left = self._bar.value()
        middles = {name: self._places.of(plot).center().x() - left for name, plot in self._plots.items()}
        seen = frozenset(name for name, middle in middles.items() if 0 <= middle <= width)
        if seen != self.in_sight:
            self.in_sight = seen
            self.in_sight_changed.emit(seen)

    def highlight(self, key: str) -> None:
        """Make a run's curve bright in every plot; "" for none."""
        self._highlighted = key
        self._lagging = list(self._plots.values())
        self._one_by_one.start()

    def _highlight_next(self) -> None:
        """Highlight in one plot: all of them painted in one turn would hold the pointer up."""
        if not self._lagging:
            self._one_by_one.stop()
        elif (plot := self._lagging.pop(0)) in self._plots.values():
            plot.highlight(self._highlighted)

    def select(self, key: str) -> None:
        """Draw a run's curve bold in every plot; "" for none."""
        self._selected = key
        for plot in self._plots.values():
            plot.select(key)

    def set_theme(self, theme: Theme, *, plots: bool = True) -> None:
        """Draw in another theme's colours; without the plots, which take some milliseconds each, where they follow."""
        self._empty.set_theme(theme)
        for plot in self._plots.values() if plots else ():
            plot.set_theme(theme)

    def _plot(self, name: str) -> StatisticPlot:
        if name in self._plots:
            return self._plots[name]
        plot = StatisticPlot(name, self._content)
        plot.show_waiting(name.replace("-", " ").capitalize())
        for signal in (
            "run_hovered",
            "run_selected",
            "export_requested",
            "copy_figure_requested",
            "copy_numbers_requested",
            "remove_requested",
            "cell_chosen",
        ):
            getattr(plot, signal).connect(getattr(self, signal))
        plot.move_requested.connect(self._move)
        plot.head.dragged.connect(self._drag)
        plot.head.dropped.connect(lambda position, moved=plot: self._drop(moved.name, position))
        plot.canvas.installEventFilter(self)
        plot.highlight(self._highlighted)
        plot.select(self._selected)
        self._plots[name] = plot
        self._empty.hide()
        self._share_width()
        plot.show()
        return plot

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_width()
        self._look_soon()

    def _share_width(self) -> None:
        """Give the plots such a width that only whole ones are in sight, also where the row scrolls."""
        surface = self._scroll.viewport()
        room, height = (surface or self).width(), self._content.height()
        given = places(len(self._plots), room, LEAST_WIDTH)
        self._content.setMinimumWidth(sum(given[-1]) if given else 0)
        self._empty.setGeometry(self._content.rect())
        self._places.give(
            {plot: QRect(x, 0, wide, height) for plot, (x, wide) in zip(self._plots.values(), given, strict=True)}
        )

    def _order_by_tab(self) -> None:
        """Let the Tab key go through the plots from left to right, before what comes after the row."""
        before: QWidget = self._empty
        before.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # without one it has no place in the order
        for plot in self._plots.values():
            for stop in (plot.canvas, plot.head.menu_button):
                QWidget.setTabOrder(before, stop)
                before = stop
        self._empty.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Bring a plot into sight when the keyboard comes to it, and look around when the row is laid out."""
        if watched is self._content:
            if event is not None and event.type() == QEvent.Type.Resize:
                self._share_width()
                self._look_soon()
        elif event is not None and event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._scroll.ensureWidgetVisible(watched, 12, 0)
        return super().eventFilter(watched, event)

    # Reordering

    def _move(self, name: str, step: int) -> None:
        at = self.names.index(name)
        self._put(name, at + step if step < 0 else at + step + 1)

    def _gap_at(self, position: QPoint) -> int:
        """Return before which plot something dropped there would go."""
        x = self._content.mapFromGlobal(position).x()
        return sum(1 for plot in self._plots.values() if plot.geometry().center().x() < x)

    def _drag(self, position: QPoint) -> None:
        gap, plots = self._gap_at(position), list(self._plots.values())
        left = plots[gap].x() if gap < len(plots) else plots[-1].geometry().right() + 1
        palette = self._mark.palette()
        palette.setColor(self._mark.backgroundRole(), palette.color(palette.ColorRole.Accent))
        self._mark.setPalette(palette)
        self._mark.setFixedHeight(self._content.height())
        self._mark.move(min(max(0, left - 2), self._content.width() - 3), 0)
        self._mark.show()
        self._mark.raise_()

    def _drop(self, name: str, position: QPoint) -> None:
        self._mark.hide()
        self._put(name, self._gap_at(position))

    def _put(self, name: str, gap: int) -> None:
        names = list(self.names)
        at = names.index(name)
        if not 0 <= gap <= len(names) or gap in (at, at + 1):
            return
        names.insert(gap, name)
        del names[at + 1 if gap <= at else at]
        self.set_names(names)
        self.order_changed.emit(self.names)
