"""How densities are smoothed before their shape is measured, what a void and the web are, and whose pairs count."""

from __future__ import annotations

from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from backends.data.parameters import Parameters
from widgets.named_choice import add_rows, choice
from widgets.parameter_controls import ParameterControls
from widgets.section import Group
from widgets.sliders import Scale, Slider

_WINDOWS = (("Gaussian", "gaussian"), ("Top hat", "top-hat"))
_RADII = (None, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0)
_POINTS = (("Particles", "particles"), ("Halos", "halos"))


class EnvironmentParameters(ParameterControls):
    """Smoothing, voids, the web, shares of the volume, and pairs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.window_shape = choice(
            "Smoothing window", _WINDOWS, "With what densities are smoothed before their shape is measured"
        )
        self.radius = choice("Smoothing radius", (), "Radius of the smoothing, Mpc/h; Auto: two cells of the mesh")
        for radius in _RADII:
            self._offer(radius)
        self.pairs = choice("Pairs of", _POINTS, "Whose velocities are taken in pairs; catalogues have only halos")
        self.voids = Slider(
            "Voids below δ", Scale(-0.95, -0.2, "", 2), (-0.7,), "Mean overdensity below which a sphere is a void"
        )
        self.web = Slider(
            "Web threshold",
            Scale(0.0, 2.0, "", 2),
            (0.0,),
            "Tidal eigenvalue above which matter collapses along an axis",
        )
        self.quantiles = Slider(
            "Density shares",
            Scale(2, 50, "of the volume", 0),
            (10.0,),
            "Equal shares of the volume that errors are split by",
        )
        self.points = Slider(
            "Paired particles",
            Scale(1, 500, "thousand", 0, True),
            (50.0,),
            "Thousands of particles of which pairs are looked at",
        )
        grid, pairs = QGridLayout(), QGridLayout()
        add_rows(grid, (("Smoothing", self.window_shape), ("Radius", self.radius)))
        add_rows(pairs, (("Pairs of", self.pairs),))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        for slider in (self.voids, self.web, self.quantiles):
            column.addWidget(slider)
        column.addWidget(Group("Pairwise velocity"))
        column.addLayout(pairs)
        column.addWidget(self.points)
        for box, field in ((self.window_shape, "smoothing_window"), (self.radius, "smoothing_radius")):
            box.activated.connect(lambda _, box=box, field=field: self._ask(field, box.currentData()))
        self.pairs.activated.connect(lambda _: self._ask("pairs_of", self.pairs.currentData()))
        for slider, field in ((self.voids, "void_threshold"), (self.web, "web_threshold")):
            slider.value_changed.connect(
                lambda values, n, field=field: self._ask(field, round(values[0], 3), f"{field} {n}")
            )
        self.quantiles.value_changed.connect(
            lambda values, n: self._ask("density_quantiles", round(values[0]), f"shares {n}")
        )
        self.points.value_changed.connect(
            lambda values, n: self._ask("pair_points", round(values[0]) * 1000, f"points {n}")
        )
        self.show_parameters(self._parameters)

    def show_parameters(self, parameters: Parameters) -> None:
        """Show these parameters; a radius that is not on the list is put there."""
        self._parameters = parameters
        self.window_shape.setCurrentIndex(self.window_shape.findData(parameters.smoothing_window))
        if self.radius.findData(parameters.smoothing_radius) < 0:
            self._offer(parameters.smoothing_radius)
        self.radius.setCurrentIndex(self.radius.findData(parameters.smoothing_radius))
        self.pairs.setCurrentIndex(self.pairs.findData(parameters.pairs_of))
        self.points.show_values((parameters.pair_points / 1000,))
        self.voids.show_values((parameters.void_threshold,))
        self.web.show_values((parameters.web_threshold,))
        self.quantiles.show_values((float(parameters.density_quantiles),))

    def _offer(self, radius: float | None) -> None:
        self.radius.addItem("Auto" if radius is None else f"{radius:g} Mpc/h", radius)
