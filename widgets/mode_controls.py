"""What each way of drawing asks beside its colours: light, attenuation, surfaces, the unit of columns, the plane."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from backends.data.view import CuttingPlane, ViewSettings
from widgets.segmented import Segment, Segmented
from widgets.sliders import Scale, Slider
from widgets.style import set_kind
from widgets.surface_list import SurfaceList

_LIGHT = Scale(0.0, 100.0, "%", 0)
_ATTENUATION = Scale(0.0, 20.0, "per box", 1)
_UNITS = (
    Segment(
        "mean",
        "Σ / mean",
        "The column over the mean column of its length; what is shorter than half the box is deep fades, "
        "and compared it counts for as much as it is long",
    ),
    Segment("mass", "Σ in Msun/h", "The projected mass, in (Msun/h) / (Mpc/h)²"),
)
_OVER_THICKNESS = (
    Segment("mean", "Mean", "Show the mean of 1+δ over the thickness"),
    Segment("highest", "Max", "Show the maximum of 1+δ over the thickness"),
)
# The box's longest diagonal is so many sides long, and a plane moves along half of it.
_HALF_DIAGONAL = 0.866


class ModeControls(QWidget):
    """Asks for other view settings; shows those that it is given.

    view_requested : the wished ViewSettings, and a merge key as of ``VolumeParameters``
    facing_requested : the cutting plane should face the viewer
    """

    view_requested = pyqtSignal(object, str)
    facing_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._side = ViewSettings(), 100.0
        usual = CuttingPlane()
        self.light = Slider("Light", _LIGHT, (50.0,), "How much a lamp beside the viewer shades the density")
        self.attenuation = Slider(
            "Attenuation",
            _ATTENUATION,
            (0.0,),
            "How much what is bright dims what lies behind it",
        )
        self.unit = Segmented("Unit of columns", _UNITS)
        self.no_mass = ""
        self.surfaces = SurfaceList()
        self.azimuth = Slider("Turn", Scale(-180, 180, "°", 0), (usual.azimuth,), "The plane's normal, around z from x")
        self.elevation = Slider(
            "Tilt", Scale(-90, 90, "°", 0), (usual.elevation,), "The plane's normal, above the x-y plane"
        )
        self.position = Slider(
            "Position",
            Scale(-1, 1),
            (0.0,),
            "The plane from the box's middle along its normal; Ctrl and the wheel over a view move it, too",
        )
        self.thickness = Slider("Thickness", Scale(0, 1), (2.0,), "How thick the cut is that the plane shows")
        self.over = Segmented("Over the thickness", _OVER_THICKNESS)
        self.facing = QPushButton("Face the view")
        set_kind(self.facing, "flat")
        self.facing.setAccessibleName("Turn the cutting plane to face the view")
        self.facing.setToolTip("Turn the plane so that its normal points to the viewer")
        self._planes = QWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for control in (self.light, self.attenuation, self.unit, self.surfaces, self._planes):
            column.addWidget(control)
        inner = QVBoxLayout(self._planes)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        angles = QHBoxLayout()
        angles.setSpacing(14)
        angles.addWidget(self.azimuth)
        angles.addWidget(self.elevation)
        inner.addLayout(angles)
        inner.addWidget(self.position)
        inner.addWidget(self.thickness)
        last = QHBoxLayout()
        last.setSpacing(12)
        last.addWidget(self.over, 1)
        last.addWidget(self.facing)
        inner.addLayout(last)

    def _connect(self) -> None:
        self.light.value_changed.connect(lambda v, g: self._ask(f"light {g}", light=v[0] / 100))
        self.attenuation.value_changed.connect(lambda v, g: self._ask(f"attenuation {g}", attenuation=v[0]))
        self.unit.chosen.connect(lambda unit: self._ask("", column_unit=unit))
        self.surfaces.surfaces_changed.connect(lambda found, key: self._ask(key, isosurfaces=found))
        self.azimuth.value_changed.connect(lambda v, g: self._cut(f"azimuth {g}", azimuth=v[0]))
        self.elevation.value_changed.connect(lambda v, g: self._cut(f"elevation {g}", elevation=v[0]))
        self.position.value_changed.connect(lambda v, g: self._cut(f"position {g}", position=v[0] / self._side))
        self.thickness.value_changed.connect(lambda v, g: self._cut(f"thickness {g}", thickness=v[0] / self._side))
        self.over.chosen.connect(lambda over: self._cut("", highest=over == "highest"))
        self.facing.clicked.connect(self.facing_requested)

    def allow_mass(self, reason: str) -> None:
        """Offer the projected mass, or say for what reason not: it takes the mean matter density."""
        self.no_mass = reason
        self.unit.allow("mass", not reason, reason)

    def show_view(self, view: ViewSettings, box_size: float | None) -> None:
        """Show the controls of the view's mode; lengths in Mpc/h where the box size is known, else in per cent."""
        self._view, self._side = view, box_size or 100.0
        unit, decimals = "Mpc/h" if box_size else "%", 0 if self._side >= 500 else 1
        plane, reach = view.plane, _HALF_DIAGONAL * self._side
        self.position.set_scale(Scale(-reach, reach, unit, decimals))
        self.thickness.set_scale(Scale(0.0, self._side, unit, decimals))
        self.light.show_values((100 * view.light,))
        self.attenuation.show_values((view.attenuation,))
        self.unit.show_value(view.column_unit)
        self.surfaces.show_surfaces(view.isosurfaces)
        self.azimuth.show_values((plane.azimuth,))
        self.elevation.show_values((plane.elevation,))
        self.position.show_values((plane.position * self._side,))
        self.thickness.show_values((plane.thickness * self._side,))
        self.over.show_value("highest" if plane.highest else "mean")
        mode = view.mode
        self.light.setVisible(mode == "dvr")
        self.attenuation.setVisible(mode == "mip")
        self.unit.setVisible(mode == "column")
        self.surfaces.setVisible(mode == "iso")
        self._planes.setVisible(mode == "plane")
        self.setVisible(mode in ("dvr", "mip", "column", "iso", "plane"))

    def _cut(self, merge_key: str, **changes: Any) -> None:
        self._ask(merge_key, plane=replace(self._view.plane, **changes))

    def _ask(self, merge_key: str, **changes: Any) -> None:
        view = replace(self._view, **changes)
        if view != self._view:
            self._view = view
            self.view_requested.emit(view, merge_key)
