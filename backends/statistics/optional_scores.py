"""Scores of statistics that are computed where they are asked for: each has a column where a run has the statistic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backends.data.statistic import StatisticResult
from backends.statistics.scores import FEWEST_HALOS, Better, bispectrum_error

Result = StatisticResult | None


@dataclass(frozen=True)
class Score:
    """A number that a statistic gives a run: from the run's result and the reference's, where there are any."""

    statistic: str
    name: str
    title: str
    unit: str
    of: Callable[[Result, Result], float | None]
    better: Better = "lower"


def displacement_error(result: Result, reference: Result) -> float | None:
    """Return the rms of |ψ − ψ_ref|, Mpc/h."""
    return None if result is None else float(result["rms"])


def environment_error(result: Result, reference: Result) -> float | None:
    """Return the mean of the density's error over environments, each of which counts the same.

    Of halos, only masses at which the reference has ten count.
    """
    if result is None:
        return None
    sure = np.isfinite(result["density_error"])
    if result.x == "mass":
        sure &= result["count"] >= FEWEST_HALOS
    return float(result["density_error"][sure].mean()) if sure.any() else None


def infall_error(result: Result, reference: Result) -> float | None:
    """Return the mean |v₁₂ / v₁₂,ref − 1| over the distances at which the reference knows v₁₂ to a third of it.

    None where the distances differ, or halos stand against particles.
    """
    if result is None or reference is None or result.parameters["pairs_of"] != reference.parameters["pairs_of"]:
        return None
    _, ours, theirs = np.intersect1d(*(np.rint(1e6 * np.log(one["r"])) for one in (result, reference)),
                                     return_indices=True)  # fmt: skip
    there, here = reference["infall"][theirs], result["infall"][ours]
    with np.errstate(invalid="ignore"):
        sure = np.isfinite(here) & (np.abs(there) > 3 * reference["error"][theirs])
    if reference.reliable is not None:
        sure &= reference.reliable[theirs]
    return float(np.abs(here[sure] / there[sure] - 1).mean()) if sure.any() else None


def curve_error(result: Result, reference: Result) -> float | None:
    """Return the mean |y / y_ref − 1| of two curves over the points that both are to be believed at.

    None where the points differ: then so do the meshes, or the bands.
    """
    if result is None or reference is None or result[result.x].shape != reference[reference.x].shape:
        return None
    if not np.allclose(result[result.x], reference[reference.x], rtol=1e-3):
        return None
    here, there = result[result.y], reference[reference.y]
    sure = np.isfinite(here) & (there > 0)
    for one in (result, reference):
        sure &= True if one.reliable is None else one.reliable
    return float(np.abs(here[sure] / there[sure] - 1).mean()) if sure.any() else None


def flux_distance(result: Result, reference: Result) -> float | None:
    """Return how far, on average, the flux of cells would have to move: ∫ |C(F) − C_ref(F)| dF."""
    if result is None or reference is None:
        return None
    width = float(result.parameters["bin_width"])
    return float(np.abs(np.cumsum(result["pdf"] - reference["pdf"])).sum() * width**2)


OPTIONAL = (
    Score("bispectrum", "bispectrum_error", "B", "", bispectrum_error),
    Score("wavelet-scattering", "wavelet_error", "S₁", "", curve_error),
    Score("wavelet-scattering-second", "wavelet_second_error", "S₂", "", curve_error),
    Score("lyman-alpha", "flux_power_error", "Lyα P₁D", "", curve_error),
    Score("lyman-alpha-pdf", "flux_pdf_distance", "Lyα flux", "", flux_distance),
    Score("displacement-error", "displacement_error", "ψ", "Mpc/h", displacement_error),
    Score("pairwise-velocity", "infall_error", "v₁₂", "", infall_error),
    Score("error-by-environment", "environment_error", "by density", "", environment_error),
    Score("error-by-environment-web", "web_class_error", "by web", "", environment_error),
    Score("error-by-environment-mass", "halo_density_error", "by halos", "", environment_error),
)
