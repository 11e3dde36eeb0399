"""Which halos have rings: how many at most, and from which mass on."""

from __future__ import annotations

from dataclasses import replace
from math import log10
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from backends.data.view import RingLook, ViewSettings
from widgets.sliders import Scale, Slider

_COUNT = Scale(5, 2000, "", 0, logarithmic=True)
_LEAST = Scale(8.0, 16.0, "log₁₀ Msun/h", 1, lowest="all")


class RingControls(QWidget):
    """Asks for other view settings; shows those that it is given.

    view_requested : the wished ViewSettings, and a merge key as of ``VolumeParameters``
    """

    view_requested = pyqtSignal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = ViewSettings()
        self.count = Slider(
            "Rings at most", _COUNT, (RingLook().count,), "Rings at most: those of the most massive halos"
        )
        tip = "Least mass of a halo that has a ring, log₁₀ of Msun/h; at the left end all have one"
        self.least = Slider("Halos from", _LEAST, (8.0,), tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.count)
        column.addWidget(self.least)
        self.count.value_changed.connect(lambda v, g: self._ask(f"rings {g}", count=round(v[0])))
        self.least.value_changed.connect(lambda v, g: self._ask(f"ring mass {g}", least=_mass(v[0])))

    def show_view(self, view: ViewSettings) -> None:
        """Show which rings this view has."""
        self._view = view
        self.count.show_values((float(view.rings.count),))
        self.least.show_values((log10(max(view.rings.least, 1e8)),))

    def _ask(self, merge_key: str, **changes: Any) -> None:
        view = replace(self._view, rings=replace(self._view.rings, **changes))
        if view != self._view:
            self._view = view
            self.view_requested.emit(view, merge_key)


def _mass(exponent: float) -> float:
    """Return the mass that a slider's value stands for; its lower end stands for none."""
    return 0.0 if exponent <= _LEAST.minimum else float(10.0**exponent)
