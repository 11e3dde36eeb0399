"""What the views show of runs over time between two snapshots: both, mixed where they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping

from app.probing import value_at
from backends.data.between import around_in, sides
from backends.data.epochs import alone_in_time
from backends.data.field import Field
from backends.data.run import Run
from backends.data.study import Study
from widgets.volume.blend import Blend, parts

Key = Callable[[Run, Study], Hashable]


def blends(study: Study, key: Key, there: Callable[[Hashable], bool]) -> dict[str, Blend]:
    """Return what is mixed, by run; a run of which one snapshot is not there yet is shown at the nearest one.

    Parameters
    ----------
    key : names a run's array in a study
    there : whether the array of that name is in memory
    """
    both = sides(study)
    if len(both) < 2:
        return {}
    found = {}
    for run in study.runs:
        at = around_in(study, run)
        if at is not None:
            blend = Blend(key(at.before, both[0]), key(at.after, both[1]), at.share, at.redshifts)
            if all(map(there, parts(blend))):
                found[run.key] = blend
    return found


def unblended(details: Mapping[str, str], blended: Collection[str]) -> dict[str, str]:
    """Return what statistics say beside runs' names, but for runs that are mixed: they were taken of a snapshot."""
    return {run: words for run, words in details.items() if run not in blended}


def dated(notes: Mapping[str, str], blended: Mapping[str, Blend]) -> dict[str, str]:
    """Return what is said of halos; those around what is mixed are the nearest snapshot's."""
    whose = {run: f"halos of z = {blend.nearest_redshift:.2f}" for run, blend in blended.items()}
    every = {**notes, **whose}
    return {run: " · ".join(part for part in (whose.get(run, ""), notes.get(run, "")) if part) for run in every}


def value_between(
    blend: Blend, field: Callable[[Hashable], Field | None], point: tuple[float, float, float]
) -> float | None:
    """Return 1+δ at a point as the views show it, or None where a snapshot is not with them any more.

    Parameters
    ----------
    field : what the views draw under a key
    point : fractions of the box
    """
    before, after = (field(part) for part in parts(blend))
    if before is None or after is None:
        return None
    return (1.0 - blend.share) * value_at(before, point) + blend.share * value_at(after, point)


def unfollowed_words(reason: str) -> str:
    """Return what a view says that shows the nearest snapshot's particles where both should be seen."""
    return f"nearest snapshot: {reason}"


def in_words(study: Study) -> str:
    """Return what a bar says of a time: whose alone it is, or which snapshots of the first mixed run it is between."""
    alone = alone_in_time(study)
    if alone is not None:
        return f"of {alone.label} alone"
    at = next((found for run in study.runs if (found := around_in(study, run)) is not None), None)
    if at is None:
        return ""
    before, after = at.redshifts
    return f"between {before:.2f} and {after:.2f} · statistics of z = {at.redshifts[at.share > 0.5]:.2f}"
