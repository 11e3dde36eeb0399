"""The quiet note above a panel that says on what its numbers were computed."""

from __future__ import annotations

from matplotlib.axes import Axes

from app.exporting.styles import Style

SMALLEST = 4.5


def put_note(axes: Axes, text: str, look: Style, share: float) -> None:
    """Write the note flush right, smaller where it is longer than its share of the figure's width."""
    note = axes.set_title(text, loc="right", fontsize=look.font_size - 2, color=look.quiet, pad=3)
    length = note.get_window_extent().width
    room = share * axes.get_figure(root=True).bbox.width  # type: ignore[union-attr]
    if length > room:
        note.set_fontsize(max((look.font_size - 2) * room / length, SMALLEST))
