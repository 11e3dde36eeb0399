"""The Python script that redraws matrices from the table beside it."""

from __future__ import annotations

from app.exporting.script_head import HEAD

TEMPLATE = (
    HEAD
    + """\
from matplotlib.colors import ListedColormap

HERE = Path(__file__).parent
TABLE = {table!r}
X_LABEL, Y_LABEL = {x_label!r}, {y_label!r}
RUNS = {runs}  # and what each is made of
FAINT = {faint}
COLOURS = {colours}
SIZE = {size}  # inches

with open(HERE / TABLE, newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(itertools.dropwhile(lambda line: line.startswith("#"), file)))

figure, panels = plt.subplots(1, len(RUNS), figsize=SIZE, squeeze=False, sharey=True, layout="constrained")
for panel, (run, note) in zip(panels[0], RUNS.items()):
    mine = [row for row in rows if row["run"] == run]
    side = round(len(mine) ** 0.5)
    edges = np.array([float(row["y_low"]) for row in mine[:side]] + [float(mine[side - 1]["y_high"])])
    values = np.array([float(row["correlation"] or "nan") for row in mine]).reshape(side, side)
    alpha = 0.35 if run in FAINT else 1
    drawn = panel.pcolormesh(edges, edges, values, cmap=ListedColormap(COLOURS), vmin=-1, vmax=1, alpha=alpha)
    panel.set_aspect("equal")
    panel.set_title(run.replace("$", r"\\$") + "\\n" + note, fontsize=7)
    panel.set_xlabel(X_LABEL)
panels[0, 0].set_ylabel(Y_LABEL)
bar = figure.colorbar(drawn, ax=panels, pad=0.02)
bar.solids.set_alpha(1)
bar.set_label("correlation")
figure.savefig(HERE / {picture!r})
"""
)
