"""The ranking: every run's scores against the reference, and how much they disagree about the order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from backends.data.parameters import Parameters
from backends.statistics.break_scale import Break, Kind
from backends.statistics.optional_scores import OPTIONAL
from backends.statistics.scores import (
    Better,
    Disagreement,
    Results,
    break_interval_of,
    break_of,
    disagreement,
    mass_function_error,
    pdf_distance,
    value_at,
)

WAVE_NUMBERS = (0.5, 1.0)
"""k at which r and T are compared, h/Mpc."""


@dataclass(frozen=True)
class RankingColumn:
    """One score.

    name : key in ``RankingRow.scores``
    better : which way is better: "higher", "lower", or "one" for closer to 1; "" where neither is
    best, worst : keys of the runs, or "" where fewer than two runs differ
    meaning : what it is, in a few words, or ""
    """

    name: str
    title: str
    unit: str
    better: Better | str
    best: str = ""
    worst: str = ""
    meaning: str = ""

    @property
    def sense(self) -> str:
        """Which way is better, as a person says it."""
        return {"higher": "higher is better", "lower": "lower is better", "one": "closer to 1 is better"}.get(
            self.better, ""
        )

    def mark(self, key: str) -> str:
        """Whether that run is the "best" or the "worst" of the column, else ""."""
        return "best" if key == self.best else "worst" if key == self.worst else ""


@dataclass(frozen=True)
class RankingRow:
    """One run's scores; None where there is none, and for a break scale where the run never breaks.

    breaks : the break scales again, with where they would be within one standard error of the curve
    """

    key: str
    label: str
    scores: Mapping[str, float | None]
    breaks: Mapping[str, Break] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, float | None]:
        """The scores as files have them: behind each break scale its ``_low`` and ``_high``."""
        told: dict[str, float | None] = {}
        for name, score in self.scores.items():
            told[name] = score
            if name in self.breaks:
                told |= {f"{name}_low": self.breaks[name].low, f"{name}_high": self.breaks[name].high}
        return told


@dataclass(frozen=True, eq=False)
class Ranking:
    """All predictions, in the order given; the reference is not among them."""

    columns: tuple[RankingColumn, ...]
    rows: tuple[RankingRow, ...]
    disagreement: Disagreement | None


def ranking(
    results_by_run: Mapping[str, Results],
    parameters: Parameters,
    *,
    reference_key: str = "",
    labels: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
    wave_numbers: Sequence[float] = WAVE_NUMBERS,
) -> Ranking:
    """Rank runs by their results.

    Parameters
    ----------
    results_by_run : by run's key, in order: results by the statistic's registered name
    reference_key : the run that the others are held against; without it PDF and mass function have no score
    labels : what runs are called; by default their keys
    sizes : trainable parameters of the networks that made runs, where known
    wave_numbers : where r and T are compared, h/Mpc
    """
    reference = results_by_run.get(reference_key, {})
    sizes = sizes or {}
    columns = _columns(
        wave_numbers,
        measured={name for results in results_by_run.values() for name in results},
        sized=any(key in sizes for key in results_by_run if key != reference_key),
    )
    rows, orders = [], []
    for key, results in results_by_run.items():
        if key == reference_key:
            continue
        scores = _scores(results, reference, parameters, wave_numbers)
        if any(column.name == "parameters" for column in columns):
            scores["parameters"] = float(sizes[key]) if key in sizes else None
        scores = {column.name: scores[column.name] for column in columns}
        rows.append(RankingRow(key, (labels or {}).get(key, key), scores, _breaks(results, parameters)))
        orders.append(_orders(columns, scores, results))
    by_column = {column.name: [order[column.name] for order in orders] for column in columns}
    marked = tuple(_marked(column, [row.key for row in rows], by_column[column.name]) for column in columns)
    metrics = {column.name: by_column[column.name] for column in columns if column.better}
    known = {name: order for name, order in metrics.items() if np.count_nonzero(~np.isnan(order)) >= 3}
    return Ranking(marked, tuple(rows), disagreement(known))


def _columns(wave_numbers: Sequence[float], measured: Collection[str], sized: bool) -> tuple[RankingColumn, ...]:
    columns = []
    for symbol, better in (("r", "higher"), ("T", "one")):
        columns += [RankingColumn(f"{symbol}({k:g})", f"{symbol}({k:g})", "", better) for k in wave_numbers]
    columns += [
        RankingColumn("k_transfer", "k break T", "h/Mpc", "higher"),
        RankingColumn("k_correlation", "k break r", "h/Mpc", "higher"),
        RankingColumn("pdf_distance", "PDF", "dex", "lower"),
        RankingColumn("mass_function_error", "HMF", "", "lower"),
    ]
    columns += [
        RankingColumn(score.name, score.title, score.unit, score.better, meaning=score.meaning)
        for score in OPTIONAL
        if score.statistic in measured
    ]
    if sized:
        columns.append(RankingColumn("parameters", "parameters", "", ""))
    return tuple(columns)


def _breaks(results: Results, parameters: Parameters) -> dict[str, Break]:
    kinds: tuple[tuple[str, Kind], ...] = (("k_transfer", "transfer"), ("k_correlation", "correlation"))
    found = {name: break_interval_of(results.get(_SOURCES[name]), kind, parameters) for name, kind in kinds}
    return {name: interval for name, interval in found.items() if interval is not None}


def _scores(
    results: Results, reference: Results, parameters: Parameters, wave_numbers: Sequence[float]
) -> dict[str, float | None]:
    transfer, correlation = results.get("transfer-function"), results.get("correlation-coefficient")
    scores: dict[str, float | None] = {f"r({k:g})": value_at(correlation, k) for k in wave_numbers}
    scores |= {f"T({k:g})": value_at(transfer, k) for k in wave_numbers}
    scores["k_transfer"] = break_of(transfer, "transfer", parameters)
    scores["k_correlation"] = break_of(correlation, "correlation", parameters)
    scores["pdf_distance"] = pdf_distance(results.get("density-pdf"), reference.get("density-pdf"))
    scores["mass_function_error"] = mass_function_error(
        results.get("halo-mass-function"), reference.get("halo-mass-function")
    )
    for score in OPTIONAL:
        scores[score.name] = score.of(results.get(score.statistic), reference.get(score.statistic))
    return scores


_SOURCES = {"k_transfer": "transfer-function", "k_correlation": "correlation-coefficient"}


def _orders(columns: Sequence[RankingColumn], scores: Mapping[str, float | None], results: Results) -> dict[str, float]:
    """Return a number for each score, the smaller the better; a run that never breaks is the best."""
    orders = {}
    for column in columns:
        score = scores[column.name]
        if score is None:
            never = column.name in _SOURCES and _SOURCES[column.name] in results
            orders[column.name] = -np.inf if never else np.nan
        elif column.better == "one":
            orders[column.name] = abs(score - 1)
        else:
            orders[column.name] = -score if column.better == "higher" else score
    return orders


def _marked(column: RankingColumn, keys: Sequence[str], order: Sequence[float]) -> RankingColumn:
    """Name the best and the worst run of a column."""
    known = [(value, key) for value, key in zip(order, keys, strict=True) if not np.isnan(value)]
    if not column.better or len({value for value, _ in known}) < 2:
        return column
    best, worst = min(known, key=lambda pair: pair[0])[1], max(known, key=lambda pair: pair[0])[1]
    return replace(column, best=best, worst=worst)
