"""The Minkowski functionals: volume, surface, curvature and connectedness of the dense regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.mesh.minkowski import minkowski_functionals
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.smoothing import DEPENDS, smoothed_density

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

Floats = NDArray[np.float64]

THRESHOLDS = np.linspace(-3.0, 4.35, 50)
"""ν = δ / σ, at steps of 0.15."""


@register("minkowski-functionals")
class MinkowskiFunctionals:
    """V₀ … V₃ per volume of the regions denser than ν = δ / σ (Mecke, Buchert & Wagner 1994, A&A 288, 697).

    Drawn is V₃, the Euler characteristic; all four are in the table, beside those of a Gaussian field of the
    same σ_0 and σ_1 (Schmalzing & Buchert 1997). Errors are the scatter of the box's octants, divided by √8.
    """

    label = "Minkowski functionals"
    axes = Axes(x_label="ν = δ / σ", y_label="V₃(ν)  [(h/Mpc)³]", log_x=False)
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        density = smoothed_density(sample, reference, parameters, part(progress, 0.0, 0.7))
        smoothed = density.smoothed
        if smoothed.values.ndim != 3:
            raise NotApplicable(f"{sample.label} is a map of two dimensions: V₀ … V₃ are of regions in a volume")
        sigma = float(smoothed.sigma[0])
        whole, octants = minkowski_functionals(
            smoothed.values, sigma * THRESHOLDS, density.cell_size, progress=part(progress, 0.7, 1.0)
        )
        errors = octants.std(axis=0, ddof=1) / np.sqrt(8)
        expected = gaussian_functionals(THRESHOLDS, float(smoothed.sigma[1]) / sigma)
        columns, units = {"threshold": THRESHOLDS}, {"threshold": ""}
        for stem, values in (("v", whole), ("error_v", errors), ("gaussian_v", expected)):
            for order in range(4):
                columns[f"{stem}{order}"] = values[order]
                units[f"{stem}{order}"] = "" if order == 0 else "h/Mpc" if order == 1 else f"(h/Mpc)^{order}"
        return StatisticResult(
            name="minkowski-functionals",
            columns=columns,
            units=units,
            x="threshold",
            y="v3",
            sigma="error_v3",
            parameters={**density.parameters, "errors": "octants"},
            notes=(*density.notes, f"σ = {sigma:.4g}: each run's threshold is in units of its own."),
        )


def gaussian_functionals(nu: Floats, gradient: float) -> Floats:
    """Return (4, n) float64, V₀ … V₃ of a Gaussian field (Tomita 1986; Schmalzing & Buchert 1997, eq. 12).

    Parameters
    ----------
    nu : (n,) float64, thresholds in units of σ_0
    gradient : σ_1 / σ_0, h/Mpc
    """
    from scipy.special import erfc

    scale = gradient / np.sqrt(6 * np.pi)
    bell = np.exp(-(nu**2) / 2) / np.sqrt(2 * np.pi)
    return np.stack(
        [
            erfc(nu / np.sqrt(2)) / 2,
            2 / 3 * scale * bell,
            2 / 3 * scale**2 * nu * bell,
            scale**3 * (nu**2 - 1) * bell,
        ]
    )
