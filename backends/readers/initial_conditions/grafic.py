"""GRAFIC's initial conditions, as RAMSES takes them: a folder for each level, with a file for each component.

Its linear overdensity and its displacements are what is compared; where only velocities are there, they
are turned into the displacements that RAMSES itself makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import Cosmology
from backends.data.description import Description, FieldFacts, Part
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import MissingFact, NotApplicable, UnreadableFile, WrongCall
from backends.progress import Progress, part
from backends.readers import register
from backends.readers.files.failures import reading
from backends.readers.files.limits import require_memory
from backends.readers.grids.quantities import normalised
from backends.readers.initial_conditions.grafic_files import PREFIX, GraficFile, is_grafic, read_file
from backends.readers.lengths import box_of, correction

SLAB = 1 << 21
"""Values read at once."""

DENSITY, POSITIONS, VELOCITIES = "ic_deltab", "ic_posc", "ic_velc"
FILES = (DENSITY, *(f"{stem}{axis}" for stem in (POSITIONS, VELOCITIES) for axis in "xyz"))


@register("grafic")
class Grafic:
    """One level: δ of the baryons, and displacements of the dark matter from the centres of its cells."""

    label = "GRAFIC initial conditions"

    def recognises(self, path: Path) -> bool:
        try:
            if path.is_dir():
                return any(is_grafic(path / name) for name in FILES)
            return is_grafic(path)
        except OSError:
            return False

    def gather(self, path: Path) -> tuple[Path, ...]:
        folder = path if path.is_dir() else path.parent
        found = sorted(file for file in folder.iterdir() if file.name.startswith(PREFIX) and file.is_file())
        return tuple(file for file in found if file.name in FILES or is_grafic(file))

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        level = _Level.of(files)
        first, warnings = level.first, list(level.warnings)
        x, y, z = first.shape
        if not x == y == z:
            raise NotApplicable(f"{level.folder} is a mesh of {x}×{y}×{z} cells, and only cubes are compared")
        if level.side(told) is None and told.box_size is None:
            warnings.append(f"Its side is {first.cell * x:.6g} Mpc and h is not stated: say it with --hubble H.")
        if any(first.corner):
            at = ", ".join(f"{c:.6g}" for c in first.corner)
            warnings.append(f"It is a zoom region at ({at}) Mpc: a part of the box, and not periodic.")
        if POSITIONS not in level.stems and VELOCITIES in level.stems:
            warnings.append("It holds no positions; its displacements are made of its velocities, as RAMSES does it.")
        parts = tuple(
            Part(member, f"{level.folder.name} {name}", quantity=quantity) for member, quantity, name in level.offered
        )
        return Description(
            path=level.folder,
            files=files,
            format="grafic",
            kind="field",
            box_size=level.side(told),
            length_read=level.length(told),
            redshift=level.redshift,
            hubble=first.hubble,
            omega_m=first.omega_m,
            quantity=parts[0].quantity if len(parts) == 1 else None,
            cell_offset=0.5,
            fields={name: FieldFacts(first.shape, "float32") for name in level.files},
            parts=parts,
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
    ) -> Field:
        with reading(description.path):
            level = _Level.of(description.files)
            known = {name: quantity for name, quantity, _ in level.offered}
            member = member or next(iter(known))
            if member not in known:
                raise WrongCall(f"{description.path} has no part {member!r}; it has {', '.join(known)}")
            unit = correction(description.path, told, level.length(told), level.first.hubble)
            side = level.side(told)
            box_size = box_of(description.path, told, None if side is None else side * unit)
            names = (member,) if member == DENSITY else [f"{member}{axis}" for axis in "xyz"]
            files = [level.files[name] for name in names]
            values = _read(description.path, files, progress)
            with np.errstate(all="ignore"):  # what is not finite is counted, and refused
                if member == VELOCITIES:
                    values *= np.float32(level.displacement_per_speed())
                elif member == POSITIONS:  # whose files are in Mpc/h, whatever their headers are in
                    values *= np.float32(correction(description.path, told, 1.0, level.first.hubble))
                values, quantity = normalised(description.path, values, known[member])
        return Field(
            values=values[0] if member == DENSITY else values,
            box_size=box_size,
            quantity=quantity,
            cell_offset=0.5 if told.cell_offset is None else told.cell_offset,
            redshift=told.redshift if told.redshift is not None else level.redshift,
        )


@dataclass(frozen=True)
class _Level:
    """The sound files of one folder, by name, and what is odd about the others."""

    folder: Path
    files: dict[str, GraficFile]
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, paths: Sequence[Path]) -> _Level:
        """Read the headers; raises ``UnreadableFile`` where neither a density nor three components are whole."""
        files: dict[str, GraficFile] = {}
        warnings: list[str] = []
        failure: UnreadableFile | None = None
        for path in paths:
            if path.name not in FILES:
                continue
            try:
                with reading(path):
                    file = read_file(path)
            except UnreadableFile as damaged:
                failure = failure or damaged
                warnings.append(f"{path.name} {damaged.reason} and is left out.")
                continue
            if files and file.shape != next(iter(files.values())).shape:
                warnings.append(f"{path.name} has another mesh than the others and is left out.")
                continue
            files[path.name] = file
        folder = paths[0].parent if paths else Path()
        level = cls(folder, files, tuple(warnings))
        if not level.offered:
            raise failure or UnreadableFile(
                folder, "holds neither ic_deltab nor all three of ic_poscx, ic_poscy, ic_poscz", "Choose its folder"
            )
        return level

    @property
    def first(self) -> GraficFile:
        return next(iter(self.files.values()))

    @property
    def stems(self) -> tuple[str, ...]:
        """The vectors whose three components are here."""
        return tuple(s for s in (POSITIONS, VELOCITIES) if all(f"{s}{axis}" in self.files for axis in "xyz"))

    @property
    def offered(self) -> list[tuple[str, str, str]]:
        """Members, their quantities, and what to call them."""
        found = [(DENSITY, "overdensity", "overdensity")] if DENSITY in self.files else []
        stems = self.stems
        if POSITIONS in stems:
            found.append((POSITIONS, "displacement", "displacements"))
        elif stems and self.first.omega_m and self.first.scale_factor:
            found.append((VELOCITIES, "displacement", "displacements of its velocities"))
        return found

    def length(self, told: Facts) -> float:
        """Mpc/h of the unit of length, before another one is told."""
        return self.first.hubble or told.hubble or 1.0

    def side(self, told: Facts) -> float | None:
        """Side of this mesh in that unit, comoving Mpc/h: the header's single precision is good for six digits."""
        if (self.first.hubble or told.hubble or told.length_unit) is None:
            return None
        return float(f"{self.first.cell * self.first.shape[0] * self.length(told):.6g}")

    @property
    def redshift(self) -> float | None:
        a = self.first.scale_factor
        return None if a is None or a > 1.0001 else max(0.0, round(1 / a - 1, 6))

    def displacement_per_speed(self) -> float:
        """Mpc/h of a km/s: ψ = v / (a H f), the Zel'dovich approximation."""
        a, omega_m = self.first.scale_factor, self.first.omega_m
        if a is None or omega_m is None:
            raise MissingFact(self.folder, "cosmology", "its header")
        cosmology = Cosmology(omega_m=omega_m, omega_b=0.0)
        return float(1 / (100 * a * cosmology.expansion(a) * cosmology.growth_rate(a)))


def _read(path: Path, files: Sequence[GraficFile], progress: Progress) -> NDArray[np.float32]:
    """Read components plane by plane: (components, x, y, z) float32."""
    shape = (len(files), *files[0].shape)
    require_memory(path, 4 * int(np.prod(shape, dtype=object)), "its mesh")
    values = np.empty(shape, dtype=np.float32)
    for i, file in enumerate(files):
        _fill(values[i], file, part(progress, i / len(files), (i + 1) / len(files)))
    progress(1.0)
    return values


def _fill(out: NDArray[np.float32], file: GraficFile, progress: Callable[..., None]) -> None:
    x, y, z = file.shape
    planes, length = file.planes(), 4 * x * y
    step = max(1, SLAB // (x * y))
    for start in range(0, z, step):
        progress(start / z, "Reading the grid")
        slab = planes[start : start + step].read()
        if not ((slab["opening"] == length) & (slab["closing"] == length)).all():
            raise UnreadableFile(
                file.path, f"is damaged: not every plane is a record of {length} bytes", "Copy or download it again"
            )
        out[:, :, start : start + step] = slab["values"].transpose(2, 1, 0)
