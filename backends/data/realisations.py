"""Realisations of one run: boxes that differ by chance alone, told apart by a number in their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from backends.data.run import Realisation, Run
from backends.data.study import Study

WORDS = "box|boxes|seed|real|realisation|realization|sample|member|no"
"""What numbers are called in names of realisations."""
NUMBER = re.compile(r"\d+")
TRAILING = re.compile(rf"(?i)(?<=\w)[ _.-]+(?:{WORDS})$|[ _.-]+$")


def gathered(runs: Sequence[Run]) -> Run:
    """Return boxes that differ by chance alone as one run, in the order of their numbers; the first is in sight."""
    ordered = sorted(runs, key=lambda run: natural(run.label))
    role = next((run.role for run in runs if run.role == "reference"), runs[0].role)
    first = ordered[0]
    return replace(
        runs[0],
        label=ensemble_name([run.label for run in ordered]),
        role=role,
        origin=first.origin,
        description=first.description,
        told=first.told,
        realisations=tuple(Realisation(run.origin, run.description, run.label) for run in ordered),
    )


def realisations_of(run: Run) -> tuple[Run, ...]:
    """Return a run's boxes as runs of the same name; one that is not gathered is its only one."""
    if not run.realisations:
        return (run,)
    return tuple(
        replace(run, origin=one.origin, description=one.description, realisations=()) for one in run.realisations
    )


def spread(run: Run) -> tuple[Run, ...]:
    """Return a run's boxes as runs of their own; all but the first have no key yet."""
    if not run.realisations:
        return (run,)
    return tuple(
        replace(
            alone,
            key="" if place else run.key,
            label=one.label,
            role="prediction" if run.role == "reference" and place else run.role,
        )
        for place, (one, alone) in enumerate(zip(run.realisations, realisations_of(run), strict=True))
    )


def place_of(run: Run) -> int:
    """Return which of a run's realisations is in sight, counted from 0."""
    origins = [one.origin for one in run.realisations]
    return origins.index(run.origin) if run.origin in origins else 0


def turned(run: Run, step: int) -> Run:
    """Return the run with the realisation in sight that is so many further, round to the first."""
    if not run.realisations:
        return run
    one = run.realisations[(place_of(run) + step) % len(run.realisations)]
    return replace(run, origin=one.origin, description=one.description)


def study_turned(study: Study, step: int) -> Study:
    """Return the study with every ensemble turned; those of as many boxes as the first show the box of its place."""
    first = next((run for run in study.runs if run.realisations), None)
    if first is None:
        return study
    place = place_of(first) + step
    return replace(study, runs=tuple(turned(run, place - place_of(run)) for run in study.runs))


def ensembles(runs: Iterable[Run]) -> tuple[tuple[Run, ...], ...]:
    """Return which runs are realisations of one: alike in all but a number in their names."""
    groups: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        facts, described = run.facts, run.description
        name = unnumbered(run.label)
        if run.epochs or run.realisations or run.network is not None or run.halos or not name:
            continue
        shape = tuple(sorted((name, field.shape) for name, field in described.fields.items()))
        counts = tuple(sorted((name, species.count) for name, species in described.species.items()))
        content = counts if described.kind == "particles" else shape
        size, redshift = facts.box_size, facts.redshift
        box = None if size is None else f"{size:.4g}"
        time = None if redshift is None else f"{redshift:.3f}"
        alike = (described.format, described.kind, name, run.told, content, box, time)
        groups.setdefault(alike, []).append(run)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def numbers(run: Run) -> tuple[str, ...]:
    """Return what tells a run's realisations apart in their names: "1", "2", …"""
    return tuple("-".join(NUMBER.findall(one.label)) for one in run.realisations)


def ensemble_name(labels: Sequence[str]) -> str:
    """Return what an ensemble is called: "truth" of "truth_box1" and "truth_box2"."""
    named = {unnumbered(label) for label in labels}
    return named.pop() if len(named) == 1 and "" not in named else labels[0]


def unnumbered(label: str) -> str:
    """Return a label without its numbers and what they are called."""
    name, shorter = "", NUMBER.sub("", label).strip(" _.-")
    while name != shorter:
        name, shorter = shorter, TRAILING.sub("", shorter)
    return name


def natural(label: str) -> tuple[object, ...]:
    """Return by what labels are put in order: box2 before box10."""
    pieces = re.split(r"(\d+)", label)
    return tuple((int(piece), "") if i % 2 else (0, piece) for i, piece in enumerate(pieces))
