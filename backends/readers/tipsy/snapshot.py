"""Tipsy snapshots of PKDGRAV, Gasoline and ChaNGa: standard (big-endian) or native, gas, dark matter and stars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

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
from backends.readers.tipsy.layout import Layout, layout_of
from backends.readers.tipsy.units import TipsyUnits, units_beside, usual_mass, usual_speed

HALF = 0.5 * (1 + 1e-5)
"""How far positions in units of the box reach, which are centred."""


@register("tipsy")
class Tipsy(ParticleReader):
    """Rows of mass, position and velocity in units of the run, which are in its .param file."""

    label = "Tipsy"

    def recognises(self, path: Path) -> bool:
        return fits(path, layout_of)

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        found = _survey(files[0], stamp(files[0]))
        conversion = found.conversion(told)
        warnings, proposed, unit = list(found.warnings), Facts(), found.unit(conversion)
        if conversion.box_size is None and told.box_size is None:
            factor = length_factor(told, unit, None if found.units is None else found.units.hubble)
            if found.side is not None and factor is not None and (conversion.length or told.length_unit):
                side = found.side * (conversion.length or 1.0) * factor
                proposed = Facts(box_size=side, redshift=conversion.redshift)
            elif found.in_boxes and found.units is None and found.layout.time <= 1:
                proposed = Facts(redshift=round(1 / found.layout.time - 1, 10))
                warnings.append(f"Its time {found.layout.time:.6g} is proposed as the scale factor.")
            warnings += no_box(None, told, proposed.box_size, "the positions suggest")
        snapshot = found.snapshot(told)
        with reading(files[0]):
            warnings += notes(snapshot)
        return Description(
            path=files[0],
            files=files,
            format="tipsy",
            kind="particles",
            box_size=conversion.box_size,
            redshift=conversion.redshift,
            hubble=None if found.units is None else found.units.hubble,
            omega_m=None if found.units is None else found.units.omega_m,
            species=snapshot.species,
            warnings=tuple(warnings),
            proposed=proposed,
            length_unit=None if found.units is None else unit,
            length_read=unit,
        )

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        path = description.path
        return _survey(path, stamp(path)).snapshot(told)


@dataclass(frozen=True)
class _Conversion:
    """From a file's units to Mpc/h, Msun/h and peculiar km/s; None where they are not known."""

    length: float | None
    mass: float | None
    speed: float | None
    box_size: float | None
    redshift: float | None


@dataclass(frozen=True)
class _Survey:
    """What a file and its parameters say.

    reach : the lowest and the highest coordinate, in the file's unit
    side : how far the positions reach, as a round number, in the file's unit
    in_boxes : whether the positions are such as units of a centred box make them
    """

    path: Path
    layout: Layout
    units: TipsyUnits | None
    reach: tuple[float, float] | None
    side: float | None
    in_boxes: bool
    masses: dict[str, tuple[float, float] | None]
    warnings: tuple[str, ...]

    def conversion(self, told: Facts) -> _Conversion:
        """Choose the units: those of the parameters, else the told box and the convention."""
        units, time = self.units, self.layout.time
        redshift = round(1 / time - 1, 10) if units is not None and units.comoving and time <= 1.0001 else None
        # Where time is the scale factor, velocities are stored as comoving ones: peculiar = a × stored.
        scale_factor = time if redshift is not None else 1.0
        if units is None or units.length is None or units.mass is None or units.speed is None:
            side = 1.0 if self.in_boxes else self.side
            length = told.box_size / side if told.box_size and side else None
            if length is None or not self.in_boxes:
                return _Conversion(length, None, None, None, redshift)
            scale_factor = 1 / (1 + told.redshift) if told.redshift is not None else min(time, 1.0)
            return _Conversion(length, usual_mass(length), usual_speed(length) * scale_factor, None, redshift)
        hubble = units.hubble or told.hubble
        if hubble is None:
            side = units.period or self.side
            length = told.box_size / side if told.box_size and side else None
            hubble = None if length is None else 1e3 * length / units.length
        else:
            length = 1e-3 * units.length * hubble
        box_size = None if units.period is None or length is None or units.hubble is None else units.period * length
        mass = None if hubble is None else units.mass * hubble
        return _Conversion(length, mass, units.speed * scale_factor, box_size, redshift)

    def unit(self, to: _Conversion) -> float | None:
        """Mpc/h of the kpc that the parameters count in, or of what the positions do; None where that is the box."""
        if self.units is not None and self.units.length is not None:
            return None if to.length is None else to.length / self.units.length
        return None if self.in_boxes else to.length or 1.0

    def snapshot(self, told: Facts) -> Snapshot:
        to = self.conversion(told)
        species = {}
        for name, count in self.layout.counts.items():
            if count:
                known = self.masses[name]
                low, high = (None, None) if known is None or to.mass is None else (to.mass * m for m in known)
                species[name] = SpeciesFacts(count, low, high)

        def blocks() -> Iterator[Block]:
            ids = _ids(self.path, self.layout)
            first = 0
            for name, count in self.layout.counts.items():
                if count:
                    table = self.layout.table(self.path, name)
                    yield Block(
                        self.path,
                        name,
                        count,
                        self._positions(table["positions"], to.length or 1.0),
                        None if to.mass is None else ArrayColumn(table["mass"], to.mass),
                        None if to.speed is None else ArrayColumn(table["velocities"], to.speed),
                        None if ids is None else ArrayColumn(ids[first : first + count]),
                    )
                first += count

        length = to.length or 1.0
        far = None if self.reach is None or self.in_boxes else (self.reach[0] * length, self.reach[1] * length)
        return Snapshot(self.path, species, blocks, to.box_size, to.redshift, far)

    def _positions(self, stored: StoredArray, length: float) -> ArrayColumn:
        """Count from the corner of the box what is counted from its centre, as halo finders and the fields do."""
        corner = 0.5 * (self.units.period if self.units is not None and self.units.period is not None else 1.0)
        return ArrayColumn(stored, length, corner * length if self.in_boxes else 0.0)


@lru_cache(maxsize=16)
def _survey(path: Path, changed: tuple[int, int]) -> _Survey:
    """Look at the file once while it does not change."""
    with reading(path):
        layout = layout_of(path)
        if layout is None:
            raise UnreadableFile(path, "is not as long as its counts say", "Copy or download it again")
        tables = {name: layout.table(path, name) for name, count in layout.counts.items() if count}
        far = reach(ArrayColumn(table["positions"]) for table in tables.values())
        masses = {name: _range(table["mass"]) for name, table in tables.items()}
        in_boxes = far is not None and far[0] >= -HALF and far[1] <= HALF
    units = units_beside(path)
    warnings = []
    if units is None:
        warnings.append(
            "No .param file beside it states its units; "
            + (
                "positions, masses and velocities are read in units of the box, of its critical density and of G = 1."
                if in_boxes
                else "the box that is told sets that of length, and masses and velocities stay unknown."
            )
        )
    else:
        warnings.append(f"Its units are those of {units.source}, which lies beside it.")
        if units.length is None or units.mass is None:
            warnings.append(f"{units.source} states no dKpcUnit or no dMsolUnit.")
        if units.period is None:
            warnings.append("The run is not periodic.")
        if units.comoving and layout.time > 1.0001:
            warnings.append(f"Its time {layout.time:.6g} is no scale factor.")
    side = None if far is None else suggested_side(*far, layout.total)
    return _Survey(path, layout, units, far, side, in_boxes, masses, tuple(warnings))


def _range(masses: StoredArray) -> tuple[float, float] | None:
    """The smallest and the largest mass, None where there are too many to look at or one is none."""
    if masses.size > MOST:
        return None
    low, high = value_range(ArrayColumn(masses))
    return (low, high) if np.isfinite([low, high]).all() else None


def _ids(path: Path, layout: Layout) -> StoredArray | None:
    """Find the numbers that the particles were born with, from the .iord file beside a snapshot, if it fits."""
    beside = path.with_name(f"{path.name}.iord")
    try:
        size = beside.stat().st_size
        count = np.fromfile(beside, f"{layout.order}u4", 1)
    except (OSError, ValueError):
        return None
    if not count.size or int(count[0]) != layout.total or (size - 4) not in (4 * layout.total, 8 * layout.total):
        return None
    return StoredArray.of(beside, f"{layout.order}i{(size - 4) // layout.total}", 4, (layout.total,))
