"""From a figure's values to what its two panels draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.statistics.figure import Curve, Figure
from backends.statistics.figure_key import piece_dashes
from widgets.plots.panel import Drawn
from widgets.plots.scales import Scale

_FLOOR = 1e-3
"""An error band that reaches zero has no logarithm: it is drawn down to this share of the curve."""


def key_of(curve: Curve) -> str:
    """Return what a curve is called in signals: its run's key, or its label where it has none."""
    return curve.key or curve.label


def drawn_curves(figure: Figure, *, ratio: bool) -> tuple[Drawn, ...]:
    """Return the curves of the main or the ratio panel; the triangles lie where the band is."""
    x_scale, y_scale = Scale(figure.log_x), Scale(figure.log_y and not ratio)
    marked = ratio == bool(figure.ratio_label)
    return tuple(
        _drawn(curve, x_scale, y_scale, len(figure.pieces), ratio=ratio, marked=marked)
        for curve in figure.curves
        if not ratio or curve.ratio is not None
    )


def _drawn(curve: Curve, x_scale: Scale, y_scale: Scale, pieces: int, *, ratio: bool, marked: bool) -> Drawn:
    values = curve.ratio if ratio and curve.ratio is not None else curve.y
    low, high = (curve.ratio_low, curve.ratio_high) if ratio else (curve.low, curve.high)
    x, y = x_scale.forward(curve.x), y_scale.forward(values)
    if low is not None and y_scale.log:
        low = np.maximum(low, _FLOOR * np.asarray(values, dtype=float))
    return Drawn(
        key=key_of(curve),
        colour=curve.colour,
        dashes=(curve.dash,) if curve.piece is None else piece_dashes(curve, pieces),
        piece=curve.piece,
        x=x,
        y=y,
        low=None if low is None else y_scale.forward(low),
        high=None if high is None else y_scale.forward(high),
        reliable=curve.reliable,
        mark=_mark(x, y, curve.break_at, x_scale) if marked else None,
        reach=_reach(x, curve, x_scale) if marked else None,
    )


def _reach(x: NDArray[np.float64], curve: Curve, scale: Scale) -> tuple[float, float] | None:
    """Return between which drawn x the break scale may lie: to the end of the curve where it may never break."""
    if curve.break_low is None:
        return None
    low = float(scale.forward(curve.break_low))
    high = float(np.nanmax(x)) if curve.break_high is None else float(scale.forward(curve.break_high))
    return (low, high) if np.isfinite(low) and np.isfinite(high) else None


def _mark(
    x: NDArray[np.float64], y: NDArray[np.float64], break_at: float | None, scale: Scale
) -> tuple[float, float] | None:
    """Return the point of the curve at its break scale."""
    if break_at is None:
        return None
    at = float(scale.forward(break_at))
    whole = np.isfinite(x) & np.isfinite(y)
    if not np.isfinite(at) or not whole.any():
        return None
    return at, float(np.interp(at, x[whole], y[whole]))
