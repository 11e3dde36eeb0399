"""Realisations of one run: their mean, how much they scatter, and how well the mean is known."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.statistic import StatisticResult
from backends.statistics.alignment import aligned, places_in
from backends.statistics.differences import Size
from backends.statistics.error_maps import PLACE

ERROR_KINDS = {"scatter": "scatter of one", "mean": "error of the mean"}
"""What errors over realisations can be, and the words for it."""
STATED = "error_stated"
"""Column of the mean of the errors that the realisations state of themselves."""


def combined(members: Sequence[StatisticResult], error_kind: str = "scatter") -> StatisticResult:
    """Return the mean of a statistic over realisations, with errors that they themselves show.

    The scatter of one realisation is s = √(Σ (yᵢ − ȳ)² / (n − 1)), the error of the mean s / √n; n counts, in every
    bin, the realisations that have a value there. Where a statistic counts (``empty_is_zero``), a bin that a
    realisation does not list holds none.

    Parameters
    ----------
    members : results of one statistic, of the same parameters
    error_kind : "scatter" or "mean": what the columns of errors hold

    Returns
    -------
    its ``members`` are the given ones, on the same bins
    """
    members = aligned(members)
    first, pairs = members[0], _errors(members[0])
    columns: dict[str, Any] = {}
    for name in first.columns:
        values = np.stack([one[name] for one in members])
        if name in PLACE:  # of each box another
            columns[name] = np.full(values.shape[1:], np.nan)
        elif name in pairs:
            columns[name] = _spread(np.stack([one[pairs[name]] for one in members]), error_kind)
        else:
            columns[name] = _mean(values)
    of_y = np.stack([one[first.y] for one in members])
    units = dict(first.units)
    sigma = first.sigma
    if first.sigma:
        columns[STATED] = _mean(np.stack([one[first.sigma] for one in members]))
        units[STATED] = units.get(first.sigma, "")
    elif of_y.ndim > 1:
        sigma = "error"
        columns[sigma], units[sigma] = _spread(of_y, error_kind), units.get(first.y, "")
    whole = np.isfinite(of_y).all(axis=0) if of_y.ndim > 1 else None
    believed = [one.reliable for one in members if one.reliable is not None]
    if believed and whole is not None:
        whole = np.logical_and.reduce([whole, *believed])
    if of_y.ndim == 1:  # one number a run: its scatter has no curve to stand beside
        for name in (first.x, first.y):
            scattered = _spread(np.stack([one[name] for one in members]), error_kind)
            columns[f"{name}_error"], units[f"{name}_error"] = scattered, units.get(name, "")
    return replace(
        first,
        columns=columns,
        units=units,
        sigma=sigma,
        parameters=_parameters(members, error_kind),
        reliable=None if whole is None or whole.all() else whole,
        notes=(_said(len(members), error_kind), *_notes(members)),
        members=tuple(members),
    )


def with_error_kind(result: StatisticResult, error_kind: str) -> StatisticResult:
    """Return an ensemble's result with errors of that kind; that of a single run as it is."""
    if len(result.members) < 2 or result.parameters.get("error_kind") == error_kind:
        return result
    return combined(result.members, error_kind)


def ratio_over_members(
    result: StatisticResult, reference: StatisticResult, power: bool, size: Size | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return an ensemble's curve against the reference's, realisation by realisation, with the error of that.

    Of powers, the mean of Tᵢ = √(Pᵢ / P_ref,i), as the transfer function has it. Of all else the ratio of the means R,
    with the scatter of (yᵢ − R y_ref,i) / ȳ_ref (Cochran 1977, §2.11): where few are counted, the mean of ratios is not
    the ratio of what is expected. Chance that strikes both alike is thereby left out. Of curves that cross zero, whose
    differences have a size, the mean of 1 + (yᵢ − y_ref,i) / size.
    """
    kind = str(result.parameters.get("error_kind", "scatter"))
    theirs = reference.members or (reference,) * len(result.members)
    both = aligned((*result.members, *theirs))
    ours = np.stack([one[one.y] for one in both[: len(theirs)]])
    other = np.stack([one[one.y] for one in both[len(theirs) :]])
    place = places_in(both[0], result)
    with np.errstate(divide="ignore", invalid="ignore"):
        if power:
            each = np.sqrt(np.where(other > 0, ours / other, np.nan))
            return _mean(each)[place], _spread(each, kind)[place]
        if size is not None:
            each = 1 + (ours - other) / _mean(np.stack([size(one) for one in both[len(theirs) :]]))
            return _mean(each)[place], _spread(each, kind)[place]
        mean, mean_there = _mean(ours), _mean(other)
        ratio = np.where(mean_there > 0, mean / mean_there, np.nan)
        error = _spread((ours - ratio * other) / mean_there, kind)
    return ratio[place], error[place]


def ensemble_in_words(results: Sequence[StatisticResult]) -> str:
    """Say in a few words what is drawn where there are ensembles: "mean of 5 ± scatter of one"; else ""."""
    found = [result for result in results if result.members]
    if not found:
        return ""
    counts = sorted({len(result.members) for result in found})
    number = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"mean of {number} ± {ERROR_KINDS[str(found[0].parameters['error_kind'])]}"


def _errors(result: StatisticResult) -> dict[str, str]:
    """Return the columns that are errors of others, by name: "error" of y, "error_v0" of "v0", "offset_error"."""
    pairs = {}
    for name in result.columns:
        if name in (result.x, result.y):
            continue
        stem = name.removeprefix("error_") if name.startswith("error_") else name.removesuffix("_error")
        of = next((other for other in result.columns if other == stem or other.startswith(f"{stem}_")), "")
        if stem != name and of and of != name:
            pairs[name] = of
    if result.sigma:
        pairs[result.sigma] = result.y
    if result.ratio_sigma:
        pairs[result.ratio_sigma] = result.ratio
    return pairs


def _mean(values: NDArray[Any]) -> Any:
    """Return the mean over the first axis of what is known; what is the same in all stays so to the last digit."""
    same = (values == values[0]).all(axis=0)
    if same.all():
        return values[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where nothing is known, NaN is the answer
        return np.where(same, values[0], np.nanmean(values.astype(np.float64), axis=0))


def _spread(values: NDArray[Any], error_kind: str) -> Any:
    """Return the scatter over the first axis, or the error of the mean; NaN where fewer than two are known."""
    known = np.isfinite(values).sum(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        scatter = np.nanstd(values.astype(np.float64), axis=0, ddof=1)
        spread = scatter / np.sqrt(known) if error_kind == "mean" else scatter
    return np.where(known > 1, spread, np.nan)


def _parameters(members: Sequence[StatisticResult], error_kind: str) -> Mapping[str, Any]:
    """Return what the numbers depend on; in what realisations differ is listed one by one beside the first's."""
    first = dict(members[0].parameters)
    differ = {
        f"{name}_by_realisation": [one.parameters.get(name) for one in members]
        for name, value in first.items()
        if any(one.parameters.get(name) != value for one in members[1:])
    }
    return {**first, **differ, "n_members": len(members), "error_kind": error_kind}


def _notes(members: Sequence[StatisticResult]) -> list[str]:
    """Return the realisations' notes, each once; of those that concern some only, which they are."""
    said: dict[str, list[str]] = {}
    for place, one in enumerate(members):
        for note in one.notes:
            said.setdefault(note, []).append(str(place + 1))
    return [
        note if len(of) == len(members) else f"Realisation{'s' if len(of) > 1 else ''} {', '.join(of)}: {note}"
        for note, of in said.items()
    ]


def _said(count: int, error_kind: str) -> str:
    meant = {
        "scatter": "the scatter of one realisation, a standard deviation with n − 1",
        "mean": "the error of the mean, the scatter of one realisation divided by √n",
    }[error_kind]
    return f"Mean of {count} realisations; errors are {meant}."
