"""How far matter has moved, and how far a run puts it from where the reference does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.displacement_statistics import DEPENDS, both, described
from backends.statistics.octants import octants_of

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

Floats = NDArray[np.float64]

BINS_PER_DECADE = 10
LEAST = 1e-4
"""Mpc/h; what is shorter, and nothing at all, is counted as just that long."""


@register("displacement-pdf")
class DisplacementPdf:
    """dP/dlog10 |ψ| over the points of the lattice, and the variance of each component of ψ.

    Errors are the scatter of the lattice's octants, divided by √8.
    """

    label = "Displacement PDF"
    axes = Axes(
        x_label="|ψ|  [Mpc/h]",
        y_label="dP / dlog₁₀ |ψ|",
        log_x=True,
        log_y=True,
        ratio_label="PDF / PDF_ref",
        shared_phases=True,
    )
    needs_reference = False
    empty_is_zero = True
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        field = sample.displacement(parameters.species, part(progress, 0.0, 0.6))
        columns = length_pdf(field.values, part(progress, 0.6, 1.0))
        components = zip("xyz", field.values, strict=True)
        variance = {f"variance_{name}": float(np.var(one, dtype=np.float64)) for name, one in components}
        return StatisticResult(
            name="displacement-pdf",
            columns={**columns, **variance},
            units={**UNITS, **dict.fromkeys(variance, "(Mpc/h)^2")},
            x="length",
            y="pdf",
            sigma="error",
            parameters={**described(field, parameters), "bins_per_decade": BINS_PER_DECADE, "errors": "octants"},
        )


@register("displacement-error")
class DisplacementError:
    """dP/dlog10 |ψ − ψ_ref| over the points of the lattice, the shortest way through the periodic box.

    Beside it stand the rms of |ψ − ψ_ref| and of each component. Errors are the scatter of the lattice's
    octants, divided by √8.
    """

    label = "Displacement error"
    axes = Axes(x_label="|ψ − ψ_ref|  [Mpc/h]", y_label="dP / dlog₁₀ |ψ − ψ_ref|", log_x=True, log_y=True)
    needs_reference = True
    empty_is_zero = True
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        ours, theirs = both(sample, reference, parameters, part(progress, 0.0, 0.6))
        away = ours.values - theirs.values
        away -= np.float32(theirs.box_size) * np.rint(away / np.float32(theirs.box_size))
        columns = length_pdf(away, part(progress, 0.6, 1.0))
        squares = [float(np.mean(np.square(one, dtype=np.float64))) for one in away]
        rms = {"rms": float(np.sqrt(sum(squares)))}
        rms |= {f"rms_{name}": float(np.sqrt(square)) for name, square in zip("xyz", squares, strict=True)}
        return StatisticResult(
            name="displacement-error",
            columns={**columns, **rms},
            units={**UNITS, **dict.fromkeys(rms, "Mpc/h")},
            x="length",
            y="pdf",
            sigma="error",
            parameters={**described(theirs, parameters), "bins_per_decade": BINS_PER_DECADE, "errors": "octants"},
            notes=(f"Matter is {rms['rms']:.3g} Mpc/h (rms) from where it is in {_name(reference)}.",),
        )


UNITS = {"length": "Mpc/h", "pdf": "", "error": ""}


def _name(reference: Sample | None) -> str:
    return "the reference" if reference is None else reference.label


def length_pdf(vector: NDArray[np.float32], progress: Progress) -> dict[str, Floats]:
    """Return the distribution of the lengths of vectors (3, N, N, N) in bins 10^(j/10), from the first to the last."""
    length = np.sqrt(np.einsum("i...,i...->...", vector, vector, dtype=np.float64))
    progress(0.5, "Counting")
    bins = np.floor(BINS_PER_DECADE * np.log10(np.maximum(length, LEAST)) + 1e-9).astype(np.int64)
    first = int(bins.min())
    bins -= first
    n_bins = int(bins.max()) + 1
    octants = [np.bincount(one.reshape(-1), minlength=n_bins) for one in octants_of(bins)]
    shares = np.array([count * (BINS_PER_DECADE / count.sum()) for count in octants])
    progress(1.0, "Counted")
    return {
        "length": 10 ** ((np.arange(first, first + n_bins) + 0.5) / BINS_PER_DECADE),
        "pdf": np.sum(octants, axis=0) * (BINS_PER_DECADE / length.size),
        "error": shares.std(axis=0, ddof=1) / np.sqrt(len(octants)),
    }
