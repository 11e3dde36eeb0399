"""The error of a density among cells that have something in common, and its scatter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics.meshes import frame_of, with_mesh
from backends.statistics.octants import octants_of
from backends.statistics.smoothing import chosen_radius

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

Floats = NDArray[np.float64]
Single = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SmoothedPair:
    """The smoothed overdensities of a run and of its reference, and what they depend on."""

    ours: Single
    theirs: Single
    cell_offset: float
    chosen: Parameters
    parameters: dict[str, Any]
    notes: tuple[str, ...]


def both_smoothed(sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress) -> SmoothedPair:
    """Smooth a run and its reference over one radius, on one mesh.

    Raises
    ------
    NotApplicable
        Where there is no reference, or the radius does not fit.
    MismatchedBoxes
        Where they cannot be laid over each other.
    """
    if reference is None:
        raise NotApplicable("there is no reference to compare with; choose one")
    parameters = with_mesh(parameters, sample, reference)
    frame = frame_of(sample, reference, parameters, part(progress, 0.0, 0.1))
    radius = chosen_radius(frame.chosen, frame)
    theirs, ours = (
        run.smoothed(frame.chosen, frame.n_mesh, radius, report, frame.cell_offset).values
        for run, report in ((reference, part(progress, 0.1, 0.55)), (sample, part(progress, 0.55, 1.0)))
    )
    said = {
        **frame.parameters(sample),
        "smoothing_window": frame.chosen.smoothing_window,
        "smoothing_radius": radius,
        "errors": "octants" if ours.ndim == 3 else "quadrants",
    }
    return SmoothedPair(ours, theirs, frame.cell_offset, frame.chosen, said, frame.notes)


def quantile_classes(theirs: Single, n: int) -> NDArray[np.uint8]:
    """Return the class of each cell: which of n equal shares of the volume, from the emptiest, it belongs to."""
    edges = np.quantile(theirs, np.arange(1, n) / n).astype(np.float32)
    return np.searchsorted(edges, theirs.reshape(-1), "right").reshape(theirs.shape).astype(np.uint8)


def errors_by_class(ours: Single, theirs: Single, classes: NDArray[np.uint8], n: int) -> dict[str, Floats]:
    """Return the error in each of n classes of cells, with the scatter of octants; NaN in a class without cells."""
    sums = []
    for kind, here, there in zip(octants_of(classes), octants_of(ours), octants_of(theirs), strict=True):
        flat, delta, true = kind.reshape(-1), here.reshape(-1).astype(np.float64), there.reshape(-1).astype(np.float64)
        weights = (None, (delta - true) ** 2, 1 + delta, 1 + true)
        sums.append([np.bincount(flat, weight, n).astype(np.float64) for weight in weights])
    octants = np.array(sums)
    error, mean, overdensity, count = _of_sums(octants.sum(axis=0))
    scatter_error, scatter_mean, _, _ = _of_sums(np.moveaxis(octants, 0, 1))
    root = np.sqrt(octants.shape[0])
    return {
        "density_error": error,
        "error": scatter_error.std(axis=0, ddof=1) / root,
        "mean_ratio": mean,
        "mean_ratio_error": scatter_mean.std(axis=0, ddof=1) / root,
        "overdensity": overdensity,
        "count": count,
    }


def _of_sums(sums: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    count, squares, here, there = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(squares / count) / (there / count), here / there, there / count - 1, count


def errors_of_places(ours: Floats, theirs: Floats) -> dict[str, float]:
    """Return the error of the overdensities at a few places, with their scatter, NaN where there is but one."""
    n, square, density = ours.size, (ours - theirs) ** 2, 1 + theirs
    rms, mean = float(np.sqrt(square.mean())), float(density.mean())
    ratio = float((1 + ours).mean()) / mean
    spread = [float(x.std(ddof=1)) / np.sqrt(n) if n > 1 else np.nan for x in (square, 1 + ours - ratio * density)]
    return {
        "density_error": rms / mean,
        "error": spread[0] / (2 * rms * mean) if rms > 0 else 0.0,
        "mean_ratio": ratio,
        "mean_ratio_error": spread[1] / mean,
        "overdensity": mean - 1,
        "count": float(n),
    }


def told(parameters: Sequence[tuple[str, float]]) -> dict[str, float]:
    return {f"halo_{name}": value for name, value in parameters}


def result(name: str, columns: dict[str, Any], pair: SmoothedPair, said: dict[str, Any]) -> StatisticResult:
    x = next(iter(columns))
    return StatisticResult(
        name=name,
        columns={**columns, "count": columns["count"].astype(np.int64)},
        units={**dict.fromkeys(columns, ""), **({"mass": "Msun/h"} if x == "mass" else {})},
        x=x,
        y="density_error",
        sigma="error",
        ratio="mean_ratio",
        ratio_sigma="mean_ratio_error",
        parameters={**pair.parameters, **said},
        notes=pair.notes,
    )
