"""The commands that take boxes of one run together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions import Actions
from backends.data.realisations import numbers
from widgets.theme import theme

if TYPE_CHECKING:
    from app.application import Application

MENU = "View/Realisations"
NOTHING = (
    "No two runs are realisations of one",
    "They need the same format, size, box and redshift, and labels that differ in a number only: truth_box1, …",
)


def add_ensembles(app: Application, actions: Actions) -> None:
    """Add what gathers realisations, turns to another of them, and sets them apart again."""
    add = actions.add

    def gather() -> None:
        if not app.editing.gather_realisations():
            app.window.messages.show_message("info", NOTHING[0], remedy=NOTHING[1])
            return
        said = _crossed(app)
        if said:
            app.window.messages.show_message("warning", said)

    def spread() -> None:
        app.editing.spread_realisations(theme("dark").runs)

    add("realisations.gather", "Gather as realisations", MENU, gather,
        tip="Make one run of boxes that differ by chance alone: statistics are means, with scatter")  # fmt: skip
    add("realisations.spread", "Spread realisations side by side", MENU, spread,
        tip="Make runs of their own of the boxes that are gathered as realisations")  # fmt: skip
    add("realisations.next", "Next realisation", MENU, lambda: app.editing.turn_to_realisation(1),
        shortcut="Alt+PgDown", tip="Look at the next box of every run that has several")  # fmt: skip
    add("realisations.previous", "Previous realisation", MENU, lambda: app.editing.turn_to_realisation(-1),
        shortcut="Alt+PgUp", tip="Look at the box before")  # fmt: skip


def _crossed(app: Application) -> str:
    """Say which run's boxes have other numbers than those of the reference that they are compared with."""
    study = app.document.study
    reference = study.reference
    if reference is None or not reference.realisations:
        return ""
    theirs = numbers(reference)
    crossed = [run for run in study.runs if run.realisations and numbers(run) != theirs]
    if not crossed:
        return ""
    ours = ", ".join(numbers(crossed[0]))
    return (
        f"The boxes of {crossed[0].label} are numbered {ours} and those of {reference.label} {', '.join(theirs)}: "
        "each is compared with the one of its place"
    )
