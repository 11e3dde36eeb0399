"""Curves from tables, laid over the figure of the runs' own statistic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from backends.data.curve import Curve as Table
from backends.data.curve import ReferenceCurve
from backends.statistics.figure import Array, Curve, Figure

DASHED = 1
"""The first pattern of dashes: what a table says is never drawn as a full line."""

BEYOND = 1.05
"""Factor by which a table may reach beyond the runs' own abscissae: all of it would squeeze them."""


def with_curves(figure: Figure, curves: Sequence[ReferenceCurve], colour: Callable[[ReferenceCurve], str]) -> Figure:
    """Return the figure with these curves drawn dashed behind the runs' own.

    Only those of its statistic that are visible and could be read are drawn, and only where the runs have
    their curves. In the ratio panel a table stands against the reference, interpolated in logarithms.
    """
    ours = [curve for curve in curves if curve.statistic == figure.name and curve.visible]
    x = np.concatenate([curve.x[np.isfinite(curve.x) & (curve.x > 0)] for curve in figure.curves] or [np.empty(0)])
    reference = next((curve for curve in figure.curves if curve.reference), None)
    drawn: list[Curve] = []
    skipped: list[tuple[str, str]] = []
    for curve in ours:
        table = curve.curve
        if table is None:
            skipped.append((curve.label, "its file could not be read; the library says why"))
        elif "(Mpc/h)²" in figure.y_label:
            skipped.append((curve.label, "it is of three dimensions, and these maps have two"))
        elif figure.y_label.endswith("[Mpc/h]"):
            skipped.append((curve.label, "it is of three dimensions, and these lines have one"))
        elif x.size and not (inside := (table.x >= x.min() / BEYOND) & (table.x <= x.max() * BEYOND)).any():
            skipped.append((curve.label, "it lies wholly outside what the runs span"))
        else:
            kept = inside if x.size else np.ones(table.x.shape, bool)
            order = len(drawn)
            drawn.append(_drawn(figure, curve, table, kept, reference, colour(curve), DASHED + order % 4))
    return replace(figure, curves=(*figure.curves, *drawn), skipped=(*figure.skipped, *skipped))


def _drawn(
    figure: Figure,
    curve: ReferenceCurve,
    table: Table,
    kept: np.ndarray,
    reference: Curve | None,
    colour: str,
    dash: int,
) -> Curve:
    y = np.where(table.y > 0, table.y, np.nan)
    ratio = _ratio(figure.name, table.x, y, reference) if reference is not None and figure.ratio_label else None
    return Curve(
        key=curve.key,
        label=curve.label,
        colour=colour,
        x=table.x[kept],
        y=y[kept],
        low=None if table.low is None else table.low[kept],
        high=None if table.high is None else table.high[kept],
        ratio=None if ratio is None else ratio[kept],
        dash=dash,
    )


def _ratio(name: str, x: Array, y: Array, reference: Curve) -> Array:
    """Return a table against the reference's curve; NaN beyond it. Of powers it is T = √(P / P_ref)."""
    known = np.isfinite(reference.y) & (reference.y > 0) & (reference.x > 0)
    if known.sum() < 2:
        return np.full(x.shape, np.nan)
    theirs = np.exp(
        np.interp(np.log(x), np.log(reference.x[known]), np.log(reference.y[known]), left=np.nan, right=np.nan)
    )
    ratio = y / theirs
    return np.asarray(np.sqrt(ratio) if name == "power-spectrum" else ratio)
