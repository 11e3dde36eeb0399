"""The window: where everything sits. What it shows and does is decided elsewhere."""

from __future__ import annotations

from PyQt6.QtCore import QByteArray, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStackedWidget, QStatusBar, QVBoxLayout, QWidget

from app.side_widths import SideWidths
from widgets.command_palette import CommandPalette
from widgets.dock_title import DockTitle
from widgets.drop_target import DropInvitation, DropTarget
from widgets.empty_state import EmptyState
from widgets.explain_parameters import ExplainParameters
from widgets.header import Header
from widgets.library import Library
from widgets.messages import MessageBar
from widgets.plots.plot_row import PlotRow
from widgets.probe import Probe
from widgets.ranking import Ranking
from widgets.side_panel import SidePanel
from widgets.snapshot_facts import SnapshotFacts
from widgets.species_choice import SpeciesChoice
from widgets.statistic_parameters import StatisticParameters
from widgets.status_line import StatusLine
from widgets.time_bar import TimeBar
from widgets.transfer_function_editor import TransferFunctionEditor
from widgets.views.field_grid import FieldGrid
from widgets.volume_parameters import VolumeParameters

PAGES = ("view", "compare", "explain")
LAYOUT_VERSION = 1


class MainWindow(QMainWindow):
    """Lays out the widgets and gives them names; ``closing`` is emitted before it goes."""

    closing = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Halograph")
        self.resize(1600, 1000)
        self.setMinimumSize(900, 600)
        self.header = Header()
        self.library = Library()
        self.invitation = DropInvitation()
        self.facts = SnapshotFacts()
        self.grid = FieldGrid()
        self.time = TimeBar()
        self.empty = EmptyState()
        self.species = SpeciesChoice()
        self.editor = TransferFunctionEditor()
        self.volume = VolumeParameters(self.editor)
        self.explain = ExplainParameters()
        self.statistic_parameters = StatisticParameters()
        self.probe = Probe()
        self.plots = PlotRow()
        self.ranking = Ranking()
        self.status = StatusLine()
        self.messages = MessageBar()
        self.palette_of_commands = CommandPalette(self)
        self.drop = DropTarget(self)
        self.closed: frozenset[str] = frozenset()
        """Names of the docks that the person does not want to see."""
        self._assemble()
        self.first_layout = self.saveState(LAYOUT_VERSION)

    def _assemble(self) -> None:
        self.setMenuWidget(self.header)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.grid)
        self.setCentralWidget(_column(self.messages, self.pages, self.time))
        self.setDockNestingEnabled(True)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        left = SidePanel(self.library, self.facts, self.invitation, width=237)
        self.side = SidePanel(self.explain, self.species, self.volume, self.probe, self.statistic_parameters, width=260)
        area = Qt.DockWidgetArea
        self.docks = {
            "library": self._dock("Library", "library", left, area.LeftDockWidgetArea),
            "parameters": self._dock("Parameters", "parameters", self.side, area.RightDockWidgetArea),
            "statistics": self._dock("Statistics", "statistics", self.plots, area.BottomDockWidgetArea),
            "ranking": self._dock("Ranking", "ranking", self.ranking, area.BottomDockWidgetArea),
        }
        self.splitDockWidget(self.docks["statistics"], self.docks["ranking"], Qt.Orientation.Horizontal)
        self.sides = SideWidths(self, {self.docks["library"]: 236, self.docks["parameters"]: 284})
        self.resizeDocks([self.docks["statistics"]], [312], Qt.Orientation.Vertical)
        self.resizeDocks([self.docks["statistics"], self.docks["ranking"]], [1160, 440], Qt.Orientation.Horizontal)
        self.setTabOrder(self.invitation, self.grid.surface)
        self.library.list.setFocus()  # not the search, where Tab would begin
        foot = QStatusBar()
        foot.setSizeGripEnabled(False)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.status, 1)
        self.setStatusBar(foot)

    def _dock(self, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock-{name}")
        dock.setWidget(content)
        dock.setTitleBarWidget(DockTitle(dock))
        dock.setAccessibleName(title)
        self.addDockWidget(area, dock)
        return dock

    def restore_layout(self, geometry: QByteArray | None, docks: QByteArray | None) -> None:
        """Put the window and its docks where they were."""
        if geometry is not None:
            self.restoreGeometry(geometry)
        if docks is not None:
            self.restoreState(docks, LAYOUT_VERSION)
            self.sides.forget()

    def reset_layout(self) -> None:
        """Put every dock back where it was on the first day."""
        self.restoreState(self.first_layout, LAYOUT_VERSION)
        self.sides.forget()

    def createPopupMenu(self) -> QMenu | None:
        """No menu of docks but that of the commands, which remembers what is closed."""
        return None

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Tell that the window closes, while everything in it still lives."""
        self.closing.emit()
        super().closeEvent(event)


def _column(*contents: QWidget) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(1)
    for content in contents:
        layout.addWidget(content)
    return column
