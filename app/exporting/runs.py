"""Opens what the command line names: one run a path, with what was told about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.exporting.results import describe_run
from app.ordering import apart
from backends.data.description import Description, Part
from backends.data.facts import Facts
from backends.data.particle_stream import ParticleStream
from backends.data.realisations import ensemble_name
from backends.data.store import Store
from backends.errors import WrongCall
from backends.progress import Progress
from backends.readers import Data
from backends.readers.opening import describe, load, named_member, outline
from backends.statistics.measuring import Ensemble
from backends.statistics.sample import Sample

DENSITIES = ("relative_density", "overdensity", "density")
INFERRED = "By its values it is taken as"
"""How the note on a run begins whose quantity nobody stated."""


@dataclass(frozen=True)
class OpenedRun:
    """One word of the command line: what it holds, and which of it is meant.

    realisations : the files of an ensemble, each a run, of which this is the first; or none
    halos : the catalogue that lists its halos, where they are not to be found in its particles
    """

    label: str
    description: Description
    told: Facts
    member: str = ""
    realisations: tuple[OpenedRun, ...] = ()
    halos: OpenedRun | None = None

    def measured(self, store: Store) -> Sample | Ensemble:
        """Return the run's arrays, or those of all its realisations."""
        if self.realisations:
            return Ensemble(self.label, tuple(one.sample(store) for one in self.realisations))
        return self.sample(store)

    def sample(self, store: Store) -> Sample:
        """Return the run's arrays, which are read when they are first asked for."""

        def read(species: str | None, progress: Progress) -> Data:
            return load(self.description, self.told, self.member, species, progress)

        def fuller(species: str | None, columns: Collection[str], progress: Progress) -> Data:
            return load(self.description, self.told, self.member, species, progress, columns)

        def outlined(species: str | None) -> ParticleStream | None:
            return outline(self.description, self.told, self.member, species)

        known = self.told.over(self.description.facts_of(self.member))
        return Sample(
            read,
            label=self.label,
            store=store,
            key=(str(self.description.path), self.member, self.label),
            omega_m=self.description.omega_m,
            outline=outlined,
            fuller=fuller,
            catalogue=None if self.halos is None else self.halos.sample(store),
            box_size=self.description.box_in(self.told, self.member) or known.box_size,
            redshift=known.redshift,
        )

    def facts(self) -> dict[str, Any]:
        """Return what is known of it, as ``results.json`` says it."""
        known = describe_run(self.description, self.told)
        if len(self.description.parts) > 1:
            known["member"] = self.member
            known["warnings"].append(f"It holds {len(self.description.parts)} runs; {self.member!r} was taken.")
        if self.realisations:
            known["n_members"] = len(self.realisations)
            known["members"] = [str(one.description.path) for one in self.realisations]
        if listed := [str(one.halos.description.path) for one in self.realisations or (self,) if one.halos]:
            known["halos"] = listed if self.realisations else listed[0]
        return known


def open_runs(paths: Sequence[Path], told: Facts, role: str, label: str = "") -> OpenedRun:
    """Recognise the realisations of a run, or the one path that it is; raises as :func:`open_run` does."""
    opened = [open_run(path, told, role, label) for path in paths]
    return opened[0] if len(opened) == 1 else replace(opened[0], realisations=tuple(opened))


def open_run(path: Path, told: Facts, role: str, label: str = "") -> OpenedRun:
    """Recognise one path; of a file of several runs the first of that role is meant.

    Raises
    ------
    InputError
        Where it cannot be used, or holds several data sets.
    """
    found, refused = describe([path], told)
    if not found:
        raise refused[0] if refused else WrongCall(f"{path} holds no run")
    if len(found) > 1:
        names = ", ".join(d.path.name for d in found[:3])
        raise WrongCall(f"{path} holds {len(found)} data sets ({names}, …): name one of them")
    description = found[0]
    description, told = _by_its_values(description, told)
    parts = description.parts
    member = next((part.member for part in parts if part.role == role), parts[0].member if parts else "")
    return OpenedRun(label, _for_part(description, parts, member), description.unstated(told), member)


def _by_its_values(description: Description, told: Facts) -> tuple[Description, Facts]:
    """Take a grid of density for what its values show it to be, where nobody says; and say so.

    A field without negative values is divided by its mean, one of mean zero is an overdensity: nothing
    else can come of it. What is a vector may be a velocity, and is asked for.
    """
    guess = description.proposed.quantity
    if guess not in DENSITIES or description.quantity is not None or told.quantity is not None:
        return description, told
    note = f"{INFERRED} {guess.replace('_', ' ')}: say --quantity NAME if it is another."
    return replace(description, warnings=(*description.warnings, note)), replace(told, quantity=guess)


def default_labels(paths: Sequence[Path]) -> list[str]:
    """Return the files' stems, made unique."""
    return apart([name_of((path,)) for path in paths])


def name_of(paths: Sequence[Path]) -> str:
    """Return what a run is called by default: its file's stem, or what those of its realisations have in common."""
    stems = [_stem(path) for path in paths]
    return stems[0] if len(stems) == 1 else ensemble_name(stems)


def _stem(given: Path) -> str:
    path, member = named_member(given)
    named = path if path.name not in ("", "..") else path.resolve()
    stem = named.name if named.is_dir() else named.stem
    stem = f"{stem} {member.rpartition('/')[2]}".rstrip()
    return stem.encode("utf-8", "replace").decode()  # file names need not be text


def _for_part(description: Description, parts: Sequence[Part], member: str) -> Description:
    """A part may say what its file as a whole does not: its quantity."""
    stated = next((part.quantity for part in parts if part.member == member), None)
    return replace(description, quantity=description.quantity or stated)
