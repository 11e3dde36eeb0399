"""Draws one run's curve, with its errors, its unreliable part faint, and the scale where it breaks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from app.exporting.styles import MARKERS, Style, dashes, plain
from app.exporting.typesetting import typeset
from backends.statistics.figure import Array, Curve, Figure
from backends.statistics.figure_key import key_of_dashes, piece_dashes
from widgets.plots.limits import MOST_DECADES, highest_ratio
from widgets.plots.scales import Scale

FAINT = 0.3
NO_MARKER = -1
FEW = 30
"""Curves of no more points than this carry a marker at each, and error bars instead of a band."""
LEAST_AIR, MOST_AIR = 0.03, 0.3
"""Decades between a logarithmic panel's curves and its frame."""


def draw_curve(
    axes: Axes, curve: Curve, place: int, look: Style, log_y: bool, mark_break: bool, pieces: int = 0
) -> None:
    """Draw the curve itself into the main panel, each of its pieces in dashes of its own."""
    _draw(axes, curve, place, look, curve.y, curve.low, curve.high, log_y, pieces)
    if mark_break:
        _mark_break(axes, curve, curve.y, look)


def draw_ratio(axes: Axes, curve: Curve, place: int, look: Style, pieces: int = 0) -> None:
    """Draw the curve against the reference into the ratio panel; the reference is its line at one."""
    if curve.ratio is None or curve.reference:
        return
    _draw(axes, curve, place, look, curve.ratio, curve.ratio_low, curve.ratio_high, False, pieces)
    _mark_break(axes, curve, curve.ratio, look)


def name_dashes(axes: Axes, figure: Figure, look: Style) -> None:
    """Say in the legend, once for all runs, what their dashes stand for."""
    for sign in key_of_dashes(figure):
        shape: Any = {"color": look.quiet, "linestyle": dashes(sign.dash), "linewidth": look.line_width}
        axes.plot([], [], label=typeset(sign.text), **shape)


def places(figure: Figure) -> Iterator[tuple[int, Curve]]:
    """Yield the curves with the places of their markers: a run has the same one where the reference has no curve."""
    first = 0 if any(curve.reference for curve in figure.curves) else 1
    own = [curve for curve in figure.curves if not curve.companion]
    yield from enumerate(own, first)
    yield from ((NO_MARKER, curve) for curve in figure.curves if curve.companion)


def named(curve: Curve) -> str | None:
    """Return a curve's name in the legend; what is drawn beside a run's own has none, but its dashes have."""
    return None if curve.companion else plain(curve.label)


def marker(place: int) -> str:
    """Return the marker of a place."""
    return "" if place == NO_MARKER else MARKERS[place % len(MARKERS)]


def draw_band(axes: Axes, band: tuple[float, float], look: Style) -> None:
    """Shade the band within which a run is taken to agree."""
    axes.axhspan(*band, color=look.band, linewidth=0, zorder=0.5)


def drawn_x_limits(figure: Figure) -> tuple[float, float] | None:
    """Return limits that hold all points and lines, with a little air."""
    points = [c.x[np.isfinite(c.x) & np.isfinite(c.y)] for c in figure.curves]
    points += [np.array([line.at]) for line in figure.verticals]
    x = np.concatenate(points) if points else np.empty(0)
    x = x[np.isfinite(x) & (x > 0)] if figure.log_x else x[np.isfinite(x)]
    if x.size == 0 or x.min() == x.max():
        return None
    if figure.log_x:
        air = (x.max() / x.min()) ** 0.03
        return float(x.min() / air), float(x.max() * air)
    air = 0.03 * (x.max() - x.min())
    return float(x.min() - air), float(x.max() + air)


def log_y_limits(figure: Figure) -> tuple[float, float] | None:
    """Return limits of a logarithmic ordinate that hold all values; error bars down to nothing end at the frame."""
    if not figure.log_y:
        return None
    values = [curve.y for curve in figure.curves]
    values += [curve.high for curve in figure.curves if curve.high is not None]
    y = np.concatenate(values) if values else np.empty(0)
    y = y[np.isfinite(y) & (y > 0)]
    if not y.size:
        return None
    low, high = math.log10(y.min()), math.log10(y.max())
    low = max(low, high - MOST_DECADES)
    air = min(max(0.07 * (high - low), LEAST_AIR), MOST_AIR)
    return 10.0 ** (low - air), 10.0 ** (high + air)


def ratio_limits(figure: Figure, x_limits: tuple[float, float]) -> tuple[float, float]:
    """Return limits of the ratio panel: what can be believed, the band and one, no higher than the window's reach."""
    values = [np.array([1.0, *(figure.band or ())])]
    for curve in figure.curves:
        if curve.ratio is not None and not curve.reference:
            seen = (curve.x >= x_limits[0]) & (curve.x <= x_limits[1]) & np.isfinite(curve.ratio)
            if curve.reliable is not None and (seen & curve.reliable).any():
                seen &= curve.reliable  # of what cannot be believed anywhere, all is shown
            values.append(curve.ratio[seen])
    left, right = Scale(figure.log_x).forward(x_limits)
    all_values = np.clip(np.concatenate(values), 0.0, highest_ratio(figure, float(left), float(right)))
    low, high = float(all_values.min()), float(all_values.max())
    air = max(0.08 * (high - low), 0.01)
    return low - air, high + air


def segments(x: Array, y: Array, reliable: NDArray[np.bool_] | None) -> list[tuple[Array, Array, bool]]:
    """Return the curve's reliable and its unreliable part, each with gaps where the other is drawn.

    A point between two parts belongs to both, so that the line does not break.
    """
    if reliable is None or reliable.all():
        return [(x, y, True)]
    faint = np.where(~reliable | (reliable & _beside(~reliable)), y, np.nan)
    return [(x, np.where(reliable, y, np.nan), True), (x, faint, False)]


def _beside(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    beside = np.zeros_like(mask)
    beside[:-1] |= mask[1:]
    beside[1:] |= mask[:-1]
    return beside


def _draw(
    axes: Axes,
    curve: Curve,
    place: int,
    look: Style,
    y: Array,
    low: Array | None,
    high: Array | None,
    log_y: bool,
    pieces: int,
) -> None:
    colour = look.curves.run_colour(curve.colour)
    order = 3.0 if curve.reference else 2.5
    y = np.where(np.isfinite(y) & ((y > 0) | (not log_y)), y, np.nan)
    kinds = [(dash, curve.piece == number) for number, dash in enumerate(piece_dashes(curve, pieces))]
    kinds = kinds if curve.piece is not None else [(curve.dash, np.ones(y.shape, bool))]
    few = max(int(np.isfinite(y[mine]).sum()) for _, mine in kinds) <= FEW
    shape: dict[str, Any] = {
        "color": colour,
        "marker": marker(place),
        "markersize": 3.2,
        "markeredgewidth": 0,
    }
    width = look.line_width + (0.2 if curve.reference else 0)
    if curve.piece is not None:  # in the legend it has its own dashes
        axes.plot([], [], linestyle=dashes(curve.dash), linewidth=width, label=named(curve), **shape)
    for x, part, sure in segments(curve.x, y, curve.reliable):
        shape |= {"alpha": 1.0 if sure else FAINT, "zorder": order}
        for dash, mine in kinds:
            line = np.where(mine, part, np.nan)
            # matplotlib cannot space markers along a line that is all gaps.
            marks = None if few or not np.isfinite(line).any() else (0.03 + 0.017 * (place % 6), 0.14)
            label = named(curve) if sure and curve.piece is None else None
            axes.plot(x, line, markevery=marks, linestyle=dashes(dash), linewidth=width, label=label, **shape)
    if low is None or high is None or (curve.reference and not few and not curve.ensemble):
        return
    floor = np.where(np.isfinite(y) & np.isfinite(low), np.maximum(low, y * 1e-3) if log_y else low, np.nan)
    high = np.where(np.isfinite(y) & np.isfinite(high), high, np.nan)
    if few:
        errors = np.abs(np.stack([y - floor, high - y]))
        believed = np.ones(y.shape, bool) if curve.reliable is None else curve.reliable
        bars: dict[str, Any] = {"fmt": "none", "ecolor": colour, "elinewidth": 0.8, "capsize": 0, "zorder": order}
        for some, alpha in ((believed, 0.7), (~believed, FAINT)):
            axes.errorbar(curve.x[some], y[some], errors[:, some], alpha=alpha, **bars)
    else:
        axes.fill_between(curve.x, floor, high, color=colour, alpha=0.14, linewidth=0, zorder=1.8)


def _mark_break(axes: Axes, curve: Curve, y: Array, look: Style) -> None:
    """Mark where the run leaves the band: a dot on its curve and a tick on the axis below."""
    if curve.break_at is None or curve.reference:
        return
    good = np.isfinite(y) & np.isfinite(curve.x)
    if not good.any():
        return
    colour = look.curves.run_colour(curve.colour)
    height = float(np.interp(curve.break_at, curve.x[good], y[good]))
    if curve.break_low is not None:
        # Beyond what is resolved it may be anywhere up to the frame.
        high = curve.break_high if curve.break_high is not None else axes.get_xlim()[1]
        axes.plot([curve.break_low, high], [height, height], color=colour, linewidth=1.3, zorder=3.9)
        # The frame cuts off its lower half, and what is beyond the axis' ends.
        below: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "solid_capstyle": "butt"}
        axes.plot([curve.break_low, high], [0.0, 0.0], color=colour, linewidth=7.0, alpha=0.6, zorder=3.9, **below)
    axes.plot(
        curve.break_at,
        height,
        marker="o",
        markersize=5.5,
        markerfacecolor=look.background,
        markeredgecolor=colour,
        markeredgewidth=1.3,
        linestyle="none",
        zorder=4,
    )
    axes.plot(
        curve.break_at,
        0.0,
        marker=2,  # a tick upwards
        markersize=6,
        markeredgecolor=colour,
        markeredgewidth=1.6,
        linestyle="none",
        transform=axes.get_xaxis_transform(),
        clip_on=False,
        zorder=4,
    )
