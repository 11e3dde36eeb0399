"""The panel STATISTICS: a head that opens the choices of all statistics; they are made when first wanted."""

from __future__ import annotations

from functools import cached_property

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from backends.data.parameters import Parameters
from widgets.section import MARGIN, Folded
from widgets.statistic_controls import StatisticControls
from widgets.style import set_kind


class StatisticParameters(QWidget):
    """Asks for other parameters; shows those that it is given.

    The controls are a fourth of all widgets of the window, which starts and changes its theme without them until
    the section is opened.

    parameters_requested : as of :class:`StatisticControls`
    """

    parameters_requested = pyqtSignal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._parameters = Parameters()
        tip = "Choose the mesh, the halo finder and the bands of all statistics"
        self.section = Folded("Statistics", lambda: self.controls, tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 8, MARGIN, 8)
        column.addWidget(self.section)

    @cached_property
    def controls(self) -> StatisticControls:
        """The controls, made on the first use."""
        controls = StatisticControls()
        controls.show_parameters(self._parameters)
        controls.parameters_requested.connect(self.parameters_requested)
        return controls

    def show_parameters(self, parameters: Parameters) -> None:
        """Show these parameters."""
        self._parameters = parameters
        if "controls" in vars(self):
            self.controls.show_parameters(parameters)
