"""How far matter has moved, and how far a run puts it from where the reference does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
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
        columns = length_pdf(_planes(field.values), field.n_mesh, part(progress, 0.6, 1.0))
        variance = {f"variance_{name}": _variance(one) for name, one in zip("xyz", field.values, strict=True)}
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
        squares = np.zeros(3)
        planes = _apart(ours, theirs, squares)
        columns = length_pdf(planes, theirs.n_mesh, part(progress, 0.6, 1.0))
        rms = {"rms": float(np.sqrt(squares.sum()))}
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


def _planes(vector: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Give the planes (3, N, N) of a vector field: what is made of one stays in the processor's caches."""
    for plane in range(vector.shape[1]):
        yield vector[:, plane]


def _apart(ours: Field, theirs: Field, squares: Floats) -> Iterator[NDArray[np.float32]]:
    """Give ψ − ψ_ref by planes (3, N, N), and add up the mean square of each component in ``squares`` (3,)."""
    side = np.float32(theirs.box_size)
    for here, there in zip(_planes(ours.values), _planes(theirs.values), strict=True):
        away = here - there
        away -= side * np.rint(away / side)
        squares += np.mean(np.square(away, dtype=np.float64), axis=(1, 2)) / theirs.n_mesh
        yield away


def _variance(values: NDArray[np.float32]) -> float:
    """Return the variance of (N, N, N), by planes."""
    mean = values.mean(dtype=np.float64)
    return float(np.mean([np.mean(np.square(plane - mean)) for plane in values]))


def length_pdf(planes: Iterable[NDArray[np.float32]], n: int, progress: Progress) -> dict[str, Floats]:
    """Return the distribution of the lengths of vectors in bins 10^(j/10), from the first to the last.

    planes : n of them, (3, n, n), Mpc/h
    """
    bins = np.empty((n, n, n), np.int16)
    for place, plane in enumerate(planes):
        progress(place / n, "Counting")
        length = np.sqrt(np.einsum("i...,i...->...", plane, plane, dtype=np.float64))
        bins[place] = np.floor(BINS_PER_DECADE * np.log10(np.maximum(length, LEAST)) + 1e-9)
    first = int(bins.min())
    bins -= first
    n_bins = int(bins.max()) + 1
    octants = [np.bincount(one.reshape(-1), minlength=n_bins) for one in octants_of(bins)]
    shares = np.array([count * (BINS_PER_DECADE / count.sum()) for count in octants])
    progress(1.0, "Counted")
    return {
        "length": 10 ** ((np.arange(first, first + n_bins) + 0.5) / BINS_PER_DECADE),
        "pdf": np.sum(octants, axis=0) * (BINS_PER_DECADE / n**3),
        "error": shares.std(axis=0, ddof=1) / np.sqrt(len(octants)),
    }
