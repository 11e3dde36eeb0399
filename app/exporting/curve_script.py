"""The script that redraws curves; it brings ticks, limits and legend with it, so that its picture is the figure."""

from __future__ import annotations

from app.exporting.script_head import HEAD

TEMPLATE = (
    HEAD
    + r"""from matplotlib.patheffects import withStroke

HERE = Path(__file__).parent
TABLE = {table!r}
NOTE, NOTE_SIZE = {note!r}, {note_size}
LOG_X, LOG_Y = {log_x}, {log_y}
BAND = {band}
SIZE = {size}  # inches

# Of each panel, the ratios' last: label and its size, limits, and (places, texts, small ones) of its ticks.
X = {x}
Y = {y}
# Dotted lines: x, name, how high in the panel it stands, and at which side of the line, in points.
VERTICALS = {verticals}
# How each run is drawn; "break" is the x at which it leaves the band, "break_within" its error.
RUNS = {runs}
NOT_DRAWN = {not_drawn}
# The dashes of a run's several curves, and what the legend says of dashes.
PIECES = {pieces}
KEY = {key}
LEGEND, LEGEND_IS_ABOVE = {legend}, {above}

plt.rcParams.update({rc})

with open(HERE / TABLE, newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(itertools.dropwhile(lambda line: line.startswith("#"), file)))


def column(run, name):
    return np.array([float(row[name] or "nan") for row in rows if row["run"] == run])


def draw(axes, run, look, y, low, high, log):
    x, sure, colour = column(run, "x"), column(run, "reliable") > 0, look["colour"]
    order = 3 if look["reference"] else 2.5
    y = np.where(np.isfinite(y) & ((y > 0) | (not log)), y, np.nan)
    piece = [row.get("piece") or None for row in rows if row["run"] == run]
    kinds = [(dash if look["label"] else look["dash"], [name == one for one in piece]) for name, dash in PIECES.items()]
    kinds = kinds if any(piece) else [(look["dash"], y == y)]
    few = max(np.isfinite(y[mine]).sum() for _, mine in kinds) <= {few}
    line = dict(color=colour, lw=look["width"], marker=look["marker"], ms=3.2, mew=0, zorder=order)
    if any(piece):
        axes.plot([], [], label=look["label"], ls=look["dash"], **line)
    beside = np.convolve(~sure, [1, 1, 1], "same") > 0
    parts = [(np.where(sure, y, np.nan), 1, None if any(piece) else look["label"])]
    if not sure.all():
        parts.append((np.where(~sure | (sure & beside), y, np.nan), {faint}, None))
    for (part, alpha, label), (dash, mine) in itertools.product(parts, kinds):
        part = np.where(mine, part, np.nan)
        marks = None if few or not np.isfinite(part).any() else (look["first_mark"], 0.14)
        axes.plot(x, part, alpha=alpha, label=label, markevery=marks, ls=dash, **line)
    if np.isfinite(low).any() and (look["band"] or few):
        low = np.where(np.isfinite(y), np.maximum(low, y * 1e-3) if log else low, np.nan)
        high = np.where(np.isfinite(y), high, np.nan)
        if few:
            for part, alpha in ((sure, 0.7), (~sure, {faint})):
                bars = np.abs([y - low, high - y])[:, part]
                axes.errorbar(x[part], y[part], bars, fmt="none", ecolor=colour, lw=0.8, alpha=alpha, zorder=order)
        else:
            axes.fill_between(x, low, high, color=colour, alpha=0.14, lw=0, zorder=1.8)
    if look["break"] is not None and axes is panels[-1]:
        good = np.isfinite(y)
        mark_break(axes, look, np.interp(look["break"], x[good], y[good]))


def mark_break(axes, look, height):
    colour = look["colour"]
    on_axis = dict(transform=axes.get_xaxis_transform())
    if look["break_within"] is not None:
        axes.plot(look["break_within"], [height, height], color=colour, lw=1.3, zorder=3.9)
        axes.plot(
            look["break_within"], [0, 0], color=colour, lw=7, alpha=0.6, zorder=3.9, solid_capstyle="butt", **on_axis
        )
    axes.plot(look["break"], height, ls="none", marker="o", ms=5.5, mfc="white", mec=colour, mew=1.3, zorder=4)
    axes.plot(look["break"], 0, ls="none", marker=2, ms=6, mec=colour, mew=1.6, zorder=4, clip_on=False, **on_axis)


def put_ticks(axis, places, texts, small):
    axis.set_ticks(places, texts)
    axis.set_ticks(small, minor=True)
    axis.set_minor_formatter(matplotlib.ticker.NullFormatter())


figure, panels = plt.subplots(
    len(Y), 1, sharex=True, squeeze=False, figsize=SIZE, gridspec_kw={{"height_ratios": [2.4, 1][:len(Y)]}}
)
figure.set_layout_engine("constrained", w_pad=0.04, h_pad=0.04, hspace=0.02)
panels = panels[:, 0]
if LOG_X:
    panels[0].set_xscale("log")
if LOG_Y:
    panels[0].set_yscale("log")
for run, look in RUNS.items():
    draw(panels[0], run, look, column(run, "y"), column(run, "low"), column(run, "high"), LOG_Y)
    if len(Y) > 1 and not look["reference"]:
        draw(panels[1], run, look, column(run, "ratio"), column(run, "ratio_low"), column(run, "ratio_high"), False)
for label, dash in KEY.items():
    panels[0].plot([], [], color={quiet!r}, lw={width}, ls=dash, label=label)
for label in NOT_DRAWN:
    panels[0].plot([], [], ls="none", label=label)
if len(Y) > 1 or (BAND and BAND[0] < 1 < BAND[1]):
    panels[-1].axhline(1, color={text!r}, lw=0.6, zorder=1.5)
if BAND:
    panels[-1].axhspan(*BAND, color={band_colour!r}, lw=0, zorder=0.5)
for at, label, height, away in VERTICALS:
    for axes in panels:
        axes.axvline(at, color={quiet!r}, lw=0.7, ls=(0, (2, 2)), zorder=1.2)
    panels[0].annotate(
        label, (at, height), xycoords=panels[0].get_xaxis_transform(), xytext=(away, 0), textcoords="offset points",
        rotation=90, ha="right" if away < 0 else "left", va="top" if height > 0.5 else "bottom",
        fontsize={small}, color={quiet!r},
        path_effects=[withStroke(linewidth=2, foreground="white")],
    )
for axes, (label, size, limits, ticks) in zip(panels, Y):
    axes.set_ylabel(label, fontsize=size)
    put_ticks(axes.xaxis, *X[3])
    put_ticks(axes.yaxis, *ticks)
    axes.set_xlim(*X[2])
    axes.set_ylim(*limits)
    axes.tick_params(labelbottom=axes is panels[-1])
panels[-1].set_xlabel(X[0], fontsize=X[1])
panels[0].set_title(NOTE, loc="right", fontsize=NOTE_SIZE, color={quiet!r}, pad=3)
handles = [line for line in panels[0].get_lines() if not line.get_label().startswith("_")]
(figure if LEGEND_IS_ABOVE else panels[0]).legend(handles=handles, **LEGEND)
figure.savefig(HERE / {picture!r})
"""
)
