"""What plots decide before anything is drawn: scales, ticks, limits, places, the curve under the pointer."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.statistics.figure import Curve, Figure, Line
from widgets.plots.layout import arrange, beside
from widgets.plots.limits import MOST_DECADES, x_limits, y_limits
from widgets.plots.nearest import nearest
from widgets.plots.scales import Scale, split_label, written
from widgets.plots.ticks import ticks


def curve(key: str, x: np.ndarray, y: np.ndarray, **more: object) -> Curve:
    return Curve(key, key, "#56b4e9", x, y, **more)  # type: ignore[arg-type]


def figure(*curves: Curve, log_x: bool = True, log_y: bool = False, **more: object) -> Figure:
    return Figure("f", "F", "k  [h/Mpc]", "T(k)", log_x, log_y, curves, **more)  # type: ignore[arg-type]


def test_decades_are_named_by_powers_of_ten_with_the_field_s_minor_ticks() -> None:
    found = ticks(Scale(log=True), math.log10(0.05), math.log10(1.6), 5)
    assert found.major == ((-1.0, "10⁻¹"), (0.0, "10⁰"))
    assert math.log10(0.5) in [pytest.approx(at) for at in found.minor]


def test_many_decades_are_thinned_and_a_part_of_one_is_written_plainly() -> None:
    many = ticks(Scale(log=True), -8.0, 4.0, 4)
    assert len(many.major) <= 5
    part = Scale(log=True), math.log10(0.15), math.log10(0.7)
    assert [text for _, text in ticks(*part, 5).major] == ["0.2", "0.3", "0.5"]  # two say little of the scale
    assert [text for _, text in ticks(*part, 3).major] == ["0.2", "0.5"]


def test_numbers_stand_where_powers_alone_say_little_and_tiny_ones_are_short() -> None:
    wide = ticks(Scale(log=True), math.log10(0.05), math.log10(3.2), 8)
    assert [text for _, text in wide.major] == ["0.05", "0.1", "0.2", "0.5", "1", "2"]
    half = ticks(Scale(log=True), math.log10(0.57), math.log10(1.9), 4)
    assert [text for _, text in half.major] == ["0.7", "1", "1.5"]
    large = ticks(Scale(log=True), math.log10(1.5e4), math.log10(6e5), 8)
    assert [text for _, text in large.major] == ["2×10⁴", "5×10⁴", "1×10⁵", "2×10⁵", "5×10⁵"]
    alone = ticks(Scale(), 0.68, 1.48, 3)
    assert [text for _, text in alone.major] == ["0.8", "1.0", "1.2", "1.4"]
    tiny = ticks(Scale(), -2.3e-4, 1.1e-4, 4)
    assert [text for _, text in tiny.major] == ["−2×10⁻⁴", "−1×10⁻⁴", "0", "1×10⁻⁴"]


@given(
    low=st.floats(-1e6, 1e6),
    span=st.floats(1e-6, 1e6),
    wanted=st.integers(2, 12),
    log=st.booleans(),
)
def test_ticks_lie_inside_and_are_few(low: float, span: float, wanted: int, log: bool) -> None:
    if log:
        low, span = low / 1e5, min(span, 250.0)
    if low + span == low or span < 1e-9 * abs(low):
        return
    found = ticks(Scale(log=log), low, low + span, wanted)
    slack = 1e-5 * span + 1e-9
    assert all(low - slack <= at <= low + span + slack for at, _ in found.major)
    assert all(low - slack <= at <= low + span + slack for at in found.minor)
    assert len(found.major) <= max(2 * wanted + 2, 8)


def test_a_range_without_extent_has_no_ticks() -> None:
    assert ticks(Scale(), 1.0, 1.0, 5).major == ()
    assert ticks(Scale(), math.nan, 1.0, 5).major == ()


def test_numbers_are_written_as_a_person_reads_them() -> None:
    assert written(0.9421) == "0.942"
    assert written(-12.0) == "−12.0"
    assert written(3.2e12) == "3.20×10¹²"
    assert written(math.nan) == "—"
    assert split_label("P(k)  [(Mpc/h)³]") == ("P(k)", "(Mpc/h)³")
    assert split_label("T(k) = √(P / P ref)") == ("T(k)", "")


def test_no_logarithm_of_what_has_none() -> None:
    assert np.isnan(Scale(log=True).forward([0.0, -1.0, math.inf, math.nan])).all()
    assert Scale(log=True).backward(2.0) == 100.0


def test_x_goes_from_the_first_bin_to_the_nyquist() -> None:
    k = np.geomspace(0.05, 3.0, 40)
    shown = x_limits(figure(curve("a", k, np.ones(40)), verticals=(Line(1.5, "k Nyquist"),)))
    assert shown[0] < math.log10(0.05)
    assert math.log10(1.5) < shown[1] < math.log10(1.7)


def test_one_bad_run_does_not_squeeze_the_others() -> None:
    k = np.geomspace(0.05, 1.5, 30)
    good = [curve(str(n), k, 1 - 0.3 * k * (1 + 0.1 * n)) for n in range(6)]
    low, high = y_limits(figure(*good, curve("bad", k, 1 + 500 * k), band=(0.95, 1.05)), ratio=False)
    assert high < 2.0
    assert low < 0.5


def test_the_reference_and_the_band_are_always_seen() -> None:
    k = np.geomspace(0.05, 1.5, 30)
    low, high = y_limits(
        figure(curve("a", k, 0.99 + 0 * k), curve("r", k, 3 + 0 * k, reference=True), band=(0.95, 1.05)), ratio=False
    )
    assert low < 0.95
    assert high > 3.0


def test_agreement_is_seen_however_far_off_all_runs_are() -> None:
    k = np.geomspace(0.05, 1.5, 30)
    off = curve("a", k, 0.3 + 0.1 * k, ratio=0.3 + 0.1 * k)
    low, high = y_limits(figure(off), ratio=True)
    assert low < 0.31
    assert high > 1.0


def test_a_tail_to_nothing_does_not_take_the_whole_logarithmic_panel() -> None:
    x = np.linspace(1, 100, 50)
    low, high = y_limits(figure(curve("a", x, np.exp(-x)), log_y=True), ratio=False)
    assert high - low < 1.2 * MOST_DECADES


def test_nothing_finite_still_has_limits() -> None:
    empty = figure(curve("a", np.array([np.nan]), np.array([np.nan])))
    assert x_limits(empty) == (0.0, 1.0)
    assert y_limits(empty, ratio=False) == (0.0, 1.0)
    assert y_limits(figure(), ratio=True) == (0.0, 1.0)


def test_the_nearest_line_counts_between_its_samples_and_not_across_gaps() -> None:
    a = (np.array([0.0, 100.0]), np.array([0.0, 100.0]))
    gap = (np.array([0.0, 40.0, 60.0, 100.0]), np.array([10.0, np.nan, np.nan, 10.0]))
    hit = nearest({"a": a, "gap": gap}, 50.0, 53.0, 8.0)
    assert hit is not None
    assert hit.key == "a"
    assert hit.distance == pytest.approx(3 / math.sqrt(2))
    assert nearest({"gap": gap}, 50.0, 10.0, 8.0) is None
    assert nearest({}, 0.0, 0.0, 8.0) is None


def test_panels_share_their_left_edge_and_leave_room_for_words() -> None:
    main, ratio = arrange(400, 260, 25.0, ratio=True, above=True)
    assert main.left == ratio.left
    assert main.bottom < ratio.top
    assert ratio.bottom < 260 - 32


def test_labels_of_limits_never_overlap() -> None:
    edges = beside([300.0, 310.0, 100.0], [60.0, 60.0, 60.0], 40.0, 330.0)
    spans = sorted((edge, edge + 60.0) for edge in edges if edge is not None)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(edge is None or (edge >= 40.0 and edge + 60.0 <= 330.0) for edge in edges)
    assert edges[1] is not None


def test_a_label_of_a_limit_near_the_left_begins_where_the_panel_does() -> None:
    assert beside([60.0, 320.0], [100.0, 30.0], 40.0, 330.0) == [40.0, 300.0]
    assert beside([60.0, 100.0], [100.0, 30.0], 40.0, 330.0) == [None, 85.0]  # not over its neighbour's
