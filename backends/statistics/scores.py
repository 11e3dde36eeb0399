"""The numbers by which a run is ranked, and the order that each gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.statistics.break_scale import Break, Kind, break_interval, break_scale

Better = Literal["higher", "lower", "one"]
Results = Mapping[str, StatisticResult]

FEWEST_HALOS = 10
"""Halos in a bin of the reference below which its scatter says more than the run's error."""
EMPTY = -2.0
"""log10(1+δ) that stands for all emptier cells: a mesh of particles resolves nothing below."""


def value_at(result: StatisticResult | None, k: float) -> float | None:
    """Return a curve's value at that k, linearly interpolated; None outside the believable range."""
    if result is None:
        return None
    x, y = result[result.x], result[result.y]
    if not x[0] <= k <= min(float(x[-1]), k_end(result)):
        return None
    value = float(np.interp(k, x, y))
    return value if np.isfinite(value) else None


def k_end(result: StatisticResult) -> float:
    """Return the lower of the Nyquist wave numbers of mesh and particles, h/Mpc."""
    limits = [result.parameters.get(name) for name in ("k_nyquist_mesh", "k_nyquist_particles")]
    return min((float(limit) for limit in limits if limit is not None), default=float("inf"))


def break_of(result: StatisticResult | None, kind: Kind, parameters: Parameters) -> float | None:
    """Return where a curve leaves its band; None where it never does, or there is no curve."""
    if result is None:
        return None
    band = parameters.band_transfer if kind == "transfer" else parameters.band_correlation
    return break_scale(result[result.x], result[result.y], kind, band, k_end(result))


def break_interval_of(result: StatisticResult | None, kind: Kind, parameters: Parameters) -> Break | None:
    """Return where a curve and the edges of its error band leave the band; None where there is no curve."""
    if result is None:
        return None
    band = parameters.band_transfer if kind == "transfer" else parameters.band_correlation
    error = result[result.sigma] if result.sigma else None
    return break_interval(result[result.x], result[result.y], error, kind, band, k_end(result))


def pdf_distance(result: StatisticResult | None, reference: StatisticResult | None) -> float | None:
    """Return how far, on average, cells would have to move in log10(1+δ): a distance in dex.

    The first Wasserstein distance ∫ |C(s) − C_ref(s)| ds of the cumulative distributions of
    s = log10(1+δ); cells below 1+δ = 0.01, empty ones too, stand at 0.01. None where the cells are not
    of one size: larger ones are less contrasted for no fault of the run.
    """
    if result is None or reference is None or _mesh(result) != _mesh(reference):
        return None
    edges = np.arange(EMPTY, 12.0, 0.05)
    return float(np.abs(_cumulative(result, edges) - _cumulative(reference, edges)).sum() * 0.05)


def _mesh(result: StatisticResult) -> object:
    return result.parameters.get("n_mesh")


def _cumulative(result: StatisticResult, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of cells below each bin's upper edge."""
    s, share = np.log10(result["relative_density"]), result["pdf"] * 0.05
    bins = np.clip(np.floor((s - EMPTY) / 0.05).astype(np.int64), 0, edges.size - 1)
    held = np.bincount(bins, share, minlength=edges.size)
    held[0] += 1.0 - share.sum()
    return np.asarray(np.cumsum(held), dtype=np.float64)


def mass_function_error(result: StatisticResult | None, reference: StatisticResult | None) -> float | None:
    """Return the mean |n / n_ref − 1| over the bins in which the reference has ten halos or more."""
    if result is None or reference is None:
        return None
    ours = dict(zip(_bins(result), result["dn_dlog10m"].tolist(), strict=True))
    sure = reference["count"] >= FEWEST_HALOS
    if reference.reliable is not None:
        sure &= reference.reliable
    pairs = zip(np.array(_bins(reference))[sure].tolist(), reference["dn_dlog10m"][sure].tolist(), strict=True)
    errors = [abs(ours.get(number, 0.0) / theirs - 1) for number, theirs in pairs]
    return float(np.mean(errors)) if errors else None


def bispectrum_error(result: StatisticResult | None, reference: StatisticResult | None) -> float | None:
    """Return the mean |B / B_ref − 1| of the equilateral triangles whose B the reference knows to a third of it.

    None where the meshes differ: then so do the triangles.
    """
    if result is None or reference is None or result["k"].shape != reference["k"].shape:
        return None
    if not np.allclose(result["k"], reference["k"], rtol=1e-3):
        return None
    theirs = reference["bispectrum"]
    sure = (theirs > 3 * reference["error"]) & (reference["k"] <= min(k_end(result), k_end(reference)))
    return float(np.abs(result["bispectrum"][sure] / theirs[sure] - 1).mean()) if sure.any() else None


def _bins(result: StatisticResult) -> list[int]:
    return [int(number) for number in np.rint(10 * np.log10(result["mass"]) - 0.5)]


@dataclass(frozen=True, eq=False)
class Disagreement:
    """How much the metrics disagree about the order of the runs.

    metrics : names of the columns compared
    tau : (n, n) float64, Kendall's τ_b of every pair: 1 the same order, −1 the reverse, NaN where
        fewer than three runs have both
    mean : over all pairs of different metrics
    worst : the two that disagree most, and their τ
    """

    metrics: tuple[str, ...]
    tau: NDArray[np.float64]
    mean: float
    worst: tuple[str, str, float]


def disagreement(orders: Mapping[str, Sequence[float]]) -> Disagreement | None:
    """Compare the orders that metrics give.

    Parameters
    ----------
    orders : by metric, one number a run, the smaller the better; NaN where there is none

    Returns
    -------
    None where no pair of metrics shares three runs
    """
    names = tuple(orders)
    tau = np.eye(len(names))
    for i, one in enumerate(names):
        for j, other in enumerate(names[:i]):
            tau[i, j] = tau[j, i] = kendall_tau(np.asarray(orders[one]), np.asarray(orders[other]))
    pairs = [(tau[i, j], names[j], names[i]) for i in range(len(names)) for j in range(i) if np.isfinite(tau[i, j])]
    if not pairs:
        return None
    lowest, first, second = min(pairs)
    return Disagreement(names, tau, float(np.mean([pair[0] for pair in pairs])), (first, second, float(lowest)))


def kendall_tau(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return τ_b = (concordant − discordant) / √(untied in x · untied in y) (Kendall 1945)."""
    both = ~(np.isnan(x) | np.isnan(y))
    if np.count_nonzero(both) < 3:
        return float("nan")
    upper = np.triu_indices(int(np.count_nonzero(both)), 1)
    # Comparisons, not differences: two runs that never break are both infinite.
    dx, dy = (_order(values[both])[upper] for values in (x, y))
    untied = float(np.count_nonzero(dx)) * float(np.count_nonzero(dy))
    return float((dx * dy).sum() / np.sqrt(untied)) if untied else float("nan")


def _order(values: NDArray[np.float64]) -> NDArray[np.int64]:
    above, below = values[:, None] > values[None, :], values[:, None] < values[None, :]
    return above.astype(np.int64) - below.astype(np.int64)
