"""How far a run's curve is from the reference's, as one number: what scores of the ranking are made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from backends.data.statistic import StatisticResult
from backends.statistics import registry

Floats = NDArray[np.float64]
Result = StatisticResult | None

SAME_X = 1e-3
"""Relative difference within which two points stand at the same place."""
KNOWN = 3.0
"""Standard errors that a value of the reference has at least, where the run's is divided by it."""


def relative(result: Result, reference: Result) -> float | None:
    """Return the mean |y / y_ref − 1| over the points at which the reference knows y to a third of it."""
    return _mean(result, reference, lambda here, there: np.abs(here / there - 1), known=True)


def of_size(result: Result, reference: Result) -> float | None:
    """Return Σ |y − y_ref| / Σ |y_ref|: of curves that cross zero, where a ratio says nothing."""
    return _mean(result, reference, lambda here, there: np.abs(here - there) / np.abs(there).mean(), known=False)


def in_dex(result: Result, reference: Result) -> float | None:
    """Return how far, on average, what is distributed would have to move in log10 x, dex; of several curves the mean.

    The first Wasserstein distance ∫ |C − C_ref| ds, s = log10 x, of the cumulative distributions of dP/ds.
    """
    if result is None or reference is None:
        return None
    found = []
    for name in _curves(reference):
        at = [_of_curve(one, name) for one in (result, reference)]
        if not at[0].any():
            continue
        # Edges of bins are the same powers of ten for all runs: a place is a whole number of bins.
        s = [np.log10(one[one.x][chosen]) for one, chosen in zip((result, reference), at, strict=True)]
        width = float(np.diff(s[1]).min()) if s[1].size > 1 else float(np.diff(s[0]).min(initial=np.inf))
        if not np.isfinite(width):
            continue
        start = min(float(one.min()) for one in s)
        shares = [one[one.y][chosen] * width for one, chosen in zip((result, reference), at, strict=True)]
        places = [np.rint((one - start) / width).astype(np.int64) for one in s]
        size = 1 + max(int(one.max()) for one in places)
        below = [np.cumsum(np.bincount(*pair, minlength=size)) for pair in zip(places, shares, strict=True)]
        found.append(float(np.abs(below[0] - below[1]).sum() * width))
    return float(np.mean(found)) if found else None


def mean_size(result: Result, reference: Result = None) -> float | None:
    """Return the mean |y| of what is itself an error, where it is to be believed."""
    return None if result is None else _mean_of(result, np.abs(result[result.y]))


def mean_value(result: Result, reference: Result = None) -> float | None:
    """Return the mean y of what is itself a comparison, where it is to be believed."""
    return None if result is None else _mean_of(result, result[result.y])


def _mean_of(result: StatisticResult, values: NDArray[np.floating]) -> float | None:
    sure = np.isfinite(values) & _believed(result)
    return float(values[sure].mean()) if sure.any() else None


def _mean(
    result: Result, reference: Result, departure: Callable[[Floats, Floats], Floats], known: bool
) -> float | None:
    """Return the mean departure over the reference's points that both runs are to be believed at."""
    if result is None or reference is None or not result[result.x].size or not reference[reference.x].size:
        return None
    place, meets = _places(result, reference)
    here, there = (np.asarray(one[one.y], np.float64) for one in (result, reference))
    here, sure = here[place], _believed(result)[place]
    if getattr(registry()[reference.name], "empty_is_zero", False):  # a bin that is not listed holds none
        here, sure, meets = np.where(meets, here, 0.0), sure | ~meets, np.full(meets.shape, True)
    sure = sure & meets & _believed(reference) & np.isfinite(here) & np.isfinite(there)
    if known:
        sure &= there != 0
        if reference.sigma:
            sure &= np.abs(there) > KNOWN * reference[reference.sigma]
    if not sure.any() or not np.abs(there[sure]).any():
        return None
    return float(departure(here[sure], there[sure]).mean())


def _places(result: StatisticResult, reference: StatisticResult) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return which of the run's points is nearest to each of the reference's, and whether they are the same."""
    x, there = result[result.x].astype(np.float64), reference[reference.x].astype(np.float64)
    away = np.abs(x[None, :] - there[:, None])
    if reference.series and result.series:
        of, of_there = result[result.series], reference[reference.series]
        away[np.abs(of[None, :] - of_there[:, None]) > SAME_X * np.abs(of_there[:, None])] = np.inf
    place = away.argmin(axis=1)
    return place, away[np.arange(there.size), place] <= SAME_X * np.abs(there)


def _believed(result: StatisticResult) -> NDArray[np.bool_]:
    return np.full(result[result.x].shape, True) if result.reliable is None else result.reliable


def _curves(result: StatisticResult) -> NDArray[np.float64]:
    """Return what tells a run's curves apart, one number each; of a single curve NaN."""
    return np.unique(result[result.series]) if result.series else np.array([np.nan])


def _of_curve(result: StatisticResult, name: float) -> NDArray[np.bool_]:
    """Return which rows are of that curve."""
    if np.isnan(name) or not result.series:
        return np.full(result[result.x].shape, True)
    return np.asarray(np.abs(result[result.series] / name - 1) < SAME_X)
