"""What the views show of runs over time between two snapshots: both, mixed where they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from backends.data.between import around_in, sides
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


def in_words(study: Study) -> str:
    """Return what a bar says of a time that lies between snapshots of the first run that is mixed, or ""."""
    at = next((found for run in study.runs if (found := around_in(study, run)) is not None), None)
    if at is None:
        return ""
    whole = Blend(None, None, at.share, at.redshifts)
    return f"{whole.words} · statistics of z = {whole.nearest_redshift:.2f}"
