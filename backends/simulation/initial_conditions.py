"""A Gaussian random field with a given power spectrum, from a seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Modes = NDArray[np.complex64]
Power = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def wave_vectors(n_mesh: int, box_size: float) -> tuple[NDArray[np.float32], ...]:
    """k_x, k_y, k_z of the half-complex transform, broadcastable to its shape; h/Mpc."""
    fundamental = 2 * np.pi / box_size
    whole = (np.fft.fftfreq(n_mesh, 1 / n_mesh) * fundamental).astype(np.float32)
    half = (np.fft.rfftfreq(n_mesh, 1 / n_mesh) * fundamental).astype(np.float32)
    return whole[:, None, None], whole[None, :, None], half[None, None, :]


def derivative_vectors(n_mesh: int, box_size: float) -> tuple[NDArray[np.float32], ...]:
    """Wave vectors for odd derivatives: the Nyquist plane has no sign, so its derivative is zero."""
    vectors = tuple(k.copy() for k in wave_vectors(n_mesh, box_size))
    if n_mesh % 2 == 0:
        for k in vectors:
            k.reshape(-1)[n_mesh // 2] = 0
    return vectors


def linear_overdensity(n_mesh: int, box_size: float, seed: int, power: Power) -> Modes:
    """Draw the Fourier modes of today's linear overdensity.

    White noise of unit variance on the mesh is coloured: δ(k) = w(k) √(P(k) N³ / L³).

    Parameters
    ----------
    n_mesh : points a side
    box_size : Mpc/h
    seed : equal seeds draw equal noise on equal meshes, on every machine
    power : P(k) of (…) float64 in h/Mpc, in (Mpc/h)³

    Returns
    -------
    (n, n, n // 2 + 1) complex64, unnormalised forward transform (numpy's convention), zero at k = 0
    """
    noise = np.random.default_rng(seed).standard_normal((n_mesh,) * 3, dtype=np.float32)
    modes: Modes = scipy.fft.rfftn(noise, workers=2)
    kx, ky, kz = wave_vectors(n_mesh, box_size)
    k = np.sqrt(kx.astype(np.float64) ** 2 + ky**2 + kz**2)
    amplitude = np.sqrt(power(k) * (n_mesh / box_size) ** 3)
    amplitude[0, 0, 0] = 0
    modes *= amplitude.astype(np.float32)
    return modes
