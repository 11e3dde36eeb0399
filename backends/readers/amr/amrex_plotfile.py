"""AMReX plotfiles: Nyx's cosmological ones with their particles, and those of other codes as fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from backends.data.description import Description, SpeciesFacts
from backends.data.facts import Facts
from backends.errors import UnreadableFile
from backends.readers import register
from backends.readers.amr.amrex_fab import fab_arrays, fab_dtype
from backends.readers.amr.amrex_header import Fab, Header, is_plotfile, read_header, read_level
from backends.readers.amr.amrex_particles import Kind, NyxParticles, particle_folders, read_kind
from backends.readers.amr.patches import Patch, PatchMesh
from backends.readers.amr.reading import (
    CODE_SIDE,
    DENSITY,
    AmrReader,
    fields_of,
    first,
    levels_of,
    mesh_notes,
    parts_of,
)
from backends.readers.files.failures import reading
from backends.readers.files.plain_text import reals, start_of, text_of
from backends.readers.lengths import no_box
from backends.readers.particles.snapshot import Snapshot

INSIDE = re.compile(r"^(Level_\d{1,3}|Header|Cell_\w+|job_info|comoving_a|DATA_\d+)$")
"""Names by which a file may lie in a plotfile; which one is looked for above it."""

JOB_INFO = ("job_info", "nyx_job_info")
STATED = {
    "omega_m": re.compile(r"^\s*Omega_m \(comoving\)\s*:\s*(\S+)", re.MULTILINE),
    "hubble": re.compile(r"^\s*h \(comoving\)\s*:\s*(\S+)", re.MULTILINE),
}

VELOCITIES = "Velocities are taken as proper peculiar km/s, as Nyx keeps them."
NO_HUBBLE = "Its lengths are Mpc and it states no h, so the box in Mpc/h is not known: say it with --hubble H."


@dataclass(frozen=True)
class Cosmology:
    """What a plotfile says of its box; all None for what is no cosmology."""

    box_size: float | None = None
    redshift: float | None = None
    hubble: float | None = None
    omega_m: float | None = None
    cosmological: bool = False


@register("amrex-plotfile")
class AmrexPlotfile(AmrReader):
    """A folder with a Header and a folder for each level; anything in it is the same data set."""

    label = "AMReX plotfile"

    def recognises(self, path: Path) -> bool:
        return _root(path) is not None

    def gather(self, path: Path) -> tuple[Path, ...]:
        folder = _root(path)
        if folder is None:
            raise UnreadableFile(path, "is no part of a plotfile any more", "Open its folder")
        header = folder / "Header"
        others = sorted(p for p in folder.rglob("*") if p.is_file() and p != header)
        return (header, *others)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        with reading(path):
            header = read_header(path.parent)
            facts = _facts(header, told)
            fabs = [fab for level in range(len(header.places)) for fab in read_level(header, level)]
            lost = _lost(fabs)
            mesh = _mesh(header, _present(fabs))
            kinds, notes = _kinds(header, fabs)
        warnings = [f"{name} {why}." for name, why in lost.items()][:3]
        if len(lost) > 3:
            warnings.append(f"{len(lost)} of its files are missing or cut short.")
        gone = [name for kind in kinds for name in kind.missing()]
        if gone:
            warnings.append(f"{len(gone)} files of particles are missing, the first is {gone[0]}.")
        counts = {kind.species: kind.count for kind in kinds if kind.count}
        warnings += notes + mesh_notes(mesh, header.names, told)
        proposed = Facts()
        if facts.cosmological:
            warnings += [NO_HUBBLE] if facts.box_size is None and told.box_size is None else []
            warnings += [VELOCITIES] if counts else []
        elif told.box_size is None:
            proposed = Facts(box_size=header.side)
            warnings += ["It states neither unit of length nor redshift.", *no_box(None, told, header.side, CODE_SIDE)]
        return Description(
            path=path.parent,
            files=files,
            format="amrex-plotfile",
            kind="particles" if counts else "field",
            box_size=facts.box_size,
            redshift=facts.redshift,
            hubble=facts.hubble,
            omega_m=facts.omega_m,
            quantity=None if counts else _quantity(first(header.names)),
            species={name: SpeciesFacts(count) for name, count in counts.items()},
            fields=fields_of(mesh, header.names, told),
            cell_offset=0.5,
            levels=levels_of(mesh),
            parts=parts_of(path.parent.name, counts, header.names),
            complete=not (lost or gone),
            warnings=tuple(warnings),
            proposed=proposed,
            length_unit=facts.hubble,
            length_read=facts.hubble,
        )

    def mesh(self, description: Description) -> PatchMesh:
        header = read_header(description.path)
        levels = range(len(header.places))
        return _mesh(header, _present([fab for level in levels for fab in read_level(header, level)]))

    def box_size(self, description: Description, told: Facts) -> float | None:
        return description.box_size or _facts(read_header(description.path), told).box_size

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        self.require_particles(description, member)
        with reading(description.path / "Header"):
            header = read_header(description.path)
            facts = _facts(header, Facts(hubble=told.hubble or description.hubble))
            kinds, _ = _kinds(header, list(read_level(header, 0)))
        box_size = facts.box_size or told.box_size
        particles = NyxParticles(
            tuple(kinds),
            header.left,
            (box_size or header.side) / header.side,
            facts.hubble or 1.0,
            1.0 if facts.cosmological else None,
        )
        return Snapshot(description.path, description.species, particles.opened, facts.box_size, facts.redshift)


def _root(path: Path) -> Path | None:
    """The plotfile that a path is, or lies in by a name that only plotfiles have; None for none."""
    try:
        if path.is_dir() and is_plotfile(path):
            return path
        above = path.parents[:3] if INSIDE.match(path.name) else ()
        return next((folder for folder in above if is_plotfile(folder)), None)
    except (OSError, IndexError):
        return None


def _facts(header: Header, told: Facts) -> Cosmology:
    """Nyx keeps comoving Mpc and the scale factor in a file of its own; h is in the job's information."""
    folder = header.path.parent
    if not (folder / "comoving_a").is_file():
        return Cosmology()
    path = folder / "comoving_a"
    (scale_factor,) = reals(path, text_of(path), 1, "the scale factor")
    if not 0 < scale_factor < 10:
        raise UnreadableFile(path, f"is damaged: the scale factor is {scale_factor:g}", "Copy or download it again")
    text = next((start_of(folder / name, 1 << 16) for name in JOB_INFO if (folder / name).is_file()), "")
    known = {name: float(m[1]) for name, pattern in STATED.items() if (m := pattern.search(text)) and _positive(m[1])}
    hubble = known.get("hubble") or told.hubble
    return Cosmology(
        header.side * hubble if hubble else None, 1 / scale_factor - 1, hubble, known.get("omega_m"), cosmological=True
    )


def _positive(word: str) -> bool:
    try:
        return 0 < float(word) < 100
    except ValueError:
        return False


def _quantity(name: str) -> str:
    return "relative_density" if DENSITY.search(name) else name


def _present(fabs: Sequence[Fab]) -> list[Fab]:
    there = {path: path.is_file() for path in {fab.patch.path for fab in fabs}}
    return [fab for fab in fabs if there[fab.patch.path]]


def _lost(fabs: Sequence[Fab]) -> dict[str, str]:
    """What is wrong with the files of the boxes, by their names; the last box of each is looked at."""
    last: dict[Path, Fab] = {}
    for fab in fabs:
        path = fab.patch.path
        last[path] = fab if path not in last or fab.offset > last[path].offset else last[path]
    wrong = {}
    for path, fab in last.items():
        name = f"{path.parent.name}/{path.name}"
        if not path.is_file():
            wrong[name] = "is missing"
            continue
        try:
            with path.open("rb") as file:
                dtype, components, start = fab_dtype(path, file, fab)
        except UnreadableFile as damage:
            wrong[name] = damage.reason
            continue
        cells = 1
        for low, high in zip(*fab.box, strict=True):
            cells *= high - low + 1
        if path.stat().st_size < start + cells * components * dtype.itemsize:
            wrong[name] = "is cut short"
    return wrong


def _mesh(header: Header, fabs: Sequence[Fab]) -> PatchMesh:
    by_patch = {(fab.patch.level, fab.patch.place): fab for fab in fabs}
    components = {name: i for i, name in enumerate(header.names)}

    def arrays(patches: Sequence[Patch], name: str) -> Iterator[NDArray[Any]]:
        return fab_arrays(by_patch, components[name], patches)

    patches = tuple(fab.patch for fab in fabs)
    return PatchMesh(header.path.parent, header.dimensions, header.coarse, header.ratios, patches, arrays).checked()


def _kinds(header: Header, fabs: Sequence[Fab]) -> tuple[list[Kind], list[str]]:
    """Every folder of particles that is read, and sentences about the others."""
    found, notes = [], []
    order = _order(fabs)
    for folder in particle_folders(header.path.parent) if header.dimensions == 3 else ():
        kind = read_kind(folder, order)
        if kind is None:
            notes.append(f"Its particles in {folder.name} are of an older version, which is not read yet.")
        else:
            found.append(kind)
    return found, notes


def _order(fabs: Sequence[Fab]) -> str:
    """The order of bytes of the machine that wrote it, as the first box says it."""
    for fab in fabs[:1]:
        path = fab.patch.path
        if path.is_file():
            try:
                with path.open("rb") as file:
                    return fab_dtype(path, file, fab)[0].str[0]
            except UnreadableFile:
                return "<"
    return "<"
