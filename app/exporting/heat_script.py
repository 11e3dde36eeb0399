"""The Python script that redraws a heat map from the table beside it."""

from __future__ import annotations

from app.exporting.script_head import HEAD

TEMPLATE = (
    HEAD
    + """\
from matplotlib.colors import AsinhNorm, ListedColormap

HERE = Path(__file__).parent
TABLE = {table!r}
X_LABEL = {x_label!r}
VALUE = {y_label!r}
NOTE = {note!r}
TICKS = {ticks}
RUNS = {runs}
LIMIT, BAND = {limit}, {band}  # of the colours; what is small
COLOURS = {colours}
SIZE = {size}  # inches

with open(HERE / TABLE, newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(itertools.dropwhile(lambda line: line.startswith("#"), file)))
cells = np.array([[float(row["y"] or "nan") for row in rows if row["run"] == run] for run in RUNS])

figure, axes = plt.subplots(figsize=SIZE, layout="constrained")
norm = AsinhNorm(linear_width=BAND / 2, vmin=-LIMIT, vmax=LIMIT, clip=True)
drawn = axes.pcolormesh(cells, norm=norm, cmap=ListedColormap(COLOURS), edgecolors="white", linewidth=0.8)
axes.invert_yaxis()
axes.set_yticks(np.arange(len(RUNS)) + 0.5, [run.replace("$", r"\\$") for run in RUNS])
axes.set_xticks(np.arange(len(TICKS)) + (len(TICKS) == cells.shape[1]) / 2, TICKS, fontsize=7)
axes.set_xlabel(X_LABEL)
axes.set_title(NOTE, loc="right", fontsize=7, color="#5f6670")
bar = figure.colorbar(drawn, ax=axes, pad=0.02)
marks = [-LIMIT, -BAND, 0, BAND, LIMIT]
bar.set_ticks(marks, labels=[f"{{100 * mark:+.3g}}" for mark in marks])
bar.set_label(VALUE + "  [%]")
figure.savefig(HERE / {picture!r})
"""
)
