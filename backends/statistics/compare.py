"""A whole comparison: several statistics of several runs, one of which is the reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import MismatchedBoxes, NotApplicable
from backends.progress import Progress, part, silent
from backends.statistics import registry
from backends.statistics.measuring import Ensemble, measure
from backends.statistics.sample import Sample

Outcome = StatisticResult | str
Measured = Sample | Ensemble


def compute(
    names: Sequence[str],
    samples: Sequence[Measured],
    parameters: Parameters,
    reference: int | None = 0,
    progress: Progress = silent,
) -> Iterator[tuple[str, Measured, Outcome]]:
    """Compute statistics one after another, and give each as soon as it is there.

    Parameters
    ----------
    names : registered names, in the order wanted
    samples : the runs, in the order wanted; an ensemble's realisations stand against the reference's, one by one
    reference : place of the reference among them, or None for none

    Yields
    ------
    statistic, run, and its result, or the reason why it makes no sense for this run. A statistic that
    compares has none for the reference itself.

    Raises
    ------
    InputError
        Where a run's data cannot be used at all: NaN, damage, missing facts.
    """
    base = samples[reference] if reference is not None else None
    members = [(name, registry()[name]) for name in names]
    work = [
        (name, member, run)
        for name, member in members
        for run in samples
        if not (member.needs_reference and run is base)
    ]
    for place, (name, member, run) in enumerate(work):
        report = part(progress, place / len(work), (place + 1) / len(work))
        report(0.0, f"{member.label} · {run.label}")
        yield name, run, _outcome(name, run, base, parameters, report)
    progress(1.0, "Compared")


def _outcome(
    name: str, run: Measured, reference: Measured | None, parameters: Parameters, progress: Progress
) -> Outcome:
    try:
        return measure(name, run, reference, parameters, progress)
    except (NotApplicable, MismatchedBoxes) as reason:
        return str(reason)
