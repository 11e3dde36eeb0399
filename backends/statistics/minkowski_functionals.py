"""The Minkowski functionals: volume, surface, curvature and connectedness of the dense regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.mesh.minkowski import minkowski_functionals
from backends.mesh.minkowski_maps import map_functionals
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
    Maps have V₀ … V₂, of which V₂ is the Euler characteristic, and quadrants.
    """

    label = "Minkowski functionals"
    axes = Axes(x_label="ν = δ / σ", y_label="V₃(ν)  [(h/Mpc)³]", log_x=False, ratio_label="1 + ΔV / max V_ref")
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        density = smoothed_density(sample, reference, parameters, part(progress, 0.0, 0.7))
        smoothed = density.smoothed
        sigma, dimensions = float(smoothed.sigma[0]), smoothed.values.ndim
        if dimensions == 3:
            whole, parts = minkowski_functionals(
                smoothed.values, sigma * THRESHOLDS, density.cell_size, progress=part(progress, 0.7, 1.0)
            )
        else:
            whole, parts = map_functionals(smoothed.values, sigma * THRESHOLDS, density.cell_size)
            progress(1.0, self.label)
        errors = parts.std(axis=0, ddof=1) / np.sqrt(len(parts))
        expected = gaussian_functionals(THRESHOLDS, float(smoothed.sigma[1]) / sigma, dimensions)
        columns, units = {"threshold": THRESHOLDS}, {"threshold": ""}
        for stem, values in (("v", whole), ("error_v", errors), ("gaussian_v", expected)):
            for order in range(dimensions + 1):
                columns[f"{stem}{order}"] = values[order]
                units[f"{stem}{order}"] = "" if order == 0 else "h/Mpc" if order == 1 else f"(h/Mpc)^{order}"
        return StatisticResult(
            name="minkowski-functionals",
            columns=columns,
            units=units,
            x="threshold",
            y=f"v{dimensions}",
            sigma=f"error_v{dimensions}",
            parameters={**density.parameters, "errors": "octants" if dimensions == 3 else "quadrants"},
            notes=(*density.notes, f"σ = {sigma:.4g}: each run's threshold is in units of its own."),
        )


def gaussian_functionals(nu: Floats, gradient: float, dimensions: int = 3) -> Floats:
    """Return V₀ … V_d of a Gaussian field (Tomita 1986; Schmalzing & Buchert 1997, eq. 12; d = 2: Schmalzing & Górski).

    Parameters
    ----------
    nu : (n,) float64, thresholds in units of σ_0
    gradient : σ_1 / σ_0, h/Mpc

    Returns
    -------
    (d + 1, n) float64
    """
    from scipy.special import erfc

    scale = gradient / np.sqrt(2 * dimensions * np.pi)
    bell = np.exp(-(nu**2) / 2) / np.sqrt(2 * np.pi)
    if dimensions == 2:
        return np.stack([erfc(nu / np.sqrt(2)) / 2, np.pi / 4 * scale * bell, scale**2 * nu * bell])
    return np.stack(
        [
            erfc(nu / np.sqrt(2)) / 2,
            2 / 3 * scale * bell,
            2 / 3 * scale**2 * nu * bell,
            scale**3 * (nu**2 - 1) * bell,
        ]
    )
