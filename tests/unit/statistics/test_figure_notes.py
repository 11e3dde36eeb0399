"""What a figure's note says of its curves."""

from __future__ import annotations

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.statistics.figures import RunStyle, figure
from backends.statistics.pieces import masses_in_words


def test_what_a_logarithmic_panel_cannot_show_is_said() -> None:
    def noted(last: float) -> str:
        columns = {"r": np.array([1.0, 2.0, 3.0]), "xi": np.array([1.0, 0.1, last])}
        found = StatisticResult("two-point-correlation", columns, {}, "r", "xi")
        return figure("two-point-correlation", [(RunStyle("a", "a", "#56b4e9"), found)], "", Parameters()).note

    assert noted(-0.1) == "not drawn: below 0"
    assert noted(0.01) == ""


def test_masses_are_written_as_powers_of_ten() -> None:
    columns = {"mass": np.array([10**13.75, 10**14.25])}
    found = StatisticResult("halo-profile", columns, {"mass": "Msun/h"}, "mass", "mass", series="mass")
    assert masses_in_words(found) == "M = 5.6×10¹³, 1.8×10¹⁴ Msun/h"
