"""How halos are weighed and matched, and which theory their mass function is drawn with."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from backends.data.parameters import Parameters
from widgets.style import set_kind

ALL = ("press-schechter", "sheth-tormen", "tinker08", "watson13")
_MASSES = (("Linked particles", "linked"), ("M200c", "200c"))
_MATCHES = (("Auto", None), ("Shared particles", "particles"), ("Distance and mass", "distance"))
_THEORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("None", ()),
    ("Press–Schechter", ALL[:1]),
    ("Sheth–Tormen", ALL[1:2]),
    ("Tinker 2008", ALL[2:3]),
    ("Watson 2013", ALL[3:]),
    ("All that fit", ALL),
)
_POWERS = (("Eisenstein & Hu", "eisenstein-hu"), ("Dropped table", "table"))


class HaloParameters(QWidget):
    """Asks for other parameters; shows those that it is given.

    parameters_requested : the wished Parameters and a merge key, as ``StatisticParameters`` gives them
    """

    parameters_requested = pyqtSignal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters = Parameters()
        self.mass = _choice("Halo mass", _MASSES, "By which mass halos are counted")
        self.match = _choice(
            "Match halos by",
            _MATCHES,
            "How halos of two runs are matched; Auto: by shared particles where both know them",
        )
        self.theory = _choice("Theory", _THEORIES, "What is drawn behind the halo mass function; needs σ₈")
        self.power = _choice(
            "Linear power", _POWERS, "What theory starts from: a fit, or a table of P(k) in the library"
        )
        self.sigma8 = QDoubleSpinBox()
        self.sigma8.setRange(0.0, 2.0)
        self.sigma8.setDecimals(4)
        self.sigma8.setSingleStep(0.01)
        self.sigma8.setSpecialValueText("As the file says")
        self.sigma8.setKeyboardTracking(False)
        self.sigma8.setAccessibleName("σ₈")
        tip = "Linear rms of the overdensity in spheres of 8 Mpc/h, which theory needs; 0: the file's"
        self.sigma8.setToolTip(tip)
        if (typed := self.sigma8.lineEdit()) is not None:  # it has the focus, and the pointer over it
            typed.setToolTip(tip)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = ("Halo mass", self.mass), ("Match by", self.match), ("Theory", self.theory)
        for row, (name, control) in enumerate((*rows, ("Linear P(k)", self.power), ("σ₈", self.sigma8))):
            label = QLabel(name)
            set_kind(label, "quiet")
            grid.addWidget(label, row, 0)
            grid.addWidget(control, row, 1)
        for box, field in (
            (self.mass, "halo_mass"),
            (self.match, "match_by"),
            (self.theory, "theory"),
            (self.power, "linear_power"),
        ):
            box.activated.connect(lambda _, box=box, field=field: self._ask(field, box.currentData()))
        self.sigma8.valueChanged.connect(lambda value: self._ask("sigma8", round(value, 4) or None))
        self.show_parameters(self._parameters)

    def show_parameters(self, parameters: Parameters) -> None:
        """Show these parameters; several theories that are no choice of ours are shown as all."""
        self._parameters = parameters
        self.mass.setCurrentIndex(self.mass.findData(parameters.halo_mass))
        self.match.setCurrentIndex([value for _, value in _MATCHES].index(parameters.match_by))
        known = [value for _, value in _THEORIES]
        self.theory.setCurrentIndex(known.index(parameters.theory) if parameters.theory in known else len(known) - 1)
        self.power.setCurrentIndex(self.power.findData(parameters.linear_power))
        self.sigma8.blockSignals(True)
        self.sigma8.setValue(parameters.sigma8 or 0.0)
        self.sigma8.blockSignals(False)

    def _ask(self, field: str, value: object) -> None:
        wished = replace(self._parameters, **{field: value})  # type: ignore[arg-type]
        if wished != self._parameters:
            self._parameters = wished
            self.parameters_requested.emit(wished, "")


def _choice(name: str, choices: tuple[tuple[str, object], ...], tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    for text, value in choices:
        box.addItem(text, value)
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box
