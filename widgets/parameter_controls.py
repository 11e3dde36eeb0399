"""What panels have in common that ask for other parameters of the statistics."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from backends.data.parameters import Parameters


class ParameterControls(QWidget):
    """Asks for other parameters; who makes one shows those that it is given.

    parameters_requested : the wished Parameters and a merge key, "" for a choice that stands alone, the
        same text for all values of one drag
    """

    parameters_requested = pyqtSignal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters = Parameters()

    def _ask(self, field: str, value: object, merge_key: str = "") -> None:
        """Ask for these parameters with one of them changed."""
        self._wish(replace(self._parameters, **{field: value}), merge_key)  # type: ignore[arg-type]

    def _wish(self, parameters: Parameters, merge_key: str = "") -> None:
        if parameters != self._parameters:
            self._parameters = parameters
            self.parameters_requested.emit(parameters, merge_key)
