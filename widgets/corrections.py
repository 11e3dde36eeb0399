"""Asks for the facts that a file does not say, or says wrongly."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from backends.data.facts import Facts
from backends.data.length_unit import LENGTH_UNITS
from backends.readers.files.limits import human
from widgets.choice_box import ChoiceBox
from widgets.style import set_kind

_QUANTITIES = (
    ("relative_density", "Density over its mean, 1+δ"),
    ("overdensity", "Overdensity, δ"),
    ("density", "Density, in any unit"),
    ("displacement", "Displacement, in Mpc/h"),
    ("normalised_displacement", "Displacement as map2map divides it"),
    ("flux", "Flux, the share of light that passes"),
    ("skewers", "Flux along lines of sight, one a row"),
    ("density_skewers", "Density along lines of sight, one a row"),
)
_LENGTHS = tuple((name, f"Comoving {name}") for name in LENGTH_UNITS)
LARGE = 10**8
"""Bytes of a mesh, from which on its size is told."""

_OFFSETS = ((0.0, "Lower corner of the cell (0)"), (0.5, "Centre of the cell (0.5)"))


@dataclass(frozen=True)
class Asked:
    """What makes sense to ask of a run's data.

    grid : whether it is a grid, of which quantity and cell offset are asked
    length : whether it keeps lengths, whose unit is asked;  states_length : whether the file states that unit
    levels : of a refined mesh with several, each level and its cells a side;  usual_level : that which is shown
        where none is chosen;  dimensions : of its mesh
    """

    grid: bool = True
    length: bool = False
    states_length: bool = False
    levels: tuple[tuple[int, int], ...] = ()
    usual_level: int | None = None
    dimensions: int = 3


class CorrectionDialog(QDialog):
    """A small form; what is left empty stays as the file says.

    Parameters
    ----------
    label : the run's label
    facts : what the file says, shown as the hint in every empty place
    stated : what the person has stated before
    asked : what is asked beside box, redshift and h
    """

    def __init__(self, parent: QWidget | None, label: str, facts: Facts, stated: Facts, asked: Asked = Asked()) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Correct facts of {label}")
        self.setMinimumWidth(430)
        self.box_size = _number("Box size in Mpc/h", facts.box_size, stated.box_size)
        self.redshift = _number("Redshift", facts.redshift, stated.redshift)
        self.hubble = _number("Hubble parameter h", facts.hubble, stated.hubble)
        self.quantity = ChoiceBox()
        self.cell_offset = ChoiceBox()
        self.length_unit = ChoiceBox()
        self.level = ChoiceBox()
        _fill(self.quantity, "Quantity", _QUANTITIES, facts.quantity, stated.quantity)
        _fill(self.cell_offset, "Cell offset", _OFFSETS, facts.cell_offset, stated.cell_offset)
        _fill(self.length_unit, "Unit of length", _LENGTHS, facts.length_unit, stated.length_unit)
        if facts.length_unit is not None and not asked.states_length:
            self.length_unit.setItemText(0, f"Not stated; taken as comoving {facts.length_unit}")
        _fill_levels(self.level, asked, stated.level)
        self.length_unit.setToolTip(
            "The comoving unit of the file's lengths, Mpc or kpc, with or without h; a box that it states goes with it"
        )
        self.level.setToolTip(
            "On the cells of which refinement level the mesh is laid: finer cells are averaged, coarser ones repeated"
        )
        self.box_size.setToolTip("Comoving side of the box, in Mpc/h")
        self.redshift.setToolTip("Redshift of the snapshot, a pure number above −1")
        self.hubble.setToolTip(
            "H0 in units of 100 km/s/Mpc, for theory and distances in Mpc. Where the file states none, it brings what "
            "is in Mpc and Msun to Mpc/h and Msun/h; what a snapshot or grid has by an h of its own stays as it is, "
            "unless the unit of length is chosen, too"
        )
        self.quantity.setToolTip("What the values of a grid mean")
        self.cell_offset.setToolTip("Where in its cell a grid's value sits, in units of the cell")
        self._wrong = QLabel()
        set_kind(self._wrong, "bad")
        self._wrong.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._stated, self._asked, self._hubble = stated, asked, facts.hubble
        self._lay_out()
        for edit in (self.box_size, self.redshift, self.hubble):
            edit.textChanged.connect(self._validate)
        self.length_unit.currentIndexChanged.connect(self._validate)
        self._validate()

    def facts(self) -> Facts:
        """Return what is stated; ``None`` wherever the file is to be believed."""
        return replace(
            self._stated,
            box_size=_value(self.box_size),
            redshift=_value(self.redshift),
            hubble=_value(self.hubble),
            quantity=self.quantity.currentData(),
            cell_offset=self.cell_offset.currentData(),
            length_unit=self.length_unit.currentData(),
            level=self.level.currentData(),
        )

    def _lay_out(self) -> None:
        note = QLabel("What you state here wins over the file. Leave empty what the file says rightly.")
        set_kind(note, "quiet")
        note.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("&Box size", _with_unit(self.box_size, "Mpc/h"))
        form.addRow("&Redshift", self.redshift)
        form.addRow("&Hubble h", self.hubble)
        for wanted, text, control in (
            (self._asked.length, "Unit of &length", self.length_unit),
            (self._asked.grid, "&Quantity", self.quantity),
            (self._asked.grid, "Cell &offset", self.cell_offset),
            (bool(self._asked.levels), "Mesh le&vel", self.level),
        ):
            control.setParent(self)
            control.setVisible(wanted)
            if wanted:
                form.addRow(text, control)
        label = form.itemAt(0, QFormLayout.ItemRole.LabelRole)
        name = label.widget() if label is not None else None
        if isinstance(name, QLabel):
            name.setBuddy(self.box_size)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(note)
        column.addLayout(form)
        column.addWidget(self._wrong)
        column.addWidget(self._buttons)
        self.setTabOrder(self.box_size, self.redshift)  # it went to a holder of its own, behind all others
        self.box_size.setFocus()

    def _validate(self) -> None:
        wrong = ""
        checked = (
            (self.box_size, "box size", 0.0),
            (self.redshift, "redshift", -1.0),
            (self.hubble, "Hubble parameter", 0.0),
        )
        for edit, name, least in checked:
            value = _value(edit)
            bad = bool(edit.text().strip()) and (value is None or not math.isfinite(value) or value <= least)
            edit.setProperty("wrong", bad)
            set_kind(edit, "entry")
            if bad:
                unit = " Mpc/h" if edit is self.box_size else ""
                wrong = (
                    wrong or f"The {name} must be a number above {least:.0f}{unit}, such as {edit.property('example')}."
                )
        unit = self.length_unit.currentData()
        if unit is not None and not unit.endswith("/h") and not (_value(self.hubble) or self._hubble):
            wrong = wrong or f"The Hubble parameter brings lengths in {unit} to Mpc/h: say it too, such as 0.7."
        self._wrong.setText(wrong)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(not wrong)


def _number(name: str, said: float | None, stated: float | None) -> QLineEdit:
    edit = QLineEdit("" if stated is None else str(stated).removesuffix(".0"))  # to the last digit
    edit.setAccessibleName(name)
    edit.setPlaceholderText("the file does not say" if said is None else f"{said:g} as the file says")
    edit.setProperty("example", "100" if "Box" in name else "0.7" if "Hubble" in name else "0.5")
    return edit


def _value(edit: QLineEdit) -> float | None:
    try:
        return float(edit.text().strip().replace(",", "."))
    except ValueError:
        return None


def _fill(box: QComboBox, name: str, options: tuple[tuple[object, str], ...], said: object, stated: object) -> None:
    meanings = dict(options)
    box.setAccessibleName(name)
    box.addItem("The file does not say" if said is None else f"As the file says: {meanings.get(said, said)}", None)
    for value, text in options:
        box.addItem(text, value)
    place = [value for value, _ in options].index(stated) + 1 if stated in meanings else 0
    box.setCurrentIndex(place)


def _fill_levels(box: QComboBox, asked: Asked, stated: int | None) -> None:
    """Offer every level in words; how much a large mesh takes is said before it is chosen."""
    box.setAccessibleName("Mesh level")
    sides = dict(asked.levels)
    usual = sides.get(asked.usual_level) if asked.usual_level is not None else None
    power = "³" if asked.dimensions == 3 else "²"
    box.addItem("As usual" if usual is None else f"As usual: level {asked.usual_level}, {usual}{power} cells", None)
    for level, side in asked.levels:
        size = 4 * side**asked.dimensions
        takes = f", {human(size)}" if size >= LARGE else ""
        box.addItem(f"Level {level}: {side}{power} cells{takes}", level)
    box.setCurrentIndex(max(0, box.findData(stated)) if stated is not None else 0)


def _with_unit(edit: QLineEdit, unit: str) -> QWidget:
    holder, label = QWidget(), QLabel(unit)
    set_kind(label, "quiet")
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(edit, 1)
    line.addWidget(label)
    return holder
