"""The times at which a run over time is measured, and what was found at all of them as one result."""

from __future__ import annotations

from collections.abc import Sequence

from backends.data.epochs import redshifts, study_at
from backends.data.run import Run
from backends.data.statistic import StatisticResult
from backends.data.study import Study
from backends.statistics.error_maps import together


def moments(study: Study, run: Run) -> list[tuple[Run, Study]]:
    """Return the run at every time at which it has another snapshot, and the study then; now where it has but one."""
    found: dict[object, tuple[Run, Study]] = {}
    for redshift in redshifts(study):
        then = study_at(study, redshift)
        there = then.run(run.key)
        found.setdefault(there.data_key, (there, then))
    return list(found.values()) or [(run, study)]


def whole_of(outcomes: Sequence[StatisticResult | str | None]) -> StatisticResult | str | None:
    """Return what several times make: one result, the reason why there is none, or None while one is being made."""
    if len(outcomes) == 1:
        return outcomes[0]
    if any(outcome is None for outcome in outcomes):
        return None
    found = [outcome for outcome in outcomes if isinstance(outcome, StatisticResult)]
    return together(found) if found else next((why for why in outcomes if isinstance(why, str)), None)
