"""A statistic of one run, or of the realisations of an ensemble, against the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import MismatchedBoxes, NotApplicable
from backends.progress import Progress, part
from backends.statistics import registry
from backends.statistics.ensemble import combined

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@dataclass(frozen=True)
class Ensemble:
    """Several realisations of one run, each with its box or its noise; all are called as the run is."""

    label: str
    samples: tuple[Sample, ...]


def samples_of(run: Sample | Ensemble) -> tuple[Sample, ...]:
    """Return a run's realisations; a run that is none has itself."""
    return run.samples if isinstance(run, Ensemble) else (run,)


def measure(
    name: str, run: Sample | Ensemble, reference: Sample | Ensemble | None, parameters: Parameters, progress: Progress
) -> StatisticResult:
    """Compute a statistic of a run; of an ensemble, of each realisation against the reference's of the same place.

    A reference that is one box stands against every realisation.

    Raises
    ------
    NotApplicable
        Where it makes no sense, or where the two do not have as many realisations.
    """
    statistic = registry()[name]
    ours = samples_of(run)
    theirs = partners(run, reference, statistic.needs_reference)
    if not isinstance(run, Ensemble):
        return statistic.compute(run, theirs[0], parameters, progress)
    across = getattr(statistic, "compute_across", None)
    if across is not None:
        found: StatisticResult = across(ours, theirs, parameters, progress)
        return found
    members = []
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        step = part(progress, place / len(ours), (place + 1) / len(ours))
        try:
            members.append(statistic.compute(one, other, parameters, step))
        except (NotApplicable, MismatchedBoxes) as reason:
            raise NotApplicable(f"realisation {place + 1} of {len(ours)}: {reason}") from reason
    return combined(members, parameters.error_kind)


def partners(run: Sample | Ensemble, reference: Sample | Ensemble | None, compares: bool) -> tuple[Sample | None, ...]:
    """Return what stands against each realisation of a run.

    Raises
    ------
    NotApplicable
        Where something is compared and there are not as many of the reference, nor one for all.
    """
    count = len(samples_of(run))
    if reference is None:
        return (None,) * count
    theirs = samples_of(reference)
    if len(theirs) == count:
        return theirs
    if len(theirs) > 1 and compares:
        raise NotApplicable(
            f"{run.label} has {_number(count)} and the reference {_number(len(theirs))}: gather as many of both"
        )
    return (theirs[0],) * count  # of which a statistic that does not compare takes the mesh


def _number(count: int) -> str:
    return "one realisation" if count == 1 else f"{count} realisations"
