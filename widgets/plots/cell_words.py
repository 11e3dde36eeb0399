"""What is said about a cell of a heat map."""

from __future__ import annotations

import html
import math

import numpy as np

from backends.statistics.figure import Curve, Figure
from widgets.plots.scales import split_label, written
from widgets.theme import Theme


def cell_text(figure: Figure, curve: Curve, column: int, theme: Theme) -> str:
    """Return the card's rich text: the run, the bin, the error in per cent, and what a click shows."""
    cells = figure.cells
    assert cells is not None
    symbol, unit = split_label(figure.x_label)
    name = figure.y_label.replace("_ref", " ref")
    lines = [
        f'<span style="color:{theme.run_colour(curve.colour)}">■</span> <b>{html.escape(curve.label)}</b>',
        html.escape(f"{symbol}: {cells.columns[column]}" + (f" {unit}" if unit else "")),
        html.escape(f"{name} = {error_text(curve, column)}" if np.isfinite(curve.y[column]) else cells.no_value),
    ]
    if curve.reliable is not None and not curve.reliable[column]:
        lines.append(f'<span style="color:{theme.bad}">too few to be believed</span>')
    places = cells.places.get(curve.key or curve.label)
    if places is not None and np.isfinite(places[column]).all():
        boxes = cells.boxes.get(curve.key or curve.label)
        of_box = "" if boxes is None else f", realisation {boxes[column] + 1}"
        lines.append(f'<span style="color:{theme.quiet}">click: {html.escape(cells.worst + of_box)}</span>')
    return "<br>".join(lines)


def cell_number(curve: Curve, column: int) -> tuple[str, str]:
    """Return a cell's value in per cent and its standard error as they are written into it: "−12.3", "±0.4" or ""."""
    value, error = 100 * float(curve.y[column]), math.nan
    if curve.low is not None and curve.high is not None:
        error = 50 * float(curve.high[column] - curve.low[column])
    digits = 2 if error < 0.05 else 0 if abs(value) >= 99.95 or error >= 99.95 else 1
    text = f"{value:+.{digits}f}" if round(value, digits) else f"{0:.{digits}f}"
    return text.replace("-", "−"), f"±{error:.{digits}f}" if math.isfinite(error) else ""


def error_text(curve: Curve, column: int) -> str:
    """Return a cell's value with its standard error: "(−12.3 ± 0.4) %"."""
    value = 100 * float(curve.y[column])
    if curve.low is None or curve.high is None:
        return f"{written(value)} %"
    error = 50 * float(curve.high[column] - curve.low[column])
    if not (np.isfinite(error) and error > 0):
        return f"{written(value)} %"
    return f"({written(value)} ± {written(error, 2)}) %"
