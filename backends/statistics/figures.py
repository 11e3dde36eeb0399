"""From results to the description of a figure, the same for the window and the export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.statistics import registry
from backends.statistics.break_scale import NEVER, Break, Kind, break_scale
from backends.statistics.differences import SIZES
from backends.statistics.ensemble import ensemble_in_words, ratio_over_members
from backends.statistics.error_maps import NAMES as ERROR_MAPS
from backends.statistics.figure import Array, Curve, Figure, Line
from backends.statistics.figure_key import told_by_dash
from backends.statistics.figure_labels import label_of, title_of
from backends.statistics.figure_notes import made_of
from backends.statistics.handful import few_in
from backends.statistics.heat_map import with_cells
from backends.statistics.matrices import matrix
from backends.statistics.pieces import apart, companions, of_series, only_piece_in_words, pieces_in_words
from backends.statistics.scores import break_interval_of, k_end

SAME_X = 2e-3
"""Relative difference within which two points stand at the same place."""
LOWEST = {"density-pdf": 1e-5, "smoothed-density-pdf": 1e-5, "displacement-pdf": 1e-3, "displacement-error": 1e-3}
"""Of distributions, below which they are left to chance."""
ERRORS = ("error-by-environment", "error-by-environment-web", "error-by-environment-mass")
"""Whose lowest curves are the best: none of them may leave the panel."""
SHARES = "halo-matching"
"""Whose values are shares of a whole."""
BELOW = "not drawn: below 0"
"""Said of values that a logarithmic panel has no place for."""
OTHER_BINS = "no ratio: other bins than the reference"
"""Said of runs that are measured at other places than the reference is."""
POWERS = ("power-spectrum", "displacement-statistics")
"""Whose ratio is T, the root of that of the powers."""


@dataclass(frozen=True)
class RunStyle:
    """How a run is drawn. ``dash`` is the index of its dash pattern."""

    key: str
    label: str
    colour: str
    dash: int = 0
    reference: bool = False


def figure(
    name: str,
    results: Sequence[tuple[RunStyle, StatisticResult | str]],
    reference_key: str,
    parameters: Parameters,
) -> Figure:
    """Describe the figure of one statistic.

    Parameters
    ----------
    name : the statistic's registered name
    results : runs in the order of the legend, each with its result, or the reason why there is none
    reference_key : key of the run that ratios are taken against, or "" for none
    """
    statistic = registry()[name]
    axes = statistic.axes
    drawn = [(style, result) for style, result in results if isinstance(result, StatisticResult)]
    # A single number is no curve: it belongs in the ranking's table.
    curves = [(style, result) for style, result in drawn if result[result.x].ndim == 1 and not result.against]
    first = next((result for style, result in curves if reference_key and style.key == reference_key), None)
    curves = of_series(curves, first or (curves[0][1] if curves else None))
    reference = (
        next((result for style, result in curves if style.key == reference_key), None) if reference_key else None
    )
    against = reference if axes.ratio_label else None
    first = reference or (curves[0][1] if curves else None)
    series = np.unique(first[first.series]) if first is not None and first.series else np.empty(0)
    described = tuple(_curve(name, style, result, against, parameters, series) for style, result in curves)
    described += tuple(
        curve
        for style, result in curves
        if not result.series or result is first  # the fits of all runs to all their curves would hide both
        for curve in companions(style.key, style.label, style.colour, result, series)
    )
    has_ratio = any(curve.ratio is not None for curve in described)
    found = [result for _, result in drawn]
    whole = Figure(
        name=name,
        title=title_of(statistic.label, found),
        x_label=label_of(axes.x_label, found),
        x_names=axes.x_names,
        pieces=pieces_in_words(first),
        y_label=label_of(axes.y_label, found),
        log_x=axes.log_x,
        log_y=axes.log_y,
        curves=told_by_dash(described),
        ratio_label=axes.ratio_label if has_ratio else "",
        verticals=_limits(found),
        band=_band(name, parameters, has_ratio),
        spread=ensemble_in_words(found),
        note=_beside(
            ensemble_in_words(found),
            made_of([(style.label, result) for style, result in drawn]),
            only_piece_in_words(first),
            BELOW if axes.log_y and any((curve.y < 0).any() for curve in described) else "",
            OTHER_BINS if against and any(_lacks_bins(name, s, result, against) for s, result in curves) else "",
            _faint(name, described, found),
        ),
        skipped=tuple((style.label, reason) for style, reason in results if isinstance(reason, str)),
        x_limits=_pdf_x_limits(described, LOWEST[name]) if name in LOWEST else None,
        y_limits=_y_limits(name, described),
        matrices=tuple(matrix(s.key, s.label, s.colour, result) for s, result in drawn if result.against),
    )
    if name not in ERROR_MAPS:
        return whole
    return with_cells(whole, [(style.key, result) for style, result in curves], parameters)


def _faint(name: str, curves: Sequence[Curve], results: Sequence[StatisticResult]) -> str:
    """Say why parts of curves are drawn faint, or cells hatched, where there are any."""
    axes = registry()[name].axes
    few = few_in(note for result in results for note in result.notes)
    reasons = ", or ".join(reason for reason in (axes.faint, few) if reason)
    drawn = (np.isfinite(c.y) & ((c.y > 0) | (not axes.log_y)) & ~c.reliable for c in curves if c.reliable is not None)
    sign = "hatched" if name in ERROR_MAPS else "faint"
    return f"{sign}: {reasons}" if reasons and any(part.any() for part in drawn) else ""


def _curve(
    name: str,
    style: RunStyle,
    result: StatisticResult,
    reference: StatisticResult | None,
    parameters: Parameters,
    series: Array,
) -> Curve:
    x, y = (np.asarray(result[column], dtype=np.float64) for column in (result.x, result.y))
    sigma = np.asarray(result[result.sigma], dtype=np.float64) if result.sigma else None
    ratio = ratio_sigma = None
    if result.ratio:
        ratio = np.asarray(result[result.ratio], dtype=np.float64)
        ratio_sigma = np.asarray(result[result.ratio_sigma], dtype=np.float64) if result.ratio_sigma else None
    elif reference is not None and _is_held_against(name, style, result, reference):
        ratio, ratio_sigma = _ratio(name, result, reference)
    breaks = _breaks(name, result, ratio, parameters)
    curve = Curve(
        key=style.key,
        label=style.label,
        colour=style.colour,
        x=x,
        y=y,
        low=None if sigma is None else np.maximum(y - sigma, 0.0) if name == SHARES else y - sigma,
        high=None if sigma is None else np.minimum(y + sigma, 1.0) if name == SHARES else y + sigma,
        ratio=ratio,
        ratio_low=None if ratio is None or ratio_sigma is None else ratio - ratio_sigma,
        ratio_high=None if ratio is None or ratio_sigma is None else ratio + ratio_sigma,
        reliable=result.reliable,
        break_at=breaks.at,
        break_low=breaks.low,
        break_high=breaks.high,
        dash=style.dash,
        reference=style.reference,
        ensemble=bool(result.members),
    )
    return apart(curve, result[result.series], series) if result.series else curve


def _ratio(name: str, result: StatisticResult, reference: StatisticResult) -> tuple[Array, Array | None]:
    """Return a curve against the reference's, with its error where that is known, NaN where they do not meet."""
    size = SIZES.get(name)
    if result.members:
        return ratio_over_members(result, reference, name in POWERS, size)
    x, there = _places(name, result, reference)
    nearest = np.abs(there[None, :] - x[:, None])
    if result.series:
        nearest[result[result.series][:, None] != reference[reference.series][None, :]] = np.inf
    place = nearest.argmin(axis=1)
    meets = nearest[np.arange(x.size), place] < SAME_X
    theirs = np.where(meets, reference[reference.y][place], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        if size is not None:
            return 1 + (result[result.y] - theirs) / size(reference)[place], None
        ratio = np.where(theirs > 0, result[result.y] / theirs, np.nan)
        if name in POWERS:
            # The two share phases, so that the errors of P do not add: T's own figure has the error.
            return np.sqrt(ratio), None
        if not result.sigma or registry()[name].axes.shared_phases:
            return ratio, None
        relative = result[result.sigma] / result[result.y]
        relative_there = reference[reference.sigma][place] / theirs
        error = ratio * np.sqrt(relative**2 + relative_there**2)
    return ratio, np.where(np.isfinite(error), error, 0.0)


def _places(name: str, result: StatisticResult, reference: StatisticResult) -> tuple[Array, Array]:
    """Return where both have their points, on the axis as it is drawn."""
    x, there = result[result.x], reference[reference.x]
    if registry()[name].axes.log_x:
        x, there = (np.log(np.maximum(values, 1e-300)) for values in (x, there))
    return x, there


def _is_held_against(name: str, style: RunStyle, result: StatisticResult, reference: StatisticResult) -> bool:
    """Whether a run's curve has a ratio to the reference's."""
    other = not style.reference and result is not reference and _are_pairs(result, reference)
    return other and _share_bins(name, result, reference)


def _share_bins(name: str, result: StatisticResult, reference: StatisticResult) -> bool:
    """Whether most points stand where the reference has one: where other bins meet by chance, there is no ratio."""
    x, there = _places(name, result, reference)
    both = x[(x > there.min() - SAME_X) & (x < there.max() + SAME_X)] if there.size else x[:0]
    meets = (np.abs(there - both[:, None]) < SAME_X).any(axis=1)  # places may be whole numbers, those of classes
    return 2 * int(meets.sum()) >= meets.size


def _lacks_bins(name: str, style: RunStyle, result: StatisticResult, reference: StatisticResult) -> bool:
    return not style.reference and not result.ratio and not _share_bins(name, result, reference)


def _are_pairs(result: StatisticResult, reference: StatisticResult) -> bool:
    """Whether both are of the same boxes: realisations of other boxes differ by chance."""
    return len(reference.members) in (0, len(result.members))


def _breaks(name: str, result: StatisticResult, ratio: Array | None, parameters: Parameters) -> Break:
    """Return where the run leaves the band, with the error where the curve has one."""
    kinds: dict[str, Kind] = {"transfer-function": "transfer", "correlation-coefficient": "correlation"}
    if name in kinds:
        return break_interval_of(result, kinds[name], parameters) or NEVER
    if name == "power-spectrum" and ratio is not None:
        return Break(break_scale(result[result.x], ratio, "transfer", parameters.band_transfer, k_end(result)))
    return NEVER


def _band(name: str, parameters: Parameters, has_ratio: bool) -> tuple[float, float] | None:
    """Return the band of agreement, in the panel where the break scale is read."""
    if name == "correlation-coefficient":
        return parameters.band_correlation, 1.0
    if name == "transfer-function" or (name == "power-spectrum" and has_ratio):
        return 1 - parameters.band_transfer, 1 + parameters.band_transfer
    return None


def _limits(results: Sequence[StatisticResult]) -> tuple[Line, ...]:
    """Return the Nyquist wave numbers of mesh and particles, the lowest of all runs."""
    by_wave_number = [result for result in results if result.x == "k"]
    lines = []
    for of, of_several in (("mesh", "coarsest mesh"), ("particles", "fewest particles")):
        known = [float(k) for result in by_wave_number if (k := result.parameters.get(f"k_nyquist_{of}")) is not None]
        if known:
            lines.append(Line(min(known), f"k Nyquist, {of if max(known) <= 1.01 * min(known) else of_several}"))
    if len(lines) == 2 and abs(lines[0].at / lines[1].at - 1) < 0.01:
        return (Line(lines[0].at, "k Nyquist"),)
    return tuple(lines)


def _beside(*notes: str) -> str:
    return " · ".join(note for note in notes if note)


def _pdf_x_limits(curves: Sequence[Curve], lowest: float) -> tuple[float, float] | None:
    """Leave out the long tail of nearly empty cells that only rounding fills."""
    shown = [curve.x[curve.y >= lowest] for curve in curves]
    ends = [(float(x.min()), float(x.max())) for x in shown if x.size]
    if not ends:
        return None
    return max(min(low for low, _ in ends), 1e-2), max(high for _, high in ends) * 1.2


def _y_limits(name: str, curves: Sequence[Curve]) -> tuple[float, float] | None:
    if name == SHARES:
        return 0.0, 1.05
    if name in LOWEST:
        known = np.concatenate([np.empty(0), *(curve.y[curve.y > LOWEST[name]] for curve in curves)])
        return (max(LOWEST[name], float(known.min()) / 3), 3 * float(known.max())) if known.size else None
    if name in ERRORS:
        known = np.concatenate([np.empty(0), *(curve.y[curve.y > 0] for curve in curves)])
        return (float(known.min()) / 1.2, float(known.max()) * 1.2) if known.size else None
    return None
