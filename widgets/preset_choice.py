"""The choice of a named transfer function."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from backends.data.transfer_presets import PRESETS, preset_of
from backends.data.view import TransferFunction
from widgets.choice_box import ChoiceBox


class PresetChoice(ChoiceBox):
    """A list of presets; "Own" stands for what a person made. Signal: ``preset_chosen(str)`` with a preset's name."""

    preset_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = "What the opacity brings out: the web, its filaments, its halos, its voids"
        titles = [(preset.title, name) for name, preset in PRESETS.items()]
        super().__init__("Preset of the transfer function", tip, titles, parent)
        for number, preset in enumerate(PRESETS.values()):
            self.setItemData(number, preset.tip, Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(self._choose)

    def _choose(self, number: int) -> None:
        if self.itemData(number):
            self.preset_chosen.emit(self.itemData(number))

    def show_transfer(self, transfer: TransferFunction) -> None:
        """Show which preset this is. Emits nothing."""
        name = preset_of(transfer)
        own = self.findText("Own")
        if not name and own < 0:
            self.addItem("Own", "")
        elif name and own >= 0:
            self.removeItem(own)
        self.setCurrentIndex(self.findData(name))
