"""What all networks looked at, on one scale: a map's mean is its beginning, the highest of all maps its end."""

from __future__ import annotations

import numpy as np

from app.attribution_scale import highest, placed


def test_the_scale_goes_from_the_mean_to_the_highest_in_equal_factors() -> None:
    wide = np.linspace(0.1, 4.0, 4096, dtype=np.float32)
    narrow = np.where(np.arange(4096) < 40, 64.0, 0.3).astype(np.float32)
    full = max(highest(wide), highest(narrow))
    assert full == 64.0
    found = placed(np.array([0.0, 0.5, 1.0, 8.0, 64.0, 900.0], np.float32), full)
    np.testing.assert_allclose(found, [0.0, 0.0, 0.0, 0.5, 1.0, 1.0], atol=1e-6)
    assert found.dtype == np.float32


def test_of_a_map_that_is_the_same_everywhere_nothing_is_seen() -> None:
    for value in (0.0, 1.0):
        flat = np.full(64, value, np.float32)
        assert placed(flat, highest(flat)).max() == 0.0
        assert highest(flat) > 1.0
