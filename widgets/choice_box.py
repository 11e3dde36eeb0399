"""A choice from a list that costs nothing while it is closed."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import QComboBox, QWidget


class ChoiceBox(QComboBox):
    """A combo box that leaves its list alone until it is opened.

    Qt lays the hidden list of every box out anew with every style and font: a fifth of what another theme costs.

    Parameters
    ----------
    name : for screen readers
    choices : what a person reads, and what it means
    """

    _opened = False
    _COMES = (QEvent.Type.StyleChange, QEvent.Type.FontChange)

    def __init__(
        self,
        name: str = "",
        tip: str = "",
        choices: Sequence[tuple[str, object]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        for text, value in choices:
            self.addItem(text, value)

    def showPopup(self) -> None:
        """Show the list."""
        if not self._opened:
            self._opened = True
            if (view := self.view()) is not None:
                view.setFont(self.font())
        super().showPopup()

    def changeEvent(self, event: QEvent | None) -> None:
        """Leave a list that nobody has opened as it is."""
        if event is not None and event.type() in self._COMES and not self._opened:
            QWidget.changeEvent(self, event)
            self.updateGeometry()
        else:
            super().changeEvent(event)
