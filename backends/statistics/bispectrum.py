"""The bispectrum of equilateral triangles: how far structure is from Gaussian, scale by scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.triangle_curves import measured, prepared, shell_edges

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("bispectrum")
class Bispectrum:
    """B(k, k, k) = (L⁶/N⁹) ⟨δ_q1 δ_q2 δ_q3⟩ of closed triangles (Scoccimarro 2000, arXiv:astro-ph/0004086).

    Beside it Q = B / (P₁P₂ + P₂P₃ + P₃P₁), the number of triangles, and the error that a Gaussian field
    of this power has. The window is divided out; the shot noise is left in and stated.
    """

    label = "Bispectrum"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="B(k, k, k)  [(Mpc/h)⁶]",
        log_x=True,
        log_y=True,
        ratio_label="B / B_ref",
        faint="a side beyond k Nyquist",
        shared_phases=True,
    )
    needs_reference = False

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        from backends.mesh.triangles import Shell

        frame, modes = prepared(sample, reference, parameters, part(progress, 0.0, 0.5))
        triangles = [(Shell(low, high),) * 3 for low, high in shell_edges(frame.n_mesh)]
        curve = measured(frame, modes, triangles, part(progress, 0.5, 1.0))
        return StatisticResult(
            name="bispectrum",
            columns={"k": curve.k[:, 0], **curve.columns},
            units={"k": "h/Mpc", **curve.units},
            x="k",
            y="bispectrum",
            sigma="error",
            parameters={**frame.parameters(sample), "triangles": "equilateral"},
            reliable=curve.reliable,
            notes=curve.notes,
        )
