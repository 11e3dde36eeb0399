"""The scattering transform: how strongly a field varies on each scale, and how unevenly that strength is spread.

With the wavelets' moduli U_j of ``backends.mesh.wavelets`` (Mallat 2012, Comm. Pure Appl. Math. 65, 1331):

    S₀ = ⟨|δ|⟩,   S₁(j) = ⟨U_j δ⟩,   S₂(j₁, j₂) = ⟨U_j₂ U_j₁ δ⟩   for k_j₂ < k_j₁.

Of a Gaussian field S₁ = C σ_j, σ_j² = ⟨(ψ_j ∗ δ)²⟩: any other number tells that it is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.mesh.fourier import Modes, line_modes, modes
from backends.mesh.wavelets import cells_for, centres, modulus, passed
from backends.progress import Progress, part, silent
from backends.statistics.octants import eighths_of, octants_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scattering:
    """The coefficients of one field, from its smallest scale; errors are the scatter of octants over √8.

    Of lines of sight each line is transformed by itself, and the eighths of all of them take the octants' place.

    wave_number : (J,) float64, k_j, h/Mpc
    s0 : ⟨|δ|⟩ of all modes below the mesh's Nyquist wave number
    s1, error1 : (J,) float64
    rms : (J,) float64, σ_j
    pairs : (P, 2) int64, j₁ and j₂
    s2, error2 : (P,) float64
    relative_error2 : (P,) float64, the error of S₂ / S₁(j₁), which vary together from octant to octant
    """

    wave_number: Floats
    s0: float
    s1: Floats
    error1: Floats
    rms: Floats
    pairs: NDArray[np.int64]
    s2: Floats
    error2: Floats
    relative_error2: Floats
    dimensions: int

    @property
    def nbytes(self) -> int:
        first, second = (self.s1, self.error1, self.rms), (self.s2, self.error2, self.relative_error2)
        return sum(array.nbytes for array in (self.wave_number, *first, self.pairs, *second))


def gaussian_mean(dimensions: int) -> float:
    """Return C = S₁(j) / σ_j of a Gaussian field: the mean of √(z₀² + Σ_a z_a² / d), d + 1 normal numbers z.

    By E√q = ∫ (1 − E e^(−tq)) t^(−3/2) dt / 2√π, with E e^(−tq) = (1 + 2t)^(−1/2) (1 + 2t/d)^(−d/2) and t = s².
    """
    from scipy.integrate import quad

    def integrand(s: float) -> float:
        logarithm = -0.5 * np.log1p(2 * s * s) - dimensions / 2 * np.log1p(2 * s * s / dimensions)
        return float(-np.expm1(logarithm)) / (s * s)

    return float((quad(integrand, 0, 1)[0] + quad(integrand, 1, np.inf)[0]) / np.sqrt(np.pi))


def scattering(transform: Modes, per_octave: int = 1, progress: Progress = silent) -> Scattering:
    """Return S₀, S₁ and S₂ of the overdensity that has these modes.

    Parameters
    ----------
    transform : of 2 or 3 dimensions or of lines; it is not changed, and its mode at zero is ignored
    per_octave : Q, bands to an octave
    """
    n, dimensions = transform.n_mesh, transform.dimensions
    m = centres(n, per_octave)
    tops = np.minimum(m * 2 ** (1 / per_octave), n / 2)
    sizes = [cells_for(float(top), n) for top in tops]
    work = np.array([size**dimensions * (1.2 + (m[:place].size > 0) * place) for place, size in enumerate(sizes)])
    done = np.concatenate([[0.0], np.cumsum(work) / work.sum()]) if m.size else np.zeros(1)
    sphere = np.ones(int(np.ceil((n / 2) ** 2)), np.float32)
    sphere[0] = 0
    s0 = float(np.abs(passed(transform, sphere, 0, n)).mean(dtype=np.float64))
    pairs, rms = [], []
    first: list[Floats] = []
    second: list[Floats] = []
    moduli: list[Modes] = []
    for place, (centre, size) in enumerate(zip(m, sizes, strict=True)):
        report = part(progress, float(done[place]), float(done[place + 1]))
        share = 1 / (place + 1)
        values = modulus(transform, float(centre), per_octave, size, part(report, 0.0, share))
        first.append(_means(values, dimensions))
        rms.append(float(np.sqrt(np.mean(np.square(values, dtype=np.float64)) / 2)))
        for other, inner in enumerate(moduli):
            step = part(report, share * (other + 1), share * (other + 2))
            again = modulus(inner, float(centre), per_octave, min(size, inner.n_mesh), step)
            second.append(_means(again, dimensions))
            pairs.append((other, place))
        if place + 1 < m.size:
            along = transform.along_lines
            again_modes = (line_modes if along else modes)(values)
            moduli.append(Modes(again_modes, transform.box_size, size, along_lines=along))
    progress(1.0, "Wavelets")
    pieces = {1: 8, 2: 4, 3: 8}[dimensions]
    one, two = (np.array(found).reshape(-1, 1 + pieces) for found in (first, second))
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    # A band without any strength has none that could vary.
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = two / one[both[:, 0]]
    return Scattering(
        wave_number=m * 2 * np.pi / transform.box_size,
        s0=s0,
        s1=one[:, 0],
        error1=_error(one),
        rms=np.array(rms),
        pairs=both,
        s2=two[:, 0],
        error2=_error(two),
        relative_error2=_error(relative),
        dimensions=dimensions,
    )


def _means(values: NDArray[np.float32], dimensions: int) -> Floats:
    """Return the mean, and those of the octants of a box, the quadrants of a map or the eighths of lines."""
    pieces = eighths_of(values) if dimensions == 1 else octants_of(values)
    return np.array([one.mean(dtype=np.float64) for one in (values, *pieces)])


def _error(means: Floats) -> Floats:
    """Return (n,) float64: the error of each row's mean, from the scatter of its pieces."""
    return np.asarray(means[:, 1:].std(axis=1, ddof=1) / np.sqrt(means.shape[1] - 1))
