"""Commands for the particles and the halos' rings: colours, light or points, and their size."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from app.actions import Actions
from app.mode_commands import draw
from widgets.particle_controls import COLOURS

if TYPE_CHECKING:
    from app.application import Application

MENU = "View/Particles"
STEP = 1.4
"""By which a particle's diameter grows at a keystroke."""


def add_particle_commands(app: Application, actions: Actions) -> None:
    """Add them to the menu of the views."""
    add = actions.add
    for name, (title, tip) in COLOURS.items():
        colour = f"Particles by {title[0].lower()}{title[1:]}"
        add(f"particles.{name}", colour, MENU, partial(_draw, app, colour=name), tip=tip)
    add("particles.points", "Particles as points or as light", MENU, partial(_swap_style, app),
        tip="Points hide each other; light adds up")  # fmt: skip
    add("particles.larger", "Larger particles", MENU, partial(_grow, app, STEP), shortcut="Ctrl+Alt++")
    add("particles.smaller", "Smaller particles", MENU, partial(_grow, app, 1 / STEP), shortcut="Ctrl+Alt+-")


def _draw(app: Application, **changes: Any) -> None:
    """Show particles, drawn in this way."""
    view = app.document.study.view
    draw(app, replace(view, mode="particles", particles=replace(view.particles, **changes)))


def _swap_style(app: Application) -> None:
    _draw(app, opaque=not app.document.study.view.particles.opaque)


def _grow(app: Application, factor: float) -> None:
    look = app.document.study.view.particles
    if look.to_scale:
        _draw(app, length=min(max(look.length * factor, 0.01), 20.0))
    else:
        _draw(app, pixels=min(max(look.pixels * factor, 0.5), 40.0))
