"""CompaSO halos of Abacus: halo_info_*.asdf, one file a superslab (Hadzhiyska et al. 2022)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.progress import Progress, part
from backends.readers import register
from backends.readers.abacus.asdf_file import AsdfFile, is_asdf, names, read_asdf
from backends.readers.halos.rows import UNCHECKED, catalogue, described, species_facts
from backends.readers.halos.sound_pieces import sound_pieces
from backends.readers.lengths import box_of

SLAB = re.compile(r"^(?P<stem>.*_)(?P<number>\d+)(?P<suffix>\.asdf)$")
NEEDED = frozenset({"N", "x_L2com", "id"})


@register("compaso")
class Compaso:
    """Halos about the centre of mass of their largest L2 subhalo: places in units of the box, about its centre.

    Masses are the particles' number times the mass of one; radii are those of the spherical overdensity.
    """

    label = "Abacus CompaSO halos"

    def recognises(self, path: Path) -> bool:
        return path.is_file() and is_asdf(path) and names(path) >= NEEDED

    def gather(self, path: Path) -> tuple[Path, ...]:
        match = SLAB.match(path.name)
        if match is None:
            return (path,)
        like = {other: SLAB.match(other.name) for other in path.parent.iterdir() if other.is_file()}
        slabs = [other for other, m in like.items() if m and m["stem"] == match["stem"]]
        return tuple(sorted(slabs, key=_number))

    @UNCHECKED
    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        slabs, warnings = _slabs(files)
        first = slabs[0]
        lost = _lost([slab.path for slab in slabs])
        if lost:
            warnings.append(lost)
        counts = np.concatenate([slab.arrays["N"].values() for slab in slabs])
        hubble = first.number("H0")
        return described(
            "compaso",
            [slab.path for slab in slabs],
            told,
            {"halos": species_facts(counts.size, counts * _mass(first))},
            box_size=first.number("BoxSizeHMpc"),
            redshift=_redshift(first),
            hubble=None if hubble is None else hubble / 100,
            omega_m=first.number("Omega_M"),
            length_read=None,  # places are shares of the box
            length_unit=1.0,
            complete=not lost and len(slabs) == len(files),
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
        slabs, _ = _slabs(description.files)
        box_size = box_of(description.path, told, description.box_size)
        read = []
        for i, slab in enumerate(slabs):
            part(progress, 0.0, 0.9)(i / len(slabs), f"Reading {slab.path.name}")
            read.append(_rows(slab, box_size))
        progress(1.0)
        rows = {name: np.concatenate([r[name] for r in read]) for name in read[0] if all(name in r for r in read)}
        return catalogue(description, told, rows, redshift=_redshift(slabs[0]), finder="compaso")


def _slabs(files: Sequence[Path]) -> tuple[list[AsdfFile], list[str]]:
    """Open every superslab, and say which were left out."""

    def read_one(path: Path) -> AsdfFile:
        slab = read_asdf(path)
        if not set(slab.arrays) >= NEEDED:
            raise UnreadableFile(path, "is no file of CompaSO halos", "Choose another file")
        _mass(slab)
        return slab

    warnings: list[str] = []
    names = ("SimName", "Redshift", "BoxSizeHMpc")
    slabs = sound_pieces(files, read_one, lambda slab: tuple(map(slab.header.get, names)), warnings)
    return list(slabs.values()), warnings


def _rows(slab: AsdfFile, box_size: float) -> dict[str, NDArray[Any]]:
    """Read one superslab's columns in Halograph's units."""
    counts = slab.arrays["N"].values()
    rows: dict[str, NDArray[Any]] = {
        "positions": _column(slab, "x_L2com", (counts.size, 3)) * box_size,
        "masses": counts * _mass(slab),
        "counts": counts,
        "ids": _column(slab, "id", (counts.size,)).view(np.int64),
    }
    if "SO_radius" in slab.arrays:
        rows["radii"] = _column(slab, "SO_radius", (counts.size,)) * box_size
    speed = slab.number("VelZSpace_to_kms")
    if "v_L2com" in slab.arrays and speed is not None:
        rows["velocities"] = _column(slab, "v_L2com", (counts.size, 3)) * speed
    return rows


def _column(slab: AsdfFile, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    array = slab.arrays[name]
    if array.shape != shape or (name == "id") != (array.dtype == np.dtype("<u8")):
        raise UnreadableFile(slab.path, f"has {name} of shape {array.shape} for {shape[0]} halos", "Copy it again")
    values = array.values()
    return values if name == "id" else values.astype(np.float64)


def _mass(slab: AsdfFile) -> float:
    """Msun/h of one particle."""
    mass = slab.number("ParticleMassHMsun")
    if mass is None or not mass > 0 or slab.arrays["N"].dtype.kind not in "iu" or len(slab.arrays["N"].shape) != 1:
        raise UnreadableFile(slab.path, "does not say the mass of a particle", "Look for ParticleMassHMsun")
    return mass


def _redshift(slab: AsdfFile) -> float | None:
    redshift = slab.number("Redshift")
    return None if redshift is None or redshift < -1e-3 else max(0.0, redshift)


def _number(path: Path) -> int:
    match = SLAB.match(path.name)
    return int(match["number"]) if match else 0


def _lost(files: Sequence[Path]) -> str:
    """Say which superslabs between those that are there are missing; how many there are stands nowhere."""
    if not all(SLAB.match(file.name) for file in files):
        return ""
    there = {_number(file) for file in files}
    lost = [number for number in range(max(there) + 1) if number not in there] if max(there) < 100_000 else []
    if not lost:
        return ""
    shown = ", ".join(map(str, lost[:6])) + (" and more" if len(lost) > 6 else "")
    return f"Superslabs are missing: {shown} of {max(there) + 1} or more."
