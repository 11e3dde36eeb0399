"""Curves from tables over the figure of the runs' own statistic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backends.data.curve import Curve as Table
from backends.data.curve import ReferenceCurve
from backends.data.run import Origin
from backends.statistics.figure import Curve, Figure
from backends.statistics.reference_curves import with_curves

K = np.geomspace(0.1, 1, 20)


def figure(ratio: str = "T") -> Figure:
    run = Curve("run-1", "truth", "#fff", K, K**-2, reference=True)
    return Figure("power-spectrum", "P", "k", "P(k) [(Mpc/h)³]", True, True, (run,), ratio_label=ratio)


def table(x: np.ndarray, y: np.ndarray, statistic: str = "power-spectrum", visible: bool = True) -> ReferenceCurve:
    origin = Origin(Path("theory.dat"), "statistic-table", "1")
    return ReferenceCurve(
        "curve-1", "theory", "#123456", statistic, origin, visible=visible, curve=Table(statistic, x, y)
    )


def test_a_table_is_drawn_dashed_where_the_runs_are_and_against_the_reference() -> None:
    x = np.geomspace(1e-4, 100, 300)
    drawn = with_curves(figure(), [table(x, 4 * x**-2)], lambda curve: curve.colour).curves[1]
    assert (drawn.key, drawn.label, drawn.colour, drawn.reference) == ("curve-1", "theory", "#123456", False)
    assert drawn.dash > 0
    assert 0.09 < drawn.x.min() < 0.11
    assert 0.9 < drawn.x.max() < 1.1
    assert drawn.ratio is not None
    known = np.isfinite(drawn.ratio)
    assert known.sum() > 40
    np.testing.assert_allclose(drawn.ratio[known], 2, rtol=1e-12)  # T = √(P / P_ref)


@pytest.mark.parametrize(
    "curve", [table(K, K, "halo-mass-function"), table(K, K, visible=False)], ids=["other statistic", "hidden"]
)
def test_what_is_not_asked_for_is_not_drawn(curve: ReferenceCurve) -> None:
    found = with_curves(figure(), [curve], lambda curve: "")
    assert len(found.curves) == 1
    assert not found.skipped


def test_a_table_far_from_the_runs_is_told() -> None:
    found = with_curves(figure(), [table(1e3 * K, K)], lambda curve: "")
    assert len(found.curves) == 1
    assert "outside" in found.skipped[0][1]
