"""Halos in BigFile: MP-Gadget's FOFGroups (PIG_*) and the LL-* folders of FastPM."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.progress import Progress, silent
from backends.readers import register
from backends.readers.bigfile.blocks import Block, is_block, read_block
from backends.readers.bigfile.header import Header, length_of, read_header, velocity_of
from backends.readers.bigfile.root import GROUPS, files_of, halos_of, root_of
from backends.readers.files.failures import reading
from backends.readers.files.limits import require_memory
from backends.readers.halos.rows import catalogue, described, species_facts
from backends.readers.particles.columns import read_whole

COLUMNS = {
    "positions": (("MassCenterPosition", "Position"), (3,)),
    "masses": (("Mass",), (1,)),
    "velocities": (("MassCenterVelocity", "Velocity"), (3,)),
    "counts": (("LengthByType", "Length"), (1, 6)),
}
"""The columns of a catalogue: names of their blocks, and numbers a row."""


@register("bigfile-halos")
class BigFileHalos:
    """Friends-of-friends groups: their centres of mass, masses, lengths and velocities."""

    label = "BigFile halos"

    def recognises(self, path: Path) -> bool:
        root = root_of(path)
        return root is not None and halos_of(path, root) is not None

    def gather(self, path: Path) -> tuple[Path, ...]:
        root = root_of(path)
        folder = None if root is None else halos_of(path, root)
        if root is None or folder is None:
            return ()
        # The groups' own files come first: of FastPM's, they alone say which of its data sets is meant.
        return tuple(sorted(files_of(root, [folder]), key=lambda file: folder not in file.parents))

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        if not files:
            raise UnreadableFile("the folder of halos", "is not there any more", "Say where it was moved to")
        with reading(files[0]):
            groups = _groups(files)
            lost = [clause for block in groups.blocks.values() for clause in block.lost()]
            masses = None if lost else groups.masses()
        return described(
            "bigfile-halos",
            files,
            told,
            {"halos": species_facts(groups.count, masses)},
            path=groups.root if groups.folder.name in GROUPS else groups.folder,
            box_size=groups.box_size,
            redshift=groups.header.redshift,
            hubble=groups.header.hubble,
            omega_m=groups.header.omega_m,
            length_read=groups.length,
            length_unit=groups.header.length,
            complete=not lost,
            warnings=[*groups.notes, *(f"{clause}." for clause in lost)],
        )

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Catalogue:
        with reading(description.path):
            groups = _groups(description.files)
            found: dict[str, NDArray[Any]] = {"masses": groups.masses()}
            found["positions"] = _read(groups.blocks["positions"], groups.length, progress)
            if groups.velocity is not None:
                found["velocities"] = _read(groups.blocks["velocities"], groups.velocity)
            if "counts" in groups.blocks:
                lengths = _read(groups.blocks["counts"], 1.0)
                found["counts"] = lengths.sum(axis=1) if lengths.ndim == 2 else lengths
            progress(1.0)
            return catalogue(description, told, found, redshift=groups.header.redshift, finder="fof")


@dataclass(frozen=True)
class _Groups:
    """The columns of groups, by what they are to a catalogue, and their units."""

    root: Path
    folder: Path
    header: Header
    blocks: dict[str, Block]
    length: float
    velocity: float | None
    notes: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many groups there are."""
        return self.blocks["positions"].count

    @property
    def box_size(self) -> float | None:
        """Comoving Mpc/h, or None where the header has none."""
        return None if self.header.side is None else self.header.side * self.length

    def masses(self) -> NDArray[np.float64]:
        """Msun/h: stored, or the number of particles times the mass of one."""
        if "masses" in self.blocks:
            return _read(self.blocks["masses"], self.header.mass)
        one = self.header.mass_table[1] if len(self.header.mass_table) > 1 else 0.0
        if not one or "counts" not in self.blocks:
            raise UnreadableFile(self.folder, "holds halos without masses", "Write them with their Mass block")
        lengths = _read(self.blocks["counts"], one * self.header.mass)
        return lengths.sum(axis=1) if lengths.ndim == 2 else lengths


def _groups(files: tuple[Path, ...]) -> _Groups:
    folder = files[0].parent.parent
    root = root_of(folder)
    if root is None:
        raise UnreadableFile(folder, "is not there any more", "Say where it was moved to")
    header = read_header(root)
    blocks: dict[str, Block] = {}
    for role, (names, widths) in COLUMNS.items():
        name = next((name for name in names if is_block(folder / name)), None)
        if name is None:
            continue
        block = read_block(folder / name)
        rows = blocks["positions"].count if blocks else block.count
        if block.components not in widths or block.dtype.kind not in "fiu" or block.count != rows:
            raise UnreadableFile(
                folder / name, f"is damaged: {block.count} rows of {block.components} {block.dtype} for {rows} halos"
            )
        blocks[role] = block
    if "positions" not in blocks:
        raise UnreadableFile(folder, "holds no halos with positions", "Open the folder that FOFGroups stands in")
    notes = list(header.notes)
    # Halos have masses of their own, and their velocities are converted as those of snapshots.
    velocity = velocity_of(header, True, notes) if "velocities" in blocks else None
    length = length_of(header, 0.0, notes)
    return _Groups(root, folder, header, blocks, length, velocity, tuple(notes))


def _read(block: Block, factor: float, progress: Progress = silent) -> NDArray[np.float64]:
    column = block.column(factor)
    require_memory(block.folder, 8 * block.count * block.components, f"{block.count} halos")
    values = np.empty(column.shape)
    read_whole(column, values, progress, "Reading halos")
    return values
