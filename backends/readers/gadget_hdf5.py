"""Gadget-2, -3 and -4, AREPO, IllustrisTNG, CAMELS and GIZMO snapshots in HDF5, of one piece or many."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import MissingFact, NotApplicable, UnreadableFile, WrongCall
from backends.progress import Progress, part
from backends.readers import register
from backends.readers.columns import read_positions, read_scaled
from backends.readers.gadget_header import read_header
from backends.readers.gadget_pieces import GROUP, Piece, siblings
from backends.readers.gadget_survey import Survey, masses, survey, type_positions
from backends.readers.hdf5 import attributes, checked, child, number, opened, reading
from backends.readers.limits import require_memory
from backends.readers.recognition import is_swift, recognised

REGION = 0.45
"""Particles that span less than this share of the box along an axis are a part of it."""

SAMPLE = 256
"""Positions looked at to tell a region from a box."""

GOLDEN = 0.6180339887498949


@register("gadget-hdf5")
class GadgetHdf5:
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
        if found.box_size is not None and _is_region(found):
            warnings.append("The particles fill a small part of the box: it is a region, and not periodic.")
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

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Particles:
        with reading(description.path):
            return self._load(description, told, species, frozenset(columns), progress)

    def _load(
        self, description: Description, told: Facts, species: str | None, columns: frozenset[str], progress: Progress
    ) -> Particles:
        found = survey(description.files)
        box_size = told.box_size or found.box_size
        if box_size is None:
            raise MissingFact(description.path, "box size", "--box-size L")
        # A told box corrects the unit of length of a box that is stated, so it moves the particles with it.
        length = found.length if found.header.side is None else box_size / found.header.side
        return _Loading(found, _chosen(description.path, found, species), length, box_size).run(
            told.redshift if told.redshift is not None else found.header.redshift,
            species or _only(found) or "matter",
            columns,
            progress,
        )


def _is_snapshot(path: Path, file: Any) -> bool:
    header = child(path, file, "Header")
    if not isinstance(header, h5py.Group) or is_swift(path, file):
        return False
    return any(GROUP.match(name) for name in file) or "NumPart_ThisFile" in header.attrs


def _is_region(found: Survey) -> bool:
    """Whether a sample of the positions leaves most of the box empty along every axis."""
    samples = []
    wanted = max(2, SAMPLE // len(found.pieces))
    for piece in found.pieces:
        with opened(piece.path) as file:
            for number_ in found.names:
                dataset = type_positions(piece, file, number_) if piece.rows.get(number_) else None
                if dataset is not None:
                    sample = dataset[_spread(int(dataset.shape[0]), wanted)]
                    with np.errstate(all="ignore"):
                        samples.append(sample.astype(np.float64) * _to_code(dataset, found))
    rows = np.concatenate(samples) if samples else np.empty((0, 3))
    if rows.shape[0] < 32 or found.header.side is None or not np.isfinite(rows).all():
        return False
    return bool((np.ptp(rows, axis=0) < REGION * found.header.side).any())


def _spread(rows: int, wanted: int) -> NDArray[np.int64]:
    """Return rows all over a column. Steps of the golden ratio fall in with no lattice, as equal ones do."""
    places = np.arange(min(rows, wanted)) * GOLDEN % 1.0
    return np.unique((places * rows).astype(np.int64))


def _to_code(dataset: Any, found: Survey) -> float:
    """The file's length unit of one step of a stored position: 1, or the grid of integer positions."""
    if dataset.dtype.kind == "f":
        return 1.0
    to_cgs = number(attributes(dataset), "to_cgs")
    if found.header.side is None or to_cgs is None:
        raise NotApplicable(f"{found.pieces[0].path} keeps integer positions and does not say their unit")
    return float(found.header.side / 2.0 ** (8 * dataset.dtype.itemsize))


def _only(found: Survey) -> str | None:
    """The name of the single species that there is, or None."""
    return next(iter(found.names.values())) if len(found.names) == 1 else None


def _chosen(path: Path, found: Survey, species: str | None) -> tuple[int, ...]:
    """The types of a species, or those of all matter."""
    if species is None:
        return tuple(n for n, name in found.names.items() if name != "tracers")
    types = tuple(n for n, name in found.names.items() if name == species)
    if not types:
        held = ", ".join(found.names.values()) or "no particles at all"
        raise WrongCall(f"{path} has no species {species!r}; it holds {held}")
    return types


@dataclass
class _Loading:
    """The columns of some types of a snapshot, read piece by piece into arrays made once."""

    found: Survey
    types: tuple[int, ...]
    length: float
    box_size: float

    def run(self, redshift: float | None, species: str, columns: frozenset[str], progress: Progress) -> Particles:
        path = self.found.pieces[0].path
        count, dtype = self._measure()
        if not count:
            raise UnreadableFile(path, f"holds no {species} particles", "Choose another species with --species NAME")
        mass = self._one_mass()
        n_bytes = count * (3 * dtype.itemsize + 4 * (mass is None) + 12 * ("velocities" in columns))
        require_memory(path, n_bytes, f"{count} particles")
        where = np.empty((count, 3), dtype=dtype)
        weights = np.empty(count, dtype=np.float32) if mass is None and self._has_masses() else None
        if mass is None and weights is None and len(self.types) > 1:
            raise MissingFact(path, "particle masses of every species", "--species NAME, which compares one alone")
        speeds = np.empty((count, 3), dtype=np.float32) if "velocities" in columns else None
        names = np.empty(count, dtype=np.int64) if "ids" in columns else None
        start = 0
        for piece, number_, dataset, group in self._columns():
            rows = slice(start, start + dataset.shape[0])
            step = part(progress, start / count, rows.stop / count)
            factor = _to_code(dataset, self.found) * self.length
            read_positions(piece.path, dataset, where[rows], factor, self.box_size, step)
            if weights is not None:
                self._read_masses(piece, number_, group, weights[rows], step)
            if speeds is not None:
                self._read_velocities(piece, group, speeds[rows], step)
            if names is not None:
                read_scaled(_column(piece, group, "ParticleIDs", (rows.stop - start,)), names[rows], 1, step, "")
            start = rows.stop
        progress(1.0)
        return Particles(where, self.box_size, mass if weights is None else weights, speeds, names, redshift, species)

    def _columns(self) -> Iterator[tuple[Piece, int, Any, Any]]:
        """Every piece's positions of every chosen type, while its file is open."""
        for piece in self.found.pieces:
            with opened(piece.path) as file:
                for number_ in self.types:
                    if piece.rows.get(number_):
                        dataset = type_positions(piece, file, number_)
                        if dataset is None:
                            raise NotApplicable(
                                f"{piece.path} keeps no positions of its {self.found.names[number_]}; "
                                "choose another species with --species NAME"
                            )
                        yield piece, number_, dataset, child(piece.path, file, f"PartType{number_}")

    def _measure(self) -> tuple[int, np.dtype[np.floating]]:
        """How many particles there are, and the type that holds all their positions."""
        count = 0
        dtype: np.dtype[np.floating] = np.dtype(np.float32)
        for _, _, dataset, _ in self._columns():
            count += int(dataset.shape[0])
            if dataset.dtype.itemsize > 4 or dataset.dtype.kind != "f":
                dtype = np.dtype(np.float64)
        return count, dtype

    def _one_mass(self) -> float | None:
        """The mass that all chosen particles share, Msun/h, or None."""
        facts = [self.found.species[self.found.names[n]] for n in self.types]
        shared = {f.mass_min for f in facts} | {f.mass_max for f in facts}
        return shared.pop() if len(shared) == 1 else None

    def _has_masses(self) -> bool:
        """Whether every chosen type has masses, in the table or of its own."""
        table = self.found.header.mass_table
        return all(
            (n < len(table) and table[n] > 0)
            or all("Masses" in p.columns[n] for p in self.found.pieces if p.rows.get(n))
            for n in self.types
        )

    def _read_masses(self, piece: Piece, type_: int, group: Any, out: NDArray[np.float32], step: Progress) -> None:
        unit = self.found.header.mass
        if "Masses" in piece.columns[type_]:
            read_scaled(masses(piece.path, group, out.shape[0]), out, unit, step, "Reading masses")
            bad = int(np.count_nonzero(~np.isfinite(out)))
            if bad:
                raise UnreadableFile(piece.path, f"holds {bad} masses that are not finite numbers")
        else:
            out[:] = self.found.header.mass_table[type_] * unit

    def _read_velocities(self, piece: Piece, group: Any, out: NDArray[np.float32], step: Progress) -> None:
        """Peculiar velocity = stored velocity × √a (Springel 2005), or the power of a that is stated."""
        dataset = _column(piece, group, "Velocities", out.shape)
        power = number(attributes(dataset), "a_scaling")
        scale_factor = self.found.header.scale_factor or 1.0
        factor = self.found.header.velocity * scale_factor ** (0.5 if power is None else power)
        read_scaled(dataset, out, factor, step, "Reading velocities")


def _column(piece: Piece, group: Any, name: str, shape: tuple[int, ...]) -> Any:
    dataset = checked(piece.path, child(piece.path, group, name), f"{group.name}/{name}")
    if dataset.shape != shape:
        raise UnreadableFile(piece.path, f"has {name} of shape {dataset.shape} for {shape[0]} particles")
    return dataset
