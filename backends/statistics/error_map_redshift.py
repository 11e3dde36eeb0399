"""Where a run breaks, by redshift: how much structure of all resolved scales it has too much or too little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.error_map_scale import bands_of, sums_of, worst_voxels
from backends.statistics.error_maps import map_result
from backends.statistics.meshes import with_mesh
from backends.statistics.pair import measure_pair

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("error-map-redshift")
class ErrorMapOfRedshift:
    """σ / σ_ref − 1 of the density of all resolved modes, with the error √((1 − r²) / 2n) σ / σ_ref of n modes.

    A run over time has a column for each of its snapshots. The worst voxel is the largest |δ − δ_ref| of these modes.
    """

    label = "Where it breaks · redshift"
    axes = Axes(x_label="z", y_label="σ / σ_ref − 1", log_x=False)
    needs_reference = True

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        if reference is None:
            raise NotApplicable("there is no reference to compare with; choose one")
        parameters = with_mesh(parameters, sample, reference)
        pair = measure_pair(sample, reference, parameters, part(progress, 0.0, 0.5))
        redshift = sample.compared(parameters).redshift
        if redshift is None:
            redshift = reference.compared(parameters).redshift
        if redshift is None:
            raise NotApplicable(f"the redshift of {sample.label} is not known; state it and it has its place in time")
        bands = np.array([[0, bands_of(pair)[-1, 1]]])
        sums, worst = sums_of(pair, bands), worst_voxels(sample, reference, pair, bands, part(progress, 0.5, 1.0))
        z = np.array([float(redshift)])
        return map_result(
            "error-map-redshift",
            "redshift",
            (z, z, z),
            sums.transfer,
            (worst.places(sample, pair), worst.values),
            unit="",
            parameters={**pair.frame.parameters(sample), "errors": "number of modes"},
            more={"n_modes": sums.n_modes},
            notes=pair.frame.notes,
        )
