"""Where a run breaks: the smallest k at which it leaves the band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress
from backends.statistics import Axes, register
from backends.statistics.pair import measure_pair

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

Kind = Literal["transfer", "correlation"]


def break_scale(k: NDArray[np.float64], y: NDArray[np.float64], kind: Kind, band: float, k_end: float) -> float | None:
    """Return the smallest k, linearly interpolated, at which a curve leaves its band.

    Parameters
    ----------
    k : (n,) float64, ascending, h/Mpc
    y : (n,) float64, T(k) for "transfer", r(k) for "correlation"; NaN is passed over
    band : the largest |T − 1| allowed, or the smallest r
    k_end : the search ends here: the lower of the Nyquist wave numbers, h/Mpc

    Returns
    -------
    the first k where the curve is outside from the start; None where it never leaves the band
    """
    known = np.isfinite(y)
    k, y = k[known], y[known]
    # How far inside the band.
    room = band - np.abs(y - 1) if kind == "transfer" else y - band
    outside = np.flatnonzero(room < 0)
    if outside.size == 0:
        return None
    last = int(outside[0])
    at = float(k[last])
    if last > 0:
        bound = band if kind == "correlation" else 1 + np.sign(y[last] - 1) * band
        at = float(k[last - 1] + (k[last] - k[last - 1]) * (bound - y[last - 1]) / (y[last] - y[last - 1]))
    return at if at <= k_end else None


@register("break-scale")
class BreakScale:
    """The k at which |T − 1| first exceeds its band, and at which r first falls below its own."""

    label = "Break scale"
    axes = Axes(x_label="k where T leaves the band  [h/Mpc]", y_label="k where r leaves the band  [h/Mpc]")
    needs_reference = True

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        pair = measure_pair(sample, reference, parameters, progress)
        k_end = pair.frame.k_end
        transfer = break_scale(pair.k, pair.transfer, "transfer", parameters.band_transfer, k_end)
        correlation = break_scale(pair.k, pair.correlation, "correlation", parameters.band_correlation, k_end)
        never = [
            f"{name} stays in its band to k = {k_end:.3g} h/Mpc."
            for name, at in (("T", transfer), ("r", correlation))
            if at is None
        ]
        return StatisticResult(
            name="break-scale",
            columns={
                "k_transfer": np.nan if transfer is None else transfer,
                "k_correlation": np.nan if correlation is None else correlation,
            },
            units={"k_transfer": "h/Mpc", "k_correlation": "h/Mpc"},
            x="k_transfer",
            y="k_correlation",
            parameters={
                **pair.frame.parameters(sample),
                "band_transfer": parameters.band_transfer,
                "band_correlation": parameters.band_correlation,
                "k_end": k_end,
            },
            notes=(*pair.frame.notes, *never),
        )
