"""Where a run breaks, by environment: too much or too little matter from the emptiest cells to the fullest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.environment import both_smoothed, errors_by_class, quantile_classes
from backends.statistics.error_by_environment import ErrorByEnvironment
from backends.statistics.error_maps import cell_places, map_result

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("error-map-environment")
class ErrorMapOfEnvironment:
    """⟨1 + δ⟩ / ⟨1 + δ_ref⟩ − 1 in equal shares of the volume, as ``error-by-environment``.

    The worst voxel of a share is the largest |δ − δ_ref| of its smoothed cells; ``worst`` is δ − δ_ref there.
    """

    label = "Where it breaks · environment"
    axes = Axes(x_label="share of the volume that is emptier", y_label="⟨1 + δ⟩ / ⟨1 + δ_ref⟩ − 1", log_x=False)
    needs_reference = True
    depends = ErrorByEnvironment.depends

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        pair = both_smoothed(sample, reference, parameters, part(progress, 0.0, 0.7))
        n = parameters.density_quantiles
        classes = quantile_classes(pair.theirs, n)
        found = errors_by_class(pair.ours, pair.theirs, classes, n)
        left, kinds = (pair.ours - pair.theirs).reshape(-1), classes.reshape(-1)
        cells, far = np.full(n, -1, np.int64), np.abs(left)
        for kind in range(n):
            progress(0.7 + 0.3 * kind / n, "Looking for the worst voxel")
            if found["density_error"][kind] > 0:  # neither without a cell nor without an error
                cells[kind] = np.where(kinds == kind, far, -1).argmax()
        edges = np.arange(n + 1) / n
        box_size = pair.parameters["box_size"]
        places = cell_places(cells, pair.theirs.shape[0], pair.theirs.ndim, pair.cell_offset, box_size)
        progress(1.0, self.label)
        return map_result(
            "error-map-environment",
            "quantile",
            (edges[:-1], edges[1:], (edges[:-1] + edges[1:]) / 2),
            (found["mean_ratio"] - 1, found["mean_ratio_error"]),
            (places, np.where(cells >= 0, left[cells], 0.0)),
            unit="",
            parameters={**pair.parameters, "quantiles": n},
            more={"density_error": found["density_error"], "overdensity": found["overdensity"]},
            notes=pair.notes,
        )
