"""The tidal tensor of a box's density, and the cosmic web by its eigenvalues."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.mesh.fourier import modes, to_mesh
from backends.progress import Progress, silent

COMPONENTS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


@nb.njit(parallel=True, nogil=True, cache=True)
def _classify(tensor: NDArray[np.float32], threshold: float, classes: NDArray[np.uint8]) -> None:
    """Count the eigenvalues above the threshold of tensors (6, cells), in closed form (Smith 1961, CACM 4, 168)."""
    for cell in nb.prange(classes.size):
        a, b, c = np.float64(tensor[0, cell]), np.float64(tensor[1, cell]), np.float64(tensor[2, cell])
        d, e, f = np.float64(tensor[3, cell]), np.float64(tensor[4, cell]), np.float64(tensor[5, cell])
        mean = (a + b + c) / 3
        a, b, c = a - mean, b - mean, c - mean
        size = np.sqrt((a * a + b * b + c * c + 2 * (d * d + e * e + f * f)) / 6)
        angle = 0.0
        if size > 0:
            half = (a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e)) / (2 * size**3)
            angle = np.arccos(min(max(half, -1.0), 1.0)) / 3
        largest = mean + 2 * size * np.cos(angle)
        smallest = mean + 2 * size * np.cos(angle + 2 * np.pi / 3)
        middle = 3 * mean - largest - smallest
        classes[cell] = (largest > threshold) + (middle > threshold) + (smallest > threshold)


def web_classes(
    overdensity: NDArray[np.float32], threshold: float = 0.0, progress: Progress = silent
) -> NDArray[np.uint8]:
    """Return (N, N, N) uint8: 0 in voids, 1 in sheets, 2 in filaments, 3 in knots.

    It counts the eigenvalues above the threshold of T_ij = ∂_i ∂_j φ with ∇²φ = δ (Hahn et al. 2007, MNRAS 375,
    489; with a threshold Forero-Romero et al. 2009, MNRAS 396, 1815): the directions in which matter collapses.
    """
    n = overdensity.shape[0]
    transform = modes(overdensity)
    whole = np.fft.fftfreq(n, 1 / n).astype(np.float32)
    # At the mesh's limit a wave and its mirror image are one, and mixed derivatives have no sign.
    if n % 2 == 0:
        whole[n // 2] = 0
    axes = whole[:, None, None], whole[None, :, None], np.abs(whole[None, None, : n // 2 + 1])
    square = axes[0] ** 2 + axes[1] ** 2 + axes[2] ** 2
    transform /= np.where(square > 0, square, np.float32(np.inf))
    tensor = np.empty((6, n, n, n), np.float32)
    for place, (i, j) in enumerate(COMPONENTS):
        progress(0.9 * place / 6, "Tidal tensor")
        tensor[place] = to_mesh(transform * (axes[i] * axes[j]), n)
    progress(0.9, "Classifying cells")
    classes = np.empty(n**3, np.uint8)
    with exclusive():
        _classify(tensor.reshape(6, -1), threshold, classes)
    progress(1.0, "Classified")
    return classes.reshape(n, n, n)
