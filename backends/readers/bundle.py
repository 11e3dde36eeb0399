"""Halograph's bundle: one task's cases, their truths, and several networks' predictions, in one file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py

from backends.data.description import Description, FieldFacts, Part
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import UnreadableFile, WrongCall
from backends.progress import Progress
from backends.readers import register
from backends.readers.files.hdf5 import at, attributes, checked, number, opened
from backends.readers.files.recognition import recognised
from backends.readers.grids.facts import GridFacts
from backends.readers.grids.layout import Slot, layout_of, parse_member
from backends.readers.grids.loading import Grid, field_of

VERSION = 1
SPLITS = ("test", "validation", "ood", "train")
"""What is shown first: boxes that the networks never saw."""

MOST_CASES = 256


@dataclass(frozen=True)
class Stored:
    """One data set of a bundle: where it is, which run it becomes, and in which case."""

    part: Part
    case: str
    facts: FieldFacts


@register("halograph-bundle")
class Bundle:
    """Everything but the grid, one case and one field is optional."""

    label = "Halograph bundle"

    def recognises(self, path: Path) -> bool:
        return recognised(path, lambda path, file: attributes(file).get("format") == "halograph-bundle")

    def gather(self, path: Path) -> tuple[Path, ...]:
        return (path,)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        path = files[0]
        with opened(path) as file:
            _require_version(path, file)
            grid = _grid(path, file)
            stored = list(_stored(path, file))
            if not stored:
                raise UnreadableFile(path, "holds neither a truth nor a prediction", "Write one case at least")
            first = attributes(at(path, file, f"cases/{stored[0].case}"))
            cosmology = {**attributes(at(path, file, "cosmology")), **first}
            quantities = {entry.part.quantity for entry in stored}
            warnings = validate(path, file, stored)
        return Description(
            path=path,
            files=(path,),
            format="halograph-bundle",
            kind="bundle",
            box_size=_box_size(first) or grid.box_size,
            redshift=_redshift(first),
            hubble=number(cosmology, "hubble"),
            omega_m=number(cosmology, "omega_m"),
            quantity=quantities.pop() if len(quantities) == 1 else None,
            cell_offset=grid.cell_offset,
            fields={entry.part.member: entry.facts for entry in stored},
            parts=tuple(entry.part for entry in stored),
            warnings=tuple(warnings),
            length_unit=1.0,
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
        path = description.path
        member = member or (description.parts[0].member if description.parts else "")
        name, selector = parse_member(member)
        with opened(path) as file:
            dataset = at(path, file, name)
            if not isinstance(dataset, h5py.Dataset):
                raise WrongCall(f"{path} holds no {member!r}")
            checked(path, dataset, name)
            layout = layout_of(dataset.shape)
            if layout is None or layout.components_last:
                raise UnreadableFile(path, f"has no field at {name!r}: its shape is {dataset.shape}", "Write it again")
            vector = (slice(0, 3),) if layout.leading and layout.leading[-1] == 3 else ()
            samples = len(layout.leading) - len(vector)
            slot = Slot((*((selector or ()) + (0,) * samples)[:samples], *vector))
            facts = _facts(path, file, name, dataset)
            grid = Grid(name, (name,), layout, facts.quantity, facts)
            return field_of(path, {name: dataset}, grid, slot, told, progress)


def validate(path: Path, file: Any, stored: list[Stored]) -> list[str]:
    """Say what a bundle leaves out and what that disables, as sentences."""
    found: list[str] = []
    cases = {entry.case for entry in stored}
    lacking = sorted(cases - {e.case for e in stored if e.part.role == "reference"})
    if lacking:
        found.append(f"No truth for {', '.join(lacking)}: nothing can be compared with it there.")
    lacking = sorted(cases - {e.case for e in stored if e.part.role == "input"})
    if lacking:
        found.append(f"No input for {', '.join(lacking)}: networks cannot be run or explained there.")
    models = at(path, file, "models")
    if not isinstance(models, h5py.Group) or not len(models):
        found.append("No networks: nothing says which architecture made what, at which cost.")
    else:
        for name in models:
            facts = attributes(at(path, models, name))
            if not facts.get("architecture"):
                found.append(f"The network {name} names no architecture: it cannot be run or explained.")
            if not number(facts, "parameters"):
                found.append(f"The network {name} states no number of parameters: it is not ranked by its size.")
    if number(attributes(at(path, file, "cosmology")), "omega_m") is None:
        found.append("No Ω_m: halo masses and masses of particles are not known.")
    return found


def _require_version(path: Path, file: Any) -> None:
    version = number(attributes(file), "version")
    if version is None or int(version) != VERSION:
        raise UnreadableFile(
            path,
            f"is a bundle of version {version:g}" if version is not None else "is a bundle that states no version",
            f"This Halograph reads version {VERSION}; install a newer one",
        )


def _grid(path: Path, file: Any) -> GridFacts:
    """The facts of /grid, which alone may not be left out."""
    values = attributes(at(path, file, "grid"))
    box_size = _box_size(values)
    if box_size is None:
        raise UnreadableFile(path, "states no box size in /grid", "Write it again with box_size in Mpc/h")
    offset = number(values, "cell_offset")
    assignment = values.get("mass_assignment")
    return GridFacts(
        box_size=box_size,
        length=(1.0, True),
        cell_offset=offset if offset in (0.0, 0.5) else None,
        mass_assignment=assignment if assignment in ("ngp", "cic", "tsc", "pcs") else None,
    )


def _stored(path: Path, file: Any) -> Iterator[Stored]:
    """Every field of a bundle, case by case: the truth, the networks, then the input and cheap approximations."""
    cases = at(path, file, "cases")
    models = at(path, file, "models")
    names = list(cases)[:MOST_CASES] if isinstance(cases, h5py.Group) else []
    facts = {name: attributes(at(path, cases, name)) for name in names}
    split = {name: str(facts[name].get("split", "")) for name in names}
    for name in sorted(names, key=lambda n: (SPLITS.index(split[n]) if split[n] in SPLITS else len(SPLITS), n)):
        yield from _entry(path, file, f"cases/{name}/target", "N-body", "reference", None, name)
        for model in models if isinstance(models, h5py.Group) else ():
            about = attributes(at(path, models, model))
            label, architecture = str(about.get("label", model)), str(about.get("architecture", "")) or None
            place = f"models/{model}/predictions/{name}"
            means = list(_entry(path, file, f"{place}/mean", label, "prediction", architecture, name))
            yield from means or _entry(path, file, f"{place}/samples", label, "prediction", architecture, name)
        yield from _entry(path, file, f"cases/{name}/input", "Input", "input", None, name)
        approximations = at(path, cases, f"{name}/approximations")
        if isinstance(approximations, h5py.Group):
            for other in approximations:
                place = f"cases/{name}/approximations/{other}"
                yield from _entry(path, file, place, other, "prediction", None, name)


def _entry(
    path: Path, file: Any, member: str, label: str, role: str, architecture: str | None, case: str
) -> Iterator[Stored]:
    """The data set of that name, if it is there; of samples, the first."""
    dataset = at(path, file, member)
    if dataset is None:
        return
    checked(path, dataset, member)
    facts, about = attributes(dataset), attributes(at(path, file, f"cases/{case}"))
    quantity = str(facts.get("quantity", "")) or _task_quantity(path, file, role)
    sampled = member.endswith("/samples")
    part = Part(
        member=f"{member}[0]" if sampled else member,
        label=label if architecture else str(facts.get("label", "")) or label,
        role=role,
        architecture=architecture,
        quantity=quantity,
        facts=Facts(box_size=_box_size(about), redshift=_redshift(about)),
    )
    yield Stored(part, case, FieldFacts(tuple(int(n) for n in dataset.shape), dataset.dtype.name))


def _box_size(values: Mapping[str, Any]) -> float | None:
    """Return the side that is stated; what is none, 0 and below, is not."""
    box_size = number(values, "box_size")
    return box_size if box_size is not None and box_size > 0 else None


def _redshift(values: Mapping[str, Any]) -> float | None:
    """Return the redshift that is stated; what is none, −1 and below, is not."""
    redshift = number(values, "redshift")
    return redshift if redshift is not None and redshift > -1 else None


def _task_quantity(path: Path, file: Any, role: str) -> str | None:
    task = attributes(at(path, file, "task"))
    return str(task.get("input_quantity" if role == "input" else "target_quantity", "")) or None


def _facts(path: Path, file: Any, member: str, dataset: Any) -> GridFacts:
    """What holds for one data set: its own attributes, its case's, the grid's."""
    steps = member.split("/")
    case = steps[1] if steps[0] == "cases" else steps[3] if len(steps) > 3 else ""
    about = attributes(at(path, file, f"cases/{case}")) if case else {}
    own = attributes(dataset)
    grid = _grid(path, file)
    return replace(
        grid,
        box_size=_box_size(about) or grid.box_size,
        redshift=_redshift(about),
        quantity=str(own.get("quantity", "")) or _task_quantity(path, file, "input" if steps[-1] == "input" else ""),
        unit=str(own.get("unit", "")),
    )
