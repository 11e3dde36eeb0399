"""How halos are weighed and matched, and which theory their mass function is drawn with."""

from __future__ import annotations

from PyQt6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QVBoxLayout, QWidget

from backends.data.parameters import THEORIES, Parameters
from widgets.named_choice import add_rows, choice
from widgets.parameter_controls import ParameterControls
from widgets.section import Group
from widgets.sliders import Scale, Slider

_MASSES = (("Linked particles", "linked"), ("Linked, Warren", "warren"), ("M200c", "200c"), ("M200m", "200m"))
_MATCHES = (("Auto", None), ("Shared particles", "particles"), ("Distance and mass", "distance"))
_THEORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("None", ()),
    ("Press–Schechter", THEORIES[:1]),
    ("Sheth–Tormen", THEORIES[1:2]),
    ("Tinker 2008", THEORIES[2:3]),
    ("Watson 2013", THEORIES[3:]),
    ("All that fit", THEORIES),
)
_POWERS = (("Eisenstein & Hu", "eisenstein-hu"), ("Dropped table", "table"))


class HaloParameters(ParameterControls):
    """Masses and matching of halos, and the theory of their numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mass = choice(
            "Halo mass", _MASSES, "By which mass halos are counted; Warren: linked, times 1 − N⁻⁰·⁶ for N particles"
        )
        self.match = choice(
            "Match halos by",
            _MATCHES,
            "How halos of two runs are matched; Auto: by shared particles where both know them",
        )
        self.theory = choice("Theory", _THEORIES, "What is drawn behind the halo mass function; needs σ₈")
        self.power = choice(
            "Linear power", _POWERS, "What theory starts from: a fit, or a table of P(k) in the library"
        )
        self.least_shared = Slider(
            "Shared particles", Scale(5, 100, "%", 0), (50.0,), "Share of the smaller halo's that makes two the same"
        )
        self.sigma8 = _number("σ₈", 2.0, "Linear rms of the overdensity in spheres of 8 Mpc/h, which theory needs")
        self.n_s = _number("nₛ", 2.0, "Slope of the primordial power, for theory", "Planck 2018")
        self.omega_b = _number("Ω_b", 0.5, "Density parameter of baryons, for theory", "Planck 2018")
        self.substructure = QCheckBox("Substructure")
        self.substructure.setAccessibleName("Halos in halos")
        self.substructure.setToolTip("Show and count halos that lie in others too, where their file says which do")
        grid, theory = QGridLayout(), QGridLayout()
        add_rows(grid, (("Halo mass", self.mass), ("Match by", self.match)))
        drawn = (("dn / dM", self.theory), ("Linear P(k)", self.power))
        add_rows(theory, (*drawn, ("σ₈", self.sigma8), ("nₛ", self.n_s), ("Ω<sub>b</sub>", self.omega_b)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.substructure)
        column.addLayout(grid)
        column.addWidget(self.least_shared)
        column.addWidget(Group("Theory"))
        column.addLayout(theory)
        self.substructure.clicked.connect(lambda on: self._ask("substructure", on))
        self.least_shared.value_changed.connect(
            lambda values, n: self._ask("least_shared", round(values[0] / 100, 3), f"shared {n}")
        )
        for box, field in (
            (self.mass, "halo_mass"),
            (self.match, "match_by"),
            (self.theory, "theory"),
            (self.power, "linear_power"),
        ):
            box.activated.connect(lambda _, box=box, field=field: self._ask(field, box.currentData()))
        for spin, field in ((self.sigma8, "sigma8"), (self.n_s, "n_s"), (self.omega_b, "omega_b")):
            spin.valueChanged.connect(lambda value, field=field: self._ask(field, round(value, 4) or None))
        self.show_parameters(self._parameters)

    def show_parameters(self, parameters: Parameters) -> None:
        """Show these parameters; several theories that are no choice of ours are shown as all."""
        self._parameters = parameters
        self.substructure.setChecked(parameters.substructure)
        self.mass.setCurrentIndex(self.mass.findData(parameters.halo_mass))
        self.match.setCurrentIndex([value for _, value in _MATCHES].index(parameters.match_by))
        known = [value for _, value in _THEORIES]
        self.theory.setCurrentIndex(known.index(parameters.theory) if parameters.theory in known else len(known) - 1)
        self.power.setCurrentIndex(self.power.findData(parameters.linear_power))
        self.least_shared.show_values((100 * parameters.least_shared,))
        told = (self.sigma8, parameters.sigma8), (self.n_s, parameters.n_s), (self.omega_b, parameters.omega_b)
        for spin, value in told:
            spin.blockSignals(True)
            spin.setValue(value or 0.0)
            spin.blockSignals(False)


def _number(name: str, largest: float, tip: str, unknown: str = "As the file says") -> QDoubleSpinBox:
    """Return an entry for a number that need not be told: at zero it shows what is taken instead."""
    spin = QDoubleSpinBox()
    spin.setRange(0.0, largest)
    spin.setDecimals(4)
    spin.setSingleStep(0.01)
    spin.setSpecialValueText(unknown)
    spin.setKeyboardTracking(False)
    spin.setAccessibleName(name)
    tip = f"{tip}; 0: {unknown[0].lower() if unknown.startswith('As') else unknown[0]}{unknown[1:]}"
    spin.setToolTip(tip)
    if (typed := spin.lineEdit()) is not None:  # it has the focus, and the pointer over it
        typed.setToolTip(tip)
    return spin
