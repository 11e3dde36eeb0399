"""Draws a heat map's description with matplotlib: runs down, bins across, what a colour means at the right."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import FuncNorm, ListedColormap
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from app.exporting.notes import put_note
from app.exporting.styles import Style, plain
from app.exporting.typesetting import typeset
from backends.statistics.figure import Cells, Curve, Figure
from widgets.plots.cell_words import cell_number
from widgets.plots.diverging import diverging

LARGEST_TEXT = 6.5
"""Points of the numbers in the cells."""
LONG, HIGH = 0.38, 0.13
"""Inches that a number takes along its line, and from one line to the next."""


def draw_cells(drawing: Drawing, axes: Axes, figure: Figure, look: Style) -> None:
    """Draw the cells with their values in per cent, the runs' names, and the bar of colours."""
    cells = figure.cells
    assert cells is not None
    colours = ListedColormap(diverging("dark" if look.curves.name == "dark" else "light"))
    norm = FuncNorm((cells.shade, lambda t: _value(cells, t)), vmin=-cells.limit, vmax=cells.limit, clip=True)
    rows, n = len(figure.curves), len(cells.columns)
    across, down = drawing.get_size_inches()
    numbers = lettering(across * 0.66 / n, down * 0.82 / rows)
    for row, curve in enumerate(figure.curves):
        _row(axes, curve, row, cells, colours(norm(np.nan_to_num(curve.y))), look, numbers)
    axes.set_xlim(0, n)
    axes.set_ylim(rows, 0)
    axes.set_yticks(np.arange(rows) + 0.5, [plain(curve.label) for curve in figure.curves])
    within = 0.5 if len(cells.ticks) == n else 0.0  # of columns that are but one value
    axes.set_xticks(np.arange(len(cells.ticks)) + within, cells.ticks)
    axes.minorticks_off()
    axes.tick_params(which="both", length=0, top=False, right=False)
    axes.set_xlabel(typeset(figure.x_label))
    for place, label in enumerate(axes.get_xticklabels()):
        label.set_visible(place % max(1, math.ceil((n + 1) / 12)) == 0)
    for name, curve in zip(axes.get_yticklabels(), figure.curves, strict=True):
        name.set_color(look.curves.run_colour(curve.colour))
    breaks = any(cells.break_of(curve) is not None for curve in figure.curves)
    if figure.note:
        put_note(axes, figure.note, look, share=0.55 if breaks else 0.7)
    if breaks:
        says = f"│ leaves ±{100 * cells.band:.3g} %"
        axes.set_title(says, loc="left", fontsize=look.font_size - 2, color=look.quiet, pad=3)
    below, above = cells.signs
    low, high = -cells.limit if below or not above else 0.0, cells.limit if above or not below else 0.0
    ticks = [t for t in (-cells.limit, -cells.band, 0.0, cells.band, cells.limit) if low <= t <= high]
    bar = drawing.colorbar(ScalarMappable(norm, colours), ax=axes, ticks=ticks, fraction=0.05, pad=0.02)
    bar.ax.set_ylim(low, high)
    bar.ax.set_yticks(ticks, [f"{100 * t:+.3g}".replace("-", "−") if t else "0" for t in ticks])
    bar.ax.minorticks_off()
    bar.set_label(f"{typeset(figure.y_label)}  [%]")
    bar.outline.set_linewidth(0.5)


def lettering(width: float, height: float) -> tuple[int, int] | None:
    """Return by how many degrees the numbers in cells are turned, and their lines; None where cells are too small.

    Two lines are a value and its error; where there is room for one alone, that is the value.
    """
    for lines in (2, 1):
        for turned, (along, across) in ((0, (width, height)), (90, (height, width))):
            if along >= LONG and across >= lines * HIGH:
                return turned, lines
    return None


def _row(
    axes: Axes,
    curve: Curve,
    row: int,
    cells: Cells,
    shades: np.ndarray,
    look: Style,
    numbers: tuple[int, int] | None,
) -> None:
    broken = cells.break_of(curve)
    for column, value in enumerate(curve.y):
        if not np.isfinite(value):
            axes.text(column + 0.5, row + 0.5, "–", ha="center", va="center", color=look.quiet)
            continue
        sure = curve.reliable is None or bool(curve.reliable[column])
        red, green, blue, _ = shades[column]
        ink = "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else "#111111"
        box: Any = {"xy": (column, row), "width": 1, "height": 1}
        axes.add_patch(Rectangle(**box, facecolor=shades[column], edgecolor=look.background, linewidth=0.8))
        if not sure:
            axes.add_patch(Rectangle(**box, fill=False, edgecolor=ink, linewidth=0, hatch="////", alpha=0.5))
        if column == broken:
            halo = withStroke(linewidth=3.4, foreground=look.background)
            line: Any = {"color": look.text, "linewidth": 1.8, "zorder": 3, "clip_on": False, "path_effects": [halo]}
            axes.plot([column, column], [row + 0.04, row + 0.96], **line)
        if numbers:
            turned, lines = numbers
            axes.text(
                column + 0.5,
                row + 0.5,
                "\n".join(filter(None, cell_number(curve, column)[:lines])),
                rotation=turned,
                ha="center",
                va="center",
                fontsize=LARGEST_TEXT,
                color=ink,
                bbox=None if sure else {"facecolor": shades[column], "edgecolor": "none", "pad": 1.0},
            )


def _value(cells: Cells, shade: np.ndarray) -> np.ndarray:
    """Return the value of a shade: what ``Cells.shade`` undoes."""
    soft = cells.band / 2
    return np.asarray(soft * np.sinh(np.asarray(shade) * np.arcsinh(cells.limit / soft)))
