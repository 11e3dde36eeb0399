"""The library: the study's runs, one row each."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from widgets.icons import icon
from widgets.library_list import LibraryList
from widgets.library_model import LibraryModel
from widgets.library_row import LibraryRow
from widgets.section import MARGIN, Head
from widgets.style import set_kind

__all__ = ["Library", "LibraryRow"]


class Library(QWidget):
    """Shows runs and asks for what the person wants of them; it changes nothing by itself.

    run_selected, run_hovered : key, "" when the mouse has left
    rename_requested : key, label;  colour_requested : key, stored colour ``#rrggbb``
    order_requested : the keys in their wished order
    units_requested : key of a table, "h" or "no-h"
    open_requested : the person wants to open files
    """

    run_selected = pyqtSignal(str)
    run_hovered = pyqtSignal(str)
    rename_requested = pyqtSignal(str, str)
    colour_requested = pyqtSignal(str, str)
    reference_requested = pyqtSignal(str)
    role_requested = pyqtSignal(str, str)
    visibility_requested = pyqtSignal(str, bool)
    remove_requested = pyqtSignal(str)
    order_requested = pyqtSignal(tuple)
    correction_requested = pyqtSignal(str)
    relink_requested = pyqtSignal(str)
    export_requested = pyqtSignal(str)
    halos_requested = pyqtSignal(str)
    units_requested = pyqtSignal(str, str)
    open_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = LibraryModel(self)
        self.list = LibraryList(self._model, self)
        add = QToolButton()
        set_kind(add, "flat")
        add.setIcon(icon("plus"))
        add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        add.setAccessibleName("Open files")
        add.setToolTip("Open snapshots, grids or bundles (Ctrl+O)")
        add.clicked.connect(self.open_requested)
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN, 6, MARGIN - 4, 2)
        head.addWidget(Head("Runs"), 1)
        head.addWidget(add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list)
        for name in (
            "run_selected",
            "run_hovered",
            "colour_requested",
            "reference_requested",
            "role_requested",
            "visibility_requested",
            "remove_requested",
            "correction_requested",
            "relink_requested",
            "export_requested",
            "halos_requested",
            "units_requested",
        ):
            getattr(self.list, name).connect(getattr(self, name))
        self._model.rename_requested.connect(self.rename_requested)
        self._model.order_requested.connect(self.order_requested)

    def show_runs(self, rows: tuple[LibraryRow, ...]) -> None:
        """Show these runs; what is being typed or scrolled stays where the same runs stay."""
        self._model.show_rows(rows)
        self.list.choose(next((number for number, row in enumerate(rows) if row.selected), -1))
        self.list.updateGeometry()

    def highlight(self, key: str) -> None:
        """Make a run's row bright, as when it is pointed at elsewhere; "" for none."""
        self.list.highlight(key)

    def rename(self, key: str) -> None:
        """Open the label of a run for editing, as F2 does."""
        number = self._model.number(key)
        if number >= 0:
            self.list.edit(self._model.index(number))
