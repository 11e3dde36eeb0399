"""The isosurfaces of the views: a row each of level, opacity and colour, added and removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from backends.data.view import MOST_ISOSURFACES, Isosurface
from widgets.colour_choice import colour_menu, swatch
from widgets.icons import icon
from widgets.sliders import Scale, Slider
from widgets.style import set_kind

LEVELS = Scale(0.1, 1000.0, "", 1, logarithmic=True)
_OPACITIES = Scale(2.0, 100.0, "%", 0)
# An added surface lies within the others, which let it be seen.
_WITHIN, _SHELL = 4.0, 0.3

_ROOM_FOR_BOTH = 236
"""Pixels of a row that shows its level and its opacity beside each other, whole."""

Surfaces = tuple[Isosurface, ...]


def with_one_more(surfaces: Surfaces) -> Surfaces:
    """Return the surfaces and a new one: within them and opaque, or where that is too dense, around them and faint.

    Where there are as many as can be, they stay as they are.
    """
    if len(surfaces) >= MOST_ISOSURFACES:
        return surfaces
    inner = max(surface.level for surface in surfaces) * _WITHIN
    if inner <= LEVELS.maximum:
        return (*(replace(one, opacity=min(one.opacity, _SHELL)) for one in surfaces), Isosurface(inner))
    outer = min(surface.level for surface in surfaces) / _WITHIN
    return (*surfaces, Isosurface(max(outer, LEVELS.minimum), _SHELL))


class SurfaceList(QWidget):
    """Asks for other isosurfaces; shows those that it is given.

    surfaces_changed : the wished tuple of Isosurface, and a merge key: the same text for all values of one drag
    """

    surfaces_changed = pyqtSignal(tuple, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._surfaces: Surfaces = ()
        self.rows: list[_Row] = []
        self._place = QVBoxLayout()
        self._place.setSpacing(6)
        self.add = QPushButton(icon("plus"), "Add a surface")
        set_kind(self.add, "flat")
        self.add.setAccessibleName("Add an isosurface")
        self.add.setToolTip(f"Draw one more isosurface within the others, up to {MOST_ISOSURFACES}")
        self.add.clicked.connect(lambda: self._tell(with_one_more(self._surfaces)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._place)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_surfaces((Isosurface(),))

    def show_surfaces(self, surfaces: Surfaces) -> None:
        """Show these, without announcing them."""
        self._surfaces = surfaces[:MOST_ISOSURFACES]
        while len(self.rows) < len(self._surfaces):
            self._add_row()
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(self._surfaces))
            if number < len(self._surfaces):
                row.show_surface(self._surfaces[number], alone=len(self._surfaces) == 1)
        self.add.setEnabled(len(self._surfaces) < MOST_ISOSURFACES)

    def _add_row(self) -> None:
        row = _Row(len(self.rows))
        row.changed.connect(self._changed)
        row.removed.connect(self._removed)
        self.rows.append(row)
        self._place.addWidget(row)

    def _changed(self, number: int, changes: dict[str, Any], merge_key: str) -> None:
        changed = list(self._surfaces)
        changed[number] = replace(changed[number], **changes)
        self._tell(tuple(changed), merge_key)

    def _removed(self, number: int) -> None:
        self._tell(self._surfaces[:number] + self._surfaces[number + 1 :])

    def _tell(self, surfaces: Surfaces, merge_key: str = "") -> None:
        if surfaces and surfaces != self._surfaces:
            self.show_surfaces(surfaces)
            self.surfaces_changed.emit(surfaces, merge_key)


class _Row(QWidget):
    """One isosurface. ``changed`` : its number, what changes, a merge key;  ``removed`` : its number."""

    changed = pyqtSignal(int, dict, str)
    removed = pyqtSignal(int)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._tint = number, ""
        which = f"surface {number + 1}"
        self.tint = QToolButton()
        self.tint.setAccessibleName(f"Colour of {which}")
        self.tint.setToolTip("Colour of this surface: that of the density right beneath it, or one colour")
        self.tint.clicked.connect(self._ask_colour)
        tip = "The value of 1+δ on this surface, in units of the mean density"
        self.level = Slider("1 + δ", LEVELS, (Isosurface().level,), tip)
        self.opacity = Slider("Opacity", _OPACITIES, (100.0,), "How much this surface hides of what is behind it")
        for name, slider in (("Level", self.level), ("Opacity", self.opacity)):
            slider.track.setAccessibleName(f"{name} of {which}")
            slider.edit.setAccessibleName(f"{name} of {which}, as a number")
        self.remove = QToolButton()
        self.remove.setIcon(icon("remove", "quiet"))
        self.remove.setAccessibleName(f"Remove {which}")
        self.remove.setToolTip("Take this surface away")
        self.remove.clicked.connect(lambda: self.removed.emit(self._number))
        for button in (self.tint, self.remove):
            set_kind(button, "flat")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.tint, 0, Qt.AlignmentFlag.AlignVCenter)
        self._sliders = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sliders.setSpacing(10)
        self._sliders.addWidget(self.level, 1)
        self._sliders.addWidget(self.opacity, 1)
        line.addLayout(self._sliders, 1)
        line.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignVCenter)
        self.level.value_changed.connect(
            lambda values, gesture: self.changed.emit(number, {"level": values[0]}, f"level {number} {gesture}")
        )
        self.opacity.value_changed.connect(
            lambda values, gesture: self.changed.emit(
                number, {"opacity": values[0] / 100}, f"surface opacity {number} {gesture}"
            )
        )

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Put the sliders below each other where there is no room for both."""
        super().resizeEvent(event)
        beside = self.width() >= _ROOM_FOR_BOTH
        self._sliders.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._sliders.setSpacing(10 if beside else 2)

    def show_surface(self, surface: Isosurface, *, alone: bool) -> None:
        """Show a surface; the only one cannot be taken away, and where it is opaque needs no opacity."""
        self._tint = surface.tint
        self.level.show_values((surface.level,))
        self.opacity.show_values((100 * surface.opacity,))
        self.tint.setIcon(swatch(surface.tint) if surface.tint else icon("colour"))
        self.remove.setVisible(not alone)

    def _ask_colour(self) -> None:
        menu = colour_menu(self, f"surface {self._number + 1}", self._tint, self._choose)
        beneath = menu.addAction("As the density beneath")
        if beneath is not None:
            beneath.setCheckable(not self._tint)
            beneath.setChecked(not self._tint)
            beneath.triggered.connect(lambda: self._choose(""))
        menu.popup(self.tint.mapToGlobal(self.tint.rect().bottomLeft()))

    def _choose(self, colour: str) -> None:
        self.changed.emit(self._number, {"tint": colour}, "")
