"""One statistic of all runs: head line, panels, and the states before and instead of a figure."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget

from backends.statistics.error_maps import NAMES as ERROR_MAPS
from backends.statistics.figure import Figure
from backends.statistics.figure_key import key_of_dashes
from backends.statistics.matrices import NAMES as MATRICES
from widgets.head_line import HeadLine
from widgets.one_line import OneLine
from widgets.plots.canvas import Canvas
from widgets.plots.drawn import key_of
from widgets.plots.heat_canvas import HeatCanvas
from widgets.plots.matrix_canvas import MatrixCanvas
from widgets.plots.nearest import Hit
from widgets.plots.notice import Notice, ProgressLine
from widgets.plots.readout import Readout
from widgets.plots.reasons import reasons_of
from widgets.plots.scales import split_label, written
from widgets.section import MARGIN
from widgets.style import set_kind
from widgets.theme import Theme


class StatisticPlot(QWidget):
    """Draws one figure.

    Signals: ``run_hovered(str)`` with a run's key, or "" when none is pointed at any more;
    ``run_selected(str)``; and, with the figure's name, ``export_requested``, ``copy_figure_requested``,
    ``copy_numbers_requested``, ``remove_requested`` and ``move_requested(str, int)``, -1 for leftwards; of a heat
    map ``cell_chosen(str, str, int)`` with the run's key and the column.
    """

    run_hovered = pyqtSignal(str)
    run_selected = pyqtSignal(str)
    export_requested = pyqtSignal(str)
    copy_figure_requested = pyqtSignal(str)
    copy_numbers_requested = pyqtSignal(str)
    remove_requested = pyqtSignal(str)
    move_requested = pyqtSignal(str, int)
    cell_chosen = pyqtSignal(str, str, int)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._hovered = ""
        self.head = HeadLine(self)
        self.progress = ProgressLine(self)
        self.canvas: Canvas | HeatCanvas | MatrixCanvas = _canvas(name, self)
        self.notice = Notice(self)
        self.readout = Readout(self.canvas)
        self.skipped = OneLine(self)
        set_kind(self.skipped, "small")
        self.skipped.setContentsMargins(MARGIN, 0, MARGIN, 2)
        self.skipped.setVisible(False)
        body = QWidget(self)
        self._stack = QStackedLayout(body)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.notice)
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.timeout.connect(lambda: self._stack.setCurrentWidget(self.canvas))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.progress)
        layout.addWidget(body, 1)
        layout.addWidget(self.skipped)
        self.head.menu_requested.connect(self._open_menu)
        self.canvas.context_requested.connect(self._open_menu)
        if isinstance(self.canvas, MatrixCanvas):
            self.canvas.run_hovered.connect(self._hover)
        else:
            self.canvas.pointing.pointed.connect(self._pointed)
            self.canvas.pointing.chosen.connect(self.run_selected)
        if isinstance(self.canvas, HeatCanvas):
            self.canvas.pointing.cell_chosen.connect(lambda key, column: self.cell_chosen.emit(self.name, key, column))
        self.setMinimumHeight(200)

    @property
    def figure(self) -> Figure | None:
        """The figure as it is seen, with the limits on the screen, or None before there is one."""
        return self.canvas.visible_figure()

    def show_figure(self, figure: Figure) -> None:
        """Draw a figure in place of what was there."""
        self.name = figure.name
        self.progress.hide_progress()
        self.head.set_text(figure.title, _notes(figure), _explained(figure))
        self._describe(figure)
        self._list_skipped(figure)
        if figure.is_empty:
            reasons = "\n".join(reasons_of(figure.skipped))
            self.notice.show_message(
                "No run has a curve here", reasons or "Add a run to compare it with the reference."
            )
            self._show_notice()
            return
        self.canvas.show_figure(figure)
        if self.isVisible():
            self._reveal.start(0)  # what was built in this turn is painted in the next
        else:
            self._stack.setCurrentWidget(self.canvas)

    def show_waiting(self, title: str, message: str = "", fraction: float | None = None) -> None:
        """Say that it is being computed; a figure that is there stays until the new one comes."""
        if self.canvas.figure is not None and (self._reveal.isActive() or self._stack.currentWidget() is self.canvas):
            self.progress.show_progress(fraction, message)
            return
        self.head.set_text(title)
        self.progress.hide_progress()
        self.notice.show_waiting(message or "Computing…", fraction)
        self._show_notice()

    def show_failure(self, title: str, message: str) -> None:
        """Say why there is no figure and what can be done about it."""
        self.head.set_text(title)
        self.progress.hide_progress()
        self.skipped.setVisible(False)
        self.notice.show_failure(message)
        self._show_notice()

    def _show_notice(self) -> None:
        self._reveal.stop()
        self._stack.setCurrentWidget(self.notice)

    def highlight(self, key: str) -> None:
        """Make a run's curve bright, as when it is pointed at elsewhere; "" for none."""
        self.canvas.highlight(key)

    def select(self, key: str) -> None:
        """Draw a run's curve bold; "" for none."""
        self.canvas.select(key)

    def reset_view(self) -> None:
        """Show the sensible limits again."""
        self.canvas.reset_view()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        for part in (self.progress, self.canvas, self.notice, self.readout):
            part.set_theme(theme)

    def menu(self) -> QMenu:
        """Return a menu of what can be done with this plot."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for text, tip, signal in (
            ("Export…", "Save the figure as it is seen, as PDF, SVG or PNG, with its numbers", self.export_requested),
            ("Copy figure", "Put a picture of the figure on the clipboard", self.copy_figure_requested),
            ("Copy numbers", "Put the curves on the clipboard as CSV, with units", self.copy_numbers_requested),
        ):
            action = QAction(text, menu)
            action.setToolTip(tip)
            action.setEnabled(self.canvas.figure is not None)
            action.triggered.connect(lambda _=False, wanted=signal: wanted.emit(self.name))
            menu.addAction(action)
        menu.addSeparator()
        reset = QAction("Show all", menu)
        reset.setToolTip("Back to the limits that show all curves (double click)")
        reset.setShortcut(QKeySequence("Home"))
        reset.triggered.connect(self.reset_view)
        menu.addAction(reset)
        for text, step in (("Move left", -1), ("Move right", 1)):
            move = QAction(text, menu)
            move.setToolTip("Change the order of the plots; dragging the title does it too")
            move.triggered.connect(lambda _=False, wanted=step: self.move_requested.emit(self.name, wanted))
            menu.addAction(move)
        remove = QAction("Remove this plot", menu)
        remove.setToolTip("Take the plot off the row; it can be added again or undone")
        remove.triggered.connect(lambda: self.remove_requested.emit(self.name))
        menu.addAction(remove)
        return menu

    def _open_menu(self, position: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)

    def _pointed(self, hit: Hit | None, in_ratio: bool) -> None:
        figure = self.canvas.figure
        key = hit.key if hit is not None else ""
        curve = None if figure is None else next((c for c in figure.curves if key_of(c) == key), None)
        if hit is None or figure is None or curve is None or isinstance(self.canvas, MatrixCanvas):
            self.readout.hide()
        else:
            point = QPointF(self.canvas.position_of(key, hit.index, ratio=in_ratio))
            self.readout.show_sample(figure, curve, hit.index, point, ratio=in_ratio)
        self._hover(key)

    def _hover(self, key: str) -> None:
        self.canvas.highlight(key)
        if key != self._hovered:
            self._hovered = key
            self.run_hovered.emit(key)

    def _list_skipped(self, figure: Figure) -> None:
        self.skipped.setVisible(bool(figure.skipped) and not figure.is_empty)
        labels = ", ".join(label for label, _ in figure.skipped)
        self.skipped.show_text(f"not shown: {labels}")
        self.skipped.setToolTip("\n".join(reasons_of(figure.skipped)))

    def _describe(self, figure: Figure) -> None:
        labels = [curve.label for curve in figure.curves if not curve.companion] or [
            one.label for one in figure.matrices
        ]
        told = f"{figure.y_label} against {figure.x_label}; runs: {', '.join(labels)}"
        if signs := key_of_dashes(figure):
            told = f"{told}; curves of each run: {', '.join(sign.text for sign in signs)}"
        self.canvas.setAccessibleName(figure.title)
        self.canvas.setAccessibleDescription(told)
        self.setAccessibleName(figure.title)


def _canvas(name: str, parent: QWidget) -> Canvas | HeatCanvas | MatrixCanvas:
    if name in MATRICES:
        return MatrixCanvas(parent)
    return HeatCanvas(parent) if name in ERROR_MAPS else Canvas(parent)


def _explained(figure: Figure) -> str:
    """Return everything that a person may ask of the signs in the figure, for the note's tooltip."""
    unit = split_label(figure.x_label)[1]
    lines = [_band_note(figure), figure.note]
    lines += [f"dotted: {line.label}, {written(line.at)} {unit}".strip() for line in figure.verticals]
    return "\n".join(line for line in lines if line)


def _notes(figure: Figure) -> tuple[str, ...]:
    """Return the head's note, from its fullest wording to its shortest."""
    band = _band_note(figure)
    if figure.spread:
        count, _, kind = figure.spread.removeprefix("mean of ").partition(" ± ")
        return figure.spread, f"⟨{count}⟩ ± {kind}", f"± {kind}", f"± {kind.partition(' ')[0]}"
    if band:
        return band, band.replace("leaves ", "").replace("falls below ", "< ")
    return figure.note, figure.note.replace(" mesh, ", " ").replace(" interlaced", ""), figure.note.partition(", ")[0]


def _band_note(figure: Figure) -> str:
    """Return what the triangles mean, or the upright lines in a heat map, where there are any."""
    cells = figure.cells
    if cells is not None:
        broken = any(cells.break_of(curve) is not None for curve in figure.curves)
        return f"▏leaves ±{100 * cells.band:.3g} %" if broken else ""
    if figure.band is None or not any(curve.break_at is not None for curve in figure.curves):
        return ""
    low, high = figure.band
    if low < 1.0 < high:
        return f"▼ leaves ±{100 * max(1.0 - low, high - 1.0):.3g} %"
    return f"▼ falls below {low:.3g}"
