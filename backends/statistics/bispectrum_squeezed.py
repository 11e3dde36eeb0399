"""The bispectrum of squeezed triangles: how the smallest structures answer to the largest wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.triangle_curves import measured, prepared, shell_edges

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

LONG = (1, 3)
"""The longest waves, in units of the fundamental mode."""
SHORTEST = 3
"""How many times shorter the two other sides' waves are at least."""


@register("bispectrum-squeezed")
class SqueezedBispectrum:
    """B(k_long, k, k) against k, k_long the longest waves of the box; as ``bispectrum`` otherwise."""

    label = "Bispectrum, squeezed"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="B(k_long, k, k)  [(Mpc/h)⁶]",
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
        short = [edges for edges in shell_edges(frame.n_mesh) if edges[0] + edges[1] >= SHORTEST * sum(LONG)]
        if not short:
            raise NotApplicable(
                f"a mesh of {frame.n_mesh} cells a side holds no waves three times shorter than its longest"
            )
        triangles = [(Shell(*LONG), Shell(*edges), Shell(*edges)) for edges in short]
        curve = measured(frame, modes, triangles, part(progress, 0.5, 1.0))
        return StatisticResult(
            name="bispectrum-squeezed",
            columns={"k": curve.k[:, 1], "k_long": curve.k[:, 0], **curve.columns},
            units={"k": "h/Mpc", "k_long": "h/Mpc", **curve.units},
            x="k",
            y="bispectrum",
            sigma="error",
            parameters={**frame.parameters(sample), "triangles": "squeezed"},
            reliable=curve.reliable,
            notes=(f"The long side has k = {curve.k[0, 0]:.3g} h/Mpc.", *curve.notes),
        )
