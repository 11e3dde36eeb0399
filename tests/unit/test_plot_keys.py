"""The key over a plot: what is told of a run's several curves, and where plots stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PyQt6.QtGui import QFont

from backends.statistics.figure import Curve, Figure
from backends.statistics.figure_key import DASHES, Sign, in_one_line, key_of_dashes, piece_dashes, told_by_dash
from widgets.plots.drawn import drawn_curves
from widgets.plots.key import in_rows, signs_of
from widgets.plots.places import places

X = np.array([1.0, 2.0, 2.0, 1.0, 2.0])
RUN = Curve("a", "A", "#56b4e9", X, np.array([1.0, 2.0, np.nan, 3.0, 4.0]), piece=np.array([0, 0, 0, 1, 1]), dash=5)
FIT = replace(RUN, key="a:nfw", label="A · NFW", companion="NFW")


def figure(*curves: Curve, pieces: tuple[str, ...] = ()) -> Figure:
    return Figure("n", "N", "x", "ρ(r)  [h²]", True, False, told_by_dash(curves), pieces=pieces)


def test_every_piece_has_dashes_of_its_own_and_what_is_beside_them_is_dotted() -> None:
    shown = figure(RUN, FIT, pieces=("M = 1 Msun/h", "M = 2 Msun/h"))
    run, fit = drawn_curves(shown, ratio=False)
    assert len({DASHES[dash] for dash in run.dashes}) == 2
    assert run.dashes[0] == 0
    assert len({*fit.dashes}) == 1
    assert not {*fit.dashes} & {*run.dashes}
    signs = key_of_dashes(shown)
    assert [sign.text for sign in signs] == ["M = 1 Msun/h", "M = 2 Msun/h", "NFW"]
    assert tuple(sign.dash for sign in signs) == (*run.dashes, fit.dashes[0])
    assert piece_dashes(shown.curves[0], 2) == run.dashes


def test_runs_of_one_curve_keep_their_dashes_and_need_no_key() -> None:
    plain = replace(RUN, piece=None)
    shown = figure(plain, replace(plain, key="b", dash=2))
    assert [curve.dash for curve in shown.curves] == [5, 2]
    assert signs_of(shown) == ()
    beside = figure(plain, replace(FIT, piece=None))
    assert [curve.dash for curve in beside.curves] == [0, 3]
    assert [sign.text for sign in signs_of(beside)] == ["ρ(r)", "NFW"]


def test_theory_is_named_in_its_own_colour() -> None:
    theory = Curve("theory:tinker08", "Tinker 2008 (n_s of Planck 2018)", "#8b93a7", X, X, dash=1)
    assert signs_of(figure(replace(RUN, piece=None), theory)) == (Sign("Tinker 2008", 1, "#8b93a7"),)


def test_a_key_says_name_and_unit_once_unless_they_differ() -> None:
    def told(*texts: str) -> list[str]:
        return [sign.text for sign in in_one_line([Sign(text, 0) for text in texts])]

    assert told("R = 2 Mpc/h", "R = 4 Mpc/h", "NFW") == ["R = 2", "4 Mpc/h", "NFW"]
    assert told("l = 0", "l = 2", "l = 4") == ["l = 0", "2", "4"]
    assert told("R = 2 Mpc/h", "M = 4 Msun/h") == ["R = 2 Mpc/h", "M = 4 Msun/h"]
    assert told("R = 2 Mpc/h") == ["R = 2 Mpc/h"]


def test_plots_share_the_room_and_only_whole_ones_are_in_sight() -> None:
    assert places(0, 900, 224) == []
    assert places(2, 901, 224) == [(0, 450), (451, 450)]
    five = places(5, 901, 224)
    assert {width for _, width in five} == {(901 + 1) // 4 - 1}
    assert places(1, 100, 224) == [(0, 224)]


def test_a_key_takes_rows_where_the_canvas_is_narrow(qapp: object) -> None:
    signs = [Sign(f"{number} Mpc/h", 0) for number in range(4)]
    assert len(in_rows(signs, 2000, QFont())) == 1
    assert len(in_rows(signs, 20, QFont())) == 4
    assert in_rows([], 20, QFont()) == ()
