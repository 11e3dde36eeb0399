"""The commands of the menu Go: where the box is looked at from, and which part of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtGui import QAction

from app.actions import Actions
from backends.data.saved_view import MOST
from widgets.command_palette import PaletteCommand

if TYPE_CHECKING:
    from app.application import Application

MENU = "Go"
SIDES = (
    ("x", 0, 1, "+x"), ("x-behind", 0, -1, "−x"), ("y", 1, -1, "−y"),
    ("y-behind", 1, 1, "+y"), ("z", 2, 1, "+z"), ("z-behind", 2, -1, "−z"),
)  # fmt: skip
"""Name, axis, end of it and title; the first view of each axis has the other two to the right and upwards."""

GESTURES = (
    ("Turn the box, or push the slice", "Drag, arrows"),
    ("Push the box", "Shift+drag, Shift+arrows"),
    ("Zoom to what is under the cursor", "Wheel, right drag, + −"),
    ("Probe the densest point there", "Click"),
    ("Centre on the densest point there", "Double click"),
    ("Show a run large, or all again", "Double click on its name, Return"),
    ("Menu of a place", "Right click, Menu key"),
    ("Flying: move", "W A S D Q E"),
    ("Flying: look around", "Drag, arrows"),
    ("Flying: speed", "Wheel, Shift"),
    ("End a tool, remove a measured line", "Esc"),
)
"""What hands do in the views, for the list of shortcuts."""


def gestures() -> tuple[PaletteCommand, ...]:
    """Return the gestures as lines of the list of shortcuts."""
    return tuple(PaletteCommand("", title, keys, "In the views") for title, keys in GESTURES)


def add_navigation(app: Application, actions: Actions) -> tuple[QAction, ...]:
    """Add them, and return those of the saved views.

    Their single keys hold while the views have the keyboard: after a click into them, or with Tab.
    """
    add, go, grid = actions.add, app.navigating, app.window.grid
    add("camera.home", "Home", MENU, go.home, shortcut="Ctrl+0", tip="Show the whole box as it is stored, from afar")
    tip = "Travel until the crosshair is in the middle; a double click centres on what is under the pointer"
    add("camera.centre", "Centre on the crosshair", MENU, go.centre, shortcut="C", within=grid, tip=tip)
    for name, axis, side, end in SIDES:
        shift = "Shift+" if name.endswith("behind") else ""
        add(f"camera.{name}", f"Look from {end}", MENU, partial(grid.pointing.moving.face, axis, side),
            shortcut=f"Ctrl+Alt+{shift}{name[0].upper()}",
            tip=f"Look from {end} with parallel rays; or click an end of the axes in a view's corner")  # fmt: skip
    actions.separate(MENU)
    tip = "W A S D Q E move, arrows or a drag look around, the wheel sets the speed in Mpc/h per second, Esc ends"
    add("tool.fly", "Fly through the box", MENU, partial(go.begin, "fly"), shortcut="F", within=grid, tip=tip)
    tip = "Click two points: the shortest way between them through the periodic box, in Mpc/h; Esc removes it"
    add("tool.measure", "Measure a distance", MENU, partial(go.begin, "measure"), shortcut="M", within=grid, tip=tip)
    tip = "Drag the six walls of the kept part of the box; a double click puts one back, Esc ends"
    add("tool.crop", "Crop the box", MENU, partial(go.begin, "crop"), shortcut="B", within=grid, tip=tip)
    add("box.whole", "Keep the whole box", MENU, go.uncrop, shortcut="Shift+B", within=grid,
        tip="Crop nothing any more")  # fmt: skip
    actions.separate(MENU)
    add("box.bring", "Bring the crosshair to the middle of the box", MENU, go.bring, shortcut="Shift+C", within=grid,
        tip="The box is periodic: draw it so that a halo at its edge is whole, in the middle")  # fmt: skip
    add("box.back", "Put the box back", MENU, go.put_back, tip="Draw the box from its own corner again")
    actions.separate(MENU)
    add("view.save", "Save this view…", MENU, go.ask_to_save, shortcut="V", within=grid,
        tip="Keep where the box is looked at from, and which part of it, under a name and a key")  # fmt: skip
    saved = tuple(
        add(f"view.saved-{number + 1}", f"Saved view {number + 1}", MENU, partial(go.go_to, number),
            shortcut=str(number + 1), within=grid, tip="Travel to this saved view")
        for number in range(MOST)
    )  # fmt: skip
    add("view.remove-saved", "Remove a saved view…", MENU, go.ask_to_remove, tip="Forget a saved view")
    return saved
