"""The ranking as text for a terminal, and its numbers as people write them."""

from __future__ import annotations

from backends.statistics.break_scale import Break, error_of
from backends.statistics.ranking import Ranking, RankingColumn

LONGEST = 40
"""Letters of a label that are shown."""


def ranking_text(ranking: Ranking) -> str:
    """Return the ranking as an aligned table; the best of a column has an asterisk."""
    head = ["", *(f"{c.title} [{c.unit}]" if c.unit else c.title for c in ranking.columns)]
    rows = [
        [
            shortened(row.label),
            *(
                score_text(c, row.scores.get(c.name), row.breaks.get(c.name)) + ("*" if c.best == row.key else " ")
                for c in ranking.columns
            ),
        ]
        for row in ranking.rows
    ]
    widths = [max(len(line[i]) for line in [head, *rows]) for i in range(len(head))]
    lines = []
    for line in [head, *rows]:
        first, *rest = (
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        lines.append("  ".join([first, *rest]).rstrip())
    if ranking.disagreement is not None:
        titles = {column.name: column.title for column in ranking.columns}
        one, other = (titles.get(metric, metric) for metric in ranking.disagreement.worst[:2])
        tau = ranking.disagreement.worst[2]
        lines.append(
            f"Metrics agree on the order by τ = {ranking.disagreement.mean:.2f} on average (1: the same order),"
        )
        lines.append(f"least {one} and {other}: {tau:.2f}.")
    return "\n".join(lines)


def shortened(label: str) -> str:
    """Return a label that cannot break a table: printable, and of a length that can be read."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in " ".join(label.split()))
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


def score_text(column: RankingColumn, score: float | None, within: Break | None = None) -> str:
    """Return a score as it is written in tables, a break scale with its error; a dash where there is none."""
    if score is not None and within is not None and (error := error_of(within)) is not None:
        return f"{score:.3f} ± {error:.3f}"
    if score is None:
        return "–"
    if column.name == "parameters":
        return f"{score:,.0f}"
    return f"{score:.3f}" if abs(score) < 100 else f"{score:.3g}"
