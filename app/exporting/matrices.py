"""Draws matrices with matplotlib: one square a run, and the bar of their colours."""

from __future__ import annotations

import math

from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure as Drawing

from app.exporting.styles import Style, plain
from backends.statistics.figure import Figure
from widgets.plots.diverging import diverging

ACROSS = 3
"""Squares beside each other at most."""
FAINT = 0.35


def draw_matrices(drawing: Drawing, figure: Figure, look: Style) -> None:
    """Draw every run's matrix; one that must not be relied upon as it is, faint."""
    found = figure.matrices
    colours = ListedColormap(diverging("dark" if look.curves.name == "dark" else "light"))
    across = min(ACROSS, len(found))
    down = math.ceil(len(found) / across)
    width, height = drawing.get_size_inches()
    drawing.set_size_inches(width, min(height, down * 0.8 * width / across + 0.9))  # squares, without a void about them
    panels = drawing.subplots(down, across, squeeze=False, sharex=True, sharey=True)
    for panel in panels.flat[len(found) :]:
        panel.set_visible(False)
    for panel, one in zip(panels.flat, found, strict=False):
        alpha = FAINT if one.faint else 1.0
        panel.pcolormesh(one.edges, one.edges, one.values, cmap=colours, vmin=-1, vmax=1, alpha=alpha, rasterized=True)
        panel.set_aspect("equal")
        panel.set_title(plain(one.label), color=look.curves.run_colour(one.colour), fontsize=look.font_size, pad=13)
        panel.annotate(
            one.note,
            (0.5, 1.0),
            xycoords="axes fraction",
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=look.font_size - 2.5,
            color=look.quiet,
        )
        panel.tick_params(which="both", top=False, right=False, direction="out")
        panel.minorticks_off()
        panel.label_outer()
    for panel in panels[-1, :]:
        panel.set_xlabel(figure.x_label)
    for panel in panels[:, 0]:
        panel.set_ylabel(figure.y_label)
    drawn = panels.flat[0].collections[0]
    bar = drawing.colorbar(drawn, ax=panels, fraction=0.05, pad=0.02, ticks=(-1, -0.5, 0, 0.5, 1))
    if bar.solids is not None:
        bar.solids.set_alpha(1.0)
    bar.ax.minorticks_off()
    bar.set_label("correlation")
    bar.outline.set_linewidth(0.5)
    if figure.note:
        drawing.suptitle(figure.note, x=0.99, ha="right", fontsize=look.font_size - 2, color=look.quiet)
