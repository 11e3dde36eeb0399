"""Rows of runs and columns of numbers, as a Qt model that sorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

KEY_ROLE = Qt.ItemDataRole.UserRole + 1
COLOUR_ROLE = Qt.ItemDataRole.UserRole + 2
TONE_ROLE = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True)
class Column:
    """A column of numbers.

    unit : shown under the title; "" for a pure number
    short : what the head says in place of the title where that is shorter
    tip : what the number says, with its unit, and which way is better
    ascending : whether the smallest comes first when the column is sorted for the first time
    """

    title: str
    unit: str = ""
    tip: str = ""
    ascending: bool = True
    short: str = ""


@dataclass(frozen=True)
class Cell:
    """A number as it is written; ``value`` is what it is sorted by, None where there is none.

    tone : "good" for the best of its column, "bad" for the worst, "far" for what is off the mark, else ""
    """

    text: str
    value: float | None = None
    tone: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Row:
    """One run's numbers."""

    key: str
    label: str
    colour: str
    cells: tuple[Cell, ...]


_TONES = {"good": "best", "bad": "worst"}


class RunRows(QAbstractTableModel):
    """The first column is the run, the others its numbers; missing numbers sort last, either way."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self.rows: tuple[Row, ...] = ()
        self._given: tuple[Row, ...] = ()
        self.sorted_by: tuple[int, Qt.SortOrder] | None = None

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Show these; what they were sorted by stays, wherever the column of that title is now."""
        if self.sorted_by is not None and self.sorted_by[0] > 0:
            title, order = self.columns[self.sorted_by[0] - 1].title, self.sorted_by[1]
            sections = (section for section, column in enumerate(columns, start=1) if column.title == title)
            self.sorted_by = next(((section, order) for section in sections), None)
        self.beginResetModel()
        self.columns, self._given = tuple(columns), tuple(rows)
        self.rows = self._ordered()
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns) + 1

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == KEY_ROLE:
            return row.key
        if role == COLOUR_ROLE:
            return row.colour
        if index.column() == 0:
            return row.label if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) else None
        return self._number(row, index.column() - 1, role)

    def _number(self, row: Row, column: int, role: int) -> object:
        cell = row.cells[column]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == TONE_ROLE:
            return cell.tone
        if role == Qt.ItemDataRole.ToolTipRole:
            place = f"\n{_TONES[cell.tone]} of the runs" if cell.tone in _TONES else ""
            return (cell.tip or self.columns[column].tip) + place
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = f"{row.label}, {self.columns[column].title}: {cell.text}"
            return f"{said}, {_TONES[cell.tone]}" if cell.tone in _TONES else said
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section <= len(self.columns):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return self.head_text(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            what = "The runs" if section == 0 else self.columns[section - 1].tip
            return f"{what}\nClick to sort"
        return None

    def head_text(self, section: int) -> str:
        """Return a head: the title and, where any column has a unit, its unit in a second line."""
        title, unit = ("run", "") if section == 0 else _head(self.columns[section - 1])
        return f"{title}\n{unit or ' '}" if any(column.unit for column in self.columns) else title

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column; by -1, as they were given."""
        self.sorted_by = None if column < 0 else (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self.rows[index.row()].key for index in before]
        self.rows = self._ordered()
        places = {row.key: number for number, row in enumerate(self.rows)}
        after = [self.index(places[key], index.column()) for key, index in zip(keys, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _ordered(self) -> tuple[Row, ...]:
        if self.sorted_by is None:
            return self._given
        column, order = self.sorted_by
        backwards = order == Qt.SortOrder.DescendingOrder
        if column == 0:
            return tuple(sorted(self._given, key=lambda row: row.label.casefold(), reverse=backwards))
        known = [row for row in self._given if row.cells[column - 1].value is not None]
        known.sort(key=lambda row: row.cells[column - 1].value or 0.0, reverse=backwards)
        return (*known, *(row for row in self._given if row.cells[column - 1].value is None))


def _head(column: Column) -> tuple[str, str]:
    return column.short or column.title, column.unit
