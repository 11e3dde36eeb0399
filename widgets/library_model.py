"""The library's rows as a Qt model: what it is given it shows, what is edited it asks for."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QAbstractListModel, QByteArray, QMimeData, QModelIndex, QObject, Qt, pyqtSignal

from widgets.library_row import ROW_ROLE, LibraryRow

_MIME = "application/x-halograph-run"


class LibraryModel(QAbstractListModel):
    """Never changes by itself: renaming and reordering are requests.

    rename_requested : key, wished label
    order_requested : the keys in their wished order
    """

    rename_requested = pyqtSignal(str, str)
    order_requested = pyqtSignal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LibraryRow, ...] = ()

    def rows(self) -> tuple[LibraryRow, ...]:
        """Return the rows that are shown."""
        return self._rows

    def show_rows(self, rows: tuple[LibraryRow, ...]) -> None:
        """Show other rows; where the keys stay, an open editor and the scroll position stay too."""
        if [row.key for row in rows] == [row.key for row in self._rows]:
            old, self._rows = self._rows, rows
            changed = [number for number, row in enumerate(rows) if row != old[number]]
            for number in changed:
                self.dataChanged.emit(self.index(number), self.index(number))
            if any(_height(rows[number]) != _height(old[number]) for number in changed):
                self.layoutChanged.emit()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def number(self, key: str) -> int:
        """Return the row number of a run, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.key == key), -1)

    def moved(self, number: int, steps: int) -> None:
        """Ask for one row to move down by some steps, up where they are negative."""
        target = min(max(number + steps, 0), len(self._rows) - 1)
        keys = [row.key for row in self._rows]
        keys.insert(target, keys.pop(number))
        if target != number:
            self.order_requested.emit(tuple(keys))

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(line for line in (row.tooltip or row.spoken(), row.failure, *row.warnings) if line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken()
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return " ".join(row.warnings)
        return None

    def setData(self, index: QModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self._rows[index.row()]
        wished = str(value).strip()
        if wished and wished != row.label:
            self.rename_requested.emit(row.key, wished)
        return False

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
        )

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:
        carried = QMimeData()
        carried.setData(_MIME, QByteArray(self._rows[next(iter(indexes)).row()].key.encode()))
        return carried

    def dropMimeData(
        self, data: QMimeData | None, action: Qt.DropAction, row: int, column: int, parent: QModelIndex
    ) -> bool:
        if data is None or not data.hasFormat(_MIME):
            return False
        number = self.number(bytes(data.data(_MIME).data()).decode())
        target = row if row >= 0 else parent.row() if parent.isValid() else len(self._rows)
        if number >= 0:
            self.moved(number, target - number - (1 if target > number else 0))
        return False  # the document decides, and the new order comes down again


def _height(row: LibraryRow) -> tuple[str, bool]:
    """What a row's height depends on."""
    return row.failure, row.explained
