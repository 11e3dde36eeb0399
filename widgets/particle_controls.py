"""How particles are drawn: what colours them, as light or as points, and how large."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from backends.data.view import ParticleLook, ViewSettings
from widgets.choice_box import ChoiceBox
from widgets.named_row import named_row
from widgets.segmented import Segment, Segmented
from widgets.sliders import Scale, Slider

COLOURS = {
    "column": (
        "Column density",
        "Σ / mean Σ: how much matter lies on the line of sight, from the particles themselves",
    ),
    "density": ("Local density", "1+δ where each particle is, from the painted field"),
    "speed": ("Speed", "Peculiar speed, km/s"),
    "along": ("Line-of-sight velocity", "Peculiar velocity away from the viewer (red) or nearer (blue), km/s"),
    "direction": ("Direction of motion", "Where each particle moves on the sky, as a hue"),
    "mass": ("Particle mass", "Msun/h"),
    "species": ("Species", "Dark matter, gas, stars and black holes in colours of their own"),
}
_STYLES = (
    Segment("light", "Light", "Every particle adds its light: nothing hides anything, and nothing saturates"),
    Segment("points", "Points", "Every particle is a small ball that hides what lies behind it: for a close look"),
)
_UNITS = (
    Segment("pixels", "px", "Particles have a diameter in pixels, the same at every distance"),
    Segment("length", "Mpc/h", "Particles have a diameter in Mpc/h and are larger where they are nearer"),
)
_PIXELS = Scale(0.5, 40.0, "px", 1, logarithmic=True)
_LENGTH = Scale(0.01, 20.0, "Mpc/h", 2, logarithmic=True)


class ParticleControls(QWidget):
    """Asks for other view settings; shows those that it is given.

    view_requested : the wished ViewSettings, and a merge key as of ``VolumeParameters``
    """

    view_requested = pyqtSignal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, usual = ViewSettings(), ParticleLook()
        self.colour = ChoiceBox("Colour of the particles", "What the colours of the particles stand for")
        for row, (name, (title, tip)) in enumerate(COLOURS.items()):
            self.colour.addItem(title, name)
            self.colour.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self.style_of = Segmented("Particles", _STYLES)
        self.unit = Segmented("Size of the particles", _UNITS)
        self.pixels = Slider("Size", _PIXELS, (usual.pixels,), "Diameter of a particle, in pixels of the window")
        self.length = Slider("Size", _LENGTH, (usual.length,), "Diameter of a particle, comoving, in Mpc/h")
        self._lay_out()
        self.colour.activated.connect(lambda _: self._ask("", colour=self.colour.currentData()))
        self.style_of.chosen.connect(lambda style: self._ask("", opaque=style == "points"))
        self.unit.chosen.connect(lambda unit: self._ask("", to_scale=unit == "length"))
        self.pixels.value_changed.connect(lambda v, g: self._ask(f"particle size {g}", pixels=v[0]))
        self.length.value_changed.connect(lambda v, g: self._ask(f"particle length {g}", length=v[0]))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(named_row("Colour", self.colour))
        column.addWidget(self.style_of)
        column.addWidget(self.pixels)
        column.addWidget(self.length)
        column.addWidget(self.unit)

    def show_view(self, view: ViewSettings) -> None:
        """Show how the particles of this view are drawn."""
        self._view, look = view, view.particles
        self.colour.setCurrentIndex(self.colour.findData(look.colour))
        self.style_of.show_value("points" if look.opaque else "light")
        self.unit.show_value("length" if look.to_scale else "pixels")
        self.pixels.show_values((look.pixels,))
        self.length.show_values((look.length,))
        self.pixels.setVisible(not look.to_scale)
        self.length.setVisible(look.to_scale)

    def _ask(self, merge_key: str, **changes: Any) -> None:
        view = replace(self._view, particles=replace(self._view.particles, **changes))
        if view != self._view:
            self._view = view
            self.view_requested.emit(view, merge_key)
