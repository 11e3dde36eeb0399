"""A run over time: the snapshots of one simulation as one run, of which one is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from backends.data.description import HALOS
from backends.data.run import Epoch, Run
from backends.data.study import Study

SAME_BOX = 1e-4
"""Relative difference up to which two boxes are one: codes write them with few digits."""


def redshift_of(run: Run, epoch: Epoch) -> float:
    """Return an epoch's redshift; of the one that is looked at, as it was corrected last."""
    told = run.told if epoch.origin == run.origin else epoch.told
    return epoch.redshift if told.redshift is None else told.redshift


def gathered(runs: Sequence[Run]) -> Run:
    """Return snapshots of one simulation as one run, the latest of them in sight; the first run gives its name.

    Raises
    ------
    ValueError
        Where one has no redshift.
    """
    epochs: list[Epoch] = []
    for run in runs:
        redshift = run.facts.redshift
        if redshift is None:
            raise ValueError("a snapshot without a redshift has no place in time")
        epochs += run.epochs or (Epoch(run.origin, run.description, redshift, run.told),)
    role = next((run.role for run in runs if run.role == "reference"), runs[0].role)
    first = replace(runs[0], role=role, label=common_name([run.label for run in runs]), epochs=())
    ordered = tuple(sorted(epochs, key=lambda epoch: -redshift_of(first, epoch)))
    return _at(replace(first, epochs=ordered), ordered[-1])


def spread(run: Run) -> tuple[Run, ...]:
    """Return a run's snapshots as runs of their own, earliest first; all but the one in sight have no key yet."""
    remembered = _remembering(run)
    return tuple(
        replace(
            _at(remembered, epoch),
            key=run.key if epoch.origin == run.origin else "",
            label=f"{run.label} z = {redshift_of(run, epoch):.2f}",
            role="prediction" if run.role == "reference" and epoch.origin != run.origin else run.role,
            epochs=(),
        )
        for epoch in remembered.epochs
    ) or (run,)


def turned(run: Run, redshift: float) -> Run:
    """Return the run with that snapshot in sight whose scale factor is nearest; without others it stays as it is."""
    if not run.epochs:
        return run
    nearest = min(run.epochs, key=lambda epoch: abs(1 / (1 + redshift_of(run, epoch)) - 1 / (1 + redshift)))
    return run if nearest.origin == run.origin else _at(_remembering(run), nearest)


def study_at(study: Study, redshift: float) -> Study:
    """Return the study with the runs that move in time turned to that redshift, or as near as they have a snapshot."""
    keys = {run.key for run in moving(study)}
    return replace(study, runs=tuple(turned(run, redshift) if run.key in keys else run for run in study.runs))


def moving(study: Study) -> tuple[Run, ...]:
    """Return the runs over time that are turned together: all that share it, or the selected one that keeps its own."""
    alone = alone_in_time(study)
    shared = (run for run in study.runs if run.epochs and not study.view.own_of(run.key).time)
    return tuple(shared) if alone is None else (alone,)


def alone_in_time(study: Study) -> Run | None:
    """Return the selected run where it keeps its own time: what turns is then that run and no other."""
    found = next((run for run in study.runs if run.key == study.selected and run.epochs), None)
    return found if found is not None and study.view.own_of(found.key).time else None


def redshifts(study: Study) -> tuple[float, ...]:
    """Return the redshifts of all snapshots of what moves in time, earliest first; what rounds alike is one."""
    found = {round(redshift_of(run, epoch), 4) for run in moving(study) for epoch in run.epochs}
    return tuple(sorted(found, reverse=True))


def shown_redshift(study: Study) -> float | None:
    """Return the redshift that is looked at: the reference's, else of the first run that moves; None without one."""
    over_time = sorted(moving(study), key=lambda run: run.role != "reference")
    return round(over_time[0].facts.redshift or 0.0, 4) if over_time else None


def series(runs: Iterable[Run]) -> tuple[tuple[Run, ...], ...]:
    """Return which runs are snapshots of one simulation: alike in all but their number and their redshift."""
    groups: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        facts, network = run.facts, run.network
        of_a_bundle = run.origin.member and run.description.kind not in HALOS
        taken = run.epochs or run.realisations or network is not None or of_a_bundle
        if taken or facts.redshift is None or facts.box_size is None:
            continue
        species = tuple(sorted(run.description.species))
        groups.setdefault((run.description.format, run.description.kind, _unnumbered(run.label), species), []).append(
            run
        )
    of_one_box = (_of_one_box(group) for group in groups.values())
    return tuple(tuple(group) for group in of_one_box if len({run.facts.redshift for run in group}) == len(group) > 1)


def common_name(labels: Sequence[str]) -> str:
    """Return what labels of a series have in common: "snapshot" of "snapshot_000" and "snapshot_004"."""
    unnumbered = {_unnumbered(label).strip(" _-.") for label in labels}
    return unnumbered.pop() if len(unnumbered) == 1 and "" not in unnumbered else labels[0]


def _unnumbered(label: str) -> str:
    return re.sub(r"[_.\-]?(?:z\s*=\s*)?\d+(?:[.p]\d+)?(?= )|(?:z\s*=\s*)?\d+(?:[.p]\d+)?", "", label)


def _of_one_box(group: Sequence[Run]) -> list[Run]:
    width = group[0].facts.box_size or 0.0
    return [run for run in group if abs((run.facts.box_size or 0.0) - width) <= SAME_BOX * width]


def _remembering(run: Run) -> Run:
    """Return the run whose epochs know what was corrected while each was looked at."""
    kept = tuple(replace(epoch, told=run.told) if epoch.origin == run.origin else epoch for epoch in run.epochs)
    return replace(run, epochs=kept)


def _at(run: Run, epoch: Epoch) -> Run:
    """Return the run with that epoch in sight. Corrections hold for the whole simulation, but for the redshift."""
    told = replace(run.told, redshift=epoch.told.redshift)
    return replace(run, origin=epoch.origin, description=epoch.description, told=told)
