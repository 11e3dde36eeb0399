"""Nyx's binary particles, as its initial conditions are handed over: a count, and seven numbers each."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from backends.data.description import Description, SpeciesFacts
from backends.data.facts import Facts
from backends.data.length_unit import length_factor
from backends.errors import UnreadableFile
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.files.recognition import fits
from backends.readers.files.stamp import stamp
from backends.readers.files.stored import StoredArray
from backends.readers.lengths import no_box
from backends.readers.particles.columns import ArrayColumn, value_range
from backends.readers.particles.extent import MOST, reach, suggested_side
from backends.readers.particles.loading import ParticleReader
from backends.readers.particles.region import notes
from backends.readers.particles.snapshot import Block, Snapshot

HEADER = struct.Struct("<qii")
"""Particles, dimensions, and numbers each beside the position: mass and velocity."""

USUAL_HUBBLE = 0.7
"""Assumed to propose a box where neither the file nor anybody says h."""


@register("nyx-particles")
class NyxParticles(ParticleReader):
    """Positions in comoving Mpc, masses in Msun, peculiar velocities in km/s; neither box nor cosmology."""

    label = "Nyx particles"

    def recognises(self, path: Path) -> bool:
        return fits(path, _layout)

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        found = _survey(files[0], stamp(files[0]))
        warnings = ["Nyx's particle files are in Mpc and Msun and state neither box, redshift nor cosmology."]
        proposed, length = None, found.length(told)
        unit = length_factor(told, length, None)
        if found.side is None:
            warnings.append("Its positions suggest no box: say it with --box-size L.")
        elif told.length_unit is not None and unit is not None:
            proposed = found.side * length * unit
            warnings += no_box(None, told, proposed, "the positions suggest")
        elif told.hubble is not None:
            proposed = found.side * told.hubble
            warnings.append(f"The positions suggest a box of {found.side:g} Mpc, which is proposed in Mpc/h.")
        else:
            proposed = found.side * USUAL_HUBBLE
            warnings.append(
                f"The positions suggest a box of {found.side:g} Mpc; with h = {USUAL_HUBBLE:g}, which is not stated, "
                f"these are {proposed:.6g} Mpc/h, which is proposed. The box size that you say fixes h."
            )
        snapshot = found.snapshot(told)
        with reading(files[0]):
            warnings += notes(snapshot)
        return Description(
            path=files[0],
            files=files,
            format="nyx-particles",
            kind="particles",
            species=snapshot.species,
            warnings=tuple(warnings),
            proposed=Facts() if proposed is None else Facts(box_size=float(f"{proposed:.9g}")),
            length_read=length,
        )

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        path = description.path
        return _survey(path, stamp(path)).snapshot(told)


def _layout(path: Path) -> tuple[int, np.dtype[Any]] | None:
    """How many particles and of what numbers, if the file is just as long as its header says; else None."""
    with path.open("rb") as file:
        start = file.read(HEADER.size)
    if len(start) < HEADER.size:
        return None
    count, dimensions, extra = HEADER.unpack(start)
    if (dimensions, extra) != (3, 4) or count <= 0:
        return None
    for size in (8, 4):
        if path.stat().st_size == HEADER.size + 7 * size * count:
            return count, np.dtype(f"<f{size}")
    return None


def least_length(start: bytes) -> int | None:
    """How long a file that begins so must at least be if it is Nyx's, or None where it does not look like one."""
    if len(start) < HEADER.size:
        return None
    count, dimensions, extra = HEADER.unpack_from(start)
    return HEADER.size + 28 * count if (dimensions, extra) == (3, 4) and 0 < count < 1 << 40 else None


@dataclass(frozen=True)
class _Survey:
    """What the numbers themselves say; side in Mpc and masses in Msun, or None."""

    path: Path
    count: int
    dtype: np.dtype[Any]
    side: float | None
    masses: tuple[float, float] | None

    def hubble(self, told: Facts) -> float | None:
        """The told h, or that which brings the positions into the told box."""
        return told.box_size / self.side if told.box_size and self.side else told.hubble

    def length(self, told: Facts) -> float:
        """Mpc/h of the unit of length, before another one is told."""
        return (self.hubble(told) if told.length_unit is None else told.hubble) or 1.0

    def snapshot(self, told: Facts) -> Snapshot:
        """Bring lengths and masses to units of h: that which was told, or that which the told box implies."""
        hubble, length = self.hubble(told), self.length(told)
        low, high = (None, None) if hubble is None or self.masses is None else (hubble * m for m in self.masses)
        species = {"dm": SpeciesFacts(self.count, low, high)}

        def blocks() -> Iterator[Block]:
            values = StoredArray.of(self.path, self.dtype, HEADER.size, (self.count, 7))
            yield Block(
                self.path,
                "dm",
                self.count,
                ArrayColumn(values[:, :3], length),
                None if hubble is None else ArrayColumn(values[:, 3], hubble),
                ArrayColumn(values[:, 4:]),
            )

        return Snapshot(self.path, species, blocks, None, None)


@lru_cache(maxsize=16)
def _survey(path: Path, changed: tuple[int, int]) -> _Survey:
    """Look at the file once while it does not change."""
    with reading(path):
        found = _layout(path)
        if found is None:
            raise UnreadableFile(path, "does not hold as many particles as its header says", "Copy it again")
        count, dtype = found
        values = StoredArray.of(path, dtype, HEADER.size, (count, 7))
        far = reach([ArrayColumn(values[:, :3])])
        masses = value_range(ArrayColumn(values[:, 3])) if count <= MOST else (np.nan, np.nan)
    side = None if far is None else suggested_side(*far, count)
    return _Survey(path, count, dtype, side, masses if np.isfinite(masses).all() else None)
