"""The section MATTER: which species of particles is shown, painted and compared."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from backends.data.species import in_words
from widgets.choice_box import ChoiceBox
from widgets.section import MARGIN, Head
from widgets.style import set_kind


class SpeciesChoice(QWidget):
    """Offers the species that the runs hold; where there is nothing to choose from it is not there.

    species_requested : the registered name of a species, or None for all matter
    """

    species_requested = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._shown: tuple[tuple[str, int], ...] | None = None
        tip = "Which particles are shown, painted and compared; all matter is weighted by mass"
        self.box = ChoiceBox("Species", tip)
        self.box.activated.connect(lambda _: self.species_requested.emit(self.box.currentData()))
        line = QHBoxLayout(self)
        line.setContentsMargins(MARGIN, 8, MARGIN, 4)
        line.setSpacing(12)
        line.addWidget(Head("Matter"))
        line.addWidget(self.box, 1)
        self.show_species((), None)

    def show_species(self, offered: tuple[tuple[str, int], ...], chosen: str | None) -> None:
        """Offer species, each with the number of runs that hold it, beside all matter; show what is chosen."""
        if offered != self._shown:
            self._shown = offered
            self.box.clear()
            self.box.addItem("All matter", None)
            for name, runs in offered:
                self.box.addItem(in_words(name).capitalize(), name)
                held = "one run" if runs == 1 else f"{runs} runs"
                self.box.setItemData(self.box.count() - 1, f"Held by {held}", Qt.ItemDataRole.ToolTipRole)
        if chosen is not None and self.box.findData(chosen) < 0:
            self.box.addItem(in_words(chosen).capitalize(), chosen)
            self._shown = None
        self.box.setCurrentIndex(max(0, self.box.findData(chosen)))
        self.setVisible(len(offered) > 1 or chosen is not None)
