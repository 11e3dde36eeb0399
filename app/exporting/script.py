"""Writes the Python script that redraws a figure from the table beside it, for whoever wants it otherwise."""

from __future__ import annotations

from pathlib import Path
from pprint import pformat

from app.exporting.script_head import HEAD
from app.exporting.styles import DASHES, MARKERS, style
from app.exporting.typesetting import typeset
from backends.statistics.figure import Cells, Curve, Figure
from backends.writers.whole import whole

TEMPLATE = (
    HEAD
    + '''\

HERE = Path(__file__).parent
TABLE = {table!r}
X_LABEL = {x_label!r}
Y_LABEL = {y_label!r}
RATIO_LABEL = {ratio_label!r}
X_NAMES = {x_names}
NOTE = {note!r}
LOG_X, LOG_Y = {log_x}, {log_y}
BAND = {band}
VERTICALS = {verticals}
X_LIMITS, Y_LIMITS, RATIO_LIMITS = {x_limits}, {y_limits}, {ratio_limits}
SIZE = {size}  # inches

# How each run is drawn; "break" is the x at which it leaves the band, "break_within" its error.
RUNS = {runs}

plt.rcParams.update({{
    "font.size": 9, "legend.fontsize": 8, "axes.linewidth": 0.6, "xtick.direction": "in", "ytick.direction": "in",
    "xtick.top": True, "ytick.right": True, "pdf.fonttype": 42,
}})

with open(HERE / TABLE, newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(itertools.dropwhile(lambda line: line.startswith("#"), file)))


def column(run, name):
    return np.array([float(row[name] or "nan") for row in rows if row["run"] == run])


def draw(axes, run, look, y, low, high):
    x, sure = column(run, "x"), column(run, "reliable") > 0
    line = dict(color=look["colour"], linestyle=look["dash"], marker=look["marker"], ms=3.2, mew=0, lw=look["width"])
    marks = None if np.isfinite(y).sum() <= 30 or not sure.any() else (look["first_mark"], 0.14)
    beside = np.convolve(~sure, [1, 1, 1], "same") > 0
    axes.plot(x, np.where(sure, y, np.nan), label=run.replace("$", r"\\$"), markevery=marks, **line)
    if not sure.all():
        axes.plot(x, np.where(~sure | (sure & beside), y, np.nan), alpha=0.3, markevery=marks, **line)
    if np.isfinite(low).any() and look["band"]:
        axes.fill_between(x, low, high, color=look["colour"], alpha=0.14, lw=0)
    if look["break"] is not None and axes is panels[-1]:
        good = np.isfinite(y)
        height = np.interp(look["break"], x[good], y[good])
        axes.plot(np.array(look["break_within"], float), [height, height], color=look["colour"], lw=1.3, zorder=3.9)
        axes.plot(look["break"], height, "o", ms=5.5, mfc="white", mec=look["colour"], mew=1.3, zorder=4)


def few_ticks(value, position=None):
    """Label 2 and 5 times the powers of ten where an axis spans so little that these alone say nothing."""
    low, high = panels[0].get_xlim()
    digit, power = f"{{value:.0e}}".split("e")
    if digit not in "25" or high > 40 * low:
        return ""
    return f"{{value:g}}" if 1e-3 <= value < 1e3 else rf"${{digit}}\times10^{{{{{{int(power)}}}}}}$"


def is_covered(axes, at):
    """Whether a curve runs through the lower part of the panel there."""
    for curve in axes.lines:
        x, y = curve.get_data()
        if len(x) > 2:
            place = axes.transData.transform((at, np.interp(at, x, y)))
            if axes.transAxes.inverted().transform(place)[1] < 0.4:
                return True
    return False


n_panels = 2 if RATIO_LABEL else 1
figure, panels = plt.subplots(
    n_panels, 1, sharex=True, squeeze=False, figsize=SIZE, layout="constrained",
    gridspec_kw={{"height_ratios": [2.4, 1][:n_panels]}},
)
panels = panels[:, 0]
for run, look in RUNS.items():
    y, low, high = column(run, "y"), column(run, "low"), column(run, "high")
    if LOG_Y:
        y, low = np.where(y > 0, y, np.nan), np.where(low > 0, low, y * 1e-3)
    draw(panels[0], run, look, y, low, high)
    if RATIO_LABEL and not look["reference"]:
        draw(panels[1], run, look, column(run, "ratio"), column(run, "ratio_low"), column(run, "ratio_high"))
if LOG_X:
    panels[0].set_xscale("log")
    panels[0].xaxis.set_minor_formatter(few_ticks)
if LOG_Y:
    panels[0].set_yscale("log")
if X_LIMITS:
    panels[0].set_xlim(*X_LIMITS)
if Y_LIMITS:
    panels[0].set_ylim(*Y_LIMITS)
if RATIO_LABEL:
    panels[1].axhline(1, color="black", lw=0.6, zorder=1.5)
    panels[1].set_ylabel(RATIO_LABEL)
    panels[1].set_ylim(*RATIO_LIMITS)
if BAND:
    panels[-1].axhspan(*BAND, color="#eceff2", lw=0, zorder=0.5)
for at, label in VERTICALS:
    for axes in panels:
        axes.axvline(at, color="#5f6670", lw=0.7, ls=(0, (2, 2)), zorder=1.2)
    above = is_covered(panels[0], at)
    panels[0].annotate(
        label, (at, 0.97 if above else 0.03), xycoords=panels[0].get_xaxis_transform(), xytext=(-2, 0),
        textcoords="offset points", rotation=90, ha="right", va="top" if above else "bottom", fontsize=6.5,
        color="#5f6670",
    )
panels[0].set_ylabel(Y_LABEL)
panels[0].set_title(NOTE, loc="right", fontsize=7, color="#5f6670")
panels[-1].set_xlabel(X_LABEL)
if X_NAMES:
    panels[-1].set_xticks(range(len(X_NAMES)), X_NAMES)
panels[0].legend(frameon=False, handlelength=2.8)
figure.savefig(HERE / {picture!r})
'''
)


def script_text(figure: Figure, table: str, name: str, size_inches: tuple[float, float]) -> str:
    """Return the script.

    Parameters
    ----------
    table : name of the CSV of :func:`app.exporting.tables.to_csv` that lies beside the script
    name : the script's own file name; the picture it makes has its stem
    """
    from app.exporting.curves import drawn_x_limits, places, ratio_limits

    if figure.cells is not None:
        return _heat_map(figure, figure.cells, table, name, size_inches)
    if figure.matrices:
        return _matrices(figure, table, name, size_inches)
    x_limits = figure.x_limits or drawn_x_limits(figure)
    ratio = ratio_limits(figure, x_limits or (float("-inf"), float("inf"))) if figure.ratio_label else None
    values = {
        "x_label": typeset(figure.x_label),
        "y_label": typeset(figure.y_label),
        "ratio_label": typeset(figure.ratio_label),
        "x_names": list(figure.x_names),
        "note": figure.note,
        "log_x": figure.log_x,
        "log_y": figure.log_y,
        "band": _plain(figure.band),
        "x_limits": _plain(x_limits),
        "y_limits": _plain(figure.y_limits),
        "ratio_limits": _plain(ratio),
    }
    runs = {curve.label: _look(curve, place) for place, curve in places(figure)}
    return TEMPLATE.format(
        **_names(figure, table, name),
        verticals=pformat([(float(line.at), line.label) for line in figure.verticals], width=110),
        runs=pformat(runs, width=110, sort_dicts=False),
        size=_plain(size_inches),
        **values,
    )


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


def _look(curve: Curve, place: int) -> dict[str, object]:
    look = style()
    return {
        "colour": look.curves.run_colour(curve.colour),
        "dash": DASHES[0] if curve.reference else DASHES[curve.dash % len(DASHES)],
        "marker": MARKERS[place % len(MARKERS)],
        "width": look.line_width,
        "first_mark": round(0.03 + 0.017 * (place % 6), 3),
        "reference": curve.reference,
        "band": curve.ensemble or not curve.reference,
        "break": None if curve.break_at is None else float(curve.break_at),
        "break_within": [None if end is None else float(end) for end in (curve.break_low, curve.break_high)],
    }


def _plain(values: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """Numbers of numpy's become Python's, whose text can be read anywhere."""
    return None if values is None else tuple(float(value) for value in values)


def _in_docstring(text: str) -> str:
    """A file's or a figure's name must not end the docstring that quotes it."""
    return text.replace("\\", "/").replace('"', "'")
