"""From the rows of an error map to the description of its figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.statistics.error_maps import PLACE, WORST, Floats
from backends.statistics.figure import Cells, Curve, Figure

LEAST_LIMIT = 0.1
"""An error map whose colours end below would dress up errors that nobody minds."""
SHARE_WITHIN = 0.95
"""Of the cells, how many have a colour of their own; the others have that of the end."""
SAME_BIN = 1e-6

Styled = TypeVar("Styled")


def with_cells(drawn: Figure, results: Sequence[tuple[str, StatisticResult]], parameters: Parameters) -> Figure:
    """Lay the rows of an error map over the same columns.

    Parameters
    ----------
    drawn : the figure of the rows as curves, each with its own bins
    results : by the curve's key, in the order of the curves
    """
    if not results:
        return drawn
    edges = np.concatenate([_edges(result) for _, result in results])
    edges = edges[np.lexsort((edges[:, 1], edges[:, 0]))]
    new = np.append(True, np.any(np.abs(np.diff(edges, axis=0)) > SAME_BIN * np.abs(edges[1:]), axis=1))
    low, high = edges[new].T
    rows, places, values = [], {}, []
    for curve, (key, result) in zip(drawn.curves, results, strict=True):
        column = np.array([_place(edge, low, high) for edge in _edges(result)], dtype=np.int64)
        rows.append(_spread(curve, column, np.sqrt(low * high) if drawn.log_x else (low + high) / 2))
        where = np.stack([result[name] for name in PLACE], axis=-1) / result.parameters["box_size"]
        places[key] = np.full((low.size, 3), np.nan)
        places[key][column] = np.mod(where, 1.0)
        sure = np.ones(column.size, bool) if result.reliable is None else result.reliable
        values.append(np.abs(result["relative_error"][sure]))
    cells = Cells(
        low=low,
        high=high,
        columns=tuple(_words(a, b, drawn.x_label) for a, b in zip(low, high, strict=True)),
        limit=_limit(np.concatenate(values)),
        band=_band(drawn.name, parameters),
        places=places,
        worst=WORST[drawn.name],
    )
    return replace(drawn, curves=tuple(rows), cells=cells, verticals=(), band=None, ratio_label="")


def _edges(result: StatisticResult) -> Floats:
    return np.stack([result[f"{result.x}_low"], result[f"{result.x}_high"]], axis=-1)


def _place(edge: Floats, low: Floats, high: Floats) -> int:
    return int((np.abs(low - edge[0]) + np.abs(high - edge[1])).argmin())


def _spread(curve: Curve, column: NDArray[np.int64], middle: Floats) -> Curve:
    """Return the curve with its samples in their columns, NaN in the others; x is where its own bins say."""

    def laid(values: Floats | None) -> Floats | None:
        if values is None:
            return None
        there = np.full(middle.shape, np.nan)
        there[column] = values
        return there

    x, reliable = middle.copy(), None
    x[column] = curve.x
    if curve.reliable is not None:
        reliable = np.ones(middle.shape, bool)
        reliable[column] = curve.reliable
    y = laid(curve.y)
    assert y is not None
    return replace(curve, x=x, y=y, low=laid(curve.low), high=laid(curve.high), reliable=reliable)


def _words(low: float, high: float, label: str) -> str:
    """Return what a column is called: "0.10 – 0.15", "10^13.2 – 10^13.4"."""
    if label.startswith("M "):
        return f"10^{np.log10(low):.1f} – 10^{np.log10(high):.1f}"
    return f"{low:.2g} – {high:.2g}" if high > low else f"{low:.3g}"


def _limit(values: Floats) -> float:
    """Return the smallest of 1, 2, 5 × 10ⁿ within which most cells lie."""
    known = values[np.isfinite(values)]
    reach = max(float(np.quantile(known, SHARE_WITHIN)) if known.size else 0.0, LEAST_LIMIT)
    power = 10.0 ** np.floor(np.log10(reach))
    return float(power * next(step for step in (1, 2, 5, 10) if step * power >= reach * (1 - 1e-9)))


def _band(name: str, parameters: Parameters) -> float | None:
    """Return the error up to which a run agrees, where the study says so."""
    if name == "error-map-phase":
        return 1 - parameters.band_correlation
    return parameters.band_transfer
