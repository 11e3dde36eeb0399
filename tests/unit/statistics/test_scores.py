"""Every statistic has a score in the ranking, which is nothing for the reference itself and grows with the error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.statistics import registry
from backends.statistics.departures import in_dex, of_size, relative
from backends.statistics.figures import RunStyle, figure
from backends.statistics.handful import enough, few, few_in
from backends.statistics.optional_scores import OPTIONAL
from backends.statistics.ranking import ranking

ALWAYS = {"power-spectrum", "transfer-function", "correlation-coefficient", "break-scale", "density-pdf"}
ALWAYS |= {"halo-mass-function"}
"""Whose scores have a column in every ranking."""


def curve(y: np.ndarray, name: str = "redshift-space", error: float = 0.0, **more: object) -> StatisticResult:
    columns = {"x": np.arange(1.0, 1.0 + y.size), "y": y, "error": np.full(y.size, error)}
    return StatisticResult(name, columns, {}, "x", "y", "error", **more)  # type: ignore[arg-type]


def test_every_statistic_has_a_column_in_the_ranking() -> None:
    scored = {score.statistic for score in OPTIONAL}
    assert scored | ALWAYS == set(registry().names())
    assert all(score.meaning for score in OPTIONAL)
    for what in ("name", "title"):
        assert len({getattr(score, what) for score in OPTIONAL}) == len(OPTIONAL)
    results = {name: curve(np.ones(3), name) for name in ("redshift-space", "cosmic-web")}
    found = ranking({"truth": results, "run": results}, Parameters(), reference_key="truth")
    assert [c.name for c in found.columns if c.name in ("monopole_error", "web_share_error")] == [
        "monopole_error",
        "web_share_error",
    ]
    assert found.rows[0].scores["monopole_error"] == found.rows[0].scores["web_share_error"] == 0


def test_only_what_the_reference_knows_and_both_believe_counts() -> None:
    y = np.array([10.0, 10, 10, 10])
    reference = curve(y, error=1.0)
    assert relative(curve(1.2 * y), reference) == pytest.approx(0.2)
    assert relative(curve(np.array([12.0, 12, 500, 12])), replace(reference, reliable=np.array([1, 1, 0, 1], bool)))
    assert relative(
        curve(np.array([12.0, 12, 500, 12]), reliable=np.array([1, 1, 0, 1], bool)), reference
    ) == pytest.approx(0.2)
    assert relative(curve(1.2 * y), curve(y, error=4.0)) is None  # not known to a third
    assert relative(None, reference) is None
    assert relative(curve(y[:2]), reference) == 0  # elsewhere it was not measured
    assert relative(curve(y[:2], "peak-counts"), curve(y, "peak-counts")) == 0.5  # elsewhere it has no peaks


def test_curves_that_cross_zero_are_held_against_their_size() -> None:
    y = np.array([-2.0, 0, 2])
    assert of_size(curve(y + 0.4), curve(y)) == pytest.approx(0.3)
    assert of_size(curve(y), curve(np.zeros(3))) is None


def test_what_is_distributed_moves_by_dex_of_each_curve() -> None:
    bins = np.arange(12)
    share = np.where(bins < 4, 2.5, 0.0)

    def pdf(steps: tuple[int, int]) -> StatisticResult:
        columns = {
            "length": np.tile(10 ** ((bins + 0.5) / 10), 2),
            "pdf": np.concatenate([np.roll(share, step) for step in steps]),
            "radius": np.repeat([1.0, 2.0], bins.size),
        }
        return StatisticResult("displacement-pdf", columns, {}, "length", "pdf", series="radius")

    assert in_dex(pdf((0, 0)), pdf((0, 0))) == 0
    assert in_dex(pdf((3, 0)), pdf((0, 0))) == pytest.approx(0.15)  # 0.3 dex of one of two


def test_bins_of_a_few_are_not_believed_and_figures_say_so() -> None:
    count = np.array([0, 1, 4, 5, 100])
    assert enough(count).tolist() == [True, False, False, True, True]
    assert few_in(few(count, "voids")) == "fewer than 5 voids"
    assert few(np.array([5, 0]), "voids") == ()
    result = curve(1.0 + count, "void-size-function", reliable=enough(count), notes=few(count, "voids"))
    drawn = figure("void-size-function", [(RunStyle("a", "a", "#000000", 0, True), result)], "a", Parameters())
    assert drawn.note == "faint: fewer than 5 voids"


def test_the_lower_panel_of_what_crosses_zero_holds_differences() -> None:
    def quadrupole(p2: float) -> StatisticResult:
        k = np.array([0.1, 0.2])
        columns = {"k": k, "p0": np.array([100.0, 50.0]), "k_p2": k * p2}
        return StatisticResult("redshift-space-quadrupole", columns, {}, "k", "k_p2")

    styles = [RunStyle(name, name, "#000000", i, i == 0) for i, name in enumerate("ab")]
    runs = list(zip(styles, (quadrupole(-5.0), quadrupole(5.0)), strict=True))
    drawn = figure("redshift-space-quadrupole", runs, "a", Parameters())
    assert drawn.ratio_label == "1 + ΔP₂ / P₀_ref"
    assert drawn.curves[1].ratio is not None
    assert drawn.curves[1].ratio.tolist() == pytest.approx([1.1, 1.2])
    several = [(s, replace(one, members=(one, one), parameters={"error_kind": "scatter"})) for s, one in runs]
    again = figure("redshift-space-quadrupole", several, "a", Parameters()).curves[1]
    assert again.ratio is not None
    assert again.ratio.tolist() == pytest.approx([1.1, 1.2])
