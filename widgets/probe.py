"""The probe: what every run says at one point of the box."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from backends.data.place_words import coordinates
from widgets.run_cells import ROW_HEIGHT
from widgets.run_rows import Cell, Column, Row
from widgets.run_table import RunTable
from widgets.section import MARGIN, Head
from widgets.style import set_kind
from widgets.theme import Theme

LARGE_ERROR = 0.8
"""An error beyond this share of the reference is marked: the run has missed what is there."""


@dataclass(frozen=True)
class ProbeRow:
    """One run's value at the point.

    value : 1+δ, in units of the mean density, or None where the run has no field
    error : (value − reference) / reference, or None for the reference itself and where there is none
    """

    key: str
    label: str
    colour: str
    value: float | None
    error: float | None = None


_COLUMNS = (
    Column("1 + δ", tip="Density at the point, in units of the mean", ascending=False),
    Column("error", tip="Difference from the reference, in per cent of the reference"),
)


class Probe(QWidget):
    """Shows 1+δ of every run at the crosshair. Signals: ``run_hovered(str)``, ``run_selected(str)``."""

    run_hovered = pyqtSignal(str)
    run_selected = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.head = Head("Probe", self)
        self.head.setContentsMargins(MARGIN, 0, MARGIN, 0)
        self.table = RunTable("Probe: density of every run at the crosshair", sortable=False, parent=self)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.run_hovered.connect(self.run_hovered)
        self.table.run_selected.connect(self.run_selected)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 10, 0)  # numbers keep off the window's edge
        layout.setSpacing(4)
        layout.addWidget(self.head)
        layout.addWidget(self.table, 1)
        self.show_probe(None, ())

    def show_probe(
        self, position_mpc: tuple[float, float, float] | None, rows: tuple[ProbeRow, ...], box_size: float = 100.0
    ) -> None:
        """Show the values at a comoving position in a box, both in Mpc/h; None while nothing is probed."""
        if position_mpc is None:
            self.head.show_title("Probe")
            self.head.setToolTip("Point at a view, or move the crosshair, to read every run there")
        else:
            words = coordinates(position_mpc, box_size)
            self.head.show_title(f"Probe {words}")
            self.head.setToolTip(f"Comoving position x, y, z = {words}")
        self.table.show_rows(_COLUMNS, [Row(row.key, row.label, row.colour, _cells(row)) for row in rows])
        self.table.setMinimumHeight(28 + ROW_HEIGHT * max(len(rows), 2))

    def highlight(self, key: str) -> None:
        """Mark a run's row; "" for none."""
        self.table.highlight(key)

    def select(self, key: str) -> None:
        """Mark a run's row as the selected one; "" for none."""
        self.table.select(key)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.table.set_theme(theme)


def _cells(row: ProbeRow) -> tuple[Cell, Cell]:
    if row.value is None or not math.isfinite(row.value):
        return Cell("—", tip="This run has no density here"), Cell("—", tip="This run has no density here")
    value = Cell(_density(row.value), row.value)
    if row.error is None or not math.isfinite(row.error):
        return value, Cell("", tip="The reference, or nothing to compare with")
    tone = "far" if abs(row.error) > LARGE_ERROR else ""
    return value, Cell(_per_cent(row.error), row.error, tone, "Difference from the reference, in per cent of it")


def _density(value: float) -> str:
    if value >= 1e5:
        return f"{value:.3g}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def _per_cent(share: float) -> str:
    per_cent = 100.0 * share
    if abs(per_cent) >= 9999.5:
        return "> 9999 %" if per_cent > 0 else "< −9999 %"
    text = f"{per_cent:+.0f} %" if abs(per_cent) >= 9.95 else f"{per_cent:+.1f} %"
    return text.replace("-", "−")
