"""From the rows of an error map to the description of its figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.statistics.error_maps import NO_VALUE, PLACE, WORST, Floats
from backends.statistics.figure import Cells, Curve, Figure

LEAST_LIMIT = 0.1
"""An error map whose colours end below would dress up errors that nobody minds."""
SHARE_WITHIN = 0.95
"""Of the cells, how many have a colour of their own; the others have that of the end."""
SAME_BIN = 1e-6
OF_HALOS = 0.2
"""Error of the number of halos, or of the density about them, that is small: both are tails of what is compared."""


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
    new = np.append(True, np.any(np.abs(np.diff(edges, axis=0)) > SAME_BIN * (1e-6 + np.abs(edges[1:])), axis=1))
    low, high = edges[new].T
    by_mass = results[0][1].x == "mass"
    rows, places, boxes, values = [], {}, {}, []
    for curve, (key, result) in zip(drawn.curves, results, strict=True):
        column = np.array([_place(edge, low, high) for edge in _edges(result)], dtype=np.int64)
        rows.append(_spread(curve, column, np.sqrt(low * high) if drawn.log_x else (low + high) / 2))
        where, box = _worst(result)
        places[key] = np.full((low.size, 3), np.nan)
        places[key][column] = np.mod(where, 1.0)
        if result.members:
            boxes[key] = np.zeros(low.size, np.int64)
            boxes[key][column] = box
        sure = np.ones(column.size, bool) if result.reliable is None else result.reliable
        values.append(result["relative_error"][sure])
    known = np.concatenate(values)
    begins = np.append(low, high[-1])
    cells = Cells(
        low=low,
        high=high,
        columns=tuple(_called(_written(a, by_mass), _written(b, by_mass)) for a, b in zip(low, high, strict=True)),
        ticks=tuple(_written(at, by_mass) for at in (low if np.array_equal(low, high) else begins)),
        limit=_limit(known),
        band=_band(drawn.name, parameters),
        signs=(bool(np.any(known < 0)), bool(np.any(known > 0))),
        breaks=drawn.name in ("error-map-scale", "error-map-phase"),
        places=places,
        worst=WORST[drawn.name],
        boxes=boxes,
        no_value=NO_VALUE[drawn.name],
    )
    lacks = any(np.isnan(curve.y).any() for curve in rows)
    x_label = "log₁₀ M  [Msun/h]" if by_mass else drawn.x_label
    none: dict[str, Any] = {"verticals": (), "band": None, "ratio_label": "", "x_limits": None, "y_limits": None}
    note = " · ".join(text for text in (drawn.note, f"–: {cells.no_value}" if lacks else "") if text)
    return replace(drawn, curves=tuple(rows), cells=cells, x_label=x_label, note=note, **none)


def _worst(result: StatisticResult) -> tuple[Floats, NDArray[np.int64]]:
    """Return where a run is worst in each bin, (n, 3) fractions of the box, and in which realisation that is."""
    members = result.members or (result,)
    where = np.stack([np.stack([one[name] for name in PLACE], axis=-1) / one.parameters["box_size"] for one in members])
    far = np.where(np.isfinite(where).all(axis=-1), np.abs([one["relative_error"] for one in members]), -1.0)
    box = np.nan_to_num(far, nan=-1.0).argmax(axis=0)
    return where[box, np.arange(box.size)], box


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


def _written(value: float, by_mass: bool) -> str:
    return f"{np.log10(value):.1f}" if by_mass else f"{value:.2g}"


def _called(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"


def _limit(values: Floats) -> float:
    """Return the smallest of 1, 2, 5 × 10ⁿ within which most cells lie."""
    known = np.abs(values[np.isfinite(values)])
    reach = max(float(np.quantile(known, SHARE_WITHIN)) if known.size else 0.0, LEAST_LIMIT)
    power = 10.0 ** np.floor(np.log10(reach))
    return float(power * next(step for step in (1, 2, 5, 10) if step * power >= reach * (1 - 1e-9)))


def _band(name: str, parameters: Parameters) -> float:
    """Return the error up to which a run agrees: that of r, of the numbers and densities of halos, or of T."""
    if name == "error-map-phase":
        return 1 - parameters.band_correlation
    return OF_HALOS if name in ("error-map-halos", "error-map-mass") else parameters.band_transfer
