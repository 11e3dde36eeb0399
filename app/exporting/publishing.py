"""Writes a comparison into a folder: ``results.json``, ``tables/``, ``figures/``, ``report.html``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.exporting.figures import draw, encoded
from app.exporting.published import Published
from app.exporting.report import report_html
from app.exporting.results import results_document, save_results
from app.exporting.tables import save_csv
from backends.data.statistic import StatisticResult
from backends.progress import Progress, silent
from backends.writers.whole import whole


def publish(
    published: Published, folder: Path, formats: Sequence[str] = ("pdf", "png"), progress: Progress = silent
) -> dict[str, Any]:
    """Write all of it into an existing folder and return the document of ``results.json``.

    Raises
    ------
    MachineError
        Where it cannot be written.
    """
    scores = {row.label: row.told for row in published.ranking.rows}
    document = results_document(published.reference, published.runs, published.results, scores)
    save_results(document, folder / "results.json")
    (folder / "tables").mkdir(exist_ok=True)
    for name, by_run in published.results.items():
        found = {label: result for label, result in by_run.items() if isinstance(result, StatisticResult)}
        if found:
            save_csv(found, folder / "tables" / f"{name}.csv")
    (folder / "figures").mkdir(exist_ok=True)
    pictures = {}
    drawn = [figure for figure in published.figures if not figure.is_empty]
    for i, figure in enumerate(drawn):
        progress(i / len(drawn), f"Drawing {figure.title}")
        drawing = draw(figure)
        picture = pictures[figure.name] = encoded(drawing, "svg")
        for kind in formats:
            with whole(folder / "figures" / f"{figure.name}.{kind}") as draft:
                draft.write_bytes(picture if kind == "svg" else encoded(drawing, kind))
    with whole(folder / "report.html") as draft:
        draft.write_text(report_html(published, document, pictures, linked=True), "utf-8", "backslashreplace")
    progress(1.0)
    return document
