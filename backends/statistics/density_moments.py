"""Moments of the density at several smoothings: how much it varies, how lopsided and how heavy-tailed it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.mesh.smoothing import smooth, smooth_lines
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.octants import PIECES, eighths_of, octants_of
from backends.statistics.smoothing import DEPENDS, chosen_radius, framed

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

Floats = NDArray[np.float64]

MOMENTS = ("variance", "skewness", "kurtosis", "s3", "s4")
STEP = np.sqrt(2)
"""Ratio of a radius to the one before."""
LARGEST = 0.1
"""Radius, in box sides, beyond which too few spheres fit in the box."""


@register("density-moments")
class DensityMoments:
    """σ²(R) = ⟨δ²⟩, skewness ⟨δ³⟩ / σ³ and excess kurtosis ⟨δ⁴⟩ / σ⁴ − 3 of the density smoothed over R.

    Beside them stand the reduced S₃ = ⟨δ³⟩ / σ⁴ and S₄ = (⟨δ⁴⟩ − 3 σ⁴) / σ⁶ (Bernardeau et al. 2002, Phys.
    Rep. 367, 1). Drawn is the variance. Errors are the scatter of the box's octants, divided by √8.
    """

    label = "Density moments"
    axes = Axes(
        x_label="R  [Mpc/h]", y_label="σ²(R)", log_x=True, log_y=True, ratio_label="σ² / σ²_ref", shared_phases=True
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        parameters, frame = framed(sample, reference, parameters, part(progress, 0.0, 0.2), lines=True)
        first = chosen_radius(parameters, frame)
        count = max(int(np.floor(np.log(LARGEST * frame.box_size / first) / np.log(STEP) + 1e-9)) + 1, 1)
        radii = first * STEP ** np.arange(count)
        transform = sample.modes(parameters, frame.n_mesh, part(progress, 0.2, 0.5), frame.cell_offset)
        found = []
        for place, radius in enumerate(radii):
            report = part(progress, 0.5 + 0.5 * place / count, 0.5 + 0.5 * (place + 1) / count)
            if transform.dimensions == 1:
                report(0.0, "Smoothing")
                along = smooth_lines(transform, float(radius), parameters.smoothing_window)
                found.append(moments_of(eighths_of(along)))
            else:
                found.append(moments(smooth(transform, float(radius), parameters.smoothing_window, report).values))
        progress(1.0, self.label)
        values, errors = np.array([one[0] for one in found]), np.array([one[1] for one in found])
        columns = {"radius": radii, "variance": values[:, 0], "error": errors[:, 0]}
        for place, name in enumerate(MOMENTS[1:], 1):
            columns |= {name: values[:, place], f"error_{name}": errors[:, place]}
        return StatisticResult(
            name="density-moments",
            columns=columns,
            units={"radius": "Mpc/h", **dict.fromkeys(list(columns)[1:], "")},
            x="radius",
            y="variance",
            sigma="error",
            parameters={
                **frame.parameters(sample),
                "smoothing_window": parameters.smoothing_window,
                "errors": PIECES[transform.dimensions],
            },
            notes=frame.notes,
        )


def moments(overdensity: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return (5,) float64: σ², skewness, excess kurtosis, S₃ and S₄ of a field of mean zero, and their errors.

    A field without variance has NaN for all but its variance.
    """
    return moments_of(octants_of(overdensity))


def moments_of(pieces: Iterable[NDArray[np.float32]]) -> tuple[Floats, Floats]:
    """Return ``moments`` of a field that comes in pieces, whose scatter is the error."""
    powers, sizes = [], []
    for octant in pieces:
        sums = np.zeros(3)
        for plane in np.atleast_2d(octant):  # which fits the processor's caches
            delta = plane.astype(np.float64).ravel()
            squared = delta * delta  # a power of floats is a logarithm and an exponential
            # Without BLAS, whose threads wait for each other longer than this takes.
            sums += squared.sum(), np.einsum("i,i", squared, delta), np.einsum("i,i", squared, squared)
        powers.append(sums / octant.size)
        sizes.append(octant.size)
    octants = np.array([_reduced(one) for one in powers])
    whole = _reduced(np.average(np.array(powers), axis=0, weights=sizes))
    return whole, octants.std(axis=0, ddof=1) / np.sqrt(len(sizes))


def _reduced(powers: Floats) -> Floats:
    second, third, fourth = powers
    with np.errstate(divide="ignore", invalid="ignore"):
        s3, s4 = third / second**2, (fourth - 3 * second**2) / second**3
        return np.array([second, third / second**1.5, fourth / second**2 - 3, s3, s4])
