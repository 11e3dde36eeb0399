"""Which triangles of modes and bands of wavelets are measured, and from where redshift space is seen."""

from __future__ import annotations

from PyQt6.QtWidgets import QGridLayout, QWidget

from backends.data.parameters import Parameters
from widgets.choice_box import ChoiceBox
from widgets.named_choice import add_rows
from widgets.parameter_controls import ParameterControls

_SIDES = (None, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 2.0, 5.0)
_BANDS = ("1 per octave", "2 per octave", "3 per octave", "4 per octave")
_AXES = ("Along x", "Along y", "Along z")


class ModeParameters(ParameterControls):
    """Triangles, bands of wavelets, and the line of sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sides = ChoiceBox(
            "Sides of triangles", "The equal sides of isosceles triangles; Auto: a sixth of the mesh's Nyquist"
        )
        for side in _SIDES:
            self._offer(side)
        tip = "How many bands of wavelets there are to a factor of two in wave number"
        self.bands = ChoiceBox("Bands of wavelets", tip, [(name, number) for number, name in enumerate(_BANDS, 1)])
        tip = "The axis along which redshift space and the forest's lines of sight are seen"
        self.axis = ChoiceBox("Line of sight", tip, [(name, axis) for axis, name in enumerate(_AXES)])
        grid = QGridLayout(self)
        add_rows(grid, (("Triangles", self.sides), ("Wavelets", self.bands), ("Seen", self.axis)))
        self.sides.activated.connect(lambda _: self._ask("triangle_k", self.sides.currentData()))
        self.bands.activated.connect(lambda _: self._ask("wavelets_per_octave", self.bands.currentData()))
        self.axis.activated.connect(lambda _: self._ask("line_of_sight", self.axis.currentData()))

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
