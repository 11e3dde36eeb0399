"""The correlation coefficient: whether a run has its structure in the right places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress
from backends.statistics import Axes, register
from backends.statistics.pair import measure_pair

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("correlation-coefficient")
class CorrelationCoefficient:
    """r(k) = P× / √(P_pred P_ref), σ_r = (1 − r²) / √(2n); 1 − r² is the stochasticity."""

    label = "Correlation coefficient"
    axes = Axes(x_label="k  [h/Mpc]", y_label="r(k)", faint="beyond k Nyquist")
    needs_reference = True
    depends = ("n_mesh", "mass_assignment", "interlaced", "species", "band_correlation")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        pair = measure_pair(sample, reference, parameters, progress, lines=True)
        return StatisticResult(
            name="correlation-coefficient",
            columns={"k": pair.k, "r": pair.correlation, "error": pair.correlation_error},
            units={"k": "h/Mpc", "r": "", "error": ""},
            x="k",
            y="r",
            sigma="error",
            parameters={**pair.frame.parameters(sample), "band": parameters.band_correlation},
            reliable=pair.reliable,
            notes=pair.notes,
        )
