"""RAMSES's outputs: particles, and the gas of its octree on a mesh."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from backends.data.description import Description, SpeciesFacts
from backends.data.facts import Facts
from backends.data.length_unit import CM_PER_MPC
from backends.errors import UnreadableFile
from backends.readers import register
from backends.readers.amr.ramses_files import (
    Info,
    files_of,
    folder_of,
    hydro_names,
    info_file,
    particle_names,
    pieces,
    read_info,
    stated_counts,
)
from backends.readers.amr.ramses_mesh import OctMesh
from backends.readers.amr.ramses_particles import RamsesParticles, species_counts
from backends.readers.amr.ramses_tree import Tree, read_hydro, read_tree
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
from backends.readers.lengths import no_box
from backends.readers.particles.snapshot import Snapshot

LOOKED_AT = 64
"""Processors' files whose length is checked before anything is read: all of most outputs."""

ROUNDED = 0.01
"""Old versions of RAMSES round the megaparsec by this or less in the unit of length."""

NO_COSMOLOGY = "It is no cosmological run, so it states neither box nor redshift, and its unit of length is not Mpc."
WALLS = "Its box has walls: statistics take it as periodic."


@register("ramses")
class Ramses(AmrReader):
    """A folder output_NNNNN with info, header, amr, hydro and part files; any of them is the same data set."""

    label = "RAMSES"

    def recognises(self, path: Path) -> bool:
        return info_file(path) is not None

    def gather(self, path: Path) -> tuple[Path, ...]:
        found = info_file(path)
        if found is None:
            raise UnreadableFile(path, "is no part of a RAMSES output any more", "Open its folder")
        info = read_info(found)
        return (found, *(file for file in files_of(info) if file != found))

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        info = read_info(files[0])
        warnings, parts = [], pieces(info, "part")
        names = particle_names(info)
        counts = species_counts(parts, names, stated_counts(info)) if info.dimensions == 3 else {}
        missing = info.n_cpu - len(parts) if counts or parts else 0
        if missing:
            warnings.append(f"{missing} of its {info.n_cpu} files of particles are missing.")
        mesh, trees, wrong = _look(info)
        warnings += wrong
        if not counts and mesh is None:
            what = "particles or a mesh" if info.dimensions > 1 else "more than one dimension"
            raise UnreadableFile(info.path.parent, f"holds neither {what} that can be shown: {' '.join(warnings)}")
        hydro = mesh.names if mesh is not None else ()
        proposed, box_size = Facts(), _box_size(info, trees)
        if mesh is not None:
            warnings += mesh_notes(mesh, hydro, told)
        if any(tree.owners > tree.n_cpu for tree in trees):
            warnings.append(WALLS)
        if box_size is None and told.box_size is None:
            proposed = Facts(box_size=info.side)
            warnings += [NO_COSMOLOGY, *no_box(None, told, info.side, CODE_SIDE)]
        folder = folder_of(info)
        return Description(
            path=folder,
            files=files,
            format="ramses",
            kind="particles" if counts else "field",
            box_size=box_size,
            redshift=info.redshift,
            hubble=info.hubble,
            omega_m=info.omega_m,
            quantity=None if counts else ("relative_density" if DENSITY.search(first(hydro)) else first(hydro)),
            species={name: SpeciesFacts(count) for name, count in counts.items()},
            fields=fields_of(mesh, hydro, told) if mesh is not None else {},
            cell_offset=0.5,
            levels=levels_of(mesh) if mesh is not None else {},
            parts=parts_of(folder.name, counts, hydro),
            complete=not (missing or wrong),
            warnings=tuple(warnings),
            proposed=proposed,
            length_unit=None if info.hubble is None else info.hubble / CM_PER_MPC,  # what it states is in cm
        )

    def mesh(self, description: Description) -> OctMesh:
        info = read_info(description.files[0])
        mesh, _, wrong = _look(info)
        if mesh is None:
            raise UnreadableFile(description.path, f"has no mesh that can be shown: {' '.join(wrong)}", "Copy it again")
        return mesh

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        self.require_particles(description, member)
        info = read_info(description.files[0])
        box_size = description.box_size or told.box_size or info.side
        particles = RamsesParticles(
            info,
            pieces(info, "part"),
            particle_names(info),
            box_size,
            info.mass_unit(box_size) or 1.0,
            info.velocity,
        )
        return Snapshot(
            description.path, description.species, particles.opened, description.box_size, description.redshift
        )


def _look(info: Info) -> tuple[OctMesh | None, list[Tree], list[str]]:
    """Say what the mesh is, None where there is none, and what is wrong with its files."""
    amr, hydro = pieces(info, "amr"), pieces(info, "hydro")
    both = sorted(set(amr) & set(hydro))
    if info.dimensions < 2 or not both:
        return None, [], []
    wrong = []
    lost = info.n_cpu - len(both)
    if lost:
        wrong.append(f"{lost} of its {info.n_cpu} pairs of amr and hydro files are missing.")
    trees, variables = [], 0
    for number in both[:LOOKED_AT]:
        try:
            tree = read_tree(amr[number], number)
            variables = read_hydro(hydro[number], tree).count
        except UnreadableFile as damage:
            wrong.append(f"{damage.path.name} {damage.reason}.")
            continue
        trees.append(tree)
    sound = [tree for tree in trees if (tree.dimensions, tree.n_cpu) == (info.dimensions, info.n_cpu)]
    if not sound:
        return None, [], wrong
    octs = np.concatenate([sound[0].total, np.zeros(1, dtype=np.int64)])
    finest = int(np.argmin(octs > 0))
    if not finest:
        return None, sound, [*wrong, "Its tree is empty."]
    levels = range(min(info.coarsest, finest), finest + 1)
    names = hydro_names(info, variables)
    mesh = OctMesh(
        folder_of(info), info.dimensions, levels, names, {n: amr[n] for n in both}, {n: hydro[n] for n in both}
    )
    return mesh, sound, wrong[:3]


def _box_size(info: Info, trees: Sequence[Tree]) -> float | None:
    """The box in Mpc/h: as the run was begun with, where the unit of length, which may be rounded, says about the same.

    Old versions take 3.08e24 cm for the megaparsec.
    """
    if info.stated is None:
        return None
    begun = trees[0].length * info.side if trees else 0.0
    return begun if abs(begun / info.stated - 1) < ROUNDED else info.stated
