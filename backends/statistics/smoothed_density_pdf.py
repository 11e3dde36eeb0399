"""The density PDF after smoothing: how much of the volume lies in a sphere of each density."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.density_moments import moments
from backends.statistics.density_pdf import density_pdf
from backends.statistics.smoothing import DEPENDS, smoothed_density

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("smoothed-density-pdf")
class SmoothedDensityPdf:
    """dP/dlog10(1+δ) of the density smoothed over the chosen radius, with its moments among the parameters."""

    label = "Smoothed density PDF"
    axes = Axes(x_label="1 + δ", y_label="dP / dlog₁₀(1 + δ)", log_x=True, log_y=True, ratio_label="PDF / PDF_ref")
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        density = smoothed_density(sample, reference, parameters, part(progress, 0.0, 0.8))
        values = density.smoothed.values
        whole, errors = moments(values)
        named = ("variance", "skewness", "kurtosis", "s3", "s4")
        stated = density.parameters
        for name, value, error in zip(named, whole, errors, strict=True):
            stated |= {name: float(value), f"error_{name}": float(error)}
        field = Field(values + np.float32(1), density.frame.box_size, dimensions=values.ndim)
        found = density_pdf(field, stated, density.notes, part(progress, 0.8, 1.0))
        # It was painted as the parameters say, which the field of smoothed values cannot know.
        parameters_of_mesh = {name: density.parameters[name] for name in ("interlaced", "compensated")}
        return replace(found, name="smoothed-density-pdf", parameters={**found.parameters, **parameters_of_mesh})
