"""From the scores of the runs to what the ranking's table shows, and to CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from widgets.agreement import Agreement
from widgets.plots.scales import written
from widgets.run_rows import Cell, Column, Row

if TYPE_CHECKING:
    from backends.statistics.ranking import Ranking, RankingColumn, RankingRow

_BREAKS = {"k_transfer": "T", "k_correlation": "r"}
_MEANINGS = {
    "k_transfer": "The smallest k at which T leaves its band",
    "k_correlation": "The smallest k at which r leaves its band",
    "pdf_distance": "How far cells would have to move in log₁₀(1 + δ) to have the reference's density PDF",
    "mass_function_error": "Mean |n / n ref − 1| of the halo mass function, where the reference has ten halos or more",
    "parameters": "Trainable numbers of the network",
}


def columns_of(ranking: Ranking) -> tuple[Column, ...]:
    """Return the table's columns; a column is first sorted with the best on top."""
    return tuple(
        Column(
            column.title,
            column.unit,
            _explained(column),
            ascending=column.better != "higher",
            short=column.title.removeprefix("k "),
        )
        for column in _in_order(ranking)
    )


def rows_of(ranking: Ranking, colours: Mapping[str, str]) -> tuple[Row, ...]:
    """Return the table's rows, in the ranking's order."""
    return tuple(
        Row(row.key, row.label, colours.get(row.key, "#84909b"), tuple(_cell(row, c) for c in _in_order(ranking)))
        for row in ranking.rows
    )


def _in_order(ranking: Ranking) -> list[RankingColumn]:
    """Return the columns as they are shown: what a narrow table has to scroll to is what says least.

    T at the largest scales is near one for any run that is of use.
    """
    at_k = [column.name for column in ranking.columns if column.name.startswith("T(")]
    last = [*at_k[:-1], "parameters"]
    return sorted(ranking.columns, key=lambda column: column.name in last)


def agreement_of(ranking: Ranking) -> Agreement:
    """Return how much the columns agree about the order, under the titles that the table shows."""
    found = ranking.disagreement
    if found is None:
        return Agreement.none()
    titles = {column.name: column.title for column in ranking.columns}
    first, second, lowest = found.worst
    worst = (titles.get(first, first), titles.get(second, second), lowest)
    return Agreement(tuple(titles.get(name, name) for name in found.metrics), found.tau, found.mean, worst)


def as_csv(ranking: Ranking, order: Sequence[str]) -> str:
    """Return the table as CSV in that order of keys, units in the head, missing values empty."""
    rows = {row.key: row for row in ranking.rows}
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["run", *(f"{c.title} [{c.unit}]" if c.unit else c.title for c in ranking.columns)])
    for key in order:
        if key in rows:
            scores = [rows[key].scores.get(column.name) for column in ranking.columns]
            table.writerow([rows[key].label, *("" if score is None else f"{score:.6g}" for score in scores)])
    return text.getvalue()


def _explained(column: RankingColumn) -> str:
    meaning = column.meaning or _MEANINGS.get(column.name, f"{column.title}, against the reference; k in h/Mpc")
    unit = f", in {column.unit}" if column.unit else ""
    return f"{meaning}{unit}" + (f"\n{column.sense}" if column.sense else "")


def _cell(row: RankingRow, column: RankingColumn) -> Cell:
    score = row.scores.get(column.name)
    tone = {"best": "good", "worst": "bad", "": ""}[column.mark(row.key)]
    if score is not None:
        value = abs(score - 1.0) if column.better == "one" else score
        return Cell(_with_error(row, column, score), value, tone, _between(row, column))
    if column.name in _BREAKS and _was_measured(row, _BREAKS[column.name]):
        said = f"{row.label} stays within the band to the resolution limit"
        return Cell("never", float("inf"), tone, said + _between(row, column))
    return Cell("—", None, "", _reason(column))


def _with_error(row: RankingRow, column: RankingColumn, score: float) -> str:
    """Return a number, a break scale with its error in units of the last digit: "0.90(2)", "1.410(3)"."""
    from backends.statistics.break_scale import error_of

    found = row.breaks.get(column.name)
    error = None if found is None else error_of(found)
    if error is None:
        return _number(column, score)
    digits = 1 if error >= 0.995 else 2 if error >= 0.0095 else 3
    return f"{score:.{digits}f}({math.ceil(error * 10**digits - 1e-9) or 1})"


def _between(row: RankingRow, column: RankingColumn) -> str:
    """Say between which k a run leaves its band, for the tooltip; "" where that is not known."""
    found = row.breaks.get(column.name)
    if found is None or found.low is None:
        return ""
    if found.at is None:
        return f"; within one standard error it leaves it from k = {found.low:.3g} {column.unit}"
    upper = "beyond what is resolved" if found.high is None else f"{found.high:.3f}"
    interval = f"k = {found.at:.3f} {column.unit}, {found.low:.3f} to {upper} within one standard error"
    return f"{interval}\n{_explained(column)}\nIn brackets: the error of the last digit, from the number of modes"


def _was_measured(row: RankingRow, symbol: str) -> bool:
    """Whether the curve that a break scale is read from is there."""
    return any(score is not None for name, score in row.scores.items() if name.startswith(f"{symbol}("))


def _reason(column: RankingColumn) -> str:
    if column.name == "parameters":
        return "Not a network that Halograph has at hand"
    if column.name == "mass_function_error":
        return "No halos to compare: a mesh has no particles to link, or it is not computed yet"
    if "(" in column.name:
        return "Beyond what mesh and particles resolve, or not computed yet"
    return "Not computed yet, or it makes no sense for this run"


def _number(column: RankingColumn, score: float) -> str:
    if column.name == "parameters":
        return _count(score)
    if abs(score) >= 1e4:
        return written(score)
    return f"{score:.{2 if column.unit == 'h/Mpc' else 3}f}".replace("-", "−")


def _count(number: float) -> str:
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= limit:
            scaled = number / limit
            return f"{scaled:.0f} {unit}" if scaled >= 10 else f"{scaled:.1f} {unit}"
    return f"{number:.0f}"
