"""What is told about a comparison, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.exporting.results import Results
from backends.statistics.figure import Figure
from backends.statistics.figures import RunStyle
from backends.statistics.ranking import Ranking


@dataclass(frozen=True, eq=False)
class Published:
    """Everything that is told about a comparison.

    reference : the reference's label
    runs : what is known of every run, by label, the reference first
    results : by statistic and label; the reason where there is none
    figures : descriptions; those without a curve are not drawn
    """

    reference: str
    runs: Mapping[str, Mapping[str, Any]]
    styles: Sequence[RunStyle]
    results: Results
    figures: Sequence[Figure]
    ranking: Ranking
