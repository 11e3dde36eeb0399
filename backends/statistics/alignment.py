"""Results of several realisations on the same bins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backends.data.statistic import StatisticResult
from backends.statistics import registry

Bin = tuple[float, float]
"""Which of a result's curves, and where on it."""


def aligned(members: Sequence[StatisticResult]) -> tuple[StatisticResult, ...]:
    """Return results on the same bins: all that any of them has. What one lacks is NaN, or none where it counts."""
    first = members[0]
    if first[first.x].ndim == 0 or all(_bins(one) == _bins(first) for one in members[1:]):
        return tuple(members)
    union = {found: exact for one in members for found, exact in zip(_bins(one), _exact_bins(one), strict=True)}
    ordered = {found: union[found] for found in sorted(union)}
    zero = getattr(registry()[first.name], "empty_is_zero", False)
    return tuple(_on(one, ordered, zero) for one in members)


def _on(result: StatisticResult, union: Mapping[Bin, Bin], zero: bool) -> StatisticResult:
    """Return a result on these bins: by their rounded values, the exact ones."""
    places = {found: i for i, found in enumerate(union)}
    at = [places[found] for found in _bins(result)]

    def laid(name: str) -> Any:
        values = result[name]
        if values.ndim == 0:
            return result.columns[name]
        if name in (result.x, result.series):
            whole = np.array([exact[name == result.x] for exact in union.values()], dtype=values.dtype)
        else:
            whole = np.full(len(union), 0.0 if zero and name in (result.y, "count") else np.nan)
        whole[at] = values
        return whole

    believed = None
    if result.reliable is not None:
        believed = np.ones(len(union), dtype=bool)
        believed[at] = result.reliable
    return replace(result, columns={name: laid(name) for name in result.columns}, reliable=believed)


def places_in(whole: StatisticResult, result: StatisticResult) -> list[int]:
    """Return where the bins of a result stand among those of all."""
    places = {found: i for i, found in enumerate(_bins(whole))}
    return [places[found] for found in _bins(result)]


def _bins(result: StatisticResult) -> list[Bin]:
    """Return what tells bins apart: which curve, and where on it, to nine digits."""
    return [(float(f"{series:.9g}"), float(f"{x:.9g}")) for series, x in _exact_bins(result)]


def _exact_bins(result: StatisticResult) -> list[Bin]:
    x = result[result.x]
    series = result[result.series] if result.series else np.zeros(x.shape)
    return [(float(one), float(place)) for one, place in zip(series, x, strict=True)]
