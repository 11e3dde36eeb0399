"""Every command of the window, with its menu, its shortcut and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt6.QtGui import QKeySequence

from app import correcting
from app.about import show_about
from app.actions import Actions
from app.comparison_commands import add_comparisons
from app.data_export import ask_for_data
from app.ensemble_commands import add_ensembles
from app.halo_choice import ask_for_halos
from app.main_window import PAGES
from app.mode_commands import DRAWING, add_mode_commands, draw
from app.navigation_commands import add_navigation, gestures
from app.panel_commands import add_panels
from app.particle_commands import add_particle_commands
from app.statistic_commands import add_statistics
from app.time_commands import add_time
from backends.data.view import MODES, SCALINGS
from widgets.command_palette import PaletteCommand
from widgets.shortcuts_dialog import ShortcutsDialog

if TYPE_CHECKING:
    from app.application import Application

Key = QKeySequence.StandardKey
MODE_TITLES = {
    "dvr": "Density volume",
    "column": "Column density",
    "mip": "Maximum",
    "iso": "Isosurface",
    "slice": "Slice",
    "plane": "Cutting plane",
    "particles": "Particles",
}


def add_commands(app: Application) -> Actions:
    """Add all commands to the window and give the menus to its header."""
    actions = Actions(app.window)
    _add_file(app, actions)
    _add_edit(app, actions)
    _add_view(app, actions)
    app.view_actions = add_navigation(app, actions)
    add_statistics(app, actions)
    _add_help(app, actions)
    for section in actions.sections:
        app.window.header.add_menu(f"&{section}", actions.menu(section))
    return actions


def _add_file(app: Application, actions: Actions) -> None:
    add = actions.add
    add("file.new", "New study", "File", app.new_study, shortcut=Key.New, tip="Begin an empty study")
    add("file.open", "Open…", "File", app.ask_for_files, shortcut=Key.Open, tip="Open snapshots, grids or a session")
    add(
        "file.folder", "Open folder…", "File", app.ask_for_folder, shortcut="Ctrl+Shift+O", tip="Open a folder of files"
    )
    add(
        "file.demo",
        "Open the demo study",
        "File",
        app.open_demo,
        shortcut="Ctrl+D",
        tip="Open the study that ships inside",
    )
    add("file.restore", "Restore unsaved study", "File", app.restore, shortcut="Ctrl+Shift+R",
        tip="Bring back the newest study that was not saved")  # fmt: skip
    actions.separate("File")
    add("file.save", "Save session", "File", app.save_session, shortcut=Key.Save, tip="Save the study as a session")
    add(
        "file.save-as",
        "Save session as…",
        "File",
        app.save_session_as,
        shortcut="Ctrl+Shift+S",
        tip="Save under a name",
    )
    actions.separate("File")
    add(
        "file.export",
        "Export…",
        "File",
        app.exports.ask,
        shortcut="Ctrl+E",
        tip="Export the figure, the view, the numbers",
    )
    add(
        "file.report",
        "Export report…",
        "File",
        app.exports.ask_for_report,
        shortcut="Ctrl+Shift+E",
        tip="One HTML file",
    )
    add(
        "file.export-data",
        "Export data…",
        "File",
        lambda: ask_for_data(app),
        shortcut="Ctrl+Alt+E",
        tip="Write the selected run's density, displacement or particles",
    )
    actions.separate("File")
    add("file.close", "Quit", "File", app.window.close, shortcut=Key.Quit, tip="Close Halograph")


def _add_edit(app: Application, actions: Actions) -> None:
    stack = app.document.undo_stack
    undo = actions.add("edit.undo", "Undo", "Edit", stack.undo, shortcut=Key.Undo, tip="Take the last change back")
    redo = actions.add("edit.redo", "Redo", "Edit", stack.redo, shortcut="Ctrl+Shift+Z", tip="Make it again")
    stack.canUndoChanged.connect(undo.setEnabled)
    stack.canRedoChanged.connect(redo.setEnabled)
    stack.undoTextChanged.connect(lambda text: undo.setText(f"Undo {text}".strip()))
    stack.redoTextChanged.connect(lambda text: redo.setText(f"Redo {text}".strip()))
    undo.setEnabled(False)
    redo.setEnabled(False)
    actions.separate("Edit")

    def of_selected(act: Callable[[str], object]) -> Callable[[], None]:
        def run() -> None:
            if app.document.study.selected:
                act(app.document.study.selected)

        return run

    add, editing = actions.add, app.editing
    add("run.explain", "Explain", "Edit", app.explaining.explain_again, shortcut="Ctrl+Return",
        tip="Ask every network of the study what it looked at for the crosshair's voxel")  # fmt: skip
    add("run.reference", "Make reference", "Edit", of_selected(editing.make_reference), shortcut="Ctrl+R",
        tip="Hold all other runs against the selected one")  # fmt: skip
    add("run.correct", "Correct facts…", "Edit", of_selected(partial(correcting.ask, app)), shortcut="Ctrl+I",
        tip="Say the box size, unit, redshift or quantity that a file does not say")  # fmt: skip
    add("run.relink", "Relink files…", "Edit", lambda: app.relinking.ask(app.document.study.selected),
        tip="Say where files lie now that were moved: the selected run's, and all that are missing")  # fmt: skip
    add("run.halos", "Halos from…", "Edit", of_selected(partial(ask_for_halos, app)), shortcut="Ctrl+Shift+H",
        tip="Take the selected run's halos from a catalogue of the study, or find them in its particles")  # fmt: skip
    add("run.remove", "Remove run", "Edit", of_selected(editing.remove), shortcut="Ctrl+Backspace",
        tip="Take the selected run out of the study")  # fmt: skip


def _add_view(app: Application, actions: Actions) -> None:
    add = actions.add
    for number, page in enumerate(PAGES, 1):
        title, tip = f"{page.capitalize()} page", f"Turn to the {page} page"
        add(f"page.{page}", title, "View", partial(_turn_to, app, page), shortcut=f"Ctrl+{number}", tip=tip)
    actions.separate("View")
    for number, mode in enumerate(MODES, 1):
        add(f"view.{mode}", MODE_TITLES[mode], DRAWING, partial(_draw_as, app, mode), shortcut=f"Alt+{number}")
    actions.separate(DRAWING)
    for scaling in SCALINGS:
        title = f"{scaling.capitalize()} scaling"
        add(f"view.scaling-{scaling}", title, "View/Scaling", partial(_look, app, scaling=scaling))
    add_mode_commands(app, actions)
    add_particle_commands(app, actions)
    actions.separate("View")
    add_comparisons(app, actions)
    actions.separate("View")
    add_time(app, actions)
    add_ensembles(app, actions)
    actions.separate("View")
    add(
        "view.halos", "Halos", "View", lambda: _look(app, halos=not app.document.study.view.halos),
        shortcut="Ctrl+H", tip="Draw a circle around every halo",
    )  # fmt: skip
    add("view.substructure", "Substructure of halos", "View", lambda: _toggle_substructure(app),
        tip="Show and count halos that lie in others too, where their file says which do")  # fmt: skip
    actions.separate("View")
    add("view.theme", "Light or dark theme", "View", app.toggle_theme, shortcut="Ctrl+T", tip="Change the theme")
    add_panels(app, actions)


def _turn_to(app: Application, page: str) -> None:
    app.document.look(page=page)


def _draw_as(app: Application, mode: str) -> None:
    draw(app, replace(app.document.study.view, mode=mode))


def _look(app: Application, **changes: Any) -> None:
    """Change some of the view's settings, as one step of undo."""
    app.editing.view(replace(app.document.study.view, **changes))


def _toggle_substructure(app: Application) -> None:
    parameters = app.document.study.parameters
    app.editing.parameters(replace(parameters, substructure=not parameters.substructure))


def _add_help(app: Application, actions: Actions) -> None:
    def palette() -> None:
        app.window.palette_of_commands.open(_listed(actions))

    def shortcuts() -> None:
        ShortcutsDialog(app.window, (*_listed(actions), *gestures())).exec()

    actions.add("help.palette", "Search commands…", "Help", palette, shortcut="Ctrl+K", tip="Find any command by name")
    actions.add("help.shortcuts", "Keyboard shortcuts", "Help", shortcuts, shortcut="F1", tip="List all shortcuts")
    actions.add("help.about", "About Halograph", "Help", partial(show_about, app), tip="Which version runs on what")
    app.window.palette_of_commands.command_chosen.connect(lambda identifier: actions[identifier].trigger())


def _listed(actions: Actions) -> tuple[PaletteCommand, ...]:
    return tuple(
        PaletteCommand(identifier, action.text(), action.shortcut().toString(), section, action.isEnabled())
        for section, identifier, action in actions
        if action.isVisible()
    )
