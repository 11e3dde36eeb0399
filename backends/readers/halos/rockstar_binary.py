"""Rockstar's binary catalogues: halos_N.M.bin, one file a writer (Behroozi, Wechsler & Wu 2013)."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.members import Members
from backends.errors import UnreadableFile
from backends.progress import Progress, part
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.files.limits import require_memory
from backends.readers.halos.rockstar_list import KPC, numbered
from backends.readers.halos.rows import UNCHECKED, catalogue, described, species_facts
from backends.readers.halos.sound_pieces import sound_pieces

MAGIC = 0xFADEDACEC0C0D0D0
HEADER_SIZE = 256
HEADER = [
    ("magic", "u8"), ("snapshot", "i8"), ("chunk", "i8"), ("scale", "f4"), ("omega_m", "f4"), ("omega_l", "f4"),
    ("hubble", "f4"), ("bounds", "f4", 6), ("num_halos", "i8"), ("num_particles", "i8"), ("box_size", "f4"),
    ("particle_mass", "f4"), ("particle_type", "i8"), ("revision", "i4"), ("version", "S12"),
]  # fmt: skip

FLOATS = (
    "x", "y", "z", "vx", "vy", "vz", "corevel_x", "corevel_y", "corevel_z", "bulkvel_x", "bulkvel_y", "bulkvel_z",
    "m", "r", "child_r", "vmax_r", "mgrav", "vmax", "rvmax", "rs", "klypin_rs", "vrms", "jx", "jy", "jz",
    "energy", "spin", "m2", "m3", "m4", "m5", "xoff", "voff", "b_to_a", "c_to_a", "ax", "ay", "az", "b_to_a2",
    "c_to_a2", "a2x", "a2y", "a2z", "bullock_spin", "kin_to_pot", "m_pe_b", "m_pe_d",
)  # fmt: skip
INTEGERS = ("num_p", "num_child_particles", "p_start", "desc", "flags", "n_core")
ERRORS = ("min_pos_err", "min_vel_err", "min_bulkvel_err")
GALAXIES = [("type", "i4"), *((name, "f4") for name in ("sm", "gas", "bh", "peak_density", "av_density"))]

REVISIONS = (1, 2)
IDS, WHOLE_PARTICLES = 8, 32
"""Bytes of each halo's particles behind the halos: their ids alone, or with positions and velocities."""

ROUNDING = 1e-3


@register("rockstar-binary")
class RockstarBinary:
    """Comoving Mpc/h, radii in kpc/h, Msun/h, physical peculiar km/s; halos and subhalos together."""

    label = "Rockstar binary"

    def recognises(self, path: Path) -> bool:
        try:
            with path.open("rb") as file:
                start = file.read(8)
        except OSError:
            return False
        return len(start) == 8 and MAGIC in (int.from_bytes(start, "little"), int.from_bytes(start, "big"))

    def gather(self, path: Path) -> tuple[Path, ...]:
        return tuple(file for file in numbered(path).values() if self.recognises(file)) or (path,)

    @UNCHECKED
    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        pieces, warnings = _pieces(files)
        first = pieces[0]
        lost = _lost(pieces)
        if lost:
            warnings.append(lost)
        masses = np.concatenate([piece.halos()["m"] for piece in pieces]).astype(np.float64)
        return described(
            "rockstar-binary",
            [piece.path for piece in pieces],
            told,
            {"halos": species_facts(masses.size, masses)},
            box_size=first.box_size,
            redshift=first.redshift,
            hubble=first.fact("hubble"),
            omega_m=first.fact("omega_m"),
            length_unit=1.0,
            complete=not lost and len(pieces) == len(files),
            warnings=warnings,
        )

    @UNCHECKED
    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Catalogue:
        pieces, _ = _pieces(description.files)
        read = []
        for i, piece in enumerate(pieces):
            part(progress, 0.0, 0.9)(i / len(pieces), f"Reading {piece.path.name}")
            read.append(_rows(piece.halos()))
        progress(1.0)
        rows = {name: np.concatenate([piece[name] for piece in read]) for name in read[0]}
        members = _members(pieces) if "ids" in columns else None
        return catalogue(description, told, rows, redshift=pieces[0].redshift, finder="rockstar", members=members)


@dataclass(frozen=True)
class _Piece:
    """One file: its header, and the layout of its halos."""

    path: Path
    header: Any
    dtype: np.dtype[Any]

    @property
    def count(self) -> int:
        return int(self.header["num_halos"])

    @property
    def box_size(self) -> float | None:
        return self.fact("box_size")

    @property
    def redshift(self) -> float | None:
        scale_factor = self.fact("scale")
        return None if scale_factor is None else max(0.0, 1 / scale_factor - 1)

    def fact(self, name: str) -> float | None:
        """A positive number of the header, or None; its digits are those of its single precision."""
        value = float(str(self.header[name]))
        return value if math.isfinite(value) and 1e-6 < value < 1e9 else None

    def halos(self) -> NDArray[Any]:
        """Read the table of halos."""
        require_memory(self.path, self.count * self.dtype.itemsize, f"{self.count} halos")
        with reading(self.path):
            halos = np.fromfile(self.path, dtype=self.dtype, count=self.count, offset=HEADER_SIZE)
        if halos.size != self.count:
            raise UnreadableFile(self.path, "changed while it was read", "Open it again")
        return halos

    def ids(self) -> NDArray[np.int64] | None:
        """Read the ids of the halos' particles, one halo after another; None where they are written otherwise."""
        count, halos = int(self.header["num_particles"]), self.halos()
        in_turn = np.array_equal(halos["p_start"], np.cumsum(halos["num_p"]) - halos["num_p"])
        behind = HEADER_SIZE + self.count * self.dtype.itemsize
        alone = self.path.stat().st_size == behind + count * IDS
        if not in_turn or not alone or int(halos["num_p"].sum()) != count:
            return None
        require_memory(self.path, count * IDS, f"{count} ids of particles")
        with reading(self.path):
            order = self.dtype["id"].str[0]
            return np.fromfile(self.path, dtype=f"{order}i8", count=count, offset=behind).astype(np.int64)


@cache
def _halo(order: Literal["<", ">"], galaxies: bool) -> np.dtype[Any]:
    """The struct of one halo as C lays it out: 264 bytes, or 288 of rockstar-galaxies."""
    fields = [("id", "i8"), *((name, "f4") for name in FLOATS)]
    # Revision 2 adds the half-mass radius where C leaves a gap of four bytes, so that nothing moves.
    fields += [*((name, "i8") for name in INTEGERS), *((name, "f4") for name in ERRORS)]
    fields += GALAXIES if galaxies else []
    return np.dtype(fields, align=True).newbyteorder(order)


def _piece(path: Path) -> _Piece:
    """Read one header; raises ``UnreadableFile`` where the file is not of the size that it states."""
    with reading(path):
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(HEADER_SIZE)
    if len(start) < HEADER_SIZE:
        raise UnreadableFile(path, f"is cut short: {size} of {HEADER_SIZE} bytes of its header", "Copy it again")
    order: Literal["<", ">"] = "<" if int.from_bytes(start[:8], "little") == MAGIC else ">"
    header = np.frombuffer(start, dtype=np.dtype(HEADER).newbyteorder(order), count=1)[0]
    revision, halos, particles = (int(header[name]) for name in ("revision", "num_halos", "num_particles"))
    if revision not in REVISIONS:
        raise UnreadableFile(path, f"is of Rockstar's revision {revision}, and 1 and 2 are read", "Read its out_*.list")
    if halos < 0 or particles < 0:
        raise UnreadableFile(path, "is damaged: its header counts fewer than no halos", "Copy or download it again")
    for galaxies in (False, True):
        dtype = _halo(order, galaxies)
        for each in (IDS, WHOLE_PARTICLES):
            if HEADER_SIZE + halos * dtype.itemsize + particles * each == size:
                return _Piece(path, header, dtype)
    least = HEADER_SIZE + halos * _halo(order, False).itemsize + particles * IDS
    raise UnreadableFile(path, f"is damaged or cut short: {size} of {least} bytes", "Copy or download it again")


def _pieces(files: Sequence[Path]) -> tuple[list[_Piece], list[str]]:
    """Read every header, and say which pieces were left out."""
    warnings: list[str] = []
    names = ("snapshot", "box_size", "scale")
    pieces = sound_pieces(files, _piece, lambda piece: tuple(float(piece.header[name]) for name in names), warnings)
    return list(pieces.values()), warnings


def _lost(pieces: Sequence[_Piece]) -> str:
    """Say how much of the box the pieces do not cover, each of which states its bounds."""
    side = pieces[0].box_size
    if side is None:
        return ""
    volume = 0.0
    for piece in pieces:
        bounds = np.asarray(piece.header["bounds"], dtype=np.float64)
        volume += float(np.prod(bounds[3:] - bounds[:3])) if np.isfinite(bounds).all() else 0.0
    share = volume / side**3
    if share > 1 - ROUNDING or share <= 0:
        return ""
    return f"The pieces that are there cover {100 * share:.3g} % of the box; others are missing."


def _members(pieces: Sequence[_Piece]) -> Members | None:
    """Return the particles of all halos, where every piece tells them; how many the box has follows from their mass."""
    read = [piece.ids() for piece in pieces]
    first = pieces[0]
    omega_m, side, mass = first.fact("omega_m"), first.box_size, float(first.header["particle_mass"])
    if any(ids is None for ids in read) or omega_m is None or side is None or not mass > 0:
        return None
    ids = np.concatenate([piece for piece in read if piece is not None])
    counts = np.concatenate([piece.halos()["num_p"] for piece in pieces])
    along = round((omega_m * CRITICAL_DENSITY * side**3 / mass) ** (1 / 3))
    return Members(ids, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), along**3)


def _rows(halos: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Bring the columns of a table of halos into Halograph's units."""
    rows = {
        "positions": np.stack([halos[axis] for axis in "xyz"], axis=1).astype(np.float64),
        "velocities": np.stack([halos[f"v{axis}"] for axis in "xyz"], axis=1).astype(np.float64),
        "masses": halos["m"].astype(np.float64),
        "radii": halos["r"].astype(np.float64) * KPC,
        "counts": halos["num_p"],
        "ids": halos["id"],
        "vmax": halos["vmax"].astype(np.float64),
    }
    if (halos["desc"] >= 0).any():
        rows["descendants"] = halos["desc"]
    return rows
