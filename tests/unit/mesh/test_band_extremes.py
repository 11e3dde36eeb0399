"""The largest value of a band of waves, from few cells, beside every cell of the mesh."""

from __future__ import annotations

import numpy as np
import pytest
from lognormal_box import lognormal_box

from backends.mesh import band_extremes
from backends.mesh.band_extremes import extreme
from backends.mesh.fourier import Modes, modes
from backends.mesh.smoothing import band_passed

N = 128


@pytest.mark.parametrize("order", [0, 3])
@pytest.mark.parametrize("band", [(1, 2), (1, 4), (2, 3), (3, 5), (20, 30)])
def test_it_is_that_of_all_cells(band: tuple[int, int], order: int) -> None:
    for seed in range(4):
        transform = Modes(modes(lognormal_box(N, seed=seed).values), 1.0, N, order)
        every = band_passed(transform, *band).reshape(-1)
        cell, value = extreme(transform, *band)
        assert cell == np.abs(every).argmax()
        assert value == pytest.approx(every[cell], rel=2e-6)


def test_long_waves_are_looked_at_on_few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    transform = Modes(modes(lognormal_box(N).values), 1.0, N)
    monkeypatch.setattr(band_extremes, "band_passed", lambda *_: pytest.fail("all cells were looked at"))
    extreme(transform, 1, 4)


def test_a_wave_as_high_in_many_places_and_none_at_all_have_one_too() -> None:
    wave = np.broadcast_to(0.3 * np.cos(2 * np.pi * np.arange(N) / N)[:, None, None], (N, N, N)).astype(np.float32)
    cell, value = extreme(Modes(modes(wave), 1.0, N), 1, 2)
    assert abs(value) == pytest.approx(0.3)
    assert abs(wave.reshape(-1)[cell]) == np.float32(0.3)
    assert extreme(Modes(modes(0 * wave), 1.0, N), 1, 2) == (0, 0.0)
