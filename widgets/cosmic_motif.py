"""A faint cosmic web behind the empty window: a flat lattice, moved as Zel'dovich says, and its picture."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPixmap, QRadialGradient, qRgba

from widgets.theme import Theme

_SIDE = 220
_SPREAD = 6.0
"""Root mean square displacement in lattice steps: enough for filaments and knots, before they dissolve."""
_MOST_PIXELS = 700_000
"""Beyond that a soft picture does, so that resizing the window does not stall it."""


@cache
def web(seed: int = 11) -> NDArray[np.float64]:
    """Return points of a two-dimensional Zel'dovich web.

    x = q + D ψ(q), ψ = −∇∇⁻²δ (Zel'dovich 1970), δ a Gaussian field with P(k) ∝ k^−0.6 and a small-scale
    cut-off, on a periodic lattice. The same points on every machine.

    Returns
    -------
    (n, 2) float64, in [0, 1)
    """
    generator = np.random.default_rng(seed)
    noise = np.fft.fft2(generator.standard_normal((_SIDE, _SIDE)))
    kx = 2 * np.pi * np.fft.fftfreq(_SIDE)[:, None]
    ky = 2 * np.pi * np.fft.fftfreq(_SIDE)[None, :]
    squared = kx**2 + ky**2
    squared[0, 0] = 1.0
    overdensity = noise * squared**-0.15 * np.exp(-squared * 4.0)
    overdensity[0, 0] = 0.0
    moved = [np.fft.ifft2(1j * k / squared * overdensity).real for k in (kx, ky)]
    scale = _SPREAD / np.sqrt(np.mean(moved[0] ** 2 + moved[1] ** 2))
    # a jittered lattice: rows of a perfect one would be seen where nothing has moved yet
    lattice = np.indices((_SIDE, _SIDE)) + generator.uniform(-0.5, 0.5, (2, _SIDE, _SIDE))
    points = np.stack([lattice[axis] + scale * moved[axis] for axis in (0, 1)], axis=-1)
    return np.asarray((points.reshape(-1, 2) / _SIDE) % 1.0)


def _strengths(width: int, height: int, thickness: float) -> NDArray[np.uint8]:
    """Return (height, width rounded up to 4) alpha: each point spread bilinearly over the pixels that it lies between.

    One array of the picture's size, changed in place: fresh memory costs more than the sums.
    """
    place = web() * max(width, height) - 0.5
    corner = np.floor(place).astype(np.int64)
    share = place - corner
    row = -(-width // 4) * 4
    alpha = np.zeros((height, row), dtype=np.float32)
    for dx in (0, 1):
        for dy in (0, 1):
            x, y = corner[:, 0] + dx, corner[:, 1] + dy
            weight = np.abs(1 - dx - share[:, 0]) * np.abs(1 - dy - share[:, 1])
            inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            np.add.at(alpha.reshape(-1), (y * row + x)[inside], weight[inside].astype(np.float32))
    np.exp(np.multiply(alpha, -thickness, out=alpha), out=alpha)
    np.multiply(np.subtract(1, alpha, out=alpha), 255, out=alpha)
    return alpha.astype(np.uint8)


def draw_web(size: QSize, ratio: float, theme: Theme) -> QPixmap:
    """Return the web for a window of that size in pixels, faded out where the words stand."""
    ratio = min(ratio, math.sqrt(_MOST_PIXELS / max(1, size.width() * size.height())))
    width, height = max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))
    alpha = _strengths(width, height, 0.75 if theme.name == "dark" else 0.5)
    points = QImage(alpha.tobytes(), width, height, alpha.shape[1], QImage.Format.Format_Indexed8)
    red, green, blue, _ = QColor(theme.accent).getRgb()
    points.setColorTable([qRgba(red or 0, green or 0, blue or 0, strength) for strength in range(256)])
    # The points themselves fade: a veil over the ground would be off by its rounding, in rings around the words.
    faded = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    faded.fill(Qt.GlobalColor.transparent)
    fade = QRadialGradient(QPointF(width / 2, height * 0.46), max(420.0 * ratio, 0.5 * width))
    for place, strength in ((0.0, 1.0), (0.5, 0.96), (0.8, 0.55), (1.0, 0.1)):
        fade.setColorAt(place, QColor.fromRgbF(0.0, 0.0, 0.0, strength))
    painter = QPainter(faded)
    painter.drawImage(0, 0, points)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.fillRect(0, 0, width, height, fade)
    painter.end()
    picture = QPixmap(width, height)
    picture.fill(QColor(theme.ground))
    painter = QPainter(picture)
    painter.drawImage(0, 0, faded)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
