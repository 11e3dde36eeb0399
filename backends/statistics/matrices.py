"""From covariances to the matrices of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.statistic import StatisticResult
from backends.statistics.figure import Matrix

NAMES = ("power-covariance",)
"""The statistics that are matrices, by their registered names."""


def matrix(key: str, label: str, colour: str, result: StatisticResult) -> Matrix:
    """Return a run's matrix y over x and ``against``; faint where it has no inverse."""
    x = np.unique(result[result.x])
    said = result.parameters
    return Matrix(
        key=key,
        label=label,
        colour=colour,
        edges=_edges(x),
        values=result[result.y].reshape(x.size, x.size),
        faint=bool(said["singular"]),
        note=f"{said['n_members']} realisations, {said['n_bins']} bins" + _inverse(said),
    )


def _inverse(said: Mapping[str, Any]) -> str:
    """Say whether it may be inverted."""
    if said["singular"]:
        return ": singular"
    return ": no unbiased inverse" if said["hartlap"] is None else f", Hartlap {said['hartlap']:.3f}"


def _edges(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the places between which values stand for x: half-way to the next."""
    between = (x[1:] + x[:-1]) / 2
    return np.concatenate([[2 * x[0] - between[0]], between, [2 * x[-1] - between[-1]]])
