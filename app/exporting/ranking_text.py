"""The ranking as text for a terminal, and its numbers as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shutil import get_terminal_size

from backends.statistics.break_scale import Break, error_of
from backends.statistics.ranking import Ranking, RankingColumn

LONGEST = 40
"""Letters of a label that are shown."""
UNKNOWN = (160, 24)
"""The size of what is no terminal."""


def ranking_text(ranking: Ranking, width: int | None = None) -> str:
    """Return the ranking as an aligned table; the best of a column has an asterisk.

    width : letters of a line, beyond which columns follow in a table below; None for the terminal's
    """
    head = ["", *(f"{c.title} [{c.unit}]" if c.unit else c.title for c in ranking.columns)]
    rows = [
        [
            shortened(row.label),
            *(
                score_text(c, row.scores.get(c.name), row.breaks.get(c.name))
                + ("*" if c.mark(row.key) == "best" else " ")
                for c in ranking.columns
            ),
        ]
        for row in ranking.rows
    ]
    widths = [max(len(line[i]) for line in [head, *rows]) for i in range(len(head))]
    lines: list[str] = []
    for columns in _pages(widths, width or get_terminal_size(UNKNOWN).columns):
        lines += [""] if lines else []
        for line in [head, *rows]:
            cells = [line[0].ljust(widths[0]), *(line[i].rjust(widths[i]) for i in columns)]
            lines.append("  ".join(cells).rstrip())
    if ranking.disagreement is not None:
        titles = {column.name: column.title for column in ranking.columns}
        one, other = (titles.get(metric, metric) for metric in ranking.disagreement.worst[:2])
        tau = ranking.disagreement.worst[2]
        lines.append(
            f"Metrics agree on the order by τ = {ranking.disagreement.mean:.2f} on average (1: the same order),"
        )
        lines.append(f"least {one} and {other}: {tau:.2f}.")
    return "\n".join(lines)


def _pages(widths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Give the numbers of the columns, behind that of the runs, that stand beside each other in so many letters."""
    page: list[int] = []
    used = widths[0]
    for column, width in enumerate(widths[1:], 1):
        if page and used + 2 + width > most:
            yield page
            page, used = [], widths[0]
        page.append(column)
        used += 2 + width
    yield page


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
