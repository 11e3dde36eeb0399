"""Where a run leaves its band."""

from __future__ import annotations

import numpy as np
import pytest

from backends.statistics.break_scale import NEVER, Break, break_interval, break_scale, error_of

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


def test_the_error_is_where_the_edges_of_the_error_band_leave() -> None:
    k = np.linspace(0.1, 1.0, 91)
    y, error = 1.1 - 0.2 * k, np.full(k.shape, 0.01)
    # A straight line through 1.05 … falls below 0.95 at k = 0.75; its edges, 0.01 away, at 0.70 and 0.80.
    found = break_interval(k, y, error, "correlation", 0.95, 2.0)
    assert (found.at, found.low, found.high) == pytest.approx((0.75, 0.70, 0.80))
    assert error_of(found) == pytest.approx(0.05)
    assert break_interval(k, y, error, "correlation", 0.95, 0.78) == Break(found.at, found.low, None)
    assert break_interval(k, y, error, "correlation", 0.95, 0.72) == Break(None, found.low, None)
    assert break_interval(k, y, error, "correlation", 0.95, 0.6) == NEVER
    assert error_of(Break(0.75, 0.70, None)) is None
    assert error_of(break_interval(k, y - 0.5, error, "correlation", 0.95, 2.0)) is None  # broken before it begins


@pytest.mark.parametrize("seed", range(6))
def test_the_break_scale_lies_within_its_error_and_is_certain_without_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    k = np.linspace(0.1, 2.0, 60)
    y = 1 + np.cumsum(rng.normal(0, 0.02, k.shape))
    for kind, band in (("transfer", 0.05), ("correlation", 0.95)):
        found = break_interval(k, y, rng.uniform(0, 0.06, k.shape), kind, band, 2.0)
        sure = break_interval(k, y, np.zeros(k.shape), kind, band, 2.0)
        assert sure.low == sure.at == sure.high == found.at
        if found.at is not None:
            assert found.low is not None
            assert found.low <= found.at
            assert found.high is None or found.high >= found.at


def test_realisations_of_the_modes_scatter_as_the_error_says() -> None:
    rng, k = np.random.default_rng(1), np.linspace(0.02, 1.2, 60)
    truth, sigma = 1 - 0.08 * k, np.full(k.shape, 0.001)
    found = break_interval(k, truth, sigma, "transfer", 0.05, 2.0)
    drawn = [break_scale(k, truth + rng.normal(0, sigma), "transfer", 0.05, 2.0) for _ in range(300)]
    error = error_of(found)
    assert error is not None
    assert np.std(drawn) == pytest.approx(error, rel=0.35)
