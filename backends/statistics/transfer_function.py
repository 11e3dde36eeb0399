"""The transfer function: whether a run has the right amount of structure on each scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress
from backends.statistics import Axes, register
from backends.statistics.pair import measure_pair

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@register("transfer-function")
class TransferFunction:
    """T(k) = √(P_pred / P_ref), σ_T / T = √((1 − r²) / 2n): the two share phases."""

    label = "Transfer function"
    axes = Axes(x_label="k  [h/Mpc]", y_label="T(k) = √(P / P_ref)", faint="beyond k Nyquist")
    needs_reference = True
    depends = ("n_mesh", "mass_assignment", "interlaced", "species", "band_transfer")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        pair = measure_pair(sample, reference, parameters, progress, lines=True)
        return StatisticResult(
            name="transfer-function",
            columns={"k": pair.k, "transfer": pair.transfer, "error": pair.transfer_error},
            units={"k": "h/Mpc", "transfer": "", "error": ""},
            x="k",
            y="transfer",
            sigma="error",
            parameters={**pair.frame.parameters(sample), "band": parameters.band_transfer},
            reliable=pair.reliable,
            notes=pair.notes,
        )
