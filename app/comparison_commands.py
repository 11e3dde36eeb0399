"""Commands that hold runs against the reference in one view, lay fields over others, and let single runs go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from app.overlays import ATTRIBUTION, ERROR, REFERENCE, choices
from backends.data.view import COMPARISONS
from widgets.volume.pane import MARCHED
from widgets.volume_parameters import NO_DIFFERENCE

if TYPE_CHECKING:
    from app.actions import Actions
    from app.application import Application

TITLES = {
    "field": ("Show fields", "Show every run's own field"),
    "difference": ("Show differences", "Show every run minus the reference"),
    "ratio": ("Show ratios", "Show every run over the reference"),
    "wipe": ("Wipe with the reference", "Show the run at the left of a divider and the reference at its right"),
    "checkerboard": ("Checkerboard with the reference", "Show the run and the reference in alternating squares"),
    "blink": ("Blink with the reference", "Show the run and the reference in turns"),
}
OVERLAYS = {
    "": ("No overlay", "Show the fields alone"),
    REFERENCE: ("Overlay the reference", "Lay the reference's density over every run's"),
    ERROR: ("Overlay the error", "Lay over every run how far it is off the reference"),
    ATTRIBUTION: ("Overlay the attribution", "Lay over every run what its network looked at"),
}
LONELY = ("There is nothing to compare with yet", "Open a second run of this study")
UNEXPLAINED = ("No network has been asked yet", "Open the Explain page and click a spot of a view")
LINKS = {
    "camera": (
        "Own camera of the selected run",
        "Look at the selected run from a place of its own, or with all others",
    ),
    "colours": ("Own colours of the selected run", "Colours and limits of the selected run alone, or those of all"),
    "clip": ("Own clip box of the selected run", "Cut the box of the selected run alone, or with all others"),
    "crosshair": ("Own crosshair of the selected run", "Probe the selected run at its own point, or with all others"),
    "time": ("Own time of the selected run", "Turn the selected run through time alone, or with all others"),
}


def add_comparisons(app: Application, actions: Actions) -> None:
    """Add the commands to the menu of the views."""
    for comparison in COMPARISONS:
        title, tip = TITLES[comparison]
        shortcut = f"Ctrl+Alt+{comparison[0].upper()}"
        act = partial(_compare, app, comparison)
        actions.add(f"view.{comparison}", title, "View/Comparison", act, shortcut=shortcut, tip=tip)
    for name, (title, tip) in OVERLAYS.items():
        actions.add(f"overlay.{name or 'none'}", title, "View/Overlay", partial(_overlay, app, name), tip=tip)
    actions.add("overlay.next", "Next overlay", "View/Overlay", lambda: _next_overlay(app), shortcut="Ctrl+Alt+O",
                tip="Lay the next field of this study over every view")  # fmt: skip
    for part, (title, tip) in LINKS.items():
        toggle = _of_selected(app, partial(_toggle_link, app, part=part))
        actions.add(f"link.{part}", title, "View/Selected run", toggle, tip=tip)
    again = _of_selected(app, app.editing.link_again)
    actions.add("link.all", "Link the selected run again", "View/Selected run", again,
                tip="Show the selected run with the camera, the colours and the clip box of all")  # fmt: skip


def _look(app: Application, **changes: Any) -> None:
    app.editing.view(replace(app.document.study.view, **changes))


def _compare(app: Application, comparison: str) -> None:
    study = app.document.study
    if comparison != "field" and len(study.runs) < 2:
        _say(app, *LONELY)
    elif comparison in MARCHED and study.view.mode == "particles":
        _say(app, NO_DIFFERENCE)
    else:
        _look(app, comparison=comparison)


def _overlay(app: Application, name: str) -> None:
    if name in _offered(app):
        _look(app, overlay=name)
    else:
        _say(app, *(UNEXPLAINED if name == ATTRIBUTION else LONELY))


def _say(app: Application, text: str, remedy: str = "") -> None:
    app.window.messages.show_message("info", text, remedy=remedy)


def _offered(app: Application) -> list[str]:
    return [choice.name for choice in choices(app.document.study, bool(app.showing.overlays))]


def _next_overlay(app: Application) -> None:
    names, now = _offered(app), app.document.study.view.overlay
    if len(names) < 2:
        _say(app, *LONELY)
        return
    _look(app, overlay=names[(names.index(now) + 1 if now in names else 1) % len(names)])


def _toggle_link(app: Application, run: str, part: str) -> None:
    keeps = app.document.study.view.keeps(run, part)
    if part == "time" and not keeps and not app.document.study.run(run).epochs:
        _say(app, "This run has one snapshot", "Gather snapshots over time first")
        return
    app.editing.let_go(run, part, not keeps)


def _of_selected(app: Application, act: Callable[[str], object]) -> Callable[[], None]:
    def run() -> None:
        if any(one.key == app.document.study.selected for one in app.document.study.runs):
            act(app.document.study.selected)
        else:
            _say(app, "Select a run first: click its name or its view")

    return run
