"""The Lyman-α forest: how much light matter lets pass along lines of sight, and on which scales that varies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.skewers import BUNDLES, DEPENDS, flux_of

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

WIDTH = 0.05
"""Width of a bin of flux."""


@register("lyman-alpha")
class LymanAlpha:
    """P₁D(k) = (L / N²) ⟨|Σ_x δ_F e^(−ikx)|²⟩ of δ_F = F / ⟨F⟩ − 1 along all lines of the mesh.

    F = e^(−τ), τ = A (1 + δ)^β, A such that ⟨F⟩ is the mean flux that is observed (fluctuating Gunn–Peterson, Croft
    et al. 1998, ApJ 495, 44), moved to redshift space and broadened by the gas's temperature where that is chosen.
    Errors are the scatter of sixteen bundles of lines, divided by four.
    """

    label = "Lyman-α flux power"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="k P₁D(k) / π",
        log_x=True,
        log_y=True,
        ratio_label="P₁D / P_ref",
        faint="beyond k Nyquist",
        shared_phases=True,
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        from backends.mesh.absorption import line_power

        frame, flux, said, notes = flux_of(sample, reference, parameters, part(progress, 0.0, 0.8))
        contrast = flux.values / np.float32(flux.mean) - np.float32(1)
        bundles = line_power(contrast, frame.box_size, part(progress, 0.8, 1.0))
        power = bundles.mean(axis=0)
        if flux.values.ndim == 2:  # of any number of lines, bundles are not equally thick
            power = np.average(bundles, axis=0, weights=[len(one) for one in np.array_split(flux.values, len(bundles))])
        few = len(bundles) < BUNDLES  # whose scatter would be no error
        error = (power if few else bundles.std(axis=0, ddof=1)) / np.sqrt(len(bundles))
        k = 2 * np.pi / frame.box_size * np.arange(1, power.size + 1)
        return StatisticResult(
            name="lyman-alpha",
            columns={
                "k": k,
                "p1d": power,
                "p1d_error": error,
                "k_p1d": k * power / np.pi,
                "k_p1d_error": k * error / np.pi,
                "mean_flux": flux.mean,
            },
            units={"k": "h/Mpc", "p1d": "Mpc/h", "p1d_error": "Mpc/h", "k_p1d": "", "k_p1d_error": "", "mean_flux": ""},
            x="k",
            y="k_p1d",
            sigma="k_p1d_error",
            parameters=said,
            reliable=k <= frame.k_end,
            notes=notes,
        )


@register("lyman-alpha-pdf")
class LymanAlphaPdf:
    """dP/dF of the light that passes, in bins of 0.05, with the flux of ``lyman-alpha``.

    Errors are the scatter of sixteen bundles of lines, divided by four.
    """

    label = "Lyman-α flux PDF"
    axes = Axes(
        x_label="F = exp(−τ)",
        y_label="dP / dF",
        log_x=False,
        log_y=True,
        ratio_label="PDF / PDF_ref",
        shared_phases=True,
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        _, flux, said, notes = flux_of(sample, reference, parameters, part(progress, 0.0, 0.8))
        n_bins = round(1 / WIDTH)
        counts = []
        for place, bundle in enumerate(_bundles(flux.values)):
            progress(0.8 + 0.0125 * place, "Counting flux")
            bins = np.clip((bundle.reshape(-1) * np.float32(n_bins)).astype(np.int64), 0, n_bins - 1)
            counts.append(np.bincount(bins, minlength=n_bins))
        progress(1.0, self.label)
        table = np.array(counts)
        shares = table / table.sum(axis=1, keepdims=True) / WIDTH
        return StatisticResult(
            name="lyman-alpha-pdf",
            columns={
                "flux": WIDTH * (np.arange(n_bins) + 0.5),
                "pdf": table.sum(axis=0) / (flux.values.size * WIDTH),
                "error": shares.std(axis=0, ddof=1) / np.sqrt(len(counts)),
                "count": table.sum(axis=0),
                "mean_flux": flux.mean,
            },
            units=dict.fromkeys(("flux", "pdf", "error", "count", "mean_flux"), ""),
            x="flux",
            y="pdf",
            sigma="error",
            parameters={**said, "bin_width": WIDTH} | ({"errors": "sixteenths"} if flux.values.ndim == 2 else {}),
            notes=notes,
        )


def _bundles(flux: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Give sixteen pieces: 4 × 4 bundles of a mesh's lines, or sixteenths of (lines, n) laid end to end."""
    if flux.ndim == 2:
        yield from np.array_split(flux.reshape(-1), BUNDLES)
        return
    for slab in np.array_split(flux, 4, axis=0):
        yield from np.array_split(slab, 4, axis=1)
