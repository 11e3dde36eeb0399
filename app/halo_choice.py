"""Asks whose halos a run has: found in its particles, or those of a catalogue that was opened beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QInputDialog

from app.ordering import apart
from backends.data.description import HALOS
from backends.data.run import Run
from backends.data.study import Study
from backends.statistics.halo_source import SAME_BOX

if TYPE_CHECKING:
    from app.application import Application

FOUND = "Friends-of-friends, found in its particles"
TITLE = "Halos from"


def fitting(study: Study, run: Run) -> tuple[Run, ...]:
    """Return the catalogues of the study that can be of a run's box."""
    width = run.facts.box_size
    listed = (other for other in study.runs if other.description.kind in HALOS)
    return tuple(
        other
        for other in listed
        if width is None or other.facts.box_size is None or abs((other.facts.box_size or width) / width - 1) <= SAME_BOX
    )


def ask_for_halos(app: Application, key: str) -> None:
    """Ask whose halos a run has, and take them."""
    study = app.document.study
    run, say = study.run(key), app.window.messages.show_message
    if run.description.kind in HALOS:
        say("info", f"{run.label} is a catalogue itself: choose the snapshot whose halos it lists")
        return
    catalogues = fitting(study, run)
    if not catalogues:
        say("info", f"No catalogue of the box of {run.label} is open", remedy="Drop one, from any finder, beside it")
        return
    names = apart([FOUND, *(other.label for other in catalogues)])
    keys = ["", *(other.key for other in catalogues)]
    now = keys.index(run.halos) if run.halos in keys else 0
    name, chosen = QInputDialog.getItem(app.window, TITLE, f"Halos of {run.label}:", names, now, False)
    if chosen and keys[names.index(name)] != run.halos:
        app.editing.take_halos(key, keys[names.index(name)])
