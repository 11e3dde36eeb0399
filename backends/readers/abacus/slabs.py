"""Abacus snapshots: slabs of packed particles, all of them (pack9) or the subsamples A and B (rvint)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backends.data.description import Description, Part, SpeciesFacts
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.readers import register
from backends.readers.abacus.asdf_file import AsdfArray, AsdfFile, is_asdf, names, read_asdf
from backends.readers.abacus.packing import (
    ROW,
    identities,
    index,
    integer_positions,
    integer_velocities,
)
from backends.readers.abacus.pieces import gaps, partners, siblings, slab
from backends.readers.files.failures import reading
from backends.readers.lengths import no_box
from backends.readers.particles.columns import DecodedColumn
from backends.readers.particles.loading import ParticleReader
from backends.readers.particles.snapshot import Block, Snapshot

PARTICLES = frozenset({"pack9", "rvint"})
IDENTITIES = ("pid", "packedpid")
SHARES = {"A": "ParticleSubsampleA", "B": "ParticleSubsampleB"}
MOST_COUNTED = 1 << 28
"""Bytes of packed particles above which they are not counted before loading; the header says how many there are."""

REAL, NUMBER, IDENTITY = np.dtype(np.float32), np.dtype(np.int32), np.dtype(np.int64)


@register("abacus")
class Abacus(ParticleReader):
    """Particles about the centre of a periodic box, in Mpc/h and km/s."""

    label = "Abacus"

    def recognises(self, path: Path) -> bool:
        return path.is_file() and is_asdf(path) and bool(names(path) & {*PARTICLES, *IDENTITIES})

    def gather(self, path: Path) -> tuple[Path, ...]:
        return siblings(path)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        found = _survey(files)
        first, letter = found.pieces[0], found.letter
        warnings = list(found.warnings)
        side = _box_size(first)
        warnings += no_box(side, told)
        redshift = first.number("Redshift")
        label = f"{first.header.get('SimName') or first.path.stem} z = {redshift or 0:.4g}"
        share = first.number(SHARES.get(letter, ""))
        if "rvint" in first.arrays:
            label += f", subsample {letter}".rstrip()
            amount = f"{100 * share:.3g} % of all particles" if share else "a part of the particles"
            warnings.append(
                f"This is {f'subsample {letter}'.rstrip()}, {amount}: its spectra carry more shot noise than the "
                "snapshot's, and halos found in it are not the simulation's."
            )
        if first.number("Omega_Smooth"):
            warnings.append("The neutrinos are smooth here: the particles are cold matter and baryons alone.")
        mass = first.number("ParticleMassHMsun")
        hubble = first.number("H0")
        return Description(
            path=first.path,
            files=(*(piece.path for piece in found.pieces), *found.ids.values()),
            format="abacus",
            kind="particles",
            box_size=side,
            redshift=redshift,
            hubble=hubble / 100 if hubble else None,
            omega_m=first.number("Omega_M"),
            species={"dm": SpeciesFacts(found.count, mass, mass)},
            parts=(Part("", label, "reference"),),
            complete=found.complete,
            warnings=tuple(warnings),
            length_unit=1.0,
        )

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        found = _survey(description.files)
        first = found.pieces[0]
        mass = first.number("ParticleMassHMsun")
        species = {"dm": SpeciesFacts(found.count, mass, mass)}
        blocks = _Blocks(found, _box_size(first) or told.box_size or 1.0, mass)
        return Snapshot(first.path, species, blocks.opened, _box_size(first), first.number("Redshift"))


def _box_size(piece: AsdfFile) -> float | None:
    side = piece.number("BoxSizeHMpc", *(["BoxSize"] if piece.number("hMpc") == 1 else []))
    return side if side and side > 0 else None


@dataclass(frozen=True)
class _Found:
    """The files of one snapshot, their text read.

    ids : the file of identities of each file of particles that has one
    letter : of the subsample, "" for all particles
    """

    pieces: tuple[AsdfFile, ...]
    ids: dict[Path, Path]
    letter: str
    count: int
    complete: bool
    warnings: tuple[str, ...]


def _survey(files: Sequence[Path]) -> _Found:
    """Read the text of all files; raises ``UnreadableFile`` where none of them holds particles."""
    warnings: list[str] = []
    pieces: list[AsdfFile] = []
    failure: UnreadableFile | None = None
    for path in files:
        named = slab(path)
        if named is not None and named.ids:
            continue
        try:
            piece = _piece(path)
        except UnreadableFile as damaged:
            failure = failure or damaged
            warnings.append(f"{path.name} {damaged.reason} and is left out.")
            continue
        if pieces and _identity(piece) != _identity(pieces[0]):
            warnings.append(f"{path.name} belongs to another snapshot than {pieces[0].path.name} and is left out.")
            continue
        pieces.append(piece)
    if not pieces:
        raise failure or UnreadableFile(
            files[0], "holds identities of particles and no particles", "Put the slabs of positions beside it"
        )
    paths = tuple(piece.path for piece in pieces)
    missing = gaps(paths)
    named = slab(paths[0])
    letter = named.letter if named is not None else ""
    count, exact = _count(pieces)
    promised = int(pieces[0].number("NP") or 0)
    if "pack9" in pieces[0].arrays and promised:
        if not missing and (count < promised or (exact and count > promised)):
            held = count if exact else "fewer"
            missing.append(f"The header promises {promised} particles in all; the slabs that are there hold {held}.")
        count = count if exact else min(count, promised)
    return _Found(
        tuple(pieces),
        {path: other for path, other in partners(tuple(files)).items() if path in paths},
        letter,
        count,
        not missing and not warnings,
        (*warnings, *missing),
    )


def _piece(path: Path) -> AsdfFile:
    piece = read_asdf(path)
    if piece.header.get("OutputType") == "LightCone":
        raise UnreadableFile(path, "is of a light cone, and only boxes at one redshift are read", "Open a time slice")
    array = next((piece.arrays[name] for name in sorted(PARTICLES & piece.arrays.keys())), None)
    if array is None:
        raise UnreadableFile(path, "holds no particles", "Put the slabs of positions beside it")
    width, dtype = (ROW, "iu") if array.name == "pack9" else (3, "i")
    size = 1 if array.name == "pack9" else 4
    if array.shape[1:] != (width,) or array.dtype.kind not in dtype or array.dtype.itemsize != size:
        raise UnreadableFile(
            path, f"holds {array.name} of shape {array.shape} and type {array.dtype}", "Write it again"
        )
    return piece


def _identity(piece: AsdfFile) -> tuple[str | None, float | None, float | None, bool]:
    """What the slabs of one snapshot agree in."""
    return piece.header.get("SimName"), piece.number("Redshift"), _box_size(piece), "pack9" in piece.arrays


def _count(pieces: Sequence[AsdfFile]) -> tuple[int, bool]:
    """Return how many particles there are, and whether rows that only open a cell are told from them."""
    if "rvint" in pieces[0].arrays:
        return sum(piece.arrays["rvint"].shape[0] for piece in pieces), True
    rows = sum(piece.arrays["pack9"].shape[0] for piece in pieces)
    if rows * ROW > MOST_COUNTED:
        return rows, False
    return sum(_index_count(piece) for piece in pieces), True


def _index_count(piece: AsdfFile) -> int:
    with reading(piece.path):
        return index(piece.path).count


@dataclass(frozen=True)
class _Blocks:
    """The particles of every slab."""

    found: _Found
    box_size: float
    mass: float | None

    def opened(self) -> Iterator[Block]:
        for piece in self.found.pieces:
            array = piece.arrays.get("pack9")
            yield self._packed(piece, array) if array is not None else self._integers(piece, piece.arrays["rvint"])

    def _packed(self, piece: AsdfFile, array: AsdfArray) -> Block:
        with reading(piece.path):
            rows = index(piece.path)
        to_kms = piece.number("VelZSpace_to_kms")
        shape = (rows.count, 3)

        def positions(start: int, stop: int) -> np.ndarray:
            return rows.read(array, start, stop, self.box_size)

        def velocities(start: int, stop: int) -> np.ndarray:
            return rows.read(array, start, stop, self.box_size, to_kms)

        return Block(
            piece.path,
            "dm",
            rows.count,
            DecodedColumn(shape, REAL, positions),
            self.mass,
            None if to_kms is None else DecodedColumn(shape, REAL, velocities),
            self._ids(piece),
        )

    def _integers(self, piece: AsdfFile, array: AsdfArray) -> Block:
        return Block(
            piece.path,
            "dm",
            array.shape[0],
            DecodedColumn(array.shape, REAL, lambda start, stop: integer_positions(array, start, stop, self.box_size)),
            self.mass,
            DecodedColumn(array.shape, REAL, lambda start, stop: integer_velocities(array, start, stop)),
            self._ids(piece),
        )

    def _ids(self, piece: AsdfFile) -> DecodedColumn | None:
        path = self.found.ids.get(piece.path)
        if path is None:
            return None
        try:
            arrays = read_asdf(path).arrays
        except UnreadableFile:
            return None  # who asks for identities is told that there are none; positions need none
        array = next((arrays[name] for name in IDENTITIES if name in arrays), None)
        if array is None or array.dtype.kind != "u" or array.dtype.itemsize != 8:
            return None
        return DecodedColumn(array.shape, IDENTITY, lambda start, stop: identities(array, start, stop))
