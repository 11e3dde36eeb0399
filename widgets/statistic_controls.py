"""The choices that every statistic depends on: the mesh, the halo finder, the bands, and what some ask beside."""

from __future__ import annotations

from PyQt6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from backends.data.parameters import Parameters
from widgets.choice_box import ChoiceBox
from widgets.environment_parameters import EnvironmentParameters
from widgets.forest_parameters import ForestParameters
from widgets.halo_parameters import HaloParameters
from widgets.mode_parameters import ModeParameters
from widgets.named_choice import add_rows
from widgets.parameter_controls import ParameterControls
from widgets.section import Group
from widgets.segmented import Segment, Segmented
from widgets.sliders import Scale, Slider

_MESHES = (None, 64, 96, 128, 192, 256, 384, 512)
_ASSIGNMENTS = (
    Segment("ngp", "NGP", "Nearest grid point: every particle in one cell"),
    Segment("cic", "CIC", "Cloud in cell: every particle over 2³ cells"),
    Segment("tsc", "TSC", "Triangular-shaped cloud: every particle over 3³ cells"),
    Segment("pcs", "PCS", "Piecewise cubic spline: every particle over 4³ cells"),
)
_ERROR_KINDS = (
    Segment("scatter", "Scatter of one", "Standard deviation of one realisation, with n − 1"),
    Segment("mean", "Error of mean", "Scatter of one realisation divided by √n"),
)


class StatisticControls(ParameterControls):
    """Everything that statistics depend on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_controls()
        self._lay_out()
        self._connect()
        self.show_parameters(self._parameters)

    def _make_controls(self) -> None:
        tip = "Cells a side of the mesh that particles are painted on; Auto: twice their cube root"
        meshes = [("Auto" if cells is None else f"{cells}³ cells", cells) for cells in _MESHES]
        self.mesh = ChoiceBox("Mesh", tip, meshes)
        self.assignment = Segmented("Mass assignment", _ASSIGNMENTS)
        self.interlaced = QCheckBox("Interlaced")
        self.interlaced.setAccessibleName("Interlaced meshes")
        self.interlaced.setToolTip("Paint a second mesh half a cell off, which cancels the odd aliases of the first")
        self.error_kind = Segmented("Errors over realisations", _ERROR_KINDS)
        self.error_kind.setToolTip("What bands mean where boxes are gathered as realisations")
        self.linking_length = Slider(
            "Linking length b", Scale(0.05, 0.5, "spacings", 3), (0.2,), "Friends-of-friends, in mean particle spacings"
        )
        self.min_particles = Slider(
            "Smallest halo", Scale(10, 1000, "particles", 0, True), (20,), "Halos of fewer particles are not counted"
        )
        self.band_transfer = Slider(
            "Band of T", Scale(0.5, 20, "%", 1), (5.0,), "How far T(k) may be from 1 before a run has left the band"
        )
        self.band_correlation = Slider(
            "Band of r", Scale(0.5, 0.999, "", 3), (0.95,), "How far r(k) may fall before a run has left the band"
        )
        self.halos = HaloParameters()
        self.modes = ModeParameters()
        self.environment = EnvironmentParameters()
        self.forest = ForestParameters()

    def _lay_out(self) -> None:
        inner = QVBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        grid = QGridLayout()
        add_rows(grid, (("Mesh", self.mesh),))
        inner.addLayout(grid)
        inner.addWidget(self.assignment)
        inner.addWidget(self.interlaced)
        groups: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            ("Bands of T and r", (self.band_transfer, self.band_correlation)),
            ("Realisations, mean ±", (self.error_kind,)),
            ("Halos", (self.linking_length, self.min_particles, self.halos)),
            ("Triangles, wavelets, line of sight", (self.modes,)),
            ("Density and its shapes", (self.environment,)),
            ("Lyman-α forest", (self.forest,)),
        )
        for name, controls in groups:
            inner.addWidget(Group(name))
            for control in controls:
                inner.addWidget(control)

    def _connect(self) -> None:
        self.mesh.activated.connect(lambda _: self._ask("n_mesh", self.mesh.currentData()))
        self.assignment.chosen.connect(lambda value: self._ask("mass_assignment", value))
        self.error_kind.chosen.connect(lambda value: self._ask("error_kind", value))
        for controls in (self.halos, self.modes, self.environment, self.forest):
            controls.parameters_requested.connect(self._wish)
        self.interlaced.clicked.connect(lambda on: self._ask("interlaced", on))
        self.linking_length.value_changed.connect(
            lambda values, n: self._ask("linking_length", round(values[0], 3), f"linking {n}")
        )
        self.min_particles.value_changed.connect(
            lambda values, n: self._ask("min_particles", round(values[0]), f"smallest {n}")
        )
        self.band_transfer.value_changed.connect(
            lambda values, n: self._ask("band_transfer", round(values[0] / 100, 4), f"T {n}")
        )
        self.band_correlation.value_changed.connect(
            lambda values, n: self._ask("band_correlation", round(values[0], 4), f"r {n}")
        )

    def show_parameters(self, parameters: Parameters) -> None:
        """Show these parameters; where no mass assignment is chosen, TSC is what particles get."""
        self._parameters = parameters
        for controls in (self.halos, self.modes, self.environment, self.forest):
            controls.show_parameters(parameters)
        if self.mesh.findData(parameters.n_mesh) < 0:
            self.mesh.addItem(f"{parameters.n_mesh}³ cells", parameters.n_mesh)
        self.mesh.setCurrentIndex(self.mesh.findData(parameters.n_mesh))
        self.assignment.show_value(parameters.mass_assignment or "tsc")
        self.interlaced.setChecked(parameters.interlaced)
        self.error_kind.show_value(parameters.error_kind)
        self.linking_length.show_values((parameters.linking_length,))
        self.min_particles.show_values((float(parameters.min_particles),))
        self.band_transfer.show_values((100 * parameters.band_transfer,))
        self.band_correlation.show_values((parameters.band_correlation,))
