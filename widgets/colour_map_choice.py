"""The choice of a colour map, each drawn beside its name."""

from __future__ import annotations

from functools import lru_cache

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QLinearGradient, QPainter, QPixmap, QShowEvent
from PyQt6.QtWidgets import QWidget

from widgets.choice_box import ChoiceBox
from widgets.colour_maps import known
from widgets.polite_timer import PoliteTimer

SEQUENTIAL = (
    "inferno",
    "magma",
    "plasma",
    "viridis",
    "cividis",
    "gray",
    "cmasher:ember",
    "cmocean:thermal",
    "cmocean:ice",
    "crameri:batlow",
    "crameri:lipari",
    "colorcet:fire",
)
"""Maps for fields: lightness rises all the way, so that more looks like more, in grey print too."""
DIVERGING = ("colorbrewer:RdBu_r", "crameri:vik", "crameri:broc", "cmocean:balance", "matplotlib:coolwarm")
"""Maps for differences: white or dark in the middle, of equal weight on both sides."""
COLOUR_BLIND_SAFE = ("cividis", "viridis", "gray", "cmasher:ember", "cmocean:thermal", "cmocean:ice", "crameri:batlow",
                     "crameri:lipari")  # fmt: skip
"""Maps that differ in lightness, or along blue and yellow, and never in red and green alone."""
_STOPS = 32
_PREVIEW = QSize(56, 12)


@lru_cache(maxsize=64)
def colours(name: str) -> tuple[str, ...]:
    """Return colours of a map from low to high, ``#rrggbb``; of a map that is not installed, greys."""
    from cmap import Colormap  # opened with the panel that needs it, not with the window

    try:
        table = Colormap(known(name)).lut(_STOPS)
    except (ValueError, KeyError):
        table = Colormap("matlab:gray").lut(_STOPS)
    return tuple(QColor.fromRgbF(float(r), float(g), float(b)).name() for r, g, b, _ in table)


def colour_at(name: str, position: float) -> QColor:
    """Return a map's colour at a position in [0, 1]."""
    table = colours(name)
    return QColor(table[round(min(max(position, 0.0), 1.0) * (len(table) - 1))])


def gradient(name: str, left: float, right: float, places: tuple[float, ...] = ()) -> QLinearGradient:
    """Return a map as a gradient between two horizontal pixel positions.

    ``places`` of the map, in [0, 1], are shown at equal distances; without them all of it is.
    """
    shown = tuple(colour_at(name, place) for place in places) or tuple(QColor(colour) for colour in colours(name))
    made = QLinearGradient(left, 0.0, right, 0.0)
    for number, colour in enumerate(shown):
        made.setColorAt(number / (len(shown) - 1), colour)
    return made


def preview(name: str, ratio: float = 1.0) -> QIcon:
    """Return a small picture of a colour map."""
    picture = QPixmap(_PREVIEW * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient(name, 0.0, float(_PREVIEW.width())))
    painter.drawRoundedRect(0, 0, _PREVIEW.width(), _PREVIEW.height(), 2, 2)
    painter.end()
    return QIcon(picture)


class ColourMapChoice(ChoiceBox):
    """A list of colour maps. Signal: ``colour_map_chosen(str)`` when the person picks one."""

    colour_map_chosen = pyqtSignal(str)

    def __init__(self, names: tuple[str, ...] = SEQUENTIAL, parent: QWidget | None = None) -> None:
        super().__init__("Colour map", "Colours from the lowest to the highest value", parent=parent)
        self.setIconSize(_PREVIEW)
        self._drawing = PoliteTimer(self)
        self._drawing.due.connect(self._draw_next)
        self.set_names(names)
        self.activated.connect(lambda number: self.colour_map_chosen.emit(self.itemData(number)))

    def set_names(self, names: tuple[str, ...]) -> None:
        """Offer these maps."""
        chosen = self.current_name
        self.clear()
        for name in names:
            self._offer(name)
        if chosen in names:
            self.show_name(chosen)

    @property
    def current_name(self) -> str:
        """The map that is shown as chosen, or ""."""
        return str(self.currentData() or "")

    def show_name(self, name: str) -> None:
        """Show a map as chosen, also one that was not offered. Emits nothing."""
        if self.findData(name) < 0:
            self._offer(name)
        self.setCurrentIndex(self.findData(name))

    def _offer(self, name: str) -> None:
        self.addItem(name.rpartition(":")[2].removesuffix("_r"), name)
        if name in COLOUR_BLIND_SAFE:
            self.setItemData(self.count() - 1, "Reads alike for every eye", Qt.ItemDataRole.ToolTipRole)
        if self.isVisible():
            self._drawing.start(0)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Draw the maps only now: the window opens without the package that knows them."""
        super().showEvent(event)
        self._drawing.start(0)

    def _draw_next(self) -> None:
        """Draw one map a turn, the chosen one first: each is read from its own file."""
        waiting = [number for number in range(self.count()) if self.itemIcon(number).isNull()]
        if len(waiting) > 1:
            self._drawing.start(0)
        if waiting:
            number = self.currentIndex() if self.currentIndex() in waiting else waiting[0]
            self.setItemIcon(number, preview(self.itemData(number), self.devicePixelRatioF()))
