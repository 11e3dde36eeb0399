"""Smoothing against a plane wave, an average by hand, and sums over modes."""

from __future__ import annotations

import numpy as np
import pytest

from backends.errors import WrongCall
from backends.mesh.fourier import Modes, modes
from backends.mesh.smoothing import WINDOWS, smooth, smoothing_window

L = 50.0


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("kind", WINDOWS)
@pytest.mark.parametrize("n", [32, 33])
def test_a_plane_wave_keeps_its_shape_and_loses_what_the_window_says(kind: str, dimensions: int, n: int) -> None:
    m = np.array([3, -2, 5])[:dimensions]
    x = np.indices((n,) * dimensions) * L / n
    k = 2 * np.pi / L * m
    wave = np.cos(np.tensordot(k, x, 1) + 0.3).astype(np.float32)
    found = smooth(Modes(modes(wave), L, n), 4.0, kind)
    size = float(np.sqrt(k @ k))
    factor = smoothing_window(np.array([4.0 * size]), kind, dimensions)[0]
    np.testing.assert_allclose(found.values, factor * wave, atol=2e-6)
    expected = abs(factor) / np.sqrt(2) * size ** np.arange(3)
    assert found.sigma == pytest.approx(expected, rel=1e-5)


def test_a_top_hat_is_the_mean_over_a_sphere() -> None:
    n, radius = 48, 9.0
    noise = np.random.default_rng(0).normal(size=(n, n, n))
    spectrum = np.fft.rfftn(noise)
    k = [np.fft.fftfreq(n) * n, np.fft.fftfreq(n) * n, np.fft.rfftfreq(n) * n]
    long = k[0][:, None, None] ** 2 + k[1][:, None] ** 2 + k[2] ** 2 < 16
    field = np.fft.irfftn(spectrum * long, s=(n, n, n), axes=(0, 1, 2)).astype(np.float32)
    found = smooth(Modes(modes(field), float(n), n), radius, "top-hat")
    x = np.indices((n, n, n)) - n // 2
    sphere = (x**2).sum(axis=0) <= radius**2
    by_hand = np.roll(field, (n // 2 - 7, n // 2 - 20, n // 2 - 30), (0, 1, 2))[sphere].mean()
    assert found.values[7, 20, 30] == pytest.approx(by_hand - field.mean(), abs=float(0.02 * field.std()))


def test_the_mass_assignments_window_is_divided_out() -> None:
    n = 24
    x = np.arange(n) / n
    wave = np.broadcast_to(np.cos(2 * np.pi * 4 * x)[:, None, None], (n, n, n)).astype(np.float32)
    plain = smooth(Modes(modes(wave), L, n), 3.0)
    painted = smooth(Modes(modes(wave * np.float32(np.sinc(4 / n) ** 3)), L, n, order=3), 3.0)
    np.testing.assert_allclose(painted.values, plain.values, atol=2e-6)


def test_its_modes_are_left_alone_and_the_mean_is_dropped() -> None:
    density = np.random.default_rng(1).random((16, 16, 16)).astype(np.float32) + 1
    transform = modes(density)
    kept = transform.copy()
    found = smooth(Modes(transform, L, 16), 6.0)
    assert np.array_equal(transform, kept)
    assert abs(float(found.values.mean())) < 1e-6
    assert found.values.std() == pytest.approx(found.sigma[0], rel=1e-4)


def test_an_unknown_window_is_refused() -> None:
    with pytest.raises(WrongCall, match="gaussian or top-hat"):
        smooth(Modes(modes(np.ones((8, 8, 8), np.float32)), L, 8), 6.0, "box")
