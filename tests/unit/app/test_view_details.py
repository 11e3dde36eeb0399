"""What stands beside the names of predictions is true of their curves."""

from __future__ import annotations

import numpy as np
import pytest

from app.viewing import details
from backends.data.statistic import StatisticResult
from backends.statistics.ranking import Ranking, RankingRow


def correlation(*values: float) -> StatisticResult:
    """r(k) from k = 0.1 on, in steps of 0.1 h/Mpc."""
    r = np.array(values)
    columns = {"k": 0.1 * np.arange(1, len(r) + 1), "r": r}
    return StatisticResult("correlation-coefficient", columns, {"k": "h/Mpc", "r": ""}, x="k", y="r")


@pytest.mark.parametrize(
    ("values", "k", "said"),
    [
        ((1.0, 0.97, 0.9), 0.2, "r > 0.95 to k = 0.20 h/Mpc"),
        ((np.nan, 0.97, 0.9), 0.2, "r > 0.95 to k = 0.20 h/Mpc"),
        ((0.3, 0.97, 0.9), 0.1, "r < 0.95 at k = 0.10 h/Mpc"),
    ],
)
def test_a_run_that_is_off_from_the_largest_scale_on_is_not_said_to_be_believed(
    values: tuple[float, ...], k: float, said: str
) -> None:
    ranking = Ranking((), (RankingRow("u", "U-Net", {"k_correlation": k}),), None)
    assert details(ranking, 0.95, {"u": correlation(*values)}) == {"u": said}
    assert details(ranking, 0.95, {"u": None}) == {"u": f"r > 0.95 to k = {k:.2f} h/Mpc"}
