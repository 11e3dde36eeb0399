"""What all error maps share: a run's error in bins of one coordinate, and the place where it is worst in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.statistic import StatisticResult

Floats = NDArray[np.float64]

OVER_TIME = ("error-map-redshift",)
"""Those of which a run over time has a column for every snapshot."""
PLACE = ("worst_x", "worst_y", "worst_z")
NAMES = {
    "error-map-scale": "T − 1",
    "error-map-phase": "r − 1",
    "error-map-environment": "⟨1 + δ⟩ / ⟨1 + δ_ref⟩ − 1",
    "error-map-mass": "⟨1 + δ⟩ / ⟨1 + δ_ref⟩ − 1",
    "error-map-halos": "n / n_ref − 1",
    "error-map-redshift": "σ / σ_ref − 1",
}
"""The error maps by their registered names, and what their cells hold."""
WORST = {
    "error-map-scale": "largest residual of these k",
    "error-map-phase": "largest residual of these k",
    "error-map-environment": "largest residual of these cells",
    "error-map-mass": "halo of the largest error",
    "error-map-halos": "heaviest halo without a partner, or of the worst mass",
    "error-map-redshift": "largest residual at that time",
}
"""What is meant by the place where a run is worst."""
NO_VALUE = {
    "error-map-scale": "not resolved",
    "error-map-phase": "not resolved",
    "error-map-environment": "no such cells",
    "error-map-mass": "no halos of this mass",
    "error-map-halos": "no halos of this mass",
    "error-map-redshift": "no snapshot at this redshift",
}
"""Why a run has no value in a column in which another has one."""


def map_result(
    name: str,
    x: str,
    bins: tuple[Floats, Floats, Floats],
    error: tuple[Floats, Floats],
    worst: tuple[Floats, Floats],
    *,
    unit: str,
    parameters: Mapping[str, Any],
    more: Mapping[str, NDArray[Any]] | None = None,
    reliable: NDArray[np.bool_] | None = None,
    notes: tuple[str, ...] = (),
) -> StatisticResult:
    """Return a row of an error map.

    Parameters
    ----------
    x : what the bins are of: "k", "quantile", "mass"
    bins : where they begin, where they end, and what stands for each, all (n,)
    error : the run's signed relative error in each, and its standard error, (n,)
    worst : the place where the run is worst in each, (n, 3) Mpc/h or NaN, and what it is there, (n,)
    unit : of x
    """
    low, high, middle = bins
    place, there = worst
    columns: dict[str, NDArray[Any]] = {
        x: middle,
        f"{x}_low": low,
        f"{x}_high": high,
        "relative_error": error[0],
        "error": error[1],
        **dict(zip(PLACE, place.T, strict=True)),
        "worst": there,
        **(more or {}),
    }
    units = {column: unit if column.startswith(x) else "Mpc/h" if column in PLACE else "" for column in columns}
    return StatisticResult(
        name=name,
        columns=columns,
        units=units,
        x=x,
        y="relative_error",
        sigma="error",
        parameters=parameters,
        reliable=reliable,
        notes=notes,
    )


def mass_bins(numbers: NDArray[Any], per_decade: int) -> tuple[Floats, Floats, Floats]:
    """Return where bins of mass begin, end and have their middle, Msun/h."""
    low, high, middle = (np.asarray(10 ** ((numbers + share) / per_decade), np.float64) for share in (0.0, 1.0, 0.5))
    return low, high, middle


def cell_places(cells: NDArray[np.int64], n_mesh: int, dimensions: int, cell_offset: float, box_size: float) -> Floats:
    """Return where cells of a mesh lie, (n, 3) Mpc/h, by their places in the flat array; a map lies in the middle of z.

    A negative place is none: NaN.
    """
    at = np.stack(np.unravel_index(np.maximum(cells, 0), (n_mesh,) * dimensions), axis=-1)
    where = (at + cell_offset) * (box_size / n_mesh)
    if dimensions == 2:
        where = np.concatenate([where, np.full((len(where), 1), box_size / 2)], axis=1)
    return np.where(cells[:, None] >= 0, where, np.nan)


def together(results: Sequence[StatisticResult]) -> StatisticResult:
    """Return the columns of one run at several times as one row, the latest time first."""
    ordered = sorted(results, key=lambda result: float(result[result.x][0]))
    first = ordered[0]
    columns = {name: np.concatenate([result[name] for result in ordered]) for name in first.columns}
    notes = tuple(dict.fromkeys(note for result in ordered for note in result.notes))
    return replace(first, columns=columns, notes=notes)
