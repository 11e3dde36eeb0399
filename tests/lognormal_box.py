"""A small density field with the contrast of real ones, made on the spot."""

from __future__ import annotations

import numpy as np

from backends.data.field import Field


def lognormal_box(n: int = 32, seed: int = 1, smoothing: float = 0.0, cell_offset: float = 0.5) -> Field:
    """Return 1+δ of mean one on an n³ mesh; ``smoothing`` in cells blurs it as an emulator would."""
    rng = np.random.default_rng(seed)
    k = np.fft.fftfreq(n)
    squared = k[:, None, None] ** 2 + k[None, :, None] ** 2 + np.fft.rfftfreq(n)[None, None, :] ** 2
    squared[0, 0, 0] = 1.0
    modes = np.fft.rfftn(rng.standard_normal((n, n, n))) * squared**-0.5
    modes *= np.exp(-2 * (np.pi * smoothing) ** 2 * squared)
    modes[0, 0, 0] = 0.0
    gaussian = np.fft.irfftn(modes, s=(n, n, n), axes=(0, 1, 2))
    density = np.exp(1.5 * gaussian / gaussian.std())
    return Field((density / density.mean()).astype(np.float32), 128.0, cell_offset=cell_offset)
