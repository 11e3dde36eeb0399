"""HACC's GenericIO particles: full outputs, subsamples and halo particles, of one file or split ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backends.data.description import Description, SpeciesFacts
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.hacc.columns import column, stored_bytes
from backends.readers.hacc.layout import Layout
from backends.readers.hacc.pieces import Pieces, names_in, read_pieces, siblings
from backends.readers.lengths import no_box
from backends.readers.particles.columns import Column, Components, value_range
from backends.readers.particles.extent import proposed_side
from backends.readers.particles.loading import ParticleReader
from backends.readers.particles.mass_range import FEW
from backends.readers.particles.region import notes
from backends.readers.particles.snapshot import Block, Snapshot

POSITIONS, VELOCITIES = ("x", "y", "z"), ("vx", "vy", "vz")
GAS = ("uu", "hh", "rho")
"""What only runs with gas write; which particles are gas their files do not say in a way that is documented."""

SILENT = "HACC's files state neither redshift nor cosmology: say the redshift with --redshift Z."
VELOCITY = "Velocities are taken as peculiar km/s, as HACC writes them; the file does not say their unit."


@register("genericio")
class GenericIO(ParticleReader):
    """Particles in variables x, y, z, vx, vy, vz, id, mass, in comoving Mpc/h, km/s and Msun/h."""

    label = "HACC GenericIO"

    def recognises(self, path: Path) -> bool:
        names = names_in(path) if path.is_file() else None
        return names is not None and not is_halos(names)

    def gather(self, path: Path) -> tuple[Path, ...]:
        return siblings(path)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        with reading(files[0]):
            pieces = read_pieces(files)
            if lacking := [name for name in POSITIONS if name not in pieces.variables]:
                known = ", ".join(pieces.variables) or "nothing at all"
                raise UnreadableFile(
                    pieces.path, f"holds no particles: it has {known}, and no {', '.join(lacking)}", "Write it whole"
                )
            warnings = [*pieces.warnings, *([SILENT] if told.redshift is None else [])]
            if all(name in pieces.variables for name in VELOCITIES):
                warnings.append(VELOCITY)
            species = _species(pieces, warnings)
            snapshot = _snapshot(pieces, species)
            side = proposed_side(snapshot, told, 1.0, None) if pieces.count else None
            warnings += no_box(pieces.box_size, told, side, "the positions suggest")
            warnings += notes(snapshot) if pieces.count else []
        return Description(
            path=files[0],
            files=files,
            format="genericio",
            kind="particles",
            box_size=pieces.box_size,
            species=species,
            complete=pieces.complete,
            warnings=tuple(warnings),
            length_read=1.0,  # by convention
            proposed=Facts(box_size=side),
        )

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        return _snapshot(read_pieces(description.files), description.species)


def is_halos(names: Collection[str]) -> bool:
    """Whether variables are properties of halos, and no particles' with the halo that each lies in."""
    return "x" not in names and any(name.startswith(("fof_halo_", "sod_halo_")) for name in names)


def _species(pieces: Pieces, warnings: list[str]) -> dict[str, SpeciesFacts]:
    if not pieces.count:
        return {}
    name = "dm"
    if any(gas in pieces.variables for gas in GAS):
        name = "matter"
        warnings.append("It holds gas too, which its files do not tell from dark matter: all matter is one species.")
    if "mass" not in pieces.variables or pieces.count > FEW:
        return {name: SpeciesFacts(pieces.count)}
    low, high = np.inf, 0.0
    for layout in pieces.layouts:
        whole = stored_bytes(layout.path)
        for rank, count in enumerate(layout.counts):
            if count:
                least, most = value_range(column(layout, whole, rank, layout.variables["mass"]))
                low, high = np.minimum(low, least), np.maximum(high, most)
    known = bool(np.isfinite(low) and np.isfinite(high))
    return {name: SpeciesFacts(pieces.count, float(low), float(high)) if known else SpeciesFacts(pieces.count)}


def _snapshot(pieces: Pieces, species: Mapping[str, SpeciesFacts]) -> Snapshot:
    name = next(iter(species), "dm")
    return Snapshot(pieces.path, species, _Blocks(pieces, name).opened, pieces.box_size)


@dataclass(frozen=True)
class _Blocks:
    """What each rank wrote."""

    pieces: Pieces
    species: str

    def opened(self) -> Iterator[Block]:
        """Yield the ranks of all pieces that have particles."""
        for layout in self.pieces.layouts:
            for rank, count in enumerate(layout.counts):
                if count:
                    yield self._block(layout, rank, count)

    def _block(self, layout: Layout, rank: int, count: int) -> Block:
        whole = stored_bytes(layout.path)  # anew for each, so that no more of a file is held than one rank

        def one(name: str, shift: float = 0.0) -> Column | None:
            return column(layout, whole, rank, layout.variables[name], shift) if name in layout.variables else None

        places = [one(name, corner) for name, corner in zip(POSITIONS, layout.origin, strict=True)]
        speeds = [one(name) for name in VELOCITIES]
        return Block(layout.path, self.species, count, _vector(places), one("mass"), _vector(speeds), one("id"))


def _vector(components: list[Column | None]) -> Column | None:
    there = [component for component in components if component is not None]
    return Components(there) if len(there) == 3 else None
