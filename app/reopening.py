"""Files that are opened again after they could not be read: what is there now takes the failed one's place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backends.data.curve import ReferenceCurve
from backends.data.facts import Facts
from backends.data.run import Origin, Run
from backends.data.study import Study


@dataclass(frozen=True)
class Reopened:
    """A study that has grown, and how many runs and curves of it are new or stand where failed ones stood."""

    study: Study
    new_runs: int
    new_curves: int
    again: int


def told_before(study: Study, paths: Collection[Path], failed: Collection[str]) -> Facts:
    """Return what was told of the failed runs that these files are, where they are no others and it is the same."""
    runs = [run for run in study.runs if run.key in failed and run.origin.path in paths]
    told = {run.told for run in runs}
    return told.pop() if len(told) == 1 and {run.origin.path for run in runs} == set(paths) else Facts()


def reopened(before: Study, grown: Study, failed: Collection[str]) -> Reopened:
    """Put what was added to a study in the places of what failed of the same files.

    A run keeps its key, name, colour, role and corrections, and what depends on it stays; sound runs of the
    same file are not opened twice.

    Parameters
    ----------
    grown : the study with new runs and curves behind those of ``before``
    failed : keys of its runs that could not be read
    """
    new, lost = list(grown.runs[len(before.runs) :]), [run for run in before.runs if run.key in failed]
    mended = {run.origin.path for run in lost} & {run.origin.path for run in new}
    sound = [run.origin for run in before.runs if run.key not in failed and run.origin.path in mended]
    new = [run for run in new if not any(_are_one(run.origin, origin) for origin in sound)]
    places: dict[str, Run] = {}
    for run in lost:
        found = _found(run, new)
        if found is not None:
            places[run.key] = _in_place(run, found)
            new.remove(found)
    curves, places_of_curves = list(grown.curves[len(before.curves) :]), dict[str, ReferenceCurve]()
    for curve in before.curves:
        there = next((one for one in curves if curve.curve is None and _are_one(one.origin, curve.origin)), None)
        if there is not None:
            kept = replace(there, key=curve.key, label=curve.label, colour=curve.colour, visible=curve.visible)
            places_of_curves[curve.key] = kept
            curves.remove(there)
    study = replace(
        grown,
        runs=(*(places.get(run.key, run) for run in before.runs), *new),
        curves=(*(places_of_curves.get(curve.key, curve) for curve in before.curves), *curves),
    )
    return Reopened(study, len(new), len(curves), len(places) + len(places_of_curves))


def _found(lost: Run, new: Sequence[Run]) -> Run | None:
    """Return the same part of the same file, or its only one where it is another file by now."""
    same = [run for run in new if run.origin.path == lost.origin.path]
    exact = next((run for run in same if _are_one(run.origin, lost.origin)), None)
    return exact or (same[0] if len(same) == 1 else None)


def _in_place(lost: Run, found: Run) -> Run:
    """Return the failed run as its file is now."""
    origin = replace(found.origin, opened=lost.origin.opened + 1)
    at, described = lost.origin, found.description
    return replace(
        lost,
        origin=origin,
        description=described,
        told=lost.told.over(found.told),
        epochs=tuple(
            replace(one, origin=origin, description=described) if one.origin == at else one for one in lost.epochs
        ),
        realisations=tuple(
            replace(one, origin=origin, description=described) if one.origin == at else one for one in lost.realisations
        ),
    )


def _are_one(one: Origin, other: Origin) -> bool:
    """Whether two are the same part of the same file, however often it was opened."""
    return replace(one, opened=other.opened) == other
