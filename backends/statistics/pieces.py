"""A run's curve in pieces, and what is drawn beside it: profiles by mass and their fits, completeness and purity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.statistic import StatisticResult
from backends.statistics.figure import Curve

DOTTED = 3


def apart(curve: Curve, series: NDArray[Any]) -> Curve:
    """Return the curve with a gap wherever ``series`` (n,) changes: a point that has a place and no value."""
    gaps = np.flatnonzero(series[1:] != series[:-1]) + 1
    if not gaps.size:
        return curve

    def opened(values: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        return None if values is None else np.insert(values, gaps, np.nan)

    return replace(
        curve,
        x=np.insert(curve.x, gaps, curve.x[gaps - 1]),
        y=np.insert(curve.y, gaps, np.nan),
        low=opened(curve.low),
        high=opened(curve.high),
        ratio=opened(curve.ratio),
        ratio_low=opened(curve.ratio_low),
        ratio_high=opened(curve.ratio_high),
        reliable=None if curve.reliable is None else np.insert(curve.reliable, gaps, True),
    )


def companions(key: str, label: str, colour: str, result: StatisticResult) -> tuple[Curve, ...]:
    """Return a run's companion columns as dotted curves of its colour."""
    drawn = []
    for name, column in result.companions.items():
        x, y = (np.asarray(result[c], dtype=np.float64) for c in (result.x, column))
        curve = Curve(f"{key}:{column}" if key else "", f"{label} · {name}", colour, x, y, dash=DOTTED)
        drawn.append(apart(curve, result[result.series]) if result.series else curve)
    return tuple(drawn)
