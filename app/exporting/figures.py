"""Draws a figure's description with matplotlib, in the style of a publication, and saves it.

Nothing global is touched: no pyplot, no window, and the settings hold only while something is drawn.
"""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import product
from pathlib import Path
from threading import RLock
from typing import Any, Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation

from app.exporting.curves import (
    draw_band,
    draw_curve,
    draw_ratio,
    drawn_x_limits,
    log_y_limits,
    name_dashes,
    places,
    ratio_limits,
)
from app.exporting.heat_maps import draw_cells
from app.exporting.legends import covers_data, place_legend
from app.exporting.matrices import draw_matrices
from app.exporting.notes import put_note
from app.exporting.styles import Style, plain, style
from app.exporting.ticking import put_ticks
from app.exporting.typesetting import typeset
from backends.errors import WrongCall
from backends.statistics.figure import Curve, Figure
from backends.writers.whole import whole

FORMATS = ("pdf", "png", "svg")
SIZE = (6.0, 4.4)
"""Inches: a figure of a column and a half."""

HEIGHTS = (0.03, 0.97, 0.2, 0.8, 0.1, 0.9, 0.3, 0.7, 0.4, 0.6, 0.5, 0.97)
"""Where along a vertical line its name may stand, shares of the panel, the best first; the last where none is free."""
SIDES: tuple[tuple[Literal["right", "left"], int], ...] = (("right", -2), ("left", 2))
"""How a name is set beside its line, and how far from it, points: at its left where it can."""
FRAME = 4.0
"""Pixels from the frame that its ticks take."""
NOT_DRAWN = "none"

_settings = RLock()  # matplotlib's settings are the process's: one drawing at a time


def draw(figure: Figure, size_inches: tuple[float, float] = SIZE, theme: str = "publication") -> Drawing:
    """Draw a description: main panel, ratio panel where it has one, bands, marks and legend.

    Parameters
    ----------
    figure : what to draw
    size_inches : width and height
    theme : "publication", "light" or "dark"
    """
    look = style(theme)
    with _settings, matplotlib.rc_context(look.rc()):
        layout = ConstrainedLayoutEngine(w_pad=0.04, h_pad=0.04, hspace=0.02)
        drawing = Drawing(figsize=size_inches, layout=layout)
        FigureCanvasAgg(drawing)
        if figure.cells is not None:
            draw_cells(drawing, drawing.subplots(), figure, look)
            return drawing
        if figure.matrices:
            draw_matrices(drawing, figure, look)
            return drawing
        main, ratio = _panels(drawing, figure)
        _draw_main(main, figure, look, alone=ratio is None)
        if ratio is not None:
            _draw_ratio(ratio, figure, look)
            main.tick_params(labelbottom=False)
        (ratio or main).set_xlabel(typeset(figure.x_label))
        drawing.draw_without_rendering()
        if figure.curves:
            for axes in filter(None, (main, ratio)):
                put_ticks(axes, figure.x_names)
        _label_verticals(main, figure, look)
        if figure.curves:
            place_legend(drawing, main)
            drawing.draw_without_rendering()
            for axes in filter(None, (main, ratio)):
                _fit_label(axes)
    return drawing


def save(
    figure: Figure,
    path: Path,
    size_inches: tuple[float, float] = SIZE,
    dpi: float = 300,
    theme: str = "publication",
) -> None:
    """Save a figure as PDF, SVG or PNG, by the path's suffix, whole or not at all.

    Raises
    ------
    WrongCall
        For another suffix.
    MachineError
        Where it cannot be written.
    """
    write(draw(figure, size_inches, theme), path, dpi)


def write(drawing: Drawing, path: Path, dpi: float = 300) -> None:
    """Save what is drawn; raises as :func:`save` does."""
    kind = path.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise WrongCall(f"{path} has the suffix of no figure; use .pdf, .svg or .png")
    with whole(path) as draft, draft.open("wb") as file:
        file.write(encoded(drawing, kind, dpi))


def encoded(drawing: Drawing, kind: str, dpi: float = 300) -> bytes:
    """Return what is drawn as the bytes of a "pdf", "png" or "svg" file, the same for the same drawing."""
    metadata: dict[str, Any] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {}}[kind]
    with _settings, matplotlib.rc_context(style().rc()), io.BytesIO() as file:
        drawing.savefig(file, format=kind, dpi=dpi, metadata=metadata, facecolor=drawing.get_facecolor())
        return file.getvalue()


def _panels(drawing: Drawing, figure: Figure) -> tuple[Axes, Axes | None]:
    """Lay out the main panel and, where the figure has ratios, one below it that shares its abscissa."""
    if not figure.ratio_label:
        return drawing.subplots(), None
    main, ratio = drawing.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [2.4, 1]})
    return main, ratio


def _draw_main(axes: Axes, figure: Figure, look: Style, alone: bool) -> None:
    _scale(axes, figure.log_x, figure.log_y)
    if alone and figure.band:
        draw_band(axes, figure.band, look)
        if figure.band[0] < 1.0 < figure.band[1]:  # as in the window, where there is no panel of ratios
            axes.axhline(1, color=look.text, linewidth=0.6, zorder=1.5)
    y_limits = figure.y_limits or log_y_limits(figure)
    for place, curve in places(figure):
        shown = replace(curve, label=label_of(curve, figure))
        draw_curve(axes, shown, place, look, figure.log_y, mark_break=alone, pieces=len(figure.pieces))
    name_dashes(axes, figure, look)
    for label, _ in figure.skipped if figure.curves else ():
        axes.plot([], [], linestyle="none", label=plain(f"{label}: {NOT_DRAWN}"))
    axes.set_ylabel(typeset(figure.y_label))
    limits = figure.x_limits or drawn_x_limits(figure)
    if limits:
        axes.set_xlim(*limits)
    if y_limits:
        axes.set_ylim(*y_limits)
    _draw_verticals(axes, figure, look)
    if figure.note:
        put_note(axes, figure.note, look, share=0.88)
    if not figure.curves:
        reasons = [f"{label}: {reason}" for label, reason in figure.skipped] or ["No runs"]
        text = plain("\n".join(reasons))
        axes.text(0.5, 0.5, text, ha="center", va="center", color=look.quiet, transform=axes.transAxes, wrap=True)
        axes.tick_params(which="both", length=0, labelleft=False, labelbottom=False)


def label_of(curve: Curve, figure: Figure) -> str:
    """Return a curve's label, which says so where nothing of it is in a logarithmic panel."""
    y_limits = figure.y_limits or log_y_limits(figure)
    if not figure.log_y or not y_limits or (curve.y > y_limits[0]).any():
        return curve.label
    return f"{curve.label}: {'below' if (curve.y > 0).any() else NOT_DRAWN}"


def _draw_ratio(axes: Axes, figure: Figure, look: Style) -> None:
    _scale(axes, figure.log_x, False)
    if figure.band:
        draw_band(axes, figure.band, look)
    axes.axhline(1, color=look.text, linewidth=0.6, zorder=1.5)
    for place, curve in places(figure):
        draw_ratio(axes, curve, place, look, len(figure.pieces))
    axes.set_ylabel(typeset(figure.ratio_label))
    axes.set_ylim(*ratio_limits(figure, axes.get_xlim()))
    _draw_verticals(axes, figure, look)


def _draw_verticals(axes: Axes, figure: Figure, look: Style) -> None:
    low, high = axes.get_xlim()
    for line in figure.verticals:
        if low <= line.at <= high:
            axes.axvline(line.at, color=look.quiet, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1.2)


def _label_verticals(axes: Axes, figure: Figure, look: Style) -> None:
    """Name the vertical lines along themselves, where no curve runs."""
    low, high = axes.get_xlim()
    for line in figure.verticals:
        if not low <= line.at <= high:
            continue
        label = axes.annotate(
            line.label,
            (line.at, HEIGHTS[0]),
            xycoords=axes.get_xaxis_transform(),
            xytext=(-2, 0),
            textcoords="offset points",
            rotation=90,
            ha="right",
            va="bottom",
            fontsize=look.font_size - 2.5,
            color=look.quiet,
            path_effects=[withStroke(linewidth=2, foreground=look.background)],
        )
        _put_free(axes, label)


def _put_free(axes: Axes, label: Annotation) -> None:
    """Move a line's name along it, in two rows where it is too long, until it covers no curve and no frame."""
    text, at, panel = label.get_text(), label.xy[0], axes.get_window_extent()
    for (side, away), words in product(SIDES, (text, text.replace(", ", ",\n"))):
        label.set_horizontalalignment(side)
        label.set_position((away, 0))
        for height in HEIGHTS:
            label.set_text(words)
            label.xy = (at, height)
            label.set_verticalalignment("top" if height > 0.5 else "bottom")
            label.set_visible(True)
            extent = label.get_window_extent()
            label.set_visible(False)
            within = panel.x0 + FRAME < extent.x0 and extent.x1 < panel.x1 - FRAME
            if within and not covers_data(axes, extent, straight=False):
                label.set_visible(True)
                return
    label.set_horizontalalignment("right")
    label.set_position((-2, 0))
    label.set_text(text)
    label.xy = (at, HEIGHTS[-1])
    label.set_verticalalignment("top")
    label.set_visible(True)


def _fit_label(axes: Axes) -> None:
    """Make an ordinate's label smaller where it is longer than its panel, once that is laid out."""
    length, room = axes.yaxis.label.get_window_extent().height, axes.get_window_extent().height
    if length > room:
        axes.yaxis.label.set_fontsize(max(float(axes.yaxis.label.get_fontsize()) * room / length, 5))


def _scale(axes: Axes, log_x: bool, log_y: bool) -> None:
    if log_x:
        axes.set_xscale("log")
    if log_y:
        axes.set_yscale("log")
