"""Which triangles of modes and bands of wavelets are measured, and from where redshift space is seen."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QWidget

from backends.data.parameters import Parameters
from widgets.choice_box import ChoiceBox
from widgets.named_choice import add_rows

_SIDES = (None, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 2.0, 5.0)
_BANDS = ("1 per octave", "2 per octave", "3 per octave", "4 per octave")
_AXES = ("Along x", "Along y", "Along z")


class ModeParameters(QWidget):
    """Asks for other parameters; shows those that it is given.

    parameters_requested : the wished Parameters and a merge key, as ``StatisticParameters`` gives them
    """

    parameters_requested = pyqtSignal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters = Parameters()
        self.sides, self.bands, self.axis = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.sides.setAccessibleName("Sides of triangles")
        self.sides.setToolTip("The equal sides of isosceles triangles; Auto: a sixth of the mesh's Nyquist")
        for side in _SIDES:
            self._offer(side)
        self.bands.setAccessibleName("Bands of wavelets")
        self.bands.setToolTip("How many bands of wavelets there are to a factor of two in wave number")
        for number, name in enumerate(_BANDS, 1):
            self.bands.addItem(name, number)
        self.axis.setAccessibleName("Line of sight")
        self.axis.setToolTip("The axis along which redshift space and the forest's lines of sight are seen")
        for axis, name in enumerate(_AXES):
            self.axis.addItem(name, axis)
        grid = QGridLayout(self)
        add_rows(grid, (("Triangles", self.sides), ("Wavelets", self.bands), ("Seen", self.axis)))
        self.sides.activated.connect(
            lambda _: self._ask(replace(self._parameters, triangle_k=self.sides.currentData()))
        )
        self.bands.activated.connect(
            lambda _: self._ask(replace(self._parameters, wavelets_per_octave=self.bands.currentData()))
        )
        self.axis.activated.connect(
            lambda _: self._ask(replace(self._parameters, line_of_sight=self.axis.currentData()))
        )

    def show_parameters(self, parameters: Parameters) -> None:
        """Show these parameters."""
        self._parameters = parameters
        if self.sides.findData(parameters.triangle_k) < 0:
            self._offer(parameters.triangle_k)
        self.sides.setCurrentIndex(self.sides.findData(parameters.triangle_k))
        if self.bands.findData(parameters.wavelets_per_octave) < 0:
            self.bands.addItem(f"{parameters.wavelets_per_octave} per octave", parameters.wavelets_per_octave)
        self.bands.setCurrentIndex(self.bands.findData(parameters.wavelets_per_octave))
        self.axis.setCurrentIndex(parameters.line_of_sight)

    def _offer(self, side: float | None) -> None:
        self.sides.addItem("Auto" if side is None else f"k₁ = k₂ = {side:g} h/Mpc", side)

    def _ask(self, parameters: Parameters) -> None:
        if parameters != self._parameters:
            self.parameters_requested.emit(parameters, "")
