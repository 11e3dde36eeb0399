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
        self._menus: dict[str, QMenu] = {}

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
            The menu that lists it, or "Menu/Submenu".
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
        self._listed(section).append(identifier)
        if section in self._menus:
            self._menus[section].addAction(action)
        return action

    def separate(self, section: str) -> None:
        """Draw a line in that section's menu here."""
        self._listed(section).append(SEPARATOR)

    def _listed(self, section: str) -> list[str]:
        """What a section lists; a submenu stands in its menu where it is first named."""
        above = section.rpartition("/")[0]
        if section not in self._sections and above:
            self._listed(above).append(section)
            self._sections[section] = []
            if above in self._menus:
                self._menus[above].addMenu(self.menu(section))
        return self._sections.setdefault(section, [])

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._actions

    def __getitem__(self, identifier: str) -> QAction:
        return self._actions[identifier]

    def __iter__(self) -> Iterator[tuple[str, str, QAction]]:
        """Menu, identifier and action of every command, in the menus' order."""
        for section in self.sections:
            for identifier in self._within(section):
                yield section, identifier, self._actions[identifier]

    def _within(self, section: str) -> Iterator[str]:
        for listed in self._sections[section]:
            if listed in self._sections:
                yield from self._within(listed)
            elif listed != SEPARATOR:
                yield listed

    @property
    def sections(self) -> tuple[str, ...]:
        """The menus, without their submenus."""
        return tuple(section for section in self._sections if "/" not in section)

    def menu(self, section: str) -> QMenu:
        """Return the menu of that section's commands and its submenus; what is added later joins it."""
        menu = self._menus[section] = QMenu(section.rpartition("/")[2], self._window)
        menu.setToolTipsVisible(True)
        for identifier in self._sections[section]:
            if identifier == SEPARATOR:
                menu.addSeparator()
            elif identifier in self._sections:
                menu.addMenu(self.menu(identifier))
            else:
                menu.addAction(self._actions[identifier])
        return menu
