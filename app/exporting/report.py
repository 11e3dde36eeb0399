"""The report: one HTML file that shows a comparison to whoever opens it, with nothing to download."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import resources
from app import __version__
from app.exporting.parameter_words import parameters_in_words
from app.exporting.published import Published
from app.exporting.ranking_text import score_text
from backends.data.statistic import StatisticResult
from backends.statistics.ranking import Ranking, RankingColumn, RankingRow
from widgets.theme import theme

TEMPLATE = "report/report.html"
COLUMNS = 12
"""Scores that stand beside each other; more follow in a table below."""


def report_html(
    published: Published, document: Mapping[str, Any], pictures: Mapping[str, bytes], linked: bool = False
) -> str:
    """Return the report.

    Parameters
    ----------
    document : of ``results.json``
    pictures : SVG by the statistic's name
    linked : whether ``results.json`` and the tables lie beside it
    """
    from jinja2 import Environment, StrictUndefined

    # Labels and paths are other people's: everything is escaped.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(resources.path(TEMPLATE).read_text(encoding="utf-8"))
    colours = theme("light")
    return template.render(
        version=__version__,
        linked=linked,
        today=date.today().isoformat(),
        reference=published.reference,
        runs=[
            {
                "label": style.label,
                "colour": colours.run_colour(style.colour),
                "reference": style.reference,
                **_facts(published.runs[style.label]),
            }
            for style in published.styles
        ],
        ranking=_ranking(published),
        disagreement=_disagreement(published.ranking),
        sections=[
            {
                "title": figure.title,
                "picture": base64.b64encode(pictures[figure.name]).decode() if figure.name in pictures else "",
                "skipped": _reasons(figure.skipped),
                "notes": _notes(published, figure.name),
                "parameters": parameters_in_words(document["statistics"][figure.name]["parameters"]),
                "table": f"tables/{figure.name}.csv",
            }
            for figure in published.figures
            if not figure.is_empty or figure.skipped
        ],
    )


def _facts(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of one run as short texts."""
    species = [f"{s['count']:,} {name}" for name, s in known["species"].items()]
    fields = [f"{name} {'×'.join(map(str, f['shape']))}" for name, f in known["fields"].items()]
    return {
        "path": known["path"] + _and_more(known.get("n_members", 1) - 1),
        "kind": f"{known['kind']}, {known['format']}",
        "content": "; ".join(species + fields),
        "box_size": "not stated" if known["box_size"] is None else f"{known['box_size']:g} Mpc/h",
        "redshift": "not stated" if known["redshift"] is None else f"{known['redshift']:g}",
        "halos": _halos(known.get("halos", "")),
        "warnings": known["warnings"],
    }


def _halos(listed: str | Sequence[str]) -> str:
    """Return the catalogue that lists a run's halos, or the first of its realisations', or ""."""
    return listed if isinstance(listed, str) else listed[0] + _and_more(len(listed) - 1)


def _and_more(count: int) -> str:
    return f" and {count} more realisation{'s' if count > 1 else ''}" if count else ""


def _ranking(published: Published) -> dict[str, Any]:
    colours = {style.key: theme("light").run_colour(style.colour) for style in published.styles}
    columns = [
        c for c in published.ranking.columns if any(r.scores.get(c.name) is not None for r in published.ranking.rows)
    ]

    def row_of(row: RankingRow, page: Sequence[RankingColumn]) -> dict[str, Any]:
        return {"label": row.label, "colour": colours.get(row.key, "#000000"), "cells": [_cell(c, row) for c in page]}

    # A column that is left has a score in some row: without rows there are no pages.
    pages = [columns[first : first + COLUMNS] for first in range(0, len(columns), COLUMNS)]
    return {
        "meanings": [(c.title, c.meaning) for c in columns if c.meaning],
        "pages": [{"columns": page, "rows": [row_of(row, page) for row in published.ranking.rows]} for page in pages],
    }


def _cell(column: RankingColumn, row: RankingRow) -> dict[str, str]:
    text = score_text(column, row.scores.get(column.name), row.breaks.get(column.name))
    return {"text": text, "mark": column.mark(row.key)}


def _disagreement(ranking: Ranking) -> dict[str, Any] | None:
    found = ranking.disagreement
    if found is None:
        return None
    titles = {column.name: column.title for column in ranking.columns}
    names = [titles.get(metric, metric) for metric in found.metrics]
    rows = [[None if value != value else float(value) for value in line] for line in found.tau]
    worst = (titles.get(found.worst[0], found.worst[0]), titles.get(found.worst[1], found.worst[1]), found.worst[2])
    return {"names": names, "rows": rows, "mean": found.mean, "worst": worst}


def _notes(published: Published, name: str) -> list[str]:
    """Return the results' notes, each once; of those that concern some runs only, whose they are."""
    said: dict[str, list[str]] = {}
    found = {label: r for label, r in published.results[name].items() if isinstance(r, StatisticResult)}
    for label, result in found.items():
        for note in result.notes:
            said.setdefault(note, []).append(label)
    return [note if len(labels) == len(found) else _of(", ".join(labels), note) for note, labels in said.items()]


def _reasons(skipped: Sequence[tuple[str, str]]) -> list[str]:
    """Return why runs are not shown, each reason once."""
    said: dict[str, list[str]] = {}
    for label, reason in skipped:
        said.setdefault(reason, []).append(label)
    return [_of(", ".join(labels), reason) for reason, labels in said.items()]


def _of(labels: str, text: str) -> str:
    """Say whose a sentence is, unless it names the run itself."""
    return text if labels in text else f"{labels}: {text}"
