"""The choices that statistics depend on; they live in the study and in every exported file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """Choices shared by all runs of a comparison, so that like is compared with like.

    n_mesh : cells a side, or None for the reference's default (PRODUCT: twice the cube root of its
        particles, at most 512; for grids, the grid's own)
    mass_assignment : "ngp", "cic", "tsc" or "pcs", or None for TSC on particles and, on grids, what
        their files name
    interlaced : a second mesh shifted by half a cell cancels the odd aliases
    species : the species that is compared, or None for all matter
    linking_length : FoF's b, in units of the mean separation
    min_particles : the smallest halo that is kept
    band_transfer : |T − 1| beyond which a run has left the band
    band_correlation : r below which a run has left the band
    """

    n_mesh: int | None = None
    mass_assignment: str | None = None
    interlaced: bool = True
    species: str | None = None
    linking_length: float = 0.2
    min_particles: int = 20
    band_transfer: float = 0.05
    band_correlation: float = 0.95
