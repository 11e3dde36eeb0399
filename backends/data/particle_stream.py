"""Particles that stay in their files: known by their number, and read piece by piece when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from backends.data.particles import Particles
from backends.progress import Progress


@dataclass(frozen=True, eq=False)
class ParticleStream:
    """Particles in a periodic box, too many to hold at once.

    pieces : reads all of them from the beginning; a piece is gone when the next one is asked for
    count : of all pieces together
    held : bytes that their positions and masses would take in memory
    species : name of the species, or "matter" for several summed
    box_size : comoving side, Mpc/h
    """

    pieces: Callable[[Progress], Generator[Particles]]
    count: int
    held: int
    box_size: float
    redshift: float | None = None
    species: str = "dm"
