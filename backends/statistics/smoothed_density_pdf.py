"""The density PDF after smoothing: how much of the volume lies in a sphere of each density."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.mesh.smoothing import smooth, smooth_lines
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.density_moments import MOMENTS, moments, moments_of
from backends.statistics.density_pdf import density_pdf
from backends.statistics.octants import eighths_of
from backends.statistics.smoothing import DEPENDS, chosen_radius, framed

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

RADII = (1.0, 2.0, 4.0)
"""Radii of the smoothings, in units of the chosen one; those beyond a quarter of the box are left out."""


@register("smoothed-density-pdf")
class SmoothedDensityPdf:
    """dP/dlog10(1+δ) of the density smoothed over the chosen radius, twice and four times that; lines along themselves.

    The columns of moments are those of each smoothing: variance, skewness, excess kurtosis, S₃ and S₄.
    """

    label = "Smoothed density PDF"
    axes = Axes(x_label="1 + δ", y_label="dP / dlog₁₀(1 + δ)", log_x=True, log_y=True, ratio_label="PDF / PDF_ref")
    needs_reference = False
    empty_is_zero = True
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        parameters, frame = framed(sample, reference, parameters, part(progress, 0.0, 0.2), lines=True)
        chosen = chosen_radius(parameters, frame)
        radii = [chosen * factor for factor in RADII if chosen * factor <= frame.box_size / 4]
        transform = sample.modes(parameters, frame.n_mesh, part(progress, 0.2, 0.5), frame.cell_offset)
        found: list[StatisticResult] = []
        for place, radius in enumerate(radii):
            report = part(progress, 0.5 + 0.5 * place / len(radii), 0.5 + 0.5 * (place + 1) / len(radii))
            window, step = parameters.smoothing_window, part(report, 0.0, 0.6)
            if transform.along_lines:
                step(0.0, "Smoothing")
                values = smooth_lines(transform, radius, window)
                whole, _ = moments_of(eighths_of(values))
            else:
                values = smooth(transform, radius, window, step).values
                whole, _ = moments(values)
            field = Field(values + np.float32(1), frame.box_size, dimensions=transform.dimensions)
            pdf = density_pdf(field, frame.parameters(sample), (), part(report, 0.6, 1.0))
            rows = pdf["pdf"].size
            more = {name: np.full(rows, value) for name, value in zip(MOMENTS, whole, strict=True)}
            found.append(replace(pdf, columns={"radius": np.full(rows, radius), **pdf.columns, **more}))
        first = found[0]
        words = ", ".join(f"{radius:.3g}" for radius in radii)
        return replace(
            first,
            name="smoothed-density-pdf",
            columns={name: np.concatenate([one[name] for one in found]) for name in first.columns},
            units={"radius": "Mpc/h", **first.units, **dict.fromkeys(MOMENTS, "")},
            series="radius",
            # It was painted as the parameters say, which the field of smoothed values cannot know.
            parameters={
                **first.parameters,
                **frame.parameters(sample),
                "smoothing_window": parameters.smoothing_window,
                "smoothing_radii": radii,
            },
            notes=(*frame.notes, f"Curves are of the radii {words} Mpc/h, the narrower the larger."),
        )
