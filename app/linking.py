"""What one run shares with the others and what it keeps to itself: the menu of the chain beside its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu

if TYPE_CHECKING:
    from app.application import Application

PARTS = {
    "camera": ("Own camera", "Turn, move and zoom this run alone"),
    "colours": ("Own colours and limits", "Give this run a transfer function and a colour range of its own"),
    "clip": ("Own clip box", "Cut the box of this run alone"),
    "crosshair": ("Own crosshair", "Probe this run at a point of its own: click its view"),
    "time": ("Own time", "Leave this run at its snapshot; while it is selected, the slider turns it alone"),
}


def links_menu(app: Application, key: str) -> QMenu:
    """Return the menu of a run: each part checked that it keeps to itself."""
    view, run = app.document.study.view, app.document.study.run(key)
    menu = QMenu(f"Links of {run.label}", app.window)
    menu.setToolTipsVisible(True)
    for part, (title, tip) in PARTS.items():
        action = QAction(title, menu)
        action.setToolTip(tip)
        action.setCheckable(True)
        action.setChecked(view.keeps(key, part))
        action.setEnabled(part != "time" or bool(run.epochs) or view.keeps(key, part))  # spread, it may still keep it
        action.triggered.connect(partial(app.editing.let_go, key, part))
        menu.addAction(action)
    menu.addSeparator()
    again = QAction("Share everything again", menu)
    again.setToolTip("Show this run with the camera, the colours, the clip box, the crosshair and the time of all")
    again.setEnabled(not view.own_of(key).shares_all)
    again.triggered.connect(lambda: app.editing.link_again(key))
    menu.addAction(again)
    return menu


def show_links(app: Application, key: str, where: QPoint) -> None:
    """Open a run's menu at a place of the screen."""
    menu = links_menu(app, key)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(where)
