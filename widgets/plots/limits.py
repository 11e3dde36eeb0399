"""What part of the plane a panel shows before anybody moves it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from backends.statistics.figure import Curve, Figure
from widgets.plots.scales import Scale

Range = tuple[float, float]

MOST_DECADES = 7.0
"""A logarithmic panel shows at most so many decades below its top: tails run down to nothing."""
MOST_RATIO = 2.5
"""A ratio panel reaches no higher, unless a tenth of all values lie beyond."""
DOUBTED_DECADES = 1.5
"""How far below what is believed a logarithmic panel follows what is not; half as far above."""
_EMPTY: Range = (0.0, 1.0)


@lru_cache(maxsize=4)
def x_limits(figure: Figure) -> Range:
    """Return the drawn range of x: from the first bin to the last marked limit, or to the last bin."""
    scale = Scale(figure.log_x)
    if figure.x_limits is not None:
        low, high = scale.forward(figure.x_limits)
        if np.isfinite(low) and np.isfinite(high) and high > low:
            return float(low), float(high)
    drawn = [scale.forward(curve.x)[_shown(scale, curve)] for curve in figure.curves]
    known = np.concatenate([*drawn, np.empty(0)])
    if known.size == 0:
        return _EMPTY
    low, high = float(known.min()), float(known.max())
    marked = [float(at) for at in scale.forward([line.at for line in figure.verticals]) if np.isfinite(at)]
    if marked and low < max(marked) < high + 0.15 * (high - low):
        high = max(marked)
    return _padded(low, high, 0.03)


def y_limits(figure: Figure, *, ratio: bool) -> Range:
    """Return the drawn range of y of the main or the ratio panel.

    The worst quarter of the curves may leave the panel where it would squeeze all others.
    """
    scale = Scale(figure.log_y and not ratio)
    if figure.y_limits is not None and not ratio:
        low, high = scale.forward(figure.y_limits)
        if np.isfinite(low) and np.isfinite(high) and high > low:
            return float(low), float(high)
    extents: list[Range] = []
    always: list[Range] = []
    left, right = x_limits(figure)
    for curve in figure.curves:
        y = curve.ratio if ratio else curve.y
        if y is None:
            continue
        x = Scale(figure.log_x).forward(curve.x)
        drawn = scale.forward(y)
        seen = (x >= left) & (x <= right) & np.isfinite(drawn)
        if seen.any():
            (always if curve.reference else extents).append(_extent(drawn[seen], _believed(curve)[seen], log=scale.log))
    if figure.band is not None and (ratio or not figure.ratio_label):
        inner = scale.forward(figure.band)
        if np.all(np.isfinite(inner)):
            reach = 0.4 * float(inner[1] - inner[0])
            always.append((float(inner[0]) - reach, float(inner[1]) + reach))
    if not extents and not always:
        return _EMPTY
    if ratio:  # where a run agrees with the reference is in sight, however far off all are
        always.append((1.0, 1.0))
    low, high = _robust(extents, always, log=scale.log)
    if ratio:
        low, high = max(low, 0.0), min(high, highest_ratio(figure, left, right))
    if scale.log:
        low = max(low, high - MOST_DECADES)
    return _padded(low, high, 0.05)


def highest_ratio(figure: Figure, left: float, right: float) -> float:
    """Return how high a ratio panel reaches: in the last bins of a tail a ratio says little and may be anything."""
    scale = Scale(figure.log_x)
    values = [np.empty(0)]
    for curve in figure.curves:
        if curve.ratio is not None:
            x = scale.forward(curve.x)
            values.append(np.asarray(curve.ratio, dtype=float)[(x >= left) & (x <= right) & np.isfinite(curve.ratio)])
    known = np.concatenate(values)
    return max(MOST_RATIO, 1.5 * float(np.quantile(known, 0.9))) if known.size else MOST_RATIO


def _robust(extents: list[Range], always: list[Range], *, log: bool) -> Range:
    lows, highs = sorted(low for low, _ in extents), sorted((high for _, high in extents), reverse=True)
    fixed_low, fixed_high = [low for low, _ in always], [high for _, high in always]
    low, high = min(lows + fixed_low), max(highs + fixed_high)
    leave = len(extents) // 4
    if leave:
        tight_low, tight_high = min([*fixed_low, lows[leave]]), max([*fixed_high, highs[leave]])
        reach = (0.5 if log else 0.25) * (tight_high - tight_low)
        low = low if tight_low - low <= reach else tight_low
        high = high if high - tight_high <= reach else tight_high
    return low, high


def _extent(drawn: NDArray[np.float64], believed: NDArray[np.bool_], *, log: bool) -> Range:
    """Return a curve's extent; what is not to be believed counts unless it would be most of the panel.

    Of a logarithmic panel it is still given some decades: a steep spectrum is not cut off where its noise begins.
    """
    low, high = float(drawn.min()), float(drawn.max())
    if not believed.any():
        return low, high
    safe_low, safe_high = float(drawn[believed].min()), float(drawn[believed].max())
    if high - low <= 1.7 * (safe_high - safe_low):
        return low, high
    if log:
        return max(low, safe_low - DOUBTED_DECADES), min(high, safe_high + DOUBTED_DECADES / 2)
    return safe_low, safe_high


def _shown(scale: Scale, curve: Curve) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.isfinite(scale.forward(curve.x)) & np.isfinite(np.asarray(curve.y, dtype=float))
    return found


def _believed(curve: Curve) -> NDArray[np.bool_]:
    if curve.reliable is None or not np.any(curve.reliable):
        return np.ones(len(curve.x), dtype=bool)
    return np.asarray(curve.reliable, dtype=bool)


def _padded(low: float, high: float, share: float) -> Range:
    if not high > low:  # one sample alone: room enough for its error
        share, reach = 1.0, 0.2 * max(abs(high), 1.0)
    else:
        reach = high - low
    return low - share * reach, high + share * reach
