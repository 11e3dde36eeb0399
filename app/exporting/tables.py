"""Numbers as comma-separated tables: what a figure shows, or every column of a statistic."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backends.data.statistic import StatisticResult
from backends.statistics.figure import Cells, Curve, Figure
from backends.writers.whole import whole

PLACE = ("worst_x", "worst_y", "worst_z")
DRAWN = ("run", "x", "y", "low", "high", "ratio", "ratio_low", "ratio_high", "reliable")
MATRIX = ("run", "x_low", "x_high", "y_low", "y_high", "correlation")


def to_csv(source: Figure | Mapping[str, StatisticResult]) -> str:
    """Return a figure's numbers, or one statistic's results by run, as CSV in full precision.

    A figure begins with comment lines that say what x, y and ratio are, and its rows are those of
    ``DRAWN``, and "piece" where runs have several curves; results have the columns of the command line's
    contract behind ``run``. What is not a number is left empty.
    """
    if isinstance(source, Figure):
        if source.matrices:
            return _csv_of_matrices(source)
        if source.cells is not None:
            return _csv_of_cells(source, source.cells)
        classes = ", ".join(f"{x} {name}" for x, name in enumerate(source.x_names))
        says = (
            ("x", f"{source.x_label}: {classes}" if classes else source.x_label),
            ("y", source.y_label),
            ("ratio", source.ratio_label),
            ("note", source.note),
        )
        head = [f"# {source.title}", *(f"# {name}: {text}" for name, text in says if text)]
        rows = (row for curve in source.curves for row in _rows_of_curve(curve))
        if source.pieces:
            named = (name for curve in source.curves for name in _pieces(curve, source.pieces))
            rows = ((*row, name) for row, name in zip(rows, named, strict=True))
        return "\n".join(head) + "\n" + _csv((*DRAWN, "piece") if source.pieces else DRAWN, rows)
    columns: list[str] = []
    for result in source.values():
        columns += [name for name in result.columns if name not in columns]
    return _csv(("run", *columns), (row for label, result in source.items() for row in _rows(label, result, columns)))


def _csv_of_matrices(figure: Figure) -> str:
    """Return matrices' numbers: a row for each pair of places, each between its low and its high end."""
    head = [f"# {figure.title}", f"# x: {figure.x_label}", f"# y: {figure.y_label}"]
    head += [f"# {one.label}: {one.note}" for one in figure.matrices]
    rows = (
        (one.label, *one.edges[i : i + 2], *one.edges[j : j + 2], one.values[i, j])
        for one in figure.matrices
        for i in range(one.values.shape[0])
        for j in range(one.values.shape[1])
    )
    return "\n".join(head) + "\n" + _csv(MATRIX, rows)


def _csv_of_cells(figure: Figure, cells: Cells) -> str:
    """Return a heat map's numbers: a row for each cell, the place where the run is worst in fractions of the box."""
    head = [f"# {figure.title}", f"# x: {figure.x_label}", f"# y: {figure.y_label}", f"# place: {cells.worst}"]
    begins = np.stack([cells.low, cells.high], axis=-1)
    rows = (
        (curve.label, *begins[i], *row[1:5], row[-1], *cells.places[curve.key or curve.label][i])
        for curve in figure.curves
        for i, row in enumerate(_rows_of_curve(curve))
    )
    return "\n".join(head) + "\n" + _csv(("run", "from", "to", *DRAWN[1:5], "reliable", *PLACE), rows)


def save_csv(source: Figure | Mapping[str, StatisticResult], path: Path) -> None:
    """Write the table whole or not at all.

    Raises
    ------
    MachineError
        Where it cannot be written.
    """
    with whole(path) as draft:
        draft.write_text(to_csv(source), "utf-8", "backslashreplace")


def _pieces(curve: Curve, names: Sequence[str]) -> list[str]:
    """Return what each sample of a curve is of, or "" where its run has but one curve."""
    return [""] * curve.x.size if curve.piece is None else [names[number] for number in curve.piece]


def _rows_of_curve(curve: Curve) -> Iterable[Sequence[Any]]:
    absent = np.full(curve.x.shape, np.nan)
    columns = [
        absent if values is None else values
        for values in (curve.x, curve.y, curve.low, curve.high, curve.ratio, curve.ratio_low, curve.ratio_high)
    ]
    reliable = np.ones(curve.x.shape, bool) if curve.reliable is None else curve.reliable
    for i in range(curve.x.shape[0]):
        yield (curve.label, *(column[i] for column in columns), int(reliable[i]))


def _rows(label: str, result: StatisticResult, columns: Sequence[str]) -> Iterable[Sequence[Any]]:
    length = int(np.atleast_1d(result[result.x]).shape[0])
    values = [
        np.broadcast_to(result[name] if name in result.columns else np.float64(math.nan), (length,)) for name in columns
    ]
    for i in range(length):
        yield (label, *(column[i] for column in values))


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: Any) -> str:
    """Write a number so that reading it gives the same number."""
    if isinstance(value, (float, np.floating)):
        return repr(float(value)) if math.isfinite(value) else ""
    return str(value)
