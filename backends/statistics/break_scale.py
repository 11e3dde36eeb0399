"""Where a run breaks: the smallest k at which it leaves the band."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Break:
    """Where a curve leaves its band, h/Mpc; None where it never does up to what is resolved.

    low, high : where it would, were all of it one standard error nearer to the band's edge, or farther inside
    """

    at: float | None = None
    low: float | None = None
    high: float | None = None


NEVER = Break()


def error_of(found: Break) -> float | None:
    """Return how far a break scale may be off, the farther way.

    None where it never breaks, or only may, and where all of the error band is outside from the first k on.
    """
    if found.at is None or found.low is None or found.high is None:
        return None
    return max(found.at - found.low, found.high - found.at) or None


def break_interval(
    k: NDArray[np.float64],
    y: NDArray[np.float64],
    error: NDArray[np.float64] | None,
    kind: Kind,
    band: float,
    k_end: float,
) -> Break:
    """Return the break scale of a curve and of the two edges of its error band: what figures shade.

    Parameters
    ----------
    error : (n,) float64, one standard error of y, or None where there is none
    """
    at = break_scale(k, y, kind, band, k_end)
    if error is None:
        return Break(at)
    error = np.where(np.isfinite(error), error, 0.0)
    away = np.sign(y - 1) if kind == "transfer" else np.full(y.shape, -1.0)
    # An edge that crosses the middle of the band is as far inside as can be.
    inner = y - away * (np.minimum(error, np.abs(y - 1)) if kind == "transfer" else error)
    low, high = (break_scale(k, edge, kind, band, k_end) for edge in (y + away * error, inner))
    if at is not None:  # between two points that lie on both sides of the band the edges may cross
        low = at if low is None else min(low, at)
        high = None if high is None else max(high, at)
    return Break(at, low, high)


@register("break-scale")
class BreakScale:
    """The k at which |T − 1| first exceeds its band, and at which r first falls below its own.

    ``_low`` and ``_high`` are where the edges of the curve's error band do so, one standard error from the number of
    modes; none where they never do.
    """

    label = "Break scale"
    axes = Axes(x_label="k where T leaves the band  [h/Mpc]", y_label="k where r leaves the band  [h/Mpc]")
    needs_reference = True
    depends = ("n_mesh", "mass_assignment", "interlaced", "species", "band_transfer", "band_correlation")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        pair = measure_pair(sample, reference, parameters, progress, lines=True)
        k_end = pair.frame.k_end
        transfer = break_interval(
            pair.k, pair.transfer, pair.transfer_error, "transfer", parameters.band_transfer, k_end
        )
        correlation = break_interval(
            pair.k, pair.correlation, pair.correlation_error, "correlation", parameters.band_correlation, k_end
        )
        never = [
            f"{name} stays in its band to k = {k_end:.3g} h/Mpc."
            for name, at in (("T", transfer.at), ("r", correlation.at))
            if at is None
        ]
        columns = {
            f"k_{name}{edge}": np.nan if k is None else k
            for name, found in (("transfer", transfer), ("correlation", correlation))
            for edge, k in (("", found.at), ("_low", found.low), ("_high", found.high))
        }
        return StatisticResult(
            name="break-scale",
            columns=columns,
            units=dict.fromkeys(columns, "h/Mpc"),
            x="k_transfer",
            y="k_correlation",
            parameters={
                **pair.frame.parameters(sample),
                "band_transfer": parameters.band_transfer,
                "band_correlation": parameters.band_correlation,
                "k_end": k_end,
                "errors": "number of modes",
            },
            notes=(*pair.frame.notes, *never),
        )
