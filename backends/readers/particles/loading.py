"""From a snapshot's columns to particles: all at once, in pieces that fit anywhere, or a few for a first look."""

from __future__ import annotations

import itertools
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particle_stream import ParticleStream
from backends.data.particles import Particles
from backends.errors import MissingFact, NotApplicable, UnreadableFile, WrongCall
from backends.progress import Progress, part
from backends.readers.files.failures import reading
from backends.readers.files.limits import require_memory
from backends.readers.lengths import box_of, correction
from backends.readers.particles.ahead import ROOMS, read_ahead
from backends.readers.particles.columns import Column, slabs
from backends.readers.particles.extent import into_box
from backends.readers.particles.fronts import FRONTS, reads
from backends.readers.particles.sampling import RUN, run_length, take, unpacked_at_once
from backends.readers.particles.seen import Seen
from backends.readers.particles.snapshot import Block, Snapshot

PIECE = 1 << 21
"""Particles that are streamed at once: some tens of megabytes with all they carry."""


class ParticleReader(ABC):
    """What readers of particles share: they say where the columns are, and this reads them."""

    @abstractmethod
    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        """Say where the columns are; the told box size is not applied yet."""

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Particles | Field:
        """Read all particles of one species, or of all matter but tracers, into memory."""
        with reading(description.path):
            return self._reading(description, told, member, species, columns).load(progress)

    def stream(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
        fronts: int = 1,
    ) -> Generator[Particles]:
        """Yield the same particles in pieces; memory does not grow with the file. A piece lives until the next.

        The next piece is read while the last one is used. Each is taken from so many places of the files.
        """
        done = 0
        with closing(read_ahead(self._pieces(description, told, member, species, columns, fronts))) as pieces:
            for piece, count in pieces:
                progress(done / count, "Reading particles")
                yield piece
                done += piece.count
        progress(1.0)

    def are_particles(self, description: Description, member: str) -> bool:
        """Whether a member is particles; where a mesh stands beside them, one can be no such."""
        return True

    def outline(self, description: Description, told: Facts, member: str, species: str | None) -> ParticleStream:
        """Say how many particles those are, and how to read them in pieces; nothing of them is read yet."""
        with reading(description.path):
            chosen = self._reading(description, told, member, species)
            count, dtype, weighed = chosen.measure()
        return ParticleStream(
            pieces=lambda progress: self.stream(description, told, member, species, progress, fronts=FRONTS),
            count=count,
            held=count * (3 * dtype.itemsize + 4 * weighed),
            box_size=chosen.box_size,
            redshift=chosen.redshift,
            species=chosen.name,
        )

    def _pieces(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        columns: Collection[str],
        fronts: int,
    ) -> Generator[tuple[Particles, int]]:
        """Yield every piece, and how many particles all of them have."""
        with reading(description.path):
            yield from self._reading(description, told, member, species, columns).pieces(fronts)

    def samples(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        wanted: int,
        progress: Progress,
        seconds: float = math.inf,
    ) -> Generator[Particles]:
        """Yield particles from all over the files, more every time, until there are about as many as are wanted.

        Reading for each takes about so many seconds.
        """
        with reading(description.path):
            yield from self._reading(description, told, member, species).samples(wanted, seconds, progress)

    def _reading(
        self, description: Description, told: Facts, member: str, species: str | None, columns: Collection[str] = ()
    ) -> _Reading:
        return _Reading.of(description, self.snapshot(description, told, member), told, species, columns)


@dataclass(frozen=True)
class _Reading:
    """One species, or all matter, of a snapshot, in a box of known size.

    scale : Mpc/h of what the columns call so
    moved : Mpc/h that bring those that lie about the origin into the box
    """

    snapshot: Snapshot
    chosen: frozenset[str]
    name: str
    columns: frozenset[str]
    box_size: float
    scale: float
    moved: float
    redshift: float | None

    @classmethod
    def of(
        cls,
        description: Description,
        snapshot: Snapshot,
        told: Facts,
        species: str | None,
        columns: Collection[str],
    ) -> _Reading:
        unit = correction(snapshot.path, told, description.length_read, description.hubble)
        stated = None if snapshot.box_size is None else snapshot.box_size * unit
        box_size = box_of(snapshot.path, told, stated)
        held = [name for name, facts in snapshot.species.items() if facts.count]
        if species is not None and species not in held:
            raise WrongCall(
                f"{snapshot.path} has no species {species!r}; it holds {', '.join(held) or 'no particles at all'}"
            )
        chosen = [species] if species else [name for name in held if name != "tracers"]
        # A told box corrects the unit of length of a box that is stated, unless that is told as well.
        scale = unit if stated is None or told.length_unit is not None else box_size / stated
        moved = 0.0
        if snapshot.reach is not None:
            count = sum(facts.count for facts in snapshot.species.values())
            moved = into_box(snapshot.reach[0] * scale, snapshot.reach[1] * scale, count, box_size)
        return cls(
            snapshot,
            frozenset(chosen),
            species or (held[0] if len(held) == 1 else "matter"),
            frozenset(columns),
            box_size,
            scale,
            moved,
            told.redshift if told.redshift is not None else snapshot.redshift,
        )

    def blocks(self) -> Iterator[tuple[Block, Column]]:
        """Every chosen block that has particles, and its positions."""
        for block in self.snapshot.blocks():
            if block.species in self.chosen and block.count:
                if block.positions is None:
                    raise NotApplicable(
                        f"{block.path} keeps no positions of its {block.species}; "
                        "choose another species with --species NAME"
                    )
                yield block, block.positions

    def load(self, progress: Progress) -> Particles:
        count, dtype, weighed = self.measure()
        self._require_some(count)
        room = self._room(count, dtype, weighed)
        start = 0
        for block, positions in self.blocks():
            step = part(progress, start / count, (start + block.count) / count)
            for rows in slabs(positions, step, "Reading particles"):
                self._fill(room, slice(start + rows.start, start + rows.stop), block, positions, rows)
            start += block.count
        if start != count:
            raise UnreadableFile(self.snapshot.path, "changed while it was read", "Open it again")
        progress(1.0)
        particles = self._particles(room, slice(0, count))
        return replace(particles, masses=float(room["masses"][0])) if _are_alike(room.get("masses")) else particles

    def pieces(self, fronts: int = 1) -> Generator[tuple[Particles, int]]:
        count, dtype, weighed = self.measure()
        self._require_some(count)
        size = min(count, PIECE)
        rooms = itertools.cycle([self._room(size, dtype, weighed) for _ in range(ROOMS)])
        room, filled = next(rooms), 0
        with closing(reads(self.blocks, count, size, fronts)) as wanted:
            for read in wanted:
                if read is not None:
                    block, positions, rows = read
                    into = slice(filled, filled + rows.stop - rows.start)
                    self._fill(room, into, block, positions, rows)
                    filled = into.stop
                elif filled:
                    yield self._particles(room, slice(0, filled)), count
                    room, filled = next(rooms), 0

    def samples(self, wanted: int, seconds: float, progress: Progress) -> Generator[Particles]:
        count, dtype, weighed = self.measure()
        if count <= wanted:
            yield self.load(progress)
            return
        seen = Seen(self._room(wanted + RUN * sum(1 for _ in self.blocks()), dtype, weighed))
        while seen.filled < wanted:
            before, begun = 0, time.monotonic()
            for number, (block, positions) in enumerate(self.blocks()):
                share = round((before + block.count) * wanted / count) - round(before * wanted / count)
                end = begun + seconds * (before + block.count) / count
                for starts in seen.places(number, positions, share):
                    progress(min(1.0, seen.filled / wanted), "Reading some of the particles")
                    self._take(seen, number, block, positions, starts)
                    if time.monotonic() > end:
                        break
                before += block.count
            progress(1.0)
            yield seen.weighed(self._particles(seen.room, slice(0, seen.filled)))

    def _take(self, seen: Seen, number: int, block: Block, positions: Column, starts: NDArray[np.int64]) -> None:
        """Read a run of particles from each place of a block."""
        length = run_length(positions)
        into = slice(seen.filled, seen.filled + starts.size * length)
        take(positions, starts, length, seen.room["positions"][into])
        if "masses" in seen.room and block.masses is not None and not isinstance(block.masses, float):
            take(block.masses, starts, length, seen.room["masses"][into])
        self._judge(seen.room, into, block)
        seen.add(number, block.count, into, starts, unpacked_at_once(positions))

    def measure(self) -> tuple[int, np.dtype[np.floating], bool]:
        """Return how many particles there are, the type that holds their positions, and whether masses differ."""
        count, wide, masses = 0, False, True
        for block, positions in self.blocks():
            count += block.count
            wide |= positions.dtype.itemsize > 4 or positions.dtype.kind != "f"
            masses &= block.masses is not None
            if positions.shape != (block.count, 3):
                raise UnreadableFile(
                    block.path, f"has positions of shape {positions.shape} for {block.count} {block.species} particles"
                )
        shared = self._one_mass()
        if shared is None and not masses and len(self.chosen) > 1:
            raise MissingFact(
                self.snapshot.path, "particle masses of every species", "--species NAME, which compares one alone"
            )
        return count, np.dtype(np.float64 if wide else np.float32), shared is None and masses

    def _require_some(self, count: int) -> None:
        if not any(facts.count for facts in self.snapshot.species.values()):
            raise UnreadableFile(self.snapshot.path, "holds no particles of any species", "Open another snapshot")
        if not count:
            raise UnreadableFile(
                self.snapshot.path, f"holds no {self.name} particles", "Choose another species with --species NAME"
            )

    def _one_mass(self) -> float | None:
        """The mass that all chosen particles share, Msun/h, or None."""
        facts = [self.snapshot.species[name] for name in self.chosen]
        shared = {f.mass_min for f in facts} | {f.mass_max for f in facts}
        return shared.pop() if len(shared) == 1 else None

    def _room(self, count: int, dtype: np.dtype[np.floating], weighed: bool) -> dict[str, NDArray[Any]]:
        """Make the arrays that the columns are read into, if there is memory for them."""
        speeds, ids = "velocities" in self.columns, "ids" in self.columns
        n_bytes = count * (3 * dtype.itemsize + 4 * weighed + 12 * speeds + 8 * ids)
        require_memory(self.snapshot.path, n_bytes, f"{count} particles")
        room: dict[str, NDArray[Any]] = {"positions": np.empty((count, 3), dtype=dtype)}
        if weighed:
            room["masses"] = np.empty(count, dtype=np.float32)
        if speeds:
            room["velocities"] = np.empty((count, 3), dtype=np.float32)
        if ids:
            room["ids"] = np.empty(count, dtype=np.int64)
        return room

    def _fill(
        self,
        room: dict[str, NDArray[Any]],
        into: slice,
        block: Block,
        positions: Column,
        rows: slice,
    ) -> None:
        """Read some rows of a block into their places."""
        positions.read(rows, room["positions"][into])
        if "masses" in room and block.masses is not None and not isinstance(block.masses, float):
            block.masses.read(rows, room["masses"][into])
        for name, column in (("velocities", block.velocities), ("ids", block.ids)):
            if name in room:
                out = room[name][into]
                if column is None:
                    raise UnreadableFile(block.path, f"has no {name} of its {block.species}")
                if column.shape != (block.count, *out.shape[1:]):
                    held = f"has {name} of shape {column.shape} for {block.count} {block.species} particles"
                    raise UnreadableFile(block.path, held, "Copy or download it again")
                column.read(rows, out)
        self._judge(room, into, block)

    def _judge(self, room: dict[str, NDArray[Any]], into: slice, block: Block) -> None:
        """Bring what was read into the box, and refuse what is not finite."""
        where = room["positions"][into]
        if self.scale != 1:
            with np.errstate(all="ignore"):  # what is not finite is refused when it is wrapped
                where *= where.dtype.type(self.scale)
        if self.moved:
            where += where.dtype.type(self.moved)
        _wrap(block.path, where, self.box_size)
        if "masses" in room:
            masses = room["masses"][into]
            if isinstance(block.masses, float):
                masses[:] = block.masses
            elif block.masses is not None:
                _require_finite(block.path, masses, "masses")
                _require_no_negative(block.path, masses)

    def _particles(self, room: dict[str, NDArray[Any]], rows: slice) -> Particles:
        masses = room["masses"][rows] if "masses" in room else self._one_mass()
        speeds, ids = room.get("velocities"), room.get("ids")
        return Particles(
            room["positions"][rows],
            self.box_size,
            masses,
            None if speeds is None else speeds[rows],
            None if ids is None else ids[rows],
            self.redshift,
            self.name,
        )


def _are_alike(masses: NDArray[np.float32] | None) -> bool:
    """Whether individual masses are one: then none of them need be kept, nor weighed."""
    return masses is not None and bool(masses.min() == masses.max())


def _wrap(path: Path, positions: NDArray[np.floating], box_size: float) -> None:
    """Bring positions into [0, box_size); raises ``UnreadableFile`` where some are not finite."""
    side = positions.dtype.type(box_size)
    low, high = positions.min(), positions.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        _require_finite(path, positions, "positions")
    elif low < 0 or high >= side:
        np.mod(positions, side, out=positions)
        positions[positions >= side] = 0  # what lies just below 0 rounds up to the side itself


def _require_no_negative(path: Path, masses: NDArray[np.floating]) -> None:
    if masses.size and masses.min() < 0:
        bad = int(np.count_nonzero(masses < 0))
        raise UnreadableFile(path, f"holds {bad} masses that are below zero", "Look at the run that wrote it")


def _require_finite(path: Path, values: NDArray[np.floating], what: str) -> None:
    rows = np.isfinite(values) if values.ndim == 1 else np.isfinite(values).all(axis=1)
    bad = int(rows.size - np.count_nonzero(rows))
    if bad:
        raise UnreadableFile(path, f"holds {bad} {what} that are not finite numbers", "Look at the run that wrote it")
