"""Scores of statistics that are computed where they are asked for: each has a column where a run has the statistic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.data.statistic import StatisticResult
from backends.statistics.departures import Result, in_dex, mean_size, mean_value, of_size, relative
from backends.statistics.scores import FEWEST_HALOS, Better, bispectrum_error


@dataclass(frozen=True)
class Score:
    """A number that a statistic gives a run: from the run's result and the reference's, where there are any.

    meaning : what it is, in a few words
    """

    statistic: str
    name: str
    title: str
    unit: str
    meaning: str
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


def dispersion_error(result: Result, reference: Result) -> float | None:
    """Return the mean |σ₁₂ / σ₁₂,ref − 1|; None where halos stand against particles."""
    if result is None or reference is None or result.parameters["pairs_of"] != reference.parameters["pairs_of"]:
        return None
    return relative(result, reference)


def completeness(result: Result, reference: Result) -> float | None:
    """Return the share of the reference's halos that are matched, above the masses at which some may be missed."""
    return None if result is None else _share(result, result["n_matched"], result["n_reference"])


def purity(result: Result, reference: Result) -> float | None:
    """Return the share of the run's halos that are matched, above the masses at which some may be missed."""
    return None if result is None else _share(result, result["purity"] * result["n_run"], result["n_run"])


def _share(result: StatisticResult, matched: NDArray[np.floating], of: NDArray[np.floating]) -> float | None:
    sure = (of > 0) & (True if result.reliable is None else result.reliable)
    return float(matched[sure].sum() / of[sure].sum()) if sure.any() else None


def scatter_error(result: Result, reference: Result) -> float | None:
    """Return the mean |σ_P / σ_P,ref − 1| of the power's scatter over realisations; None where the bins differ."""
    if result is None or reference is None:
        return None
    (k, ours), (k_there, theirs) = (_diagonal(one) for one in (result, reference))
    if k.shape != k_there.shape or not np.allclose(k, k_there, rtol=1e-3) or not (theirs > 0).all():
        return None
    return float(np.abs(np.sqrt(ours / theirs) - 1).mean())


def _diagonal(result: StatisticResult) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return where a matrix is of one place with itself, and its covariance there."""
    same = result["k"] == result["k2"]
    return result["k"][same], result["covariance"][same]


_KNOWN = "where the reference knows it to a third"
_DENSITY = "Error of the smoothed density over its mean, averaged"
_CELLS = "averaged over the cells of its heat map that are to be believed"

OPTIONAL = (
    Score("two-point-correlation", "correlation_function_error", "ξ", "", f"Mean |ξ / ξ ref − 1|, {_KNOWN}", relative),
    Score("redshift-space", "monopole_error", "P₀", "", f"Mean |P₀ / P₀ ref − 1|, {_KNOWN}", relative),
    Score("redshift-space-quadrupole", "quadrupole_error", "P₂", "", "Σ |k ΔP₂| / Σ |k P₂ ref|", of_size),
    Score("redshift-space-hexadecapole", "hexadecapole_error", "P₄", "", "Σ |k ΔP₄| / Σ |k P₄ ref|", of_size),
    Score("power-covariance", "power_scatter_error", "scatter of P", "",
          "Mean |σ / σ ref − 1| of the power's scatter over realisations", scatter_error),
    Score("bispectrum", "bispectrum_error", "B", "",
          f"Mean |B / B ref − 1| of equilateral triangles, {_KNOWN}", bispectrum_error),
    Score("bispectrum-squeezed", "squeezed_bispectrum_error", "B squeezed", "",
          f"Mean |B / B ref − 1| of squeezed triangles, {_KNOWN}", relative),
    Score("bispectrum-isosceles", "isosceles_bispectrum_error", "Q", "",
          f"Mean |Q / Q ref − 1| over the angles of isosceles triangles, {_KNOWN}", relative),
    Score("wavelet-scattering", "wavelet_error", "S₁", "", "Mean |S₁ / S₁ ref − 1|", curve_error),
    Score("wavelet-scattering-second", "wavelet_second_error", "S₂", "", "Mean error of S₂ / S₁", curve_error),
    Score("smoothed-density-pdf", "smoothed_pdf_distance", "PDF(R)", "dex",
          "How far smoothed cells would have to move in log₁₀(1 + δ), averaged over the smoothings", in_dex),
    Score("density-moments", "variance_error", "σ²(R)", "", "Mean |σ² / σ² ref − 1| over the smoothings", curve_error),
    Score("peak-counts", "peak_error", "peaks", "",
          "Mean |n / n ref − 1| of peaks, where the reference has ten", relative),
    Score("minkowski-functionals", "minkowski_error", "V₃", "",
          "Σ |ΔV₃| / Σ |V₃ ref| of the Euler characteristic (of maps: V₂)", of_size),
    Score("void-size-function", "void_error", "voids", "",
          "Mean |n / n ref − 1| of voids, where the reference has ten", relative),
    Score("cosmic-web", "web_share_error", "web shares", "",
          "Σ |Δ share| of the mass in voids, sheets, filaments and knots", of_size),
    Score("cosmic-web-error", "web_misclassified", "web cells", "",
          "Share of the cells that are put in another class, averaged over the classes", mean_value),
    Score("halo-profile", "profile_error", "ρ(r)", "", f"Mean |ρ / ρ ref − 1| of stacked halos, {_KNOWN}", relative),
    Score("halo-matching", "halo_completeness", "completeness", "",
          "Share of the reference's halos that the run has (completeness)", completeness, "higher"),
    Score("halo-matching", "halo_purity", "purity", "",
          "Share of the run's halos that the reference has (purity)", purity, "higher"),
    Score("halo-clustering", "halo_clustering_error", "ξ halos", "",
          f"Mean |ξ / ξ ref − 1| of halos, {_KNOWN}", relative),
    Score("lyman-alpha", "flux_power_error", "Lyα P₁D", "", "Mean |P₁D / P₁D ref − 1| of the flux", curve_error),
    Score("lyman-alpha-pdf", "flux_pdf_distance", "Lyα flux", "",
          "How far the flux of cells would have to move", flux_distance),
    Score("displacement-statistics", "displacement_power_error", "P_ψ", "",
          f"Mean |P / P ref − 1| of displacements, {_KNOWN}", relative),
    Score("displacement-correlation", "displacement_correlation", "r_ψ", "",
          "Mean correlation coefficient of displacements over k", mean_value, "higher"),
    Score("displacement-pdf", "displacement_pdf_distance", "|ψ|", "dex",
          "How far displacements would have to change in log₁₀ |ψ| to have the reference's PDF", in_dex),
    Score("displacement-error", "displacement_error", "ψ", "Mpc/h",
          "How far matter is, rms, from where the reference puts it", displacement_error),
    Score("pairwise-velocity", "infall_error", "v₁₂", "", f"Mean |v₁₂ / v₁₂ ref − 1| of pairs, {_KNOWN}", infall_error),
    Score("pairwise-velocity-dispersion", "dispersion_error", "σ₁₂", "",
          f"Mean |σ₁₂ / σ₁₂ ref − 1| of pairs, {_KNOWN}", dispersion_error),
    Score("error-by-environment", "environment_error", "by density", "",
          f"{_DENSITY} from the emptiest to the fullest", environment_error),
    Score("error-by-environment-web", "web_class_error", "by web", "",
          f"{_DENSITY} over voids, sheets, filaments and knots", environment_error),
    Score("error-by-environment-mass", "halo_density_error", "by halos", "",
          "Error of the smoothed density over its mean at the reference's halos, averaged over masses",
          environment_error),
    Score("error-map-scale", "map_power", "map T", "", f"|T − 1|, {_CELLS}", mean_size),
    Score("error-map-phase", "map_phases", "map r", "", f"|r − 1|, {_CELLS}", mean_size),
    Score("error-map-environment", "map_environment", "map δ", "", f"Error of the mean density, {_CELLS}", mean_size),
    Score("error-map-mass", "map_halo_mass", "map M", "", f"Error of the density at halos, {_CELLS}", mean_size),
    Score("error-map-halos", "map_halos", "map n", "", f"Error of the number of halos, {_CELLS}", mean_size),
    Score("error-map-redshift", "map_redshift", "map z", "", f"Error of σ over time, {_CELLS}", mean_size),
)  # fmt: skip
