"""The power of a vector field, and of its parts along and across the wave vector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.mesh.binning import auto_power, cross_power
from backends.mesh.fourier import Modes, modes
from backends.progress import Progress, silent

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class VectorModes:
    """The transforms of a vector's three components, sampled on one mesh."""

    components: tuple[Modes, Modes, Modes]

    @property
    def n_mesh(self) -> int:
        return self.components[0].n_mesh

    @property
    def box_size(self) -> float:
        return self.components[0].box_size

    @property
    def nbytes(self) -> int:
        return sum(component.nbytes for component in self.components)


@dataclass(frozen=True, eq=False)
class VectorPower:
    """(n,) float64 in the shells of ``binning.shells``, in the field's unit squared times (Mpc/h)³.

    total : Σ_i |ψ_i|²
    divergence_part : |k̂·ψ|², of what has no curl
    curl_part : |k̂×ψ|², of what has no divergence; with the former it adds up to the total
    divergence, curl : |k·ψ|² and |k×ψ|², the powers of ∇·ψ and ∇×ψ, without the unit of a length squared
    """

    total: Array
    divergence_part: Array
    curl_part: Array
    divergence: Array
    curl: Array


def vector_modes(field: Field, progress: Progress = silent) -> VectorModes:
    """Transform a field of values (3, N, N, N)."""
    found = []
    for axis in range(3):
        progress(axis / 3, "Transforming")
        transform = modes(field.values[axis])
        transform[0, 0, 0] = 0  # the whole box's motion is no structure
        found.append(Modes(transform, field.box_size, field.n_mesh, cell_offset=field.cell_offset))
    progress(1.0, "Transformed")
    return VectorModes((found[0], found[1], found[2]))


def vector_power(vector: VectorModes, progress: Progress = silent) -> VectorPower:
    """Bin a vector's power and that of its parts.

    The curl is measured itself: as the total less the divergence, nothing would be left of a small one but rounding.
    """
    n = vector.n_mesh
    whole = (np.fft.fftfreq(n, 1 / n) * (2 * np.pi / vector.box_size)).astype(np.float32)
    axes = whole[:, None, None], whole[None, :, None], np.abs(whole[None, None, : n // 2 + 1])
    length = np.sqrt(axes[0] ** 2 + axes[1] ** 2 + axes[2] ** 2)
    length[0, 0, 0] = 1
    x, y, z = (component.values for component in vector.components)
    crossed = ((y, z, 1, 2), (z, x, 2, 0), (x, y, 0, 1))

    def powers(along: NDArray[np.complex64]) -> tuple[Array, Array]:
        """Return the power of k·ψ or of a component of k×ψ, per k² and as it is."""
        per_length, itself = (Modes(a, vector.box_size, n) for a in (along / length, along))
        return auto_power(per_length), auto_power(itself)

    part, divergence = powers(axes[0] * x + axes[1] * y + axes[2] * z)
    curl_part, curl = np.zeros_like(part), np.zeros_like(part)
    for place, (first, second, one, other) in enumerate(crossed):
        progress((1 + place) / 4, "Divergence and curl")
        more_part, more = powers(axes[one] * second - axes[other] * first)
        curl_part, curl = curl_part + more_part, curl + more
    total = np.sum([auto_power(component) for component in vector.components], axis=0)
    progress(1.0, "Divergence and curl")
    return VectorPower(total, part, curl_part, divergence, curl)


def vector_cross_power(one: VectorModes, other: VectorModes) -> Array:
    """Return Σ_i of the cross-powers of equal components."""
    return np.asarray(
        np.sum([cross_power(a, b) for a, b in zip(one.components, other.components, strict=True)], axis=0)
    )
