"""Corrects what a run's file does not say, or says wrongly: asks, reads the headers again, and changes the study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.editing import corrected
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.length_unit import unit_name
from backends.data.run import Run
from backends.errors import InputError
from backends.progress import Progress, part
from backends.readers import opening
from backends.readers.amr.patches import usual_level
from widgets.corrections import Asked, CorrectionDialog

if TYPE_CHECKING:
    from app.application import Application


def ask(app: Application, key: str) -> None:
    """Ask for what a run's file does not say, or says wrongly."""
    study = app.document.study
    chosen = next((run for run in study.runs if run.key == key), study.reference)
    if chosen is None:
        return
    described, member = chosen.description, chosen.origin.member
    known, of_part = described.facts_of(member), described.part(member)
    stated = replace(
        known,
        quantity=known.quantity or (None if of_part is None else of_part.quantity),
        length_unit=unit_name(described.length_read, described.hubble),
        hubble=described.hubble,
    )
    dialog = CorrectionDialog(app.window, chosen.label, stated, chosen.told, asked_of(chosen))
    if dialog.exec():
        correct(app, chosen.key, dialog.facts())


def asked_of(run: Run) -> Asked:
    """Return what makes sense to ask of a run's data."""
    described = run.description
    is_grid = described.is_grid(run.origin.member)
    levels = described.levels if is_grid and len(described.levels) > 1 else {}
    shape = next((field.shape for field in described.fields.values()), ())
    return Asked(
        grid=is_grid,
        length=described.length_read is not None,
        states_length=described.length_unit is not None,
        levels=tuple(levels.items()),
        dimensions=len(shape) if levels else 3,
        usual_level=usual_level(levels, len(shape)) if levels else None,
    )


def correct(app: Application, key: str, told: Facts) -> None:
    """State a run's facts as one step of undo, as soon as the headers have been read again in their light."""
    runs = corrected(app.document.study.runs, key, told)
    changed = [new for new, old in zip(runs, app.document.study.runs, strict=True) if new != old]
    if not changed:
        return

    def look(progress: Progress) -> dict[str, Run]:
        steps = [part(progress, i / len(changed), (i + 1) / len(changed)) for i in range(len(changed))]
        return {run.key: described_anew(run, step) for run, step in zip(changed, steps, strict=True)}

    def found(anew: Mapping[str, Run]) -> None:
        if any(run.key == key for run in app.document.study.runs):  # else it went meanwhile
            app.editing.correct(key, told, anew)

    title = f"Looking at {app.document.study.run(key).origin.path.name}"
    app.tasks.start(("correct", key), title, look, found, failed=app.say_error, lane="look", priority=0)


def described_anew(run: Run, progress: Progress) -> Run:
    """Return a run with what its reader says of it once it is told; as it was where the file cannot be looked at.

    What was proposed before and not touched since is proposed anew: it may follow from what is told now.
    """
    before = run.description
    told = _without(run.told, before.proposed)
    member, one = run.origin.member, len(before.parts) == 1
    path = Path(f"{run.origin.path}::{member}") if member and one else run.origin.path
    try:
        found, _ = opening.describe([path], told, progress)
    except InputError:
        return run
    again = next((d for d in found if d.format == before.format), None)
    return run if again is None else replace(run, description=again, told=told.over(_proposed(again, run)))


def _without(told: Facts, proposed: Facts) -> Facts:
    """Take back what was only proposed."""
    same = {
        f.name: None
        for f in fields(Facts)
        if getattr(told, f.name) is not None and getattr(told, f.name) == getattr(proposed, f.name)
    }
    return replace(told, **same)


def _proposed(described: Description, run: Run) -> Facts:
    """Return what is proposed of what a person has not just cleared."""
    cleared = {f.name: None for f in fields(Facts) if getattr(run.told, f.name) is None}
    return replace(described.proposed, **cleared)
