"""Changes the theme of a window that is in use, part by part: no turn of the event loop grows long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PyQt6 import sip
from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QApplication, QWidget

from app.main_window import MainWindow
from widgets import style
from widgets.current_theme import current_theme
from widgets.plots.statistic_plot import StatisticPlot
from widgets.theme import Theme

# What puts a theme's colours on a part, and the part, which is not painted before.
Step = tuple[Callable[[], object], QWidget | None]


class Dressing(QObject):
    """Puts themes on a window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._steps: Iterator[Step] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)

    @property
    def done(self) -> bool:
        """Whether all parts wear the theme that was put on last."""
        return not self._timer.isActive()

    def wear(self, theme: Theme, show_figure: Callable[[str], object]) -> None:
        """Put a theme on, one part a turn.

        Parameters
        ----------
        show_figure : draws the figure of that name again, in the theme's colours
        """
        window = self._window
        steps: list[Step] = [
            (partial(window.grid.set_theme, theme), window.pages),
            (lambda: None, window.docks["library"]),
            (partial(window.editor.set_theme, theme), window.side),
            (partial(window.probe.set_theme, theme), window.docks["parameters"]),
            (partial(window.ranking.set_theme, theme), window.docks["ranking"]),
            (lambda: None, window.docks["statistics"]),
        ]
        for name in window.plots.names:
            plot = window.plots.plot(name)
            steps += [(partial(_put_on, plot, theme), None), (partial(show_figure, name), plot)]
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        if current_theme() != theme:
            # Without a style everything has other sizes: nothing is laid out or painted before the new one is on.
            self._hold(True)
            style.take_off(application, theme)
            steps[0] = (partial(style.put_on, application, theme), None)
            steps.insert(1, (partial(self._show_views, theme), None))
        for _, part in steps:
            if part is not None:
                part.setUpdatesEnabled(False)
        window.plots.set_theme(theme, plots=False)
        self._steps = iter(steps)
        self._timer.start()

    def _hold(self, still: bool) -> None:
        layout = self._window.layout()
        assert layout is not None
        layout.setEnabled(not still)
        self._window.setUpdatesEnabled(not still)

    def _show_views(self, theme: Theme) -> None:
        """Paint the window again with its views: no frame of it is without them."""
        self._window.grid.set_theme(theme)
        self._hold(False)

    def _next(self) -> None:
        step = next(self._steps, None)
        if step is None:
            self._timer.stop()
            return
        put_on, part = step
        put_on()
        if part is not None and not sip.isdeleted(part):
            part.setUpdatesEnabled(True)


def _put_on(plot: StatisticPlot, theme: Theme) -> None:
    if not sip.isdeleted(plot):  # a plot may have been removed a moment ago
        plot.set_theme(theme)
