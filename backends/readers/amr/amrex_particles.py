"""Particles in AMReX plotfiles, as Nyx writes them: a folder for each kind, a run of records for each box."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backends.errors import UnreadableFile
from backends.readers.amr.amrex_header import LONGEST_HEADER, MOST_FIELDS
from backends.readers.files.failures import reading
from backends.readers.files.plain_text import Lines, start_of, wholes
from backends.readers.files.stored import StoredArray
from backends.readers.particles.column_views import Shifted
from backends.readers.particles.columns import ArrayColumn, Column, Components
from backends.readers.particles.snapshot import Block

VERSION = re.compile(r"^Version_Two_Dot_(?:Zero|One)_(double|single)\s*$")
ANY_VERSION = re.compile(r"^Version_\w+\s*$")

SPECIES = {"DM": "dm", "NPC": "neutrinos", "AGN": "black-holes"}
"""Nyx's folders of particles."""

MASS = ("mass", "particle_mass", "m")
VELOCITY = (
    ("xvel", "yvel", "zvel"),
    ("vx", "vy", "vz"),
    ("velocity_x", "velocity_y", "velocity_z"),
    ("particle_velocity_x", "particle_velocity_y", "particle_velocity_z"),
)


@dataclass(frozen=True)
class Run:
    """Particles that stand together in a file: how many, and at which byte they begin."""

    path: Path
    count: int
    offset: int


@dataclass(frozen=True)
class Kind:
    """One folder of particles.

    reals : names of the real components behind the positions;  whole : whole numbers of a particle
    """

    folder: Path
    species: str
    dtype: str
    reals: tuple[str, ...]
    whole: int
    count: int
    runs: tuple[Run, ...]

    def missing(self) -> tuple[str, ...]:
        """Names of the files that are not there."""
        return tuple(sorted({run.path.name for run in self.runs if not run.path.is_file()}))


def particle_folders(folder: Path) -> tuple[Path, ...]:
    """Folders of a plotfile that hold particles."""
    with reading(folder):
        inner = sorted(path for path in folder.iterdir() if path.is_dir())
    return tuple(path for path in inner if ANY_VERSION.match(start_of(path / "Header", 100).split("\n")[0]))


def read_kind(folder: Path, order: str) -> Kind | None:
    """Read the header of a folder of particles, or None where it is of a version that is not read.

    order : "<" or ">", which the particles' files do not say and the boxes' do
    """
    lines = Lines(folder / "Header", LONGEST_HEADER)
    version = VERSION.match(lines.next())
    if version is None:
        return None

    def number(what: str, most: int = 1 << 62) -> int:
        (value,) = wholes(lines.path, lines.next(), 1, what)
        if not 0 <= value <= most:
            raise UnreadableFile(lines.path, f"is damaged: {what} is {value}", "Copy or download it again")
        return value

    dimensions = number("its dimensions")
    if dimensions != 3:
        raise UnreadableFile(lines.path, f"has particles in {dimensions} dimensions, and only those in 3 are read")
    reals = tuple(lines.next().strip() for _ in range(number("the number of its reals", MOST_FIELDS)))
    whole = number("the number of its integers", MOST_FIELDS)
    for _ in range(whole):
        lines.next()
    checkpoint = number("whether it is a checkpoint")
    count = number("the number of its particles")
    number("its next name")
    levels = number("its finest level", 50) + 1
    grids = [number("the number of its boxes") for _ in range(levels)]
    digits = _digits(folder)
    runs = []
    for level, boxes in enumerate(grids):
        for _ in range(boxes):
            which, held, offset = wholes(lines.path, lines.next(), 3, "where particles are")
            if which < 0 or held < 0 or offset < 0:
                raise UnreadableFile(lines.path, f"is damaged: it has {held} particles at byte {offset} of {which}")
            if held:
                runs.append(Run(folder / f"Level_{level}" / f"DATA_{which:0{digits}d}", held, offset))
    if sum(run.count for run in runs) != count:
        raise UnreadableFile(
            lines.path, f"is damaged: it declares {count} particles and lists {sum(run.count for run in runs)}"
        )
    return Kind(
        folder,
        SPECIES.get(folder.name, folder.name.lower()),
        f"{order}f{8 if version[1] == 'double' else 4}",
        reals,
        # A checkpoint keeps a name and a processor before the integers that its header lists; a plotfile neither.
        whole + 2 if checkpoint else 0,
        count,
        tuple(runs),
    )


def _digits(folder: Path) -> int:
    """Digits in the names of the data: five, and four where the code is older."""
    return 4 if any((folder / f"Level_{level}" / "DATA_0000").is_file() for level in range(3)) else 5


@dataclass(frozen=True)
class NyxParticles:
    """The particles of all folders.

    left : corner of the domain;  length : Mpc/h of its unit of length;  mass : Msun/h of its unit of mass
    velocity : km/s of its unit of velocity, None where it is not known
    """

    kinds: tuple[Kind, ...]
    left: tuple[float, ...]
    length: float
    mass: float
    velocity: float | None

    def opened(self) -> Iterator[Block]:
        """Yield the particles of box after box whose files are there."""
        for kind in self.kinds:
            for run in kind.runs:
                if run.path.is_file():
                    yield self._block(kind, run)

    def _block(self, kind: Kind, run: Run) -> Block:
        width = 3 + len(kind.reals)
        size = np.dtype(kind.dtype).itemsize
        start = run.offset + 4 * kind.whole * run.count
        need, held = start + size * width * run.count, run.path.stat().st_size
        if need > held:
            raise UnreadableFile(run.path, f"is truncated: {held} of at least {need} bytes", "Copy it again")
        with reading(run.path):
            values = StoredArray.of(run.path, kind.dtype, start, (run.count, width))
        mass = next((3 + i for i, name in enumerate(kind.reals) if name in MASS), None)
        speeds = next((group for group in VELOCITY if set(group) <= set(kind.reals)), None)
        velocities: Column | None = None
        if speeds and self.velocity:
            columns = [3 + kind.reals.index(name) for name in speeds]
            velocities = Components([ArrayColumn(values[:, i], self.velocity) for i in columns])
        return Block(
            run.path,
            kind.species,
            run.count,
            Components([Shifted(ArrayColumn(values[:, i]), self.left[i], self.length) for i in range(3)]),
            None if mass is None else ArrayColumn(values[:, mass], self.mass),
            velocities,
        )
