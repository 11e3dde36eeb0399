"""The menu Statistics: which of them are shown, of which species, and of which case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QInputDialog

from app.actions import Actions
from app.loading import cases
from app.rows import species_of
from backends.data.description import case_of
from backends.data.study import Study
from backends.statistics import registry

if TYPE_CHECKING:
    from app.application import Application

MENU, OTHERS = "Statistics", "Others"
PREFIX = "statistic."
"""Before a statistic's registered name, in its command's identifier."""

STATISTICS: dict[str, dict[str, str]] = {
    "Power": {
        "power-spectrum": "Power spectrum",
        "transfer-function": "Transfer function",
        "correlation-coefficient": "Correlation coefficient",
        "power-covariance": "Covariance of P(k)",
        "two-point-correlation": "Two-point correlation",
        "redshift-space": "Redshift-space power",
        "redshift-space-quadrupole": "Redshift-space quadrupole",
        "redshift-space-hexadecapole": "Redshift-space hexadecapole",
    },
    "Beyond power": {
        "bispectrum": "Bispectrum",
        "bispectrum-squeezed": "Bispectrum, squeezed",
        "bispectrum-isosceles": "Bispectrum, isosceles",
        "wavelet-scattering": "Wavelet scattering",
        "wavelet-scattering-second": "Wavelet scattering S₂",
    },
    "Density and its shapes": {
        "density-pdf": "Density PDF",
        "smoothed-density-pdf": "Smoothed density PDF",
        "density-moments": "Density moments",
        "peak-counts": "Peak counts",
        "minkowski-functionals": "Minkowski functionals",
        "void-size-function": "Void size function",
        "cosmic-web": "Cosmic web",
        "cosmic-web-error": "Cosmic web, misclassified",
    },
    "Halos": {
        "halo-mass-function": "Halo mass function",
        "halo-profile": "Halo profile",
        "halo-matching": "Halo matching",
        "halo-clustering": "Halo clustering",
    },
    "Gas": {
        "lyman-alpha": "Lyman-α flux power",
        "lyman-alpha-pdf": "Lyman-α flux PDF",
    },
    "Displacements and velocities": {
        "displacement-statistics": "Displacement power",
        "displacement-correlation": "Displacement correlation",
        "displacement-pdf": "Displacement PDF",
        "displacement-error": "Displacement error",
        "pairwise-velocity": "Pairwise velocity",
        "pairwise-velocity-dispersion": "Pairwise velocity dispersion",
    },
    "Errors by environment": {
        "error-by-environment": "Error by overdensity",
        "error-by-environment-web": "Error by web class",
        "error-by-environment-mass": "Error by halo mass",
    },
    "Where it breaks": {
        "error-map-scale": "Where it breaks · power",
        "error-map-phase": "Where it breaks · phases",
        "error-map-environment": "Where it breaks · environment",
        "error-map-mass": "Where it breaks · halo mass",
        "error-map-halos": "Where it breaks · halos",
        "error-map-redshift": "Where it breaks · redshift",
    },
}
"""The submenus and their titles; the registry itself is asked only when a statistic is computed."""

NUMBERS = ("break-scale",)
"""What is a number and no curve: a column of the ranking."""


def add_statistics(app: Application, actions: Actions) -> None:
    """Add them; what is shown is marked in the menu."""
    add = actions.add
    for group, titles in STATISTICS.items():
        for name, title in titles.items():
            _add(app, actions, group, name, title)

    def follow(old: Study, new: Study) -> None:
        if old.statistics != new.statistics:
            _mark(app, actions)

    app.document.changed.connect(follow)
    app.comparing.result_ready.connect(lambda *_: _add_others(app, actions))
    _mark(app, actions)
    actions.separate(MENU)
    add("species.next", "Next species", MENU, partial(_next_species, app), shortcut="Ctrl+Shift+M",
        tip="Show and compare the next species of particles: all matter, gas, dark matter, …")  # fmt: skip
    tip = "The same networks on another box: outside their training range too"
    add("case.next", "Next case", MENU, partial(_turn_cases, app, 1), shortcut="Ctrl+PgDown", tip=tip)
    add("case.choose", "Go to case…", MENU, partial(_choose_case, app), tip="Any case of the file, by its name")
    add("case.previous", "Previous case", MENU, partial(_turn_cases, app, -1), shortcut="Ctrl+PgUp", tip=tip)


def _add(app: Application, actions: Actions, group: str, name: str, title: str) -> None:
    tip = f"Show or hide the {title[0].lower()}{title[1:]}"
    if name.startswith("error-map"):
        tip = "A heat map of runs and bins: the error in per cent; a click shows the place of the worst"
    actions.add(f"{PREFIX}{name}", title, f"{MENU}/{group}", partial(_toggle, app, actions, name),
        tip=tip, checkable=True)  # fmt: skip


def _add_others(app: Application, actions: Actions) -> None:
    """Add what has no place above, such as what other distributions bring, as soon as the registry knows of it."""
    others = [name for name in registry().names() if f"{PREFIX}{name}" not in actions and name not in NUMBERS]
    for name in others:
        _add(app, actions, OTHERS, name, registry()[name].label)
    if others:
        _mark(app, actions)


def _mark(app: Application, actions: Actions) -> None:
    """Mark what is shown."""
    for _, identifier, action in actions:
        if identifier.startswith(PREFIX):
            action.setChecked(identifier.removeprefix(PREFIX) in app.document.study.statistics)


def _toggle(app: Application, actions: Actions, name: str) -> None:
    shown = name not in app.document.study.statistics
    app.editing.show_statistic(name, shown)
    _mark(app, actions)
    if shown and "statistics" in app.window.closed:  # who asks for one wants to see it
        actions["panel.statistics"].trigger()


def _next_species(app: Application) -> None:
    study = app.document.study
    names = (None, *(name for name, _ in species_of(study)))
    if len(names) < 3:
        app.window.messages.show_message("info", "No run of this study holds several species of particles")
        return
    now = study.parameters.species
    app.editing.show_species(names[(names.index(now) + 1 if now in names else 0) % len(names)])


def _cases(app: Application) -> tuple[tuple[str, ...], int]:
    """Names of the cases of what the reference comes from, and the place of the one that is shown."""
    run = app.document.study.reference
    names = cases(run.description) if run is not None else ()
    if run is None or len(names) < 2:
        app.window.messages.show_message("info", "The runs of this study come from no file with several cases")
        return (), 0
    return names, next((i for i, name in enumerate(names) if name == case_of(run.origin.member)), 0)


def _turn_cases(app: Application, step: int) -> None:
    """Show the next or the previous case of the file that the reference comes from."""
    names, now = _cases(app)
    if names:
        app.editing.turn_to_case(names[(now + step) % len(names)])


def _choose_case(app: Application) -> None:
    """Ask which case to show: a file of a thousand simulations is not turned page by page."""
    names, now = _cases(app)
    if names:
        name, chosen = QInputDialog.getItem(app.window, "Go to case", "Case, or number of the simulation:", names, now)
        if chosen and name in names:
            app.editing.turn_to_case(name)
        elif chosen:
            app.window.messages.show_message("info", f"There is no case {name!r}; there are {names[0]} to {names[-1]}")
