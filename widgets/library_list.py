"""The list of runs: mouse and keys of the library, turned into requests."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QSizePolicy, QWidget

from widgets.colour_choice import colour_menu
from widgets.icons import icon
from widgets.library_model import LibraryModel
from widgets.library_row import LibraryRow, RowPainter

_ROLES = (("reference", "Reference"), ("input", "Input"), ("prediction", "Prediction"))
_UNITS = (("h", "h/Mpc, (Mpc/h)³, Msun/h"), ("no-h", "1/Mpc, Mpc³, Msun"))
_ROWS_IN_SIGHT = 20


class LibraryList(QListView):
    """Rows of runs; every signal carries the run's key first.

    F2 or a double click renames, Delete removes, Space shows or hides, Alt+Up and Alt+Down reorder,
    the menu key opens what else there is.
    """

    run_selected = pyqtSignal(str)
    run_hovered = pyqtSignal(str)
    colour_requested = pyqtSignal(str, str)
    reference_requested = pyqtSignal(str)
    role_requested = pyqtSignal(str, str)
    visibility_requested = pyqtSignal(str, bool)
    remove_requested = pyqtSignal(str)
    correction_requested = pyqtSignal(str)
    relink_requested = pyqtSignal(str)
    export_requested = pyqtSignal(str)
    halos_requested = pyqtSignal(str)
    units_requested = pyqtSignal(str, str)

    def __init__(self, rows: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._painter, self._hovered = rows, RowPainter(self), ""
        self.setModel(rows)
        self.setItemDelegate(self._painter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAccessibleName("Runs")
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setTabKeyNavigation(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.clicked.connect(self._clicked)

    def row(self, index: QModelIndex) -> LibraryRow | None:
        """Return the row at an index, or None beside all rows."""
        rows = self._rows.rows()
        return rows[index.row()] if index.isValid() and index.row() < len(rows) else None

    def sizeHint(self) -> QSize:
        """As high as its rows; beyond twenty of them the list scrolls."""
        shown = min(len(self._rows.rows()), _ROWS_IN_SIGHT)
        return QSize(220, sum(self.sizeHintForRow(number) for number in range(shown)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())  # the panel scrolls, not a list within it

    def choose(self, number: int) -> None:
        """Put the keyboard on a row, as the selection says."""
        self.setCurrentIndex(self._rows.index(number) if number >= 0 else QModelIndex())

    def highlight(self, key: str) -> None:
        """Paint a run's row as if the pointer were on it; "" for none. Emits nothing."""
        before, self._painter.highlighted = self._painter.highlighted, key
        viewport = self.viewport()
        for number in {self._rows.number(before), self._rows.number(key)} if key != before else ():
            if viewport is not None and number >= 0:
                viewport.update(self.visualRect(self._rows.index(number)))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()  # an explained failure wraps to the new width
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        row = self.row(self.currentIndex())
        if event is None or row is None:
            super().keyPressEvent(event)
            return
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._rows.moved(self.currentIndex().row(), -1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_requested.emit(row.key)
        elif event.key() == Qt.Key.Key_Space:
            self.visibility_requested.emit(row.key, not row.visible)
        else:
            super().keyPressEvent(event)
            if self.row(self.currentIndex()) != row:
                self._clicked(self.currentIndex())

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        index = self.indexAt(event.position().toPoint())
        row, area = self.row(index), self.visualRect(index)
        if row is not None and self._painter.eye(area).contains(event.position().toPoint()):
            self.visibility_requested.emit(row.key, not row.visible)
        elif row is not None and self._painter.square(area).contains(event.position().toPoint()):
            self.colours(row).popup(self.mapToGlobal(area.topLeft() + QPoint(14, 24)))
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            area = self.visualRect(self.indexAt(event.position().toPoint()))
            place = event.position().toPoint()
            if self._painter.eye(area).contains(place) or self._painter.square(area).contains(place):
                self.mousePressEvent(event)
                return
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        super().mouseMoveEvent(event)
        if event is not None:
            row = self.row(self.indexAt(event.position().toPoint()))
            self._hover(row.key if row else "")

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self._hover("")

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is None:
            return
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keyboard else self.indexAt(event.pos())
        row = self.row(index)
        if row is not None:
            place = self.visualRect(index).bottomLeft() + QPoint(14, 0) if by_keyboard else event.pos()
            self.menu_of(row, index).popup(self.mapToGlobal(place))

    def colours(self, row: LibraryRow) -> QMenu:
        """Return the menu of colours for a row."""
        menu = colour_menu(self, row.label, row.colour, lambda chosen: self.colour_requested.emit(row.key, chosen))
        menu.setIcon(icon("colour"))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def menu_of(self, row: LibraryRow, index: QModelIndex) -> QMenu:
        """Return everything that can be asked for a row."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)

        def add(name: str, picture: str, keys: str = "") -> QAction:
            action = QAction(icon(picture), f"{name}\t{keys}" if keys else name, menu)
            menu.addAction(action)
            return action

        if row.role == "curve":
            add("Rename", "rename", "F2").triggered.connect(lambda: self.edit(index))
            menu.addMenu(self.colours(row))
            shown = add("Hide" if row.visible else "Show", "eye-off" if row.visible else "eye", "Space")
            shown.triggered.connect(lambda: self.visibility_requested.emit(row.key, not row.visible))
            if row.units:
                menu.addMenu(self._units_of(row))
            menu.addSeparator()
            add("Relink file…", "relink").triggered.connect(lambda: self.relink_requested.emit(row.key))
            add("Remove", "remove", "Del").triggered.connect(lambda: self.remove_requested.emit(row.key))
            return menu
        reference = add("Make reference", "reference")
        reference.setEnabled(row.role != "reference")
        reference.triggered.connect(lambda: self.reference_requested.emit(row.key))
        roles = menu.addMenu("Role")
        for role, name in _ROLES:
            action = roles.addAction(name) if roles is not None else None
            if action is not None:
                action.setCheckable(True)
                action.setChecked(role == row.role)
                action.triggered.connect(lambda _=False, wished=role: self.role_requested.emit(row.key, wished))
        menu.addSeparator()
        add("Rename", "rename", "F2").triggered.connect(lambda: self.edit(index))
        menu.addMenu(self.colours(row))
        shown = add("Hide" if row.visible else "Show", "eye-off" if row.visible else "eye", "Space")
        shown.triggered.connect(lambda: self.visibility_requested.emit(row.key, not row.visible))
        number = index.row()
        up, down = add("Move up", "chevron-up", "Alt+Up"), add("Move down", "chevron-down", "Alt+Down")
        up.triggered.connect(lambda: self._rows.moved(number, -1))
        down.triggered.connect(lambda: self._rows.moved(number, 1))
        up.setEnabled(number > 0)
        down.setEnabled(number < len(self._rows.rows()) - 1)
        menu.addSeparator()
        add("Correct facts…", "correct").triggered.connect(lambda: self.correction_requested.emit(row.key))
        add("Relink file…", "relink").triggered.connect(lambda: self.relink_requested.emit(row.key))
        add("Halos from…", "halos").triggered.connect(lambda: self.halos_requested.emit(row.key))
        add("Export data…", "export").triggered.connect(lambda: self.export_requested.emit(row.key))
        menu.addSeparator()
        add("Remove", "remove", "Del").triggered.connect(lambda: self.remove_requested.emit(row.key))
        return menu

    def _units_of(self, row: LibraryRow) -> QMenu:
        """Return the menu of the units that a table can be in whose file does not say."""
        menu = QMenu("Units of the table", self)
        menu.aboutToHide.connect(menu.deleteLater)
        for value, name in _UNITS:
            action = QAction(name, menu)
            action.setCheckable(True)
            action.setChecked(value == row.units)
            action.triggered.connect(lambda _=False, wished=value: self.units_requested.emit(row.key, wished))
            menu.addAction(action)
        return menu

    def _clicked(self, index: QModelIndex) -> None:
        row = self.row(index)
        if row is not None and not row.selected:
            self.run_selected.emit(row.key)

    def _hover(self, key: str) -> None:
        if key != self._hovered:
            self._hovered = key
            self.run_hovered.emit(key)
