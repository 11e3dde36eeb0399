"""The ranking on a terminal: aligned, the best marked, and every metric called by its title."""

from __future__ import annotations

import numpy as np

from app.exporting.ranking_text import ranking_text
from backends.statistics.ranking import Disagreement, Ranking, RankingColumn, RankingRow


def test_metrics_are_called_by_their_titles() -> None:
    columns = (
        RankingColumn("pdf_distance", "PDF", "dex", "lower", best="b"),
        RankingColumn("flux_pdf_distance", "Lyα flux", "", "lower", best="a"),
    )
    rows = (
        RankingRow("a", "U-Net", {"pdf_distance": 0.25, "flux_pdf_distance": 0.5}),
        RankingRow("b", "FNO", {"pdf_distance": 0.125, "flux_pdf_distance": None}),
    )
    names = ("pdf_distance", "flux_pdf_distance")
    found = Disagreement(names, np.array([[1.0, -0.5], [-0.5, 1.0]]), -0.5, (*names, -0.5))
    assert ranking_text(Ranking(columns, rows, found)).splitlines() == [
        "       PDF [dex]  Lyα flux",
        "U-Net     0.250     0.500*",
        "FNO       0.125*        –",
        "Metrics agree on the order by τ = -0.50 on average (1: the same order),",
        "least PDF and Lyα flux: -0.50.",
    ]
    assert ranking_text(Ranking(columns, rows, None), width=20).splitlines() == [
        "       PDF [dex]",
        "U-Net     0.250",
        "FNO       0.125*",
        "",
        "       Lyα flux",
        "U-Net    0.500*",
        "FNO          –",
    ]
