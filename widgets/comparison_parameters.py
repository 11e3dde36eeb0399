"""How runs are held against the reference in one view, and what is laid over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from backends.data.view import FASTEST_BLINK, SLOWEST_BLINK, ViewSettings
from widgets.choice_box import ChoiceBox
from widgets.colour_map_choice import ColourMapChoice
from widgets.named_row import named_row
from widgets.segmented import Segment, Segmented
from widgets.sliders import Scale, Slider

_COMPARISONS = (
    Segment("field", "Field", "Show every run's own field (Ctrl+Alt+F)"),
    Segment(
        "difference",
        "Difference",
        "Show every run minus the reference, zero at the middle of the colours (Ctrl+Alt+D)",
    ),
    Segment(
        "ratio",
        "Ratio",
        "Show every run over the reference, one at the middle of the colours. In a volume its opacity follows the "
        "density of run or reference, whichever is denser, from the mean to twenty times it (Ctrl+Alt+R)",
    ),
    Segment("wipe", "Wipe", "Show the run at the left of a divider and the reference at its right (Ctrl+Alt+W)"),
    Segment("checkerboard", "Checker", "Show the run and the reference in alternating squares (Ctrl+Alt+C)"),
    Segment("blink", "Blink", "Show the run and the reference in turns (Ctrl+Alt+B)"),
)
OVERLAY_MAPS = ("lagoon", "viridis", "cividis", "cmocean:ice", "matplotlib:cool", "matplotlib:autumn", "gray")


@dataclass(frozen=True)
class OverlayChoice:
    """A second field that can be laid over the views: the name that the settings hold, and what a person reads."""

    name: str
    label: str
    tip: str


class ComparisonParameters(QWidget):
    """Asks for other view settings; shows those that it is given.

    view_requested : the wished ViewSettings, and a merge key as of ``VolumeParameters``
    """

    view_requested = pyqtSignal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = ViewSettings()
        self._choices: tuple[OverlayChoice, ...] = ()
        self.comparison = Segmented("Comparison", _COMPARISONS, a_row=3)
        self.divider = Slider(
            "Divider", Scale(0, 100, "% run", 0), (50.0,), "How much of each view, from its left, shows the run"
        )
        self.squares = Slider(
            "Squares", Scale(2, 32, "per side", 0), (6.0,), "How many squares lie along the shorter side of a view"
        )
        self.rate = Slider(
            "Changes", Scale(SLOWEST_BLINK, FASTEST_BLINK, "per second", 1), (1.0,), "How often a view changes its run"
        )
        self.overlay = ChoiceBox()
        self.overlay.setAccessibleName("Overlay")
        self.overlay.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.overlay_map = ColourMapChoice(OVERLAY_MAPS)
        self.overlay_map.setAccessibleName("Colour map of the overlay")
        self.overlay_map.setToolTip("Colours of the overlay, from its lowest to its highest value")
        self.strength = Slider(
            "Strength", Scale(0.0, 100.0, "%", 0), (60.0,), "How much the overlay hides of the fields"
        )
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for control in (self.comparison, self.divider, self.squares, self.rate):
            column.addWidget(control)
        self._over = named_row("Overlay", self.overlay)
        column.addWidget(self._over)
        self._worn = named_row("Colours", self.overlay_map)
        column.addWidget(self._worn)
        column.addWidget(self.strength)

    def _connect(self) -> None:
        self.comparison.chosen.connect(lambda value: self._ask("", comparison=value))
        self.divider.value_changed.connect(lambda v, g: self._ask(f"wipe {g}", wipe=v[0] / 100))
        self.squares.value_changed.connect(lambda v, g: self._ask(f"squares {g}", squares=float(round(v[0]))))
        self.rate.value_changed.connect(lambda v, g: self._ask(f"blink {g}", blink_rate=v[0]))
        self.overlay.activated.connect(lambda _: self._ask("", overlay=self.overlay.currentData()))
        self.overlay_map.colour_map_chosen.connect(lambda name: self._ask("", overlay_map=name))
        self.strength.value_changed.connect(lambda v, g: self._ask(f"overlay {g}", overlay_opacity=v[0] / 100))

    def show_overlays(self, choices: tuple[OverlayChoice, ...]) -> None:
        """Offer these second fields."""
        if choices != self._choices:
            self._choices = choices
            self.overlay.clear()
            for number, choice in enumerate(choices):
                self.overlay.addItem(choice.label, choice.name)
                self.overlay.setItemData(number, choice.tip, Qt.ItemDataRole.ToolTipRole)
        self.show_view(self._view)

    def show_view(self, view: ViewSettings) -> None:
        """Show these settings; where networks are explained, their answers lie over the fields."""
        self._view = view
        explains, laid = view.page == "explain", self._laid(view)
        self.comparison.show_value(view.comparison)
        self.divider.show_values((100 * view.wipe,))
        self.squares.show_values((view.squares,))
        self.rate.show_values((view.blink_rate,))
        self.overlay.setCurrentIndex(max(self.overlay.findData(laid), 0))
        tip = next((choice.tip for choice in self._choices if choice.name == laid), "")
        self.overlay.setToolTip(f"Lay a second field over every view. {tip}".strip())
        self.overlay_map.show_name(view.overlay_map)
        self.strength.show_values((100 * view.overlay_opacity,))
        for control, name in ((self.divider, "wipe"), (self.squares, "checkerboard"), (self.rate, "blink")):
            control.setVisible(not explains and view.comparison == name)
        # a run alone has nothing to be held against; what was chosen before the others went can be left
        self.comparison.setVisible(not explains and (len(self._choices) > 1 or view.comparison != "field"))
        self._over.setVisible(not explains and len(self._choices) > 1)
        for part in (self._worn, self.strength):
            part.setVisible(explains or bool(laid))

    def _laid(self, view: ViewSettings) -> str:
        """Return the chosen overlay where it is offered: a run may have gone since."""
        return view.overlay if any(choice.name == view.overlay for choice in self._choices) else ""

    def _ask(self, merge_key: str, **changes: Any) -> None:
        view = replace(self._view, **changes)
        if view != self._view:
            self._view = view
            self.view_requested.emit(view, merge_key)
