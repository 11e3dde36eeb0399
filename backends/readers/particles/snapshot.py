"""A snapshot as its readers give it: where the columns of its particles are; nothing of them is read yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backends.data.description import SpeciesFacts
from backends.readers.particles.columns import Column


@dataclass(frozen=True)
class Block:
    """Particles of one species that stand together in one file.

    positions : (n, 3) comoving Mpc/h, in a box that may begin anywhere; None where the file keeps none
    masses : (n,) Msun/h, or one for all, or None where the file does not say
    velocities : (n, 3) peculiar km/s, or None
    ids : (n,) integers, or None
    """

    path: Path
    species: str
    count: int
    positions: Column | None
    masses: Column | float | None = None
    velocities: Column | None = None
    ids: Column | None = None


@dataclass(frozen=True)
class Snapshot:
    """All particles of a snapshot.

    path : what stands for it in messages
    species : every species that has particles, with the masses that all of them share
    blocks : opens the files one after another; a block can be read until the next one is asked for
    box_size : comoving Mpc/h, or None where the files do not say it
    reach : the lowest and the highest coordinate, where the particles may lie about the origin: those of a box
        that nobody states, or of none; comoving Mpc/h
    """

    path: Path
    species: Mapping[str, SpeciesFacts]
    blocks: Callable[[], Iterator[Block]]
    box_size: float | None = None
    redshift: float | None = None
    reach: tuple[float, float] | None = None
