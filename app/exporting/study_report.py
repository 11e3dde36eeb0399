"""The report of the study that the window shows: the same one file as ``halograph compare`` writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.exporting.figures import draw, encoded
from app.exporting.published import Published
from app.exporting.report import report_html
from app.exporting.results import Results, describe_run, results_document
from backends.data.run import Run
from backends.data.study import Study
from backends.errors import NotApplicable
from backends.progress import Progress, silent
from backends.statistics.figure import Figure
from backends.statistics.figures import RunStyle
from backends.statistics.ranking import Ranking
from backends.writers.whole import whole


def save_study_report(
    path: Path,
    study: Study,
    figures: Mapping[str, Figure],
    results: Results,
    ranking: Ranking | None,
    progress: Progress = silent,
) -> None:
    """Write a study's comparison as one HTML file, whole or not at all.

    Parameters
    ----------
    figures : by the statistic's name, as they are seen
    results : by statistic and run's label; the reason where there is none

    Raises
    ------
    NotApplicable
        Where the study has nothing to compare.
    MachineError
        Where the file cannot be written.
    """
    reference = study.reference
    if reference is None or ranking is None:
        raise NotApplicable("A report compares runs with a reference. Open a second run, or make one the reference")
    published = Published(
        reference=reference.label,
        runs={run.label: _facts(run) for run in study.runs},
        styles=[RunStyle(run.key, run.label, run.colour, 0, run is reference) for run in study.runs],
        results=results,
        figures=list(figures.values()),
        ranking=ranking,
    )
    scores = {row.label: row.told for row in ranking.rows}
    document = results_document(published.reference, published.runs, results, scores)
    pictures = {}
    drawn = [figure for figure in published.figures if not figure.is_empty]
    for i, figure in enumerate(drawn):
        progress(i / len(drawn), f"Drawing {figure.title}")
        pictures[figure.name] = encoded(draw(figure), "svg")
    with whole(path) as draft:
        draft.write_text(report_html(published, document, pictures), encoding="utf-8")
    progress(1.0)


def _facts(run: Run) -> dict[str, Any]:
    members = [str(one.origin.path) for one in run.realisations]
    known = describe_run(run.description, run.told) | {"warnings": list(run.warnings)}
    return known | ({"n_members": len(members), "members": members} if members else {})
