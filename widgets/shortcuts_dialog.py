"""All keyboard shortcuts, by section."""

from __future__ import annotations

from itertools import groupby

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from widgets.command_palette import PaletteCommand
from widgets.section import Head
from widgets.style import set_kind


class ShortcutsDialog(QDialog):
    """Lists commands that have keys; typing narrows the list.

    Parameters
    ----------
    commands : in the order in which they are shown, those of one section together
    """

    def __init__(self, parent: QWidget | None, commands: tuple[PaletteCommand, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(560, 620)
        self._commands = tuple(command for command in commands if command.shortcut)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a shortcut by its name or keys")
        self.search.setAccessibleName("Find a shortcut")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName("Shortcuts")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 12, 14)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self._scroll, 1)
        column.addWidget(buttons)
        self._show("")

    def shown(self) -> tuple[str, ...]:
        """Return the titles that fit what is typed."""
        return tuple(command.title for command in self._fitting(self.search.text()))

    def _fitting(self, typed: str) -> tuple[PaletteCommand, ...]:
        wanted = typed.casefold().strip()
        return tuple(
            command
            for command in self._commands
            if wanted in command.title.casefold() or wanted in command.shortcut.casefold()
        )

    def _show(self, typed: str) -> None:
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setVerticalSpacing(7)
        row = 0
        for section, commands in groupby(self._fitting(typed), key=lambda command: command.section):
            grid.addWidget(Head(section or "General"), row, 0, 1, 2, Qt.AlignmentFlag.AlignBottom)
            grid.setRowMinimumHeight(row, 32 if row else 20)
            row += 1
            for command in commands:
                keys = QLabel(command.shortcut)
                set_kind(keys, "key")
                grid.addWidget(QLabel(command.title), row, 0)
                grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight)
                row += 1
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(row, 1)
        self._scroll.setWidget(content)
