"""Where a run leaves its band."""

from __future__ import annotations

import numpy as np
import pytest

from backends.statistics.break_scale import break_scale

K = np.array([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([1.0, 1.0, 0.9, 0.8], 0.25),
        ([1.0, 1.0, 1.1, 1.2], 0.25),
        ([1.04, 0.84, 1.0, 1.0], 0.145),
        ([0.9, 1.0, 1.0, 1.0], 0.1),
        ([1.0, 1.049, 0.951, 1.0], None),
        ([1.0, np.nan, 0.9, 0.9], 0.2),
        ([np.nan] * 4, None),
    ],
)
def test_transfer_functions(y: list[float], expected: float | None) -> None:
    found = break_scale(K, np.array(y), "transfer", 0.05, 1.0)
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("y", "expected"),
    [([1.0, 0.96, 0.94, 0.5], 0.25), ([0.9, 1, 1, 1], 0.1), ([1, 1, 1, 0.95], None), ([1.2, 1, 1, 1], None)],
)
def test_correlations(y: list[float], expected: float | None) -> None:
    found = break_scale(K, np.array(y, float), "correlation", 0.95, 1.0)
    assert found == (None if expected is None else pytest.approx(expected))


def test_the_search_ends_at_the_limit() -> None:
    y = np.array([1.0, 1.0, 0.9, 0.9])
    assert break_scale(K, y, "transfer", 0.05, 0.26) == pytest.approx(0.25)
    assert break_scale(K, y, "transfer", 0.05, 0.24) is None
