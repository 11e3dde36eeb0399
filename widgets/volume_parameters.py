"""The panel VOLUME: how the fields are drawn, one control for every choice of ``ViewSettings``."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from backends.data.transfer_presets import PRESETS
from backends.data.view import ViewSettings
from widgets.colour_map_choice import ColourMapChoice
from widgets.comparison_parameters import ComparisonParameters
from widgets.mode_controls import ModeControls
from widgets.named_row import named_row
from widgets.particle_controls import ParticleControls
from widgets.preset_choice import PresetChoice
from widgets.ring_controls import RingControls
from widgets.section import MARGIN, Folded, Head
from widgets.segmented import Segment, Segmented
from widgets.sliders import Scale, Slider
from widgets.style import set_kind

_STORED = "1+δ is off by at most 0.05 % as drawn; probes and statistics use the file's own numbers"
_DRAWN = (
    Segment("dvr", "Volume", f"Density volume: light and opacity along the line of sight. {_STORED}"),
    Segment(
        "column",
        "Column",
        "Column density: projected mass, or 1+δ's mean along the line of sight, in single precision",
    ),
    Segment("mip", "Max", f"Maximum of 1+δ along the line of sight, also dimmed by what is in front of it. {_STORED}"),
    Segment("iso", "Iso", f"Isosurfaces: where 1+δ has certain values, lit and seen through each other. {_STORED}"),
    Segment("slice", "Slice", "The mean of 1+δ over a slice between two depths, in Mpc/h"),
    Segment("particles", "Particles", "Every particle, as light that adds up or as a point"),
    Segment("plane", "Plane", f"A cut of any orientation and thickness, seen in the box. {_STORED}"),
)
_MODES = tuple(replace(mode, tip=f"{mode.tip} (Alt+{number})") for number, mode in enumerate(_DRAWN, 1))
_SCALINGS = (
    Segment("linear", "Linear", "Colour follows the value itself"),
    Segment("log", "Log", "Colour follows the logarithm of the value, base 10"),
    Segment("asinh", "Asinh", "Colour follows asinh: linear near zero, logarithmic far from it"),
)
_AXES = (
    Segment("0", "X", "Look along the x axis"),
    Segment("1", "Y", "Look along the y axis"),
    Segment("2", "Z", "Look along the z axis"),
)
NO_DIFFERENCE = "Particles are no field that could be subtracted: wipe, or compare columns"
_OPACITY = Scale(0.01, 10.0, "per Mpc/h", 2, logarithmic=True)


class VolumeParameters(QWidget):
    """Asks for other view settings; shows those that it is given.

    ``editor`` is that of the transfer function.

    view_requested : the wished ViewSettings, and a merge key. It is "" for a choice that stands alone
        and the same text, e.g. "opacity 3", for all values of one drag, which are one step of undo.
    """

    view_requested = pyqtSignal(object, str)

    def __init__(self, editor: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._view = ViewSettings()
        self._box_size: float | None = None
        self.no_volumes = ""
        self.setMinimumWidth(230)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_kind(self, "panel")
        self._make_controls()
        self._lay_out()
        self._connect()
        self.show_view(self._view, None)
        self.show_own("")

    def _make_controls(self) -> None:
        self.mode = Segmented("Drawing", _MODES, a_row=4)
        self.scaling = Segmented("Scaling", _SCALINGS)
        self.axis = Segmented("Line of sight", _AXES)
        self.together = ComparisonParameters()
        self.colour_map = ColourMapChoice()
        set_kind(self.colour_map, "flat")
        self.colour_map.setToolTip("Colours of the fields, from the lowest to the highest value")
        self.preset = PresetChoice()
        set_kind(self.preset, "flat")
        self.opacity = Slider("Opacity", _OPACITY, (0.8,), "How much a mean density hides, per Mpc/h of depth")
        self.controls = ModeControls()
        self.particles, self.rings = ParticleControls(), RingControls()
        self.depth_range = Slider(
            "Depth", Scale(0, 100, "%", 0), (0.0, 100.0), "From where to where along the line of sight"
        )
        self.clip = tuple(
            Slider(f"{axis} range", Scale(0, 100, "%", 0), (0.0, 100.0), f"Part of the box that is kept along {axis}")
            for axis in "XYZ"
        )
        self.halos = QCheckBox("Halos")
        self.halos.setToolTip("Draw a circle around every halo, at its radius in Mpc/h")
        self.halos.setAccessibleName("Show halos")
        self.linked = QCheckBox("Link views")
        self.linked.setToolTip("Turn, move and zoom all views together")
        self.linked.setAccessibleName("Link views")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, MARGIN, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Head("Volume"), 1)
        head.addWidget(self.preset)
        head.addWidget(self.colour_map)
        column.addLayout(head)
        self._own = QLabel()
        set_kind(self._own, "small")
        self._own.setWordWrap(True)
        column.addWidget(self._own)
        column.addWidget(self.mode)
        column.addWidget(self._editor)
        column.addWidget(self.scaling)
        column.addWidget(self.opacity)
        column.addWidget(self.controls)
        column.addWidget(self.particles)
        column.addWidget(self.depth_range)
        self._along = named_row("Along", self.axis)
        column.addWidget(self._along)
        column.addWidget(self.together)
        toggles = QHBoxLayout()
        toggles.addWidget(self.halos)
        toggles.addStretch(1)
        toggles.addWidget(self.linked)
        column.addLayout(toggles)
        column.addWidget(self.rings)
        self.clip_section = Folded("Clip box", self._clip_ranges, "Cut the box open along each axis, in Mpc/h")
        column.addWidget(self.clip_section)

    def _clip_ranges(self) -> QWidget:
        ranges = QWidget()
        inner = QVBoxLayout(ranges)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        for slider in self.clip:
            inner.addWidget(slider)
        return ranges

    def _connect(self) -> None:
        self.mode.chosen.connect(lambda value: self._ask(replace(self._view, mode=value)))
        self.scaling.chosen.connect(lambda value: self._ask(replace(self._view, scaling=value)))
        self.axis.chosen.connect(lambda value: self._ask(replace(self._view, axis=int(value))))
        self.together.view_requested.connect(self._ask)
        self.colour_map.colour_map_chosen.connect(self._colour_map_chosen)
        self.preset.preset_chosen.connect(
            lambda name: self._ask(replace(self._view, transfer=PRESETS[name].of(self._view.transfer)))
        )
        self.halos.clicked.connect(lambda on: self._ask(replace(self._view, halos=on)))
        self.linked.clicked.connect(lambda on: self._ask(replace(self._view, linked=on)))
        self.opacity.value_changed.connect(self._opacity_changed)
        self.depth_range.value_changed.connect(self._depth_changed)
        for controls in (self.controls, self.particles, self.rings):
            controls.view_requested.connect(self._ask)
        for number, slider in enumerate(self.clip):
            slider.value_changed.connect(lambda values, gesture, axis=number: self._clip_changed(axis, values, gesture))

    def allow_volumes(self, allowed: bool, why_not: str = "", *, flat: bool = True) -> None:
        """Let the drawing be chosen or not: without OpenGL there are only slices, and of flat maps only one."""
        self.no_volumes, through = "" if allowed else why_not, allowed or not flat
        for segment in _MODES:
            self.mode.allow(segment.value, allowed or segment.value == "slice", why_not)
        for segment in _AXES:
            self.axis.allow(segment.value, through or segment.value == "2", why_not)
        self.depth_range.setVisible(through and self._view.mode == "slice")

    def show_own(self, words: str) -> None:
        """Say what the shown settings are of one run alone, or with "" nothing: they are of all."""
        self._own.setText(words)
        self._own.setVisible(bool(words))

    def show_view(self, view: ViewSettings, box_size: float | None) -> None:
        """Show these settings; lengths in Mpc/h where the box size is known, else in per cent of the box."""
        self._view, self._box_size = view, box_size
        self.mode.show_value(view.mode)
        self.scaling.show_value(view.scaling)
        self.axis.show_value(str(view.axis))
        self.together.show_view(view)
        for name in ("difference", "ratio"):
            self.together.comparison.allow(name, view.mode != "particles", NO_DIFFERENCE)
        self.colour_map.show_name(view.transfer.colour_map)
        self.preset.show_transfer(view.transfer)
        self.halos.setChecked(view.halos)
        self.linked.setChecked(view.linked)
        self.opacity.show_values((view.opacity,))
        self.controls.show_view(view, box_size)
        self.particles.show_view(view)
        self.rings.show_view(view)
        particles = view.mode == "particles"
        self.particles.setVisible(particles)
        self.rings.setVisible(view.halos)
        self.scaling.setVisible(not (particles and view.particles.opaque))
        self._editor.setVisible(not particles)
        self.preset.setVisible(view.mode == "dvr")
        side = self._side()
        scale = Scale(0, side, "Mpc/h" if box_size else "%", 0 if side >= 100 else 1)
        for slider, share in zip((self.depth_range, *self.clip), (view.depth, *view.clip), strict=True):
            slider.set_scale(scale)
            slider.show_values(tuple(side * part for part in share))
        self.opacity.setVisible(view.mode == "dvr")
        self.depth_range.setVisible(view.mode == "slice")
        self._along.setVisible(view.mode == "slice")

    def _side(self) -> float:
        return self._box_size or 100.0

    def _ask(self, view: ViewSettings, merge_key: str = "") -> None:
        if view != self._view:
            self._view = view
            self.view_requested.emit(view, merge_key)

    def _colour_map_chosen(self, name: str) -> None:
        transfer = replace(self._view.transfer, colour_map=name)
        self._ask(replace(self._view, transfer=transfer))

    def _opacity_changed(self, values: tuple[float, ...], gesture: int) -> None:
        self._ask(replace(self._view, opacity=values[0]), f"opacity {gesture}")

    def _depth_changed(self, values: tuple[float, float], gesture: int) -> None:
        start, stop = values[0] / self._side(), values[1] / self._side()
        self._ask(replace(self._view, depth=(start, stop)), f"depth {gesture}")

    def _clip_changed(self, axis: int, values: tuple[float, float], gesture: int) -> None:
        clip = list(self._view.clip)
        clip[axis] = (values[0] / self._side(), values[1] / self._side())
        self._ask(replace(self._view, clip=tuple(clip)), f"clip {axis} {gesture}")
