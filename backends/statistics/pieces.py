"""A run's curve in pieces, and what is drawn beside it: profiles by mass and their fits, completeness and purity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from backends.data.statistic import StatisticResult
from backends.statistics.figure import Curve

MOST = 3
"""Curves of one run that are drawn at most: the table has them all."""

SYMBOLS = {"mass": "M", "radius": "R", "k1": "k₁"}
"""What is written of the column that tells a run's curves apart."""

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Styled = TypeVar("Styled")


def of_series(
    curves: Sequence[tuple[Styled, StatisticResult]], first: StatisticResult | None
) -> list[tuple[Styled, StatisticResult]]:
    """Return the results with the few series, spread evenly, that all runs are drawn with: those of ``first``."""
    if first is None or not first.series:
        return list(curves)
    values, counts = np.unique(first[first.series], return_counts=True)
    sure = counts > 1  # a single point is no curve
    if first.reliable is not None:
        sure &= np.isin(values, first[first.series][first.reliable])
    values = values[sure] if sure.any() else values
    places = np.unique(np.linspace(0, values.size - 1, min(MOST, values.size)).round().astype(int))
    return [(style, _only(result, values[places])) for style, result in curves]


def pieces_in_words(result: StatisticResult | None) -> tuple[str, ...]:
    """Return what each of a run's several curves is of, from the least, or () where it has but one."""
    named = _named(result)
    return named if len(named) > 1 else ()


def only_piece_in_words(result: StatisticResult | None) -> str:
    """Return of what mass, or wave number, a run's one curve is where there could be several, or ""."""
    named = _named(result)
    return named[0] if len(named) == 1 and result is not None and result.series != "radius" else ""


def _named(result: StatisticResult | None) -> tuple[str, ...]:
    if result is None or not result.series:
        return ()
    symbol, unit = SYMBOLS.get(result.series, result.series), result.units.get(result.series, "")
    values = np.unique(result[result.series])
    texts = [_power(value) if unit == "Msun/h" else f"{value:.2g}" for value in values]
    return tuple(f"{symbol} = {text} {unit}".rstrip() for text in texts)


def _power(value: float) -> str:
    """Return "5.6×10¹³"."""
    exponent = math.floor(math.log10(value))
    return f"{value / 10.0**exponent:.1f}×10{str(exponent).translate(SUPERSCRIPT)}"


def _only(result: StatisticResult, wanted: NDArray[Any]) -> StatisticResult:
    kept = np.isin(result[result.series], wanted)
    return replace(
        result,
        columns={name: np.asarray(values)[kept] for name, values in result.columns.items()},
        reliable=None if result.reliable is None else result.reliable[kept],
    )


def apart(curve: Curve, series: NDArray[Any], values: NDArray[Any]) -> Curve:
    """Return the curve with a gap wherever ``series`` (n,) changes: a point that has a place and no value.

    values : all that ``series`` takes in the figure, sorted
    """
    gaps = np.flatnonzero(series[1:] != series[:-1]) + 1
    piece = np.insert(np.searchsorted(values, series), gaps, np.searchsorted(values, series[gaps - 1]))
    if values.size > 1:
        curve = replace(curve, piece=piece)
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


def companions(key: str, label: str, colour: str, result: StatisticResult, values: NDArray[Any]) -> tuple[Curve, ...]:
    """Return a run's companion columns as dotted curves of its colour; ``values`` as for :func:`apart`."""
    drawn = []
    for name, column in result.companions.items():
        x, y = (np.asarray(result[c], dtype=np.float64) for c in (result.x, column))
        named = f"{key}:{column}" if key else ""
        curve = Curve(named, f"{label} · {name}", colour, x, y, reliable=result.reliable, companion=name)
        drawn.append(apart(curve, result[result.series], values) if result.series else curve)
    return tuple(drawn)
