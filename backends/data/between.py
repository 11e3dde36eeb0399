"""Times between snapshots: which two of a run lie around one, and how far along the way from one to the other it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from backends.data.epochs import alone_in_time, redshift_of, shown_redshift, study_at, turned
from backends.data.run import Run
from backends.data.study import Study

AT = 1e-3
"""So close to a snapshot, as a share of the way to the next one, a time is that snapshot's."""


class Around(NamedTuple):
    """The run at the two snapshots around a time, and the share of the way between them in scale factor."""

    before: Run
    after: Run
    share: float

    @property
    def redshifts(self) -> tuple[float, float]:
        """Of both snapshots."""
        before, after = (run.facts.redshift for run in (self.before, self.after))
        assert before is not None
        assert after is not None
        return before, after


def scale_factor(redshift: float) -> float:
    """Return a = 1 / (1 + z)."""
    return 1.0 / (1.0 + redshift)


def is_blended(study: Study) -> bool:
    """Whether what lies between two snapshots is mixed of both, and not shown as the nearest."""
    return study.view.between == "blended"


def glides(study: Study) -> bool:
    """Whether time moves on between snapshots: what keeps its own time goes from one to the next."""
    return is_blended(study) and alone_in_time(study) is None


def moment(study: Study) -> float | None:
    """Return the redshift that is looked at, between snapshots or at one; None without a run over time."""
    shown, between = shown_redshift(study), study.view.moment
    return between if shown is not None and between is not None and glides(study) else shown


def looked_at(study: Study, redshift: float) -> Study:
    """Return the study at that redshift: its runs stand at their nearest snapshots, of which statistics are taken."""
    there = study_at(study, redshift)
    if alone_in_time(study) is not None:
        return there
    between = redshift if is_blended(study) else None
    return replace(there, view=replace(there.view, moment=between))


def blending(study: Study, blended: bool) -> Study:
    """Return the study in which what lies between snapshots is mixed of both, or shown as the nearest."""
    return replace(study, view=replace(study.view, between="blended" if blended else "nearest", moment=None))


def around(run: Run, redshift: float | None) -> Around | None:
    """Return the snapshots around a time; None at a snapshot, before the first and after the last."""
    if redshift is None:
        return None
    wanted = scale_factor(redshift)
    for first, second in pairwise(run.epochs):
        z, later = redshift_of(run, first), redshift_of(run, second)
        share = (wanted - scale_factor(z)) / max(scale_factor(later) - scale_factor(z), 1e-12)
        if AT < share < 1.0 - AT:
            return Around(turned(run, z), turned(run, later), share)
    return None


def around_in(study: Study, run: Run) -> Around | None:
    """Return the snapshots that a run is mixed of in a study, or None where it stands at one."""
    shares = is_blended(study) and not study.view.own_of(run.key).time
    return around(run, study.view.moment) if shares else None


def sides(study: Study) -> tuple[Study, ...]:
    """Return the study at the snapshots before and after the time that is looked at; at a snapshot itself alone."""
    found = {run.key: at for run in study.runs if (at := around_in(study, run)) is not None}
    if not found:
        return (study,)
    before = tuple(found[run.key].before if run.key in found else run for run in study.runs)
    after = tuple(found[run.key].after if run.key in found else run for run in study.runs)
    return replace(study, runs=before), replace(study, runs=after)


def place_of(every: Sequence[float], redshift: float) -> float:
    """Return where a redshift lies among the snapshots', earliest first: 1.5 halfway, in scale factor, past the second.

    Parameters
    ----------
    every : two redshifts or more, descending
    """
    wanted = scale_factor(redshift)
    for number, (z, later) in enumerate(pairwise(every)):
        if wanted <= scale_factor(later):
            share = (wanted - scale_factor(z)) / (scale_factor(later) - scale_factor(z))
            return number + max(share, 0.0)
    return float(len(every) - 1)


def redshift_at(every: Sequence[float], place: float) -> float:
    """Return the redshift at a place among the snapshots, as :func:`place_of` counts it."""
    number = min(max(int(place), 0), len(every) - 1)
    share = place - number
    if share <= 0.0 or number == len(every) - 1:
        return every[number]
    first, second = scale_factor(every[number]), scale_factor(every[number + 1])
    return 1.0 / (first + share * (second - first)) - 1.0
