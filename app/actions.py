"""One registry of commands: menus, shortcuts, the palette and the list of shortcuts all read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMenu, QWidget

SEPARATOR = "—"


class Actions:
    """The window's commands by identifier, in the order in which they were added."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._sections: dict[str, list[str]] = {}

    def add(
        self,
        identifier: str,
        title: str,
        section: str,
        act: Callable[[], object],
        *,
        shortcut: str | QKeySequence.StandardKey = "",
        tip: str = "",
        checkable: bool = False,
        within: QWidget | None = None,
    ) -> QAction:
        """Add a command.

        Parameters
        ----------
        identifier : str
            A stable name, e.g. "file.open".
        section : str
            The menu that lists it.
        tip : str
            What it does, as a phrase.
        within : QWidget or None
            The shortcut holds only while this widget has the keyboard: a single letter may be typed elsewhere.
        """
        action = QAction(title, self._window)
        action.setObjectName(identifier)
        action.setShortcut(QKeySequence(shortcut))
        context = Qt.ShortcutContext
        action.setShortcutContext(context.WindowShortcut if within is None else context.WidgetWithChildrenShortcut)
        action.setToolTip(tip or title)
        action.setStatusTip(tip)
        action.setCheckable(checkable)
        action.triggered.connect(lambda _checked=False: act())
        (within or self._window).addAction(action)
        self._actions[identifier] = action
        self._sections.setdefault(section, []).append(identifier)
        return action

    def separate(self, section: str) -> None:
        """Draw a line in that section's menu here."""
        self._sections.setdefault(section, []).append(SEPARATOR)

    def __getitem__(self, identifier: str) -> QAction:
        return self._actions[identifier]

    def __iter__(self) -> Iterator[tuple[str, str, QAction]]:
        """Section, identifier and action of every command."""
        for section, identifiers in self._sections.items():
            for identifier in identifiers:
                if identifier != SEPARATOR:
                    yield section, identifier, self._actions[identifier]

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(self._sections)

    def menu(self, section: str) -> QMenu:
        """Return a new menu of that section's commands."""
        menu = QMenu(section, self._window)
        menu.setToolTipsVisible(True)
        for identifier in self._sections[section]:
            if identifier == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[identifier])
        return menu
