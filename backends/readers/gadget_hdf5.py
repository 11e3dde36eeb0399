"""Gadget-2, -3 and -4, AREPO, IllustrisTNG, CAMELS and GIZMO snapshots in HDF5, of one piece or many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from backends.data.description import Description
from backends.data.facts import Facts
from backends.errors import NotApplicable, UnreadableFile
from backends.readers import register
from backends.readers.columns import Column, Hdf5Column
from backends.readers.gadget_header import read_header
from backends.readers.gadget_pieces import GROUP, Piece, siblings
from backends.readers.gadget_survey import Survey, masses, survey, type_positions
from backends.readers.hdf5 import attributes, checked, child, number, opened
from backends.readers.particle_loading import ParticleReader
from backends.readers.recognition import is_swift, recognised
from backends.readers.region import REGION_WARNING, is_region
from backends.readers.snapshot import Block, Snapshot


@register("gadget-hdf5")
class GadgetHdf5(ParticleReader):
    """Particles by type under /PartTypeN, in comoving code units, velocities over √a."""

    label = "Gadget HDF5"

    def recognises(self, path: Path) -> bool:
        return recognised(path, _is_snapshot)

    def gather(self, path: Path) -> tuple[Path, ...]:
        with opened(path) as file:
            n_files = read_header(path, file).n_files
        return siblings(path, n_files)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        found = survey(files)
        header = found.header
        warnings = list(found.warnings)
        if found.box_size is None and told.box_size is None:
            warnings.append("The header has no box size: say it with --box-size L.")
        if is_region(_snapshot(found)):
            warnings.append(REGION_WARNING)
        return Description(
            path=found.pieces[0].path,
            files=tuple(piece.path for piece in found.pieces),
            format="gadget-hdf5",
            kind="particles",
            box_size=found.box_size,
            redshift=header.redshift,
            hubble=header.hubble,
            omega_m=header.omega_m,
            species=found.species,
            complete=found.complete,
            warnings=tuple(warnings),
        )

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        return _snapshot(survey(description.files))


def _is_snapshot(path: Path, file: Any) -> bool:
    header = child(path, file, "Header")
    if not isinstance(header, h5py.Group) or is_swift(path, file):
        return False
    return any(GROUP.match(name) for name in file) or "NumPart_ThisFile" in header.attrs


def _snapshot(found: Survey) -> Snapshot:
    blocks = _Blocks(found)
    return Snapshot(found.pieces[0].path, found.species, blocks.opened, found.box_size, found.header.redshift)


@dataclass(frozen=True)
class _Blocks:
    """The particle types of every piece, in Halograph's units."""

    found: Survey

    def opened(self) -> Iterator[Block]:
        """Yield every type of every piece while its file is open."""
        for piece in self.found.pieces:
            with opened(piece.path) as file:
                for type_ in sorted(self.found.names):
                    if piece.rows.get(type_):
                        yield self._block(piece, type_, file)

    def _block(self, piece: Piece, type_: int, file: Any) -> Block:
        rows = piece.rows[type_]
        group = child(piece.path, file, f"PartType{type_}")
        places = type_positions(piece, file, type_)
        return Block(
            piece.path,
            self.found.names[type_],
            rows,
            None if places is None else Hdf5Column(places, self._to_code(places) * self.found.length),
            self._masses(piece, type_, group),
            self._velocities(piece, group, rows),
            _column(piece, group, "ParticleIDs", (rows,)),
        )

    def _to_code(self, dataset: Any) -> float:
        """The file's length unit of one step of a stored position: 1, or the grid of integer positions."""
        if dataset.dtype.kind == "f":
            return 1.0
        side = self.found.header.side
        if side is None or number(attributes(dataset), "to_cgs") is None:
            raise NotApplicable(f"{self.found.pieces[0].path} keeps integer positions and does not say their unit")
        return float(side / 2.0 ** (8 * dataset.dtype.itemsize))

    def _masses(self, piece: Piece, type_: int, group: Any) -> Column | float | None:
        header = self.found.header
        if "Masses" in piece.columns[type_]:
            return Hdf5Column(masses(piece.path, group, piece.rows[type_]), header.mass)
        mass = header.mass_table[type_] if type_ < len(header.mass_table) else 0.0
        return mass * header.mass if mass > 0 else None

    def _velocities(self, piece: Piece, group: Any, rows: int) -> Column | None:
        """Peculiar velocity = stored velocity × √a (Springel 2005), or the power of a that is stated."""
        column = _column(piece, group, "Velocities", (rows, 3))
        if column is None:
            return None
        power = number(attributes(column.dataset), "a_scaling")
        scale_factor = self.found.header.scale_factor or 1.0
        return Hdf5Column(
            column.dataset, self.found.header.velocity * scale_factor ** (0.5 if power is None else power)
        )


def _column(piece: Piece, group: Any, name: str, shape: tuple[int, ...]) -> Hdf5Column | None:
    dataset = child(piece.path, group, name)
    if dataset is None:
        return None
    if checked(piece.path, dataset, f"{group.name}/{name}").shape != shape:
        raise UnreadableFile(piece.path, f"has {name} of shape {dataset.shape} for {shape[0]} particles")
    return Hdf5Column(dataset)
