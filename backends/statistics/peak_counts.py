"""Peak counts: how many local maxima of the smoothed density there are of each height."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.mesh.extrema import local_maxima
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.handful import enough, few
from backends.statistics.smoothing import DEPENDS, smoothed_density

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

Floats = NDArray[np.float64]

WIDTH = 0.2
"""Width of a bin in arsinh ν, ν = δ / σ: even for low peaks, and by shares for the few high ones. Edges are its
integer multiples, the same for all runs."""


@register("peak-counts")
class PeakCounts:
    """dn/dν of the cells above all their neighbours, with Poisson errors, beside that of a Gaussian field."""

    label = "Peak counts"
    axes = Axes(
        x_label="ν = δ / σ",
        y_label="dn / dν  [(h/Mpc)³]",
        log_x=False,
        log_y=True,
        ratio_label="n / n_ref",
        shared_phases=True,
    )
    needs_reference = False
    empty_is_zero = True
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        density = smoothed_density(sample, reference, parameters, part(progress, 0.0, 0.8))
        values, sigma = density.smoothed.values, float(density.smoothed.sigma[0])
        progress(0.8, "Finding peaks")
        heights = values.reshape(-1)[local_maxima(values)].astype(np.float64) / sigma
        if not heights.size:
            raise NotApplicable(
                f"{sample.label} has no peak once it is smoothed over {density.smoothed.radius:.3g} Mpc/h"
            )
        bins = np.floor(np.arcsinh(heights) / WIDTH).astype(np.int64)
        first = int(bins.min())
        count = np.bincount(bins - first)
        edges = np.sinh(WIDTH * (first + np.arange(count.size + 1)))
        widths = np.diff(edges)
        within = edges[:-1, None] + widths[:, None] * (np.arange(8) + 0.5) / 8
        expected = gaussian_peaks(within.reshape(-1), density.smoothed.sigma, values.ndim).reshape(-1, 8).mean(axis=1)
        volume = density.frame.box_size**values.ndim
        unit = f"(h/Mpc)^{values.ndim}"
        progress(1.0, self.label)
        return StatisticResult(
            name="peak-counts",
            columns={
                "height": (edges[1:] + edges[:-1]) / 2,
                "dn_dnu": count / (volume * widths),
                "error": np.sqrt(count) / (volume * widths),
                "count": count,
                "gaussian_dn_dnu": expected,
            },
            units={"height": "", "dn_dnu": unit, "error": unit, "count": "", "gaussian_dn_dnu": unit},
            x="height",
            y="dn_dnu",
            sigma="error",
            parameters={
                **density.parameters,
                "bin_width_arsinh": WIDTH,
                "errors": "poisson",
                "n_peaks": int(heights.size),
            },
            reliable=enough(count),
            notes=(
                *density.notes,
                *few(count, "peaks"),
                f"σ = {sigma:.4g}: each run's heights are in units of its own.",
            ),
        )


def gaussian_peaks(nu: Floats, sigma: Floats, dimensions: int = 3) -> Floats:
    """Return dn/dν of a Gaussian field, (h/Mpc)^d (Bardeen et al. 1986, eq. 4.3; maps: Bond & Efstathiou 1987, A1.9).

    Parameters
    ----------
    nu : (n,) float64, heights in units of σ_0
    sigma : (3,) float64, spectral moments σ_0, σ_1, σ_2
    """
    gamma = sigma[1] ** 2 / (sigma[0] * sigma[2])
    scale = np.sqrt(dimensions) * sigma[1] / sigma[2]
    # γ is one for a single wave: there curvature is height, and the integrand a spike.
    spread = max(1 - gamma**2, 1e-6)
    x, step = np.linspace(0.0, 25.0, 5001, retstep=True)
    weight = _curvature(x, dimensions)
    # Beyond x = 25 no Gaussian field has a maximum worth counting.
    bell = np.exp(-((x - gamma * nu[:, None]) ** 2) / (2 * spread)) / np.sqrt(2 * np.pi * spread)
    norm = (2 * np.pi) ** (-(dimensions + 1) / 2) / scale**dimensions
    return np.asarray(norm * np.exp(-(nu**2) / 2) * (bell @ weight) * step)


def _curvature(x: Floats, dimensions: int) -> Floats:
    """Return f(x): how often a maximum has the curvature x σ_2 (Bardeen et al. 1986, eq. A15)."""
    from scipy.special import erf

    if dimensions == 2:
        return np.asarray(x**2 + np.exp(-(x**2)) - 1)
    wings = (x**3 - 3 * x) / 2 * (erf(np.sqrt(5 / 2) * x) + erf(np.sqrt(5 / 2) * x / 2))
    near = (31 * x**2 / 4 + 8 / 5) * np.exp(-5 * x**2 / 8) + (x**2 / 2 - 8 / 5) * np.exp(-5 * x**2 / 2)
    return np.asarray(wings + np.sqrt(2 / (5 * np.pi)) * near)
