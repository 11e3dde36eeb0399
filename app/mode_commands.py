"""Commands for what the ways of drawing can do beside their colours."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from app.actions import Actions
from app.wiring import face_the_view
from backends.data.transfer_presets import PRESETS
from backends.data.view import ViewSettings
from widgets.surface_list import with_one_more

if TYPE_CHECKING:
    from app.application import Application

# What a command switches on; the panel's sliders go on from there.
_LIGHT, _ATTENUATION = ViewSettings().light, 4.0
DRAWING, OPACITY = "View/Drawing", "View/Opacity"


def draw(app: Application, view: ViewSettings) -> None:
    """Show the study in this way, or say why only slices can be shown."""
    reason = app.window.volume.no_volumes
    if reason and view.mode != "slice":
        app.window.messages.show_message("info", reason)
    else:
        app.editing.view(view)


def add_mode_commands(app: Application, actions: Actions) -> None:
    """Add the commands of light, attenuation, columns, surfaces, the cutting plane and the presets."""

    def view() -> ViewSettings:
        return app.document.study.view

    change = partial(draw, app)

    def preset(name: str) -> None:
        change(replace(view(), mode="dvr", transfer=PRESETS[name].of(view().transfer)))

    def column_unit() -> None:
        if view().column_unit != "mass" and app.window.volume.controls.no_mass:
            app.window.messages.show_message("info", app.window.volume.controls.no_mass)
            return
        change(replace(view(), mode="column", column_unit="mean" if view().column_unit == "mass" else "mass"))

    def less() -> None:
        kept = view().isosurfaces
        if len(kept) > 1:
            change(replace(view(), mode="iso", isosurfaces=kept[:-1]))

    add = actions.add
    add("view.light", "Light on the density volume", DRAWING,
        lambda: change(replace(view(), mode="dvr", light=0.0 if view().light else _LIGHT)),
        shortcut="Ctrl+Alt+L", tip="Shade the density volume by its gradient, or not")  # fmt: skip
    add("view.attenuated", "Attenuated maximum", DRAWING,
        lambda: change(replace(view(), mode="mip", attenuation=0.0 if view().attenuation else _ATTENUATION)),
        shortcut="Ctrl+Alt+A", tip="Dim maxima by what lies in front of them, or not")  # fmt: skip
    add("view.column-unit", "Columns as projected mass", DRAWING, column_unit,
        shortcut="Ctrl+Alt+M", tip="Count columns in (Msun/h) / (Mpc/h)², or over their mean")  # fmt: skip
    add("view.add-surface", "Add an isosurface", DRAWING,
        lambda: change(replace(view(), mode="iso", isosurfaces=with_one_more(view().isosurfaces))),
        shortcut="Ctrl+Alt+I", tip="Draw one more isosurface within the others")  # fmt: skip
    add("view.remove-surface", "Remove an isosurface", DRAWING, less, tip="Take the last isosurface away")
    add("view.face-plane", "Cut facing the view", DRAWING, partial(face_the_view, app),
        shortcut="Ctrl+Alt+P", tip="Cut the box by a plane that faces the viewer")  # fmt: skip
    for name, one in PRESETS.items():
        add(f"view.preset-{name}", f"Opacity: {one.title.lower()}", OPACITY, partial(preset, name), tip=one.tip)
