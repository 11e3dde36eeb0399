"""Figures are drawn from their description alone, whole or not at all, and say what they must."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.image import imread
from matplotlib.legend import Legend

from app.exporting.figures import draw, save
from app.exporting.heat_maps import lettering
from app.exporting.legends import covers_data
from app.exporting.script import save_script
from app.exporting.tables import save_csv, to_csv
from backends.errors import MachineError, WrongCall
from backends.statistics.figure import Cells, Curve, Figure, Line
from widgets.plots.diverging import STEPS, diverging
from widgets.theme import theme


def described(n: int = 3, **changes: object) -> Figure:
    k = np.linspace(0.06, 1.5, 40)
    power = 2e4 * k**0.6 / (1 + (k / 0.05) ** 2)
    slots = theme("dark")
    curves = [Curve("r", "N-body", slots.reference, k, power, power * 0.9, power * 1.1, reference=True)]
    for i in range(n):
        t = 1 - 0.03 * (i + 1) * k**2
        colour = slots.runs[i % len(slots.runs)]
        label = f'"{i}", <$\\frac{{>'
        curves.append(
            Curve(str(i), label, colour, k, power * t**2, None, None, t, t - 0.01, t + 0.01, k < 1.2, 0.8, i + 1)
        )
    values: dict[str, object] = {
        "name": "power-spectrum",
        "title": "Power spectrum",
        "x_label": "k  [h/Mpc]",
        "y_label": "P(k)  [(Mpc/h)³]",
        "log_x": True,
        "log_y": True,
        "curves": tuple(curves),
        "ratio_label": "T = √(P / P_ref)",
        "verticals": (Line(1.2, "k Nyquist"),),
        "band": (0.95, 1.05),
        "note": "128³ mesh, TSC interlaced",
    }
    return Figure(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_every_format_is_written_whole_and_the_same_each_time(tmp_path: Path, kind: str, begins: bytes) -> None:
    path = tmp_path / f"figure.{kind}"
    save(described(), path, dpi=80)
    first = path.read_bytes()
    assert first.startswith(begins)
    save(described(), path, dpi=80)
    assert path.read_bytes() == first
    assert list(tmp_path.iterdir()) == [path]


def test_a_png_has_the_size_that_was_asked_for(tmp_path: Path) -> None:
    from PIL import Image

    save(described(), tmp_path / "figure.png", size_inches=(5, 4), dpi=100)
    with Image.open(tmp_path / "figure.png") as picture:
        assert picture.size == (500, 400)


def test_fonts_of_a_pdf_are_embedded_as_truetype(tmp_path: Path) -> None:
    save(described(), tmp_path / "figure.pdf")
    text = (tmp_path / "figure.pdf").read_bytes()
    assert b"/CIDFontType2" in text
    assert b"/Type3" not in text


def test_an_unknown_suffix_and_a_folder_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongCall, match=r"\.pdf, \.svg or \.png"):
        save(described(), tmp_path / "figure.jpg")
    with pytest.raises(MachineError):
        save(described(), tmp_path / "absent" / "figure.pdf")


@pytest.mark.parametrize(("n", "size"), [(5, (6.0, 4.4)), (11, (6.0, 4.4)), (11, (3.4, 3.0))])
def test_the_legend_covers_no_data(n: int, size: tuple[float, float]) -> None:
    drawing = draw(described(n), size)
    drawing.draw_without_rendering()
    main = drawing.axes[0]
    if main.get_legend() is not None:
        assert not covers_data(main, main.get_legend().get_window_extent())
    else:
        (legend,) = drawing.legends
        assert legend.get_window_extent().y0 >= main.get_window_extent().y1
    legends: list[Legend] = [*drawing.legends, *filter(None, [main.get_legend()])]
    assert [len(legend.get_texts()) for legend in legends] == [n + 1]


def test_panels_limits_and_breaks_are_those_of_the_description() -> None:
    main, ratio = draw(described()).axes
    assert main.get_ylabel() == "P(k)  [(Mpc/h)³]"
    assert ratio.get_xlabel() == "k  [h/Mpc]"
    assert main.get_xscale() == main.get_yscale() == "log"
    assert [line.get_xdata() for line in ratio.get_lines() if line.get_marker() == 2] == [[0.8]] * 3
    (alone,) = draw(described(ratio_label="", x_limits=(0.1, 1.0), y_limits=(1.0, 1e4))).axes
    assert alone.get_xlim() == (0.1, 1.0)
    assert alone.get_ylim() == (1.0, 1e4)
    for band, lines in (((0.95, 1.05), 1), ((0.95, 1.0), 0)):  # in a band around one the reference is a line
        (alone,) = draw(described(ratio_label="", band=band)).axes
        assert sum(list(line.get_ydata()) == [1, 1] for line in alone.get_lines()) == lines


def test_colours_on_white_are_the_light_kin_of_the_runs() -> None:
    main = draw(described()).axes[0]
    assert main.get_lines()[0].get_color() == theme("light").reference
    assert main.get_lines()[1].get_color() == theme("light").runs[0]


def test_a_figure_without_curves_says_why() -> None:
    (axes,) = draw(described(curves=(), ratio_label="", skipped=(("U-Net", "it has $no$ halos"),))).axes
    assert axes.texts[0].get_text() == r"U-Net: it has \$no\$ halos"


def test_labels_are_typeset_and_the_name_of_a_limit_stands_where_no_curve_runs() -> None:
    main, ratio = draw(described()).axes
    assert ratio.get_ylabel() == r"T = √(P / P$_{\mathrm{ref}}$)"
    (name,) = (text for text in main.texts if text.get_text() == "k Nyquist")
    extent = name.get_window_extent()
    name.set_visible(False)
    assert not covers_data(main, extent, straight=False)


def test_only_the_ticks_that_the_window_would_number_are_numbered() -> None:
    main, ratio = draw(described()).axes
    assert not any(text.get_text() for axes in (main, ratio) for text in axes.get_xticklabels(minor=True))
    assert [text.get_text() for text in ratio.get_xticklabels()] == ["0.1", "0.2", "0.5", "1"]


def test_classes_are_named_and_a_run_without_a_curve_is_said() -> None:
    x = np.arange(3.0)
    shares = Curve("a", "a", theme("dark").runs[0], x, np.array([0.2, 0.5, 0.3]), dash=1)
    nothing = Curve("b", "b", theme("dark").runs[1], x, np.zeros(3), dash=2)
    changes: dict[str, object] = {"log_x": False, "ratio_label": "", "band": None, "verticals": ()}
    figure = described(
        curves=(shares, nothing), x_names=("void", "sheet", "knot"), skipped=(("U-Net", "no halos"),), **changes
    )
    (axes,) = draw(figure).axes
    assert [text.get_text() for text in axes.get_xticklabels()] == ["void", "sheet", "knot"]
    legend = axes.get_legend() or axes.figure.legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b: none", "U-Net: none"]
    assert axes.get_lines()[0].get_marker() == "s"  # the first sign is the reference's, which has no curve here
    assert "# x: k  [h/Mpc]: 0 void, 1 sheet, 2 knot" in to_csv(figure)


def test_values_that_cannot_be_drawn_are_left_out() -> None:
    k = np.array([0.1, 0.2, 0.3, 0.4])
    y = np.array([np.nan, 0.0, -1.0, np.inf])
    colour = theme("dark").runs[0]
    draw(described(curves=(Curve("a", "a", colour, k, y, y - 1, y + 1, y, y, y, np.array([True, False] * 2), 0.2),)))


def test_the_figure_s_table_has_all_its_numbers() -> None:
    import csv

    text = to_csv(described(2))
    assert text.splitlines()[:4] == [
        "# Power spectrum",
        "# x: k  [h/Mpc]",
        "# y: P(k)  [(Mpc/h)³]",
        "# ratio: T = √(P / P_ref)",
    ]
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert len(rows) == 3 * 40
    curve = described(2).curves[1]
    mine = [row for row in rows if row["run"] == curve.label]
    assert [float(row["y"]) for row in mine] == curve.y.tolist()
    assert {row["ratio"] for row in rows if row["run"] == "N-body"} == {""}


def halos() -> Figure:
    """Few points with error bars, over less than two decades, a run that is broken for ever, and one without any."""
    few = [
        replace(c, x=c.x[::4] * 1e14, y=c.y[::4] / 1e9, low=c.y[::4] / 2e9, high=c.y[::4] / 5e8, ratio=None,
                ratio_low=None, ratio_high=None, reliable=None, break_at=None, dash=0)
        for c in described(2).curves
    ]  # fmt: skip
    return described(curves=tuple(few), ratio_label="", verticals=(), skipped=(("2LPT", "no halos"),))


def several() -> Figure:
    """Two curves of each run, one after the other, and a table that has but one."""

    def twice(curve: Curve) -> Curve:
        x, y = (np.concatenate([v, [np.nan], v * f]) for v, f in ((curve.x, 1.0), (curve.y, 0.5)))
        piece = np.repeat([0, 1], [curve.x.size + 1, curve.x.size])
        none = dict.fromkeys(("low", "high", "ratio", "ratio_low", "ratio_high", "break_at"))
        return replace(curve, x=x, y=y, reliable=x < 1.2, piece=piece, **none)

    *runs, table = described(2).curves
    curves = (*map(twice, runs), replace(table, reliable=None, ratio=None, break_at=None))
    return described(curves=curves, ratio_label="", band=None, pieces=("R = 2 Mpc/h", "R = 4 Mpc/h"))


def test_dashes_tell_several_curves_of_a_run_apart_and_the_legend_says_so_once() -> None:
    (axes,) = draw(several()).axes
    (legend,) = filter(None, [axes.get_legend(), *axes.figure.legends])
    names = [text.get_text() for text in legend.get_texts()]
    assert names[-2:] == ["R = 2 Mpc/h", "R = 4 Mpc/h"]
    full, dashed = (line.get_linestyle() for line in legend.get_lines()[-2:])
    assert (full, dashed) == ("-", "--")
    first = described(2).curves[1]
    for dash, factor in ((full, 1.0), (dashed, 0.5)):
        drawn = [line.get_ydata() for line in axes.get_lines() if line.get_linestyle() == dash and line.get_alpha()]
        highest = [np.nanmax(y) for y in drawn if np.isfinite(y).any()]
        assert any(high == pytest.approx(factor * first.y.max()) for high in highest)


def test_what_is_drawn_beside_a_run_is_dotted_and_named_once_for_all_runs() -> None:
    runs = [replace(c, label=f"run {i}") for i, c in enumerate(described(2).curves[:2])]
    beside = [replace(c, y=c.y / 3, companion="purity", dash=3, label=f"{c.label} · purity") for c in runs]
    figure = described(curves=(*runs, *beside), ratio_label="", band=None)
    (axes,) = draw(figure).axes
    (legend,) = filter(None, [axes.get_legend(), *axes.figure.legends])
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["run 0", "run 1", "P(k)", "purity"]
    assert [line.get_linestyle() for line in legend.get_lines()][-2:] == ["-", "--"]


def test_a_ratio_that_is_nowhere_to_be_believed_is_seen_all_the_same() -> None:
    figure = described(1)
    doubted = replace(figure.curves[1], ratio=np.full(40, 0.3), ratio_low=None, reliable=np.zeros(40, bool))
    ratio = draw(replace(figure, curves=(figure.curves[0], doubted))).axes[1]
    assert ratio.get_ylim()[0] < 0.3


@pytest.mark.parametrize(
    "figure", [described(), described(14), halos(), several()], ids=["ratios", "many", "few points", "several"]
)
def test_the_script_redraws_the_very_figure_from_the_table_beside_it(figure: Figure, tmp_path: Path) -> None:
    curves = tuple(replace(c, break_low=None if c.reference else 0.75) for c in figure.curves)
    figure = replace(figure, curves=tuple(replace(c, label=f"{c.label} {i}") for i, c in enumerate(curves)))
    save_csv(figure, tmp_path / "power.csv")
    save_script(figure, tmp_path / "power.py", "power.csv")
    script = tmp_path / "power.py"
    script.write_text(script.read_text("utf-8").replace("'power.pdf'", "'power.png'"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", script], cwd="/", capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    save(figure, tmp_path / "figure.png", dpi=100)
    asked, redrawn = (imread(tmp_path / f"{name}.png")[..., :3] for name in ("figure", "power"))
    assert asked.shape == redrawn.shape
    assert (np.abs(asked - redrawn).max(axis=-1) > 0.1).mean() < 0.002


def heat_map(columns: int = 9) -> Figure:
    low = 0.1 * 1.5 ** np.arange(columns)
    curves, places = [], {}
    for i, label in enumerate(('"a" $x$', "b")):
        error = -0.01 * (i + 1) * 2.0 ** np.arange(columns)
        error[0] = np.nan
        key = f"run{i}"
        places[key] = np.tile([0.25, 0.5, 0.75], (columns, 1))
        sure = np.arange(columns) < columns - 1
        curves.append(Curve(key, label, "#56b4e9", low * 1.2, error, error - 0.02, error + 0.02, reliable=sure))
    cells = Cells(
        low, 1.5 * low, tuple(map(str, low)), tuple(f"{k:.2g}" for k in (*low, low[-1] * 1.5)), 1.0, 0.05,
        (True, False), True, places, "largest residual",
    )  # fmt: skip
    return Figure("error-map-scale", "Where", "k  [h/Mpc]", "T − 1", True, False, tuple(curves), cells=cells)


def test_a_heat_map_has_the_colours_of_its_description_and_says_its_numbers() -> None:
    figure = heat_map()
    drawing = draw(figure)
    axes, bar = drawing.axes
    assert figure.cells is not None
    shades = [patch.get_facecolor() for patch in axes.patches if patch.get_fill()]
    assert len(shades) == 16  # the cells without a value have a dash
    expected = diverging("light")[round((float(figure.cells.shade(-0.02)) + 1) / 2 * (STEPS - 1))]
    assert to_hex(shades[0]) == expected
    said = [text.get_text() for text in axes.texts]
    assert said.count("–") == 2
    assert "−2.0\n±2.0" in said
    assert [patch.get_hatch() for patch in axes.patches].count("////") == 2
    assert bar.get_ylim() == (-1.0, 0.0)
    assert axes.get_title(loc="left") == "│ leaves ±5 %"
    narrow = draw(heat_map(30)).axes[0]
    assert not [text for text in narrow.texts if "±" in text.get_text()]
    assert {text.get_rotation() for text in narrow.texts if text.get_text() == "−2.0"} == {90.0}
    assert [lettering(*cell) for cell in ((0.4, 0.3), (0.3, 0.4), (0.4, 0.2), (0.2, 0.4), (0.2, 0.2))] == [
        (0, 2), (90, 2), (0, 1), (90, 1), None,
    ]  # fmt: skip


def test_a_heat_map_s_table_and_script_hold_all_of_it(tmp_path: Path) -> None:
    figure = heat_map()
    save_csv(figure, tmp_path / "map.csv")
    lines = [line for line in (tmp_path / "map.csv").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "run,from,to,x,y,low,high,reliable,worst_x,worst_y,worst_z"
    assert len(lines) == 1 + 2 * 9
    assert lines[2].endswith(",1,0.25,0.5,0.75")
    save_script(figure, tmp_path / "map.py", "map.csv")
    done = subprocess.run([sys.executable, tmp_path / "map.py"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "map.pdf").read_bytes().startswith(b"%PDF")


def test_the_error_of_a_break_scale_is_a_level_line_through_its_mark() -> None:
    figure = described(1)
    broken = replace(figure.curves[1], break_low=0.7, break_high=0.95)
    ratio = draw(replace(figure, curves=(figure.curves[0], broken))).axes[1]
    assert any(np.array_equal(line.get_xdata(), [0.7, 0.95]) for line in ratio.lines)
