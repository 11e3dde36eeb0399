"""docs/digits.md holds every registered statistic against something known and against somebody else's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from backends.statistics import registry

PAGE = (Path(__file__).parents[3] / "docs/digits.md").read_text(encoding="utf-8")
ROWS = Counter(line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| "))


@pytest.mark.parametrize("name", sorted(registry().names()))
def test_a_statistic_is_held_against_a_truth_and_a_peer(name: str) -> None:
    """``make digits`` writes a row for either, or one that says which of them is lacking."""
    assert ROWS[name] >= 2
    assert f"| {name} | – |" not in PAGE
