"""The bar at the top: the name, the menus, the pages, the search for commands, the export."""

from __future__ import annotations

from itertools import pairwise

from PyQt6.QtCore import QEvent, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PyQt6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from widgets.icons import icon
from widgets.section import MARGIN
from widgets.segmented import keep_one_stop
from widgets.style import set_kind

HEIGHT = 44
SEARCH, SHORT_SEARCH = "Search commands…   Ctrl+K", "Search…   Ctrl+K"
WIDE = 1000
"""Pixels of a window that has room for all that the search says."""


class Header(QWidget):
    """One line: menus at the left, pages in the middle, search and export at the right.

    page_requested : the name of a page, as it was given to :meth:`set_pages`
    palette_requested : the person wants to search the commands
    export_requested : the person wants to export what they see
    """

    page_requested = pyqtSignal(str)
    palette_requested = pyqtSignal()
    export_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._tabs: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._pages = QHBoxLayout()
        self._pages.setSpacing(4)
        self.menus = QMenuBar()
        self.menus.setNativeMenuBar(False)
        self.menus.setAccessibleName("Menus")
        self.menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        line = QGridLayout(self)
        line.setContentsMargins(MARGIN, 0, MARGIN, 0)
        line.setHorizontalSpacing(12)
        line.addLayout(self._left(), 0, 0)
        line.addLayout(self._pages, 0, 1)
        line.addLayout(self._right(), 0, 2)
        line.setColumnStretch(0, 1)
        line.setColumnStretch(2, 1)

    def add_menu(self, title: str, menu: QMenu) -> None:
        """Add a menu; an ``&`` in its title makes the next letter its Alt key.

        The letter is not underlined all the time, as a menu bar of Qt's would.
        """
        menu.setTitle(title.replace("&", ""))
        action = self.menus.addMenu(menu)
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self._leave_menus))
        if "&" in title:
            letter = title[title.index("&") + 1]
            shortcut = QShortcut(QKeySequence(f"Alt+{letter}"), self)
            shortcut.activated.connect(lambda: self._open_menu(action))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Shorten what the search says in a narrow window, and mark where menus are that have no room."""
        super().resizeEvent(event)
        self.search.setText(SEARCH if self.width() >= WIDE else SHORT_SEARCH)
        more = self.menus.findChild(QToolButton, "qt_menubar_ext_button")
        if more is not None and not more.accessibleName():
            more.setIcon(icon("more"))
            more.setAccessibleName("More menus")
            more.setToolTip("The menus that have no room")

    def _open_menu(self, action: QAction | None) -> None:
        self.menus.setFocus(Qt.FocusReason.MenuBarFocusReason)
        self.menus.setActiveAction(action)

    def _leave_menus(self) -> None:
        """Leave the bar where Esc closed a menu: Qt's own would wait for another Esc, with the menu's name lit."""
        if self.menus.activeAction() is not None and QApplication.activePopupWidget() is None:
            escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(self.menus, escape)

    def set_pages(self, names: tuple[str, ...], current: str) -> None:
        """Show these pages, with the current one raised."""
        if tuple(self._tabs) != names:
            self._make_tabs(names)
        if current in self._tabs:
            self._tabs[current].setChecked(True)
            keep_one_stop(tuple(self._tabs.values()))

    def _make_tabs(self, names: tuple[str, ...]) -> None:
        for tab in self._tabs.values():
            self._group.removeButton(tab)
            self._pages.removeWidget(tab)
            tab.deleteLater()
        self._tabs = {}
        for number, name in enumerate(names, start=1):
            tab = QPushButton(name[:1].upper() + name[1:])
            set_kind(tab, "tab")
            tab.setCheckable(True)
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tab.setAccessibleName(f"{name.capitalize()} page")
            tab.setToolTip(f"Show the {name} page (Ctrl+{number})")
            tab.clicked.connect(lambda _=False, page=name: self.page_requested.emit(page))
            self._group.addButton(tab)
            self._pages.addWidget(tab)
            self._tabs[name] = tab
        stops = [*self._tabs.values(), self.search, self.export]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)

    def _left(self) -> QHBoxLayout:
        wordmark = QLabel("Halograph")
        set_kind(wordmark, "wordmark")
        line = QHBoxLayout()
        line.setSpacing(20)
        line.addWidget(wordmark)
        line.addWidget(self.menus)
        line.addStretch(1)
        return line

    def _right(self) -> QHBoxLayout:
        self.search = QPushButton(SEARCH)
        set_kind(self.search, "search")
        self.search.setIcon(icon("search"))
        self.search.setIconSize(QSize(14, 14))
        self.search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.setMinimumWidth(130)
        self.search.setMaximumWidth(330)
        self.search.setAccessibleName("Search commands")
        self.search.setToolTip("Find and run any command by its name (Ctrl+K)")
        self.search.clicked.connect(self.palette_requested)
        self.export = QPushButton("Export…")
        set_kind(self.export, "primary")
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.export.setAccessibleName("Export")
        self.export.setToolTip("Save the figure, the 3D view, the numbers or a report (Ctrl+E)")
        self.export.clicked.connect(self.export_requested)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch(1)
        line.addWidget(self.search, 8)
        line.addWidget(self.export)
        return line
