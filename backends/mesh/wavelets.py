"""Wavelets: bands of wave numbers, and how strongly a field varies in each of them from place to place.

A wavelet ψ_j lets pass one band of wave numbers about k_j, in all directions:

    ψ̂_j(k) = cos(π/2 · Q log₂(k / k_j))   where |log₂(k / k_j)| < 1 / Q, else 0,

Q bands to an octave, k_j = k_Nyquist 2^(−(j + 1) / Q), so that Σ_j ψ̂_j² = 1 between the centres of the first and the
last (the profile of Portilla & Simoncelli 2000, IJCV 40, 49; in a box Chenouard & Unser 2012, IEEE TIP 21, 4522).
The modulus is that of the band and of its Riesz transforms, which are its quadratures (Felsberg & Sommer 2001, IEEE
TSP 49, 3136; Unser et al. 2009, IEEE TIP 18, 2402):

    U_j f = √( (ψ_j ∗ f)² + Σ_a (R_a ψ_j ∗ f)² ),   R̂_a(k) = −i k_a / |k|:

of a plane wave its amplitude, everywhere. Along a line of sight the one Riesz transform is Hilbert's, R̂(k) = −i sign k.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.mesh.assignment import window as mass_window
from backends.mesh.fourier import Complex, Modes, to_mesh
from backends.progress import Progress, silent

Floats = NDArray[np.float64]

FINER = 1.5
"""Times that the mesh on which a modulus is averaged resolves its band: the modulus varies faster than the band."""
FEWEST = 64
"""Cells a side that every band is given where the field has them: they cost nothing, and the mean is surer."""


def centres(n_mesh: int, per_octave: int) -> Floats:
    """Return the k_j of all whole bands that fit on a mesh, in units of the box's lowest, from the highest."""
    count = int(np.floor(per_octave * np.log2(n_mesh / 2) + 1e-9)) - 1
    return np.asarray(n_mesh / 2 * 2 ** (-(np.arange(max(count, 0)) + 1) / per_octave), dtype=np.float64)


def profile(m: Floats, centre: float, per_octave: int) -> Floats:
    """Return ψ̂ of wave numbers in the unit of the centre's."""
    octaves = np.log2(np.maximum(m, 1e-30) / centre)
    return np.where(np.abs(octaves) < 1 / per_octave, np.cos(np.pi / 2 * per_octave * octaves), 0.0)


@nb.njit(parallel=True, nogil=True, cache=True)
def _filter(
    modes: Complex, table: NDArray[np.float32], inverse: Floats, last: Floats, component: int, out: Complex
) -> None:
    """Write modes (N, N or 1, …) times ψ̂ by m² on a smaller mesh; of component 1, 2 or 3 the Riesz transform."""
    n, small, rows, columns = modes.shape[0], out.shape[0], out.shape[1], out.shape[2]
    for i in nb.prange(small):
        mi = np.int64(i) if 2 * i <= small else np.int64(i) - small
        for j in range(rows):
            mj = j if 2 * j <= rows else j - rows
            for m in range(columns):
                m2 = mi * mi + mj * mj + m * m
                if m2 >= table.size or table[m2] == 0:
                    out[i, j, m] = 0
                    continue
                weight = table[m2] * inverse[mi] * inverse[mj] * last[m]
                value = modes[mi if mi >= 0 else mi + n, mj if mj >= 0 else mj + n, m]
                if component:
                    along = mi if component == 1 else mj if component == 2 else m
                    weight *= along / np.sqrt(m2)
                    out[i, j, m] = np.complex64(complex(value.imag * weight, -value.real * weight))
                else:
                    out[i, j, m] = np.complex64(value * weight)


def cells_for(highest: float, n_mesh: int) -> int:
    """Return the cells a side on which a band up to that wave number is looked at."""
    from scipy.fft import next_fast_len

    least = max(int(np.ceil(2 * FINER * highest)), FEWEST)
    while least < n_mesh and (least % 2 or next_fast_len(least, real=True) != least):
        least += 1
    return min(least, n_mesh)


def modulus(
    transform: Modes, centre: float, per_octave: int, n_cells: int, progress: Progress = silent
) -> NDArray[np.float32]:
    """Return U f of one band on a mesh of ``n_cells`` a side, the mass assignment's window divided out.

    Parameters
    ----------
    transform : of f, of 2 or 3 dimensions or of lines, each of which has its own; it is not changed
    centre : k_j in units of the box's lowest
    """
    top = min(centre * 2 ** (1 / per_octave), transform.n_mesh / 2)
    table = profile(np.sqrt(np.arange(int(np.ceil(top**2)) + 1)), centre, per_octave).astype(np.float32)
    components = {1: (0, 3), 2: (0, 1, 3), 3: (0, 1, 2, 3)}[transform.dimensions]
    shape = (transform.lines, n_cells) if transform.along_lines else (n_cells,) * transform.dimensions
    total = np.zeros(shape, np.float32)
    for place, component in enumerate(components):
        progress(place / len(components), "Wavelets")
        values = passed(transform, table, component, n_cells)
        np.multiply(values, values, out=values)
        total += values
    np.sqrt(total, out=total)
    progress(1.0, "Wavelets")
    return total


def passed(transform: Modes, table: NDArray[np.float32], component: int, n_cells: int) -> NDArray[np.float32]:
    """Return what a filter, given by m², lets pass, on a mesh of so many cells a side, or on lines of so many."""
    if transform.along_lines:
        return _passed_along(transform, table, component, n_cells)
    n, dimensions = transform.n_mesh, transform.dimensions
    box = dimensions == 3
    inverse, last = (1 / mass_window(n, transform.order, half) for half in (False, True))
    out = np.empty((n_cells, n_cells if box else 1, n_cells // 2 + 1), np.complex64)
    scaled = table * np.float32((n_cells / n) ** dimensions)
    with exclusive():
        _filter(transform.values.reshape(n, n if box else 1, -1), scaled, inverse, last, component, out)
    return to_mesh(out if box else out[:, 0], n_cells)


def _passed_along(transform: Modes, table: NDArray[np.float32], component: int, n_cells: int) -> NDArray[np.float32]:
    """Return (lines, n_cells): the same of lines of sight; of component 3 its Hilbert transform."""
    from scipy import fft

    n = transform.n_mesh
    m = np.arange(min(n, n_cells) // 2 + 1)
    m = m[m**2 < table.size]
    weight = table[m**2] * (n_cells / n) / mass_window(n, transform.order, True)[: m.size]
    band = transform.values[:, : m.size] * (weight * (-1j if component else 1)).astype(np.complex64)
    return np.asarray(fft.irfft(band, n_cells, axis=-1), dtype=np.float32)
