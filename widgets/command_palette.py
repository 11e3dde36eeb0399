"""Every command by its name: a few letters, the arrow keys, Enter."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets.current_theme import current_theme
from widgets.fuzzy import score
from widgets.style import figures_font, set_kind
from widgets.style_sheet import mixed

_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_WIDTH, _ROW, _ROWS = 560, 34, 11


@dataclass(frozen=True)
class PaletteCommand:
    """A command as the palette shows it: its section, its title, its keys."""

    identifier: str
    title: str
    shortcut: str = ""
    section: str = ""
    enabled: bool = True


class CommandPalette(QFrame):
    """A pop-up over the upper middle of its parent.

    command_chosen : the identifier of the chosen command, after the palette has closed
    """

    command_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        set_kind(self, "popup")
        self.setAccessibleName("Command palette")
        self._commands: tuple[PaletteCommand, ...] = ()
        self.entry = QLineEdit()
        set_kind(self.entry, "palette")
        self.entry.setPlaceholderText("Type a command")
        self.entry.setAccessibleName("Search commands")
        self.entry.textChanged.connect(self._filter)
        self.entry.installEventFilter(self)
        self.model = QStandardItemModel(self)
        self.list = QListView()
        set_kind(self.list, "commands")
        self.list.setModel(self.model)
        self.list.setItemDelegate(_CommandPainter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Commands")
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(lambda _: self._choose())
        self._nothing = QLabel("No command of that name")
        set_kind(self._nothing, "quiet")
        self._nothing.setContentsMargins(8, 6, 8, 10)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(0)
        column.addWidget(self.entry)
        column.addWidget(self.list)
        column.addWidget(self._nothing)

    def open(self, commands: tuple[PaletteCommand, ...]) -> None:
        """Show the palette with these commands, nothing typed, the first one at hand."""
        self._commands = commands
        self.entry.clear()
        self._filter("")
        parent = self.parentWidget()
        if parent is not None:
            window = parent.window() or parent
            corner = window.mapToGlobal(window.rect().topLeft())
            width = min(_WIDTH, window.width() - 40)
            self.setFixedWidth(width)
            self.move(corner.x() + (window.width() - width) // 2, corner.y() + 56)
        self.show()
        self.entry.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown(self) -> tuple[str, ...]:
        """Return the identifiers that fit what is typed, the best first."""
        return tuple(self._at(number).identifier for number in range(self.model.rowCount()))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: _ROWS - 1,
                Qt.Key.Key_PageUp: 1 - _ROWS,
            }
            if event.key() in steps:
                self._step(steps[Qt.Key(event.key())])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose()
                return True
        return super().eventFilter(watched, event)

    def _at(self, number: int) -> PaletteCommand:
        command: PaletteCommand = self.model.index(number, 0).data(_ROLE)
        return command

    def _filter(self, typed: str) -> None:
        scored = []
        for number, command in enumerate(self._commands):
            fits = score(typed, f"{command.title} {command.section}")
            if fits is not None:
                scored.append((not command.enabled, -fits, number, command))
        self.model.clear()
        for *_, command in sorted(scored, key=lambda each: each[:3]):
            item = QStandardItem(command.title)
            item.setData(command, _ROLE)
            item.setEnabled(command.enabled)
            item.setAccessibleText(f"{command.title}, {command.section} {command.shortcut}".strip())
            self.model.appendRow(item)
        self.list.setCurrentIndex(self.model.index(0, 0))
        rows = self.model.rowCount()
        self.list.setVisible(rows > 0)
        self._nothing.setVisible(rows == 0)
        self.list.setFixedHeight(max(1, min(rows, _ROWS)) * _ROW)
        self.adjustSize()

    def _step(self, steps: int) -> None:
        # what cannot be done now comes last and is walked past
        rows = sum(self._at(number).enabled for number in range(self.model.rowCount()))
        if rows:
            number = self.list.currentIndex().row() + steps
            number = number % rows if abs(steps) == 1 else min(max(number, 0), rows - 1)
            self.list.setCurrentIndex(self.model.index(number, 0))

    def _choose(self) -> None:
        index = self.list.currentIndex()
        if index.isValid() and self._at(index.row()).enabled:
            identifier = self._at(index.row()).identifier
            self.hide()
            self.command_chosen.emit(identifier)


class _CommandPainter(QStyledItemDelegate):
    """Paints the title at the left, the section after it, the keys at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, _ROW)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if painter is None:
            return
        command: PaletteCommand = index.data(_ROLE)
        theme, area = current_theme(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(QRectF(area), 6, 6)
        font, small = figures_font(13), figures_font(12)
        inner = area.adjusted(10, 0, -10, 0)
        keys = QFontMetrics(small).horizontalAdvance(command.shortcut)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if command.enabled else mixed(theme.quiet, theme.panel, 0.35)))
        room = inner.width() - keys - 16
        title = QFontMetrics(font).elidedText(command.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, middle, title)
        painter.setFont(small)
        painter.setPen(QColor(theme.quiet))
        used = QFontMetrics(font).horizontalAdvance(title) + 10
        section = QFontMetrics(small).elidedText(command.section, Qt.TextElideMode.ElideRight, max(0, room - used))
        painter.drawText(QRect(inner.left() + used, inner.top(), room - used, inner.height()), middle, section)
        painter.drawText(inner, middle | int(Qt.AlignmentFlag.AlignRight), command.shortcut)
        painter.restore()
