"""How much light the Lyman-α forest lets pass, and where and how sharply it absorbs."""

from __future__ import annotations

from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from backends.data.parameters import Parameters
from widgets.named_choice import add_rows, choice
from widgets.parameter_controls import ParameterControls
from widgets.sliders import Scale, Slider

_FLUXES = (None, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_SPACES = (("Real space", "real"), ("Redshift space", "redshift"))


class ForestParameters(ParameterControls):
    """The light of the forest, and the gas that absorbs it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flux = choice("Mean flux of the forest", (), "Share of light that passes; Auto: as observed at z")
        for flux in _FLUXES:
            self._offer(flux)
        self.space = choice(
            "Absorption", _SPACES, "Whether velocities displace what absorbs, along the line of sight; needs particles"
        )
        self.slope = Slider(
            "Slope β", Scale(1.0, 2.0, "", 2), (1.6,), "β of the optical depth, τ = A (1 + δ)^β: 2 − 0.7 (γ − 1)"
        )
        self.temperature = Slider(
            "Gas temperature", Scale(0, 30, "thousand K", 1), (0.0,), "Of gas at the mean density; 0: sharp lines"
        )
        grid = QGridLayout()
        add_rows(grid, (("Flux", self.flux), ("Absorbed", self.space)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        for slider in (self.slope, self.temperature):
            column.addWidget(slider)
        self.flux.activated.connect(lambda _: self._ask("mean_flux", self.flux.currentData()))
        self.space.activated.connect(lambda _: self._ask("absorption_space", self.space.currentData()))
        self.slope.value_changed.connect(
            lambda values, n: self._ask("optical_depth_slope", round(values[0], 3), f"forest slope {n}")
        )
        self.temperature.value_changed.connect(
            lambda values, n: self._ask("gas_temperature", round(values[0] * 1000, -2), f"gas {n}")
        )
        self.show_parameters(self._parameters)

    def show_parameters(self, parameters: Parameters) -> None:
        """Show these parameters; a mean flux that is not on the list is put there."""
        self._parameters = parameters
        if self.flux.findData(parameters.mean_flux) < 0:
            self._offer(parameters.mean_flux)
        self.flux.setCurrentIndex(self.flux.findData(parameters.mean_flux))
        self.space.setCurrentIndex(self.space.findData(parameters.absorption_space))
        self.slope.show_values((parameters.optical_depth_slope,))
        self.temperature.show_values((parameters.gas_temperature / 1000,))

    def _offer(self, flux: float | None) -> None:
        self.flux.addItem("Auto" if flux is None else f"mean {flux:g}", flux)
