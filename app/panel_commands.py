"""The commands that close panels and bring them back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions import Actions

if TYPE_CHECKING:
    from app.application import Application

MENU = "View/Panels"


def add_panels(app: Application, actions: Actions) -> None:
    """Add one for each panel, and one that puts all back; what is closed is remembered."""
    window = app.window
    window.closed = app.settings.closed & window.docks.keys()
    for name, dock in window.docks.items():
        title = dock.windowTitle()
        action = actions.add(f"panel.{name}", f"{title} panel", MENU, partial(_turn, app, actions, name),
            checkable=True, tip=f"Show or close the panel {title}")  # fmt: skip
        action.setChecked(name not in window.closed)
    actions.add("view.layout", "Reset the panels", MENU, partial(_reset, app, actions), tip="Put every panel back")


def _turn(app: Application, actions: Actions, name: str) -> None:
    _close(app, actions, app.window.closed ^ {name})


def _reset(app: Application, actions: Actions) -> None:
    app.window.reset_layout()
    _close(app, actions, frozenset())


def _close(app: Application, actions: Actions, closed: frozenset[str]) -> None:
    app.window.closed = app.settings.closed = closed
    for name in app.window.docks:
        actions[f"panel.{name}"].setChecked(name not in closed)
    app.showing.mark("page")
