"""Writes the Python script that redraws a figure from the table beside it, for whoever wants it otherwise."""

from __future__ import annotations

from pathlib import Path
from pprint import pformat

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.text import Annotation, Text

from app.exporting.curve_script import TEMPLATE
from app.exporting.curves import FAINT, FEW, marker, places
from app.exporting.figures import NOT_DRAWN, draw, label_of
from app.exporting.legends import legend_settings
from app.exporting.styles import dashes, plain, style
from app.exporting.typesetting import typeset
from backends.statistics.figure import Cells, Curve, Figure
from backends.statistics.figure_key import key_of_dashes, piece_dash
from backends.writers.whole import whole


def script_text(figure: Figure, table: str, name: str, size_inches: tuple[float, float]) -> str:
    """Return the script.

    Parameters
    ----------
    table : name of the CSV of :func:`app.exporting.tables.to_csv` that lies beside the script
    name : the script's own file name; the picture it makes has its stem
    """
    if figure.cells is not None:
        return _heat_map(figure, figure.cells, table, name, size_inches)
    if figure.matrices:
        return _matrices(figure, table, name, size_inches)
    drawing = draw(figure, size_inches)
    panels, look = drawing.axes, style()
    main, below = panels[0], panels[-1]
    legend, above = legend_settings(drawing, main)
    notes = [one for one in main.get_children() if isinstance(one, Text) and one.get_text() == figure.note]
    rc = {key: value for key, value in look.rc().items() if key.partition(".")[0] not in ("svg", "ps", "path")}
    return TEMPLATE.format(
        **_names(figure, table, name),
        note=figure.note,
        note_size=float(notes[0].get_fontsize()) if notes else look.font_size,
        log_x=figure.log_x,
        log_y=figure.log_y,
        band=_plain(figure.band),
        size=_plain(size_inches),
        x=_tidy(_axis(below.xaxis, below.get_xlim())),
        y=_tidy([_axis(axes.yaxis, axes.get_ylim()) for axes in panels]),
        verticals=_tidy(_verticals(main)),
        runs=_tidy({curve.label: _look(curve, place, figure, main) for place, curve in places(figure)}),
        not_drawn=_tidy([plain(f"{label}: {NOT_DRAWN}") for label, _ in figure.skipped]),
        pieces=_tidy({name: dashes(piece_dash(number)) for number, name in enumerate(figure.pieces)}),
        key=_tidy({typeset(sign.text): dashes(sign.dash) for sign in key_of_dashes(figure)}),
        width=look.line_width,
        legend=legend,
        above=above,
        rc=_tidy(rc),
        few=FEW,
        faint=FAINT,
        text=look.text,
        quiet=look.quiet,
        band_colour=look.band,
        small=look.font_size - 2.5,
    )


def _axis(axis: Axis, limits: tuple[float, float]) -> tuple[object, ...]:
    """Return an axis' label, the label's size, the limits, and places and texts of its ticks."""
    places = [float(at) for at in axis.get_majorticklocs()]
    texts = [text.get_text() for text in axis.get_majorticklabels()]
    small = [float(at) for at in axis.get_minorticklocs()]
    label = axis.label
    return label.get_text(), float(label.get_fontsize()), _plain(limits), (places, texts, small)


def _verticals(main: Axes) -> list[tuple[float, str, float, int]]:
    """Return place, name, height and side of the dotted lines' names."""
    lines = [text for text in main.texts if isinstance(text, Annotation)]
    return [(float(t.xy[0]), t.get_text(), float(t.xy[1]), int(t.get_position()[0])) for t in lines]


def _tidy(value: object) -> str:
    return pformat(value, width=110, sort_dicts=False, compact=True)


def _names(figure: Figure, table: str, name: str) -> dict[str, str]:
    """Return what every script says of itself, of the table that it reads and of the picture that it draws."""
    picture = Path(name).with_suffix(".pdf").name
    return {"title": _in_docstring(figure.title), "table": table, "name": _in_docstring(name), "picture": picture}


def _heat_map(figure: Figure, cells: Cells, table: str, name: str, size_inches: tuple[float, float]) -> str:
    from app.exporting.heat_script import TEMPLATE as HEAT_MAP
    from widgets.plots.diverging import diverging

    return HEAT_MAP.format(
        **_names(figure, table, name),
        x_label=typeset(figure.x_label),
        y_label=typeset(figure.y_label),
        note=figure.note,
        ticks=pformat(list(cells.ticks), width=110, compact=True),
        runs=pformat([curve.label for curve in figure.curves], width=110),
        colours=pformat(list(diverging("light")), width=110, compact=True),
        limit=float(cells.limit),
        band=float(cells.band),
        size=_plain(size_inches),
    )


def _matrices(figure: Figure, table: str, name: str, size_inches: tuple[float, float]) -> str:
    from app.exporting.matrix_script import TEMPLATE as MATRICES
    from widgets.plots.diverging import diverging

    return MATRICES.format(
        **_names(figure, table, name),
        x_label=figure.x_label,
        y_label=figure.y_label,
        runs=pformat({one.label: one.note for one in figure.matrices}, width=110, sort_dicts=False),
        faint=pformat([one.label for one in figure.matrices if one.faint], width=110),
        colours=pformat(list(diverging("light")), width=110, compact=True),
        size=_plain(size_inches),
    )


def save_script(figure: Figure, path: Path, table: str, size_inches: tuple[float, float] = (6.0, 4.4)) -> None:
    """Write the script whole or not at all.

    Raises
    ------
    MachineError
        Where it cannot be written.
    """
    with whole(path) as draft:
        draft.write_text(script_text(figure, table, path.name, size_inches), encoding="utf-8")


def _look(curve: Curve, place: int, figure: Figure, main: Axes) -> dict[str, object]:
    look = style()
    within = None
    if curve.break_low is not None:  # beyond what is resolved it may be anywhere up to the frame
        within = [float(curve.break_low), float(main.get_xlim()[1] if curve.break_high is None else curve.break_high)]
    return {
        "label": None if curve.companion else plain(label_of(curve, figure)),
        "colour": look.curves.run_colour(curve.colour),
        "dash": dashes(curve.dash),
        "marker": marker(place),
        "width": look.line_width + (0.2 if curve.reference else 0),
        "first_mark": round(0.03 + 0.017 * (place % 6), 3),
        "reference": curve.reference,
        "band": curve.ensemble or not curve.reference,
        "break": None if curve.break_at is None or curve.reference else float(curve.break_at),
        "break_within": within,
    }


def _plain(values: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """Numbers of numpy's become Python's, whose text can be read anywhere."""
    return None if values is None else tuple(float(value) for value in values)


def _in_docstring(text: str) -> str:
    """A file's or a figure's name must not end the docstring that quotes it."""
    return text.replace("\\", "/").replace('"', "'")
