"""How wide the panels at the sides are: as wide as they were made, and narrower only while the window is narrow."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtWidgets import QDockWidget, QMainWindow

# Pixels that the views get before the panels get more than they need.
VIEWS = 720


class SideWidths(QObject):
    """Gives the panels their widths back when a window that was made narrow becomes wide again.

    Qt takes the room from them, and returns it to what is in the middle.

    Parameters
    ----------
    usual : width in pixels of each dock that stands at a side
    """

    def __init__(self, window: QMainWindow, usual: Mapping[QDockWidget, int]) -> None:
        super().__init__(window)
        self._window, self._usual = window, dict(usual)
        self._wanted = dict(usual)
        self._given: dict[QDockWidget, int] = {}
        window.resizeDocks(list(usual), list(usual.values()), Qt.Orientation.Horizontal)
        window.installEventFilter(self)
        for dock in usual:
            dock.visibilityChanged.connect(lambda _: QTimer.singleShot(0, self._begin))

    def forget(self) -> None:
        """Want the usual widths again, or those of a layout that has just been brought back."""
        self._wanted, self._given = dict(self._usual), {}
        QTimer.singleShot(0, self._begin)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # Qt's own name
        """Watch the window's width, and the mouse that moves a border within it."""
        if event is not None and event.type() == QEvent.Type.Resize and self._window.isVisible():
            self._give()
        elif event is not None and event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self._heed)
        return False

    def _beside(self) -> list[QDockWidget]:
        """Return the docks that stand alone at a side."""
        sides = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)
        docks = [dock for dock in self._wanted if dock.isVisible() and not dock.isFloating()]
        areas = [self._window.dockWidgetArea(dock) for dock in docks]
        return [dock for dock, area in zip(docks, areas, strict=True) if area in sides and areas.count(area) == 1]

    def _give(self) -> None:
        docks = self._beside()
        wanted = [self._wanted[dock] for dock in docks]
        share = min((self._window.width() - VIEWS) / max(sum(wanted), 1), 1.0)
        self._window.resizeDocks(docks, [max(round(share * wide), 1) for wide in wanted], Qt.Orientation.Horizontal)
        self._given |= {dock: dock.width() for dock in docks}

    def _heed(self) -> None:
        """Take what a person made of the widths as what is wanted."""
        for dock in self._beside():
            if dock.width() != self._given.get(dock, dock.width()):
                self._wanted[dock] = self._given[dock] = dock.width()

    def _begin(self) -> None:
        """Take the widths that docks come into sight with as what is wanted: they were kept, or are the usual ones.

        What was kept of a narrow window was not wanted.
        """
        docks = self._beside()
        is_wide = self._window.width() >= VIEWS + sum(self._wanted[dock] for dock in docks)
        new = {dock: dock.width() for dock in docks if dock not in self._given}
        self._wanted |= new if is_wide else {}
        self._given |= new
