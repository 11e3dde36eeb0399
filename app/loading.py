"""From dropped paths to runs of the study."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.ordering import holds_all_of, labels_of, likely_box, rank_among
from app.refusals import Refusal, in_one_line, refusal
from backends import readers
from backends.data.curve import Curve, ReferenceCurve
from backends.data.description import HALOS, Description, Part
from backends.data.facts import Facts
from backends.data.run import Network, Origin, Run
from backends.data.study import Study
from backends.data.view import usual_opacity
from backends.engine.compiled import know_all
from backends.errors import InputError, WrongCall
from backends.progress import Progress, silent
from backends.readers import opening
from backends.readers.grids.glance import is_large as is_large_grid
from backends.statistics import registry

SHOWN = ("particles", "field", "bundle", *HALOS)
"""Kinds of data that become runs of a study; of one drop, halos come last: what they lie in is the reference."""

MANY = 1 << 22
"""Particles from which on painting all of them takes longer than a person notices."""

DENSITIES = ("relative_density", "overdensity", "density", "displacement", "normalised_displacement")
"""Quantities that are compared with each other; temperatures and the like are no predictions of them."""

PIECE = re.compile(r"(?<=.)[._]\d+$")
"""The number of one piece of many."""

SUFFIX = re.compile(r"\.[A-Za-z]{1,6}5?$")
"""What a file's name says of its format; numbers behind a full stop are a piece's or a redshift's."""


@dataclass(frozen=True)
class Opened:
    """What a drop turned out to hold, and every refusal with its reason."""

    descriptions: tuple[Description, ...]
    refused: tuple[Refusal, ...]
    curves: tuple[ReferenceCurve, ...] = ()


def look_into(
    paths: Sequence[Path],
    told: Facts = Facts(),
    progress: Progress = silent,
    hubble: float | None = None,
    *,
    in_order: bool = False,
) -> Opened:
    """Recognise paths and describe what they hold; nothing large is read.

    Parameters
    ----------
    hubble : the reference's h, for tables of statistics that need one and do not state it
    in_order : whether a person ordered the paths, and the first is the reference
    """
    prepare_reading()
    found, refused = opening.describe(paths, told, progress)
    shown = [d for d in found if d.kind in SHOWN]
    kept = tuple(sorted(shown, key=(lambda d: d.kind in HALOS) if in_order else rank_among(shown)))
    curves: list[ReferenceCurve] = []
    if hubble is None:
        hubble = next((d.hubble for d in kept if d.hubble is not None), None)
    for description in found:
        if description.kind == "table":
            try:
                curves += curves_of(description, told, hubble)
            except InputError as error:
                refused.append(error)
    others = [
        Refusal(d.path, f"holds a {d.kind}, which cannot be shown beside fields yet")
        for d in found
        if d.kind not in (*SHOWN, "table")
    ]
    return Opened(kept, (*map(refusal, refused), *others), tuple(curves))


def curves_of(description: Description, told: Facts = Facts(), hubble: float | None = None) -> list[ReferenceCurve]:
    """Read every curve of a table of statistics; they have no key and no colour yet.

    Raises
    ------
    InputError
        Where one cannot be read, or its units need an h that is not known.
    """
    warnings = description.warnings
    if description.hubble is None and told.hubble is None and hubble is not None:
        told = replace(told, hubble=hubble)
        if any("--hubble" in warning for warning in warnings):
            warnings = (*warnings, f"The reference's h = {hubble:g} was taken.")
    found = []
    for part in description.parts:
        curve = opening.load(description, told, part.member)
        assert isinstance(curve, Curve)
        origin = Origin(description.path, description.format, part.member)
        found.append(ReferenceCurve("", part.label, "", curve.statistic, origin, told, True, curve, warnings))
    return found


def open_curves(path: Path, told: Facts, hubble: float | None) -> list[ReferenceCurve]:
    """Read the curves of one table that the command line names.

    Raises
    ------
    InputError
        Where it is no table of a statistic, or cannot be read.
    """
    found, refused = opening.describe([path], told)
    if refused:
        raise refused[0]
    if other := next((d.kind for d in found if d.kind != "table"), ""):
        raise WrongCall(f"{path} holds a {other} and no table of a statistic; name it as a run, without --curve")
    return [curve for description in found for curve in curves_of(description, told, hubble)]


def add_curves(study: Study, found: Iterable[ReferenceCurve], colours: Sequence[str]) -> Study:
    """Return the study with these curves and their plots; labels are made unique, colours are taken in order."""
    curves = list(study.curves)
    numbers = itertools.count(1 + max((int(curve.key.rpartition("-")[2]) for curve in curves), default=0))
    for curve in found:
        taken = [run.colour for run in study.runs] + [other.colour for other in curves]
        label = _unique(curve.label, [run.label for run in study.runs] + [other.label for other in curves])
        curves.append(replace(curve, key=f"curve-{next(numbers)}", label=label, colour=free_colour(colours, taken)))
    new = curves[len(study.curves) :]
    statistics = dict.fromkeys((*study.statistics, *(curve.statistic for curve in new)))
    return replace(study, curves=tuple(curves), statistics=tuple(statistics))


def count_of(description: Description, species: str | None = None) -> int:
    """Return how many particles of a species there are, or of all matter."""
    held = description.species
    return sum(
        facts.count for name, facts in held.items() if name == species or (species is None and name != "tracers")
    )


def are_many(description: Description, species: str | None = None) -> bool:
    """Whether painting takes longer than a person waits for it, so that a first look is worthwhile."""
    return description.kind == "particles" and count_of(description, species) > MANY


def is_large(description: Description, species: str | None = None) -> bool:
    """Whether a first look is worthwhile: particles are many, or a grid has many cells."""
    return are_many(description, species) or is_large_grid(description)


def prepare_reading() -> None:
    """Import the readers, and what a first look needs."""
    import numpy.ma  # noqa: F401 - numpy itself imports it at the first percentile

    import backends.mesh.first_look  # noqa: F401

    readers.registry().names()


def prepare() -> None:
    """Import the statistics, too, and with them numba and scipy, before the window's thread asks for one."""
    prepare_reading()
    import backends.statistics.figures
    import backends.statistics.ranking  # noqa: F401

    registry().names()


def prepare_computing() -> None:
    """Import what the first statistic would, too: the window that draws a first picture then has the interpreter."""
    prepare()
    import scipy.fft  # noqa: F401 - scipy itself brings its transforms at the first one

    know_all()


def add_runs(
    study: Study,
    descriptions: Iterable[Description],
    colours: Sequence[str],
    reference_colour: str,
    networks: dict[str, Network] | None = None,
    given: Facts = Facts(),
) -> Study:
    """Return the study with the runs that these data sets become; ``given`` is told of what their files do not say.

    The first run of a study that has no reference becomes it; further ones are predictions. Labels
    are made unique, colours are taken in order and reused only when all are taken.
    """
    descriptions = list(descriptions)
    runs = list(study.runs)
    numbers = itertools.count(1 + max((int(r.key.rpartition("-")[2]) for r in runs), default=0))
    wanted = [(description, _first_case(description)) for description in descriptions]
    names = labels_of(wanted, [run.label for run in runs], _stem)
    for description, parts in wanted:
        box_size = likely_box(description, study.reference, descriptions)
        hidden = sum(not _shown(part, description) for part in parts) if description.kind == "field" else 0
        if hidden:
            begin, them = ("one begins", "it") if hidden == 1 else (f"{hidden} begin", "them")
            said = f"Of its {len(parts)} fields {begin} hidden; the eye shows {them}."
            description = replace(description, warnings=(*description.warnings, said))
        truth = any(part.role == "reference" for part in description.parts)
        for part in parts:
            role = part.role
            if role == "reference" and any(r.role == "reference" for r in runs):
                role = "prediction"
            if role == "prediction" and not truth and not any(r.role == "reference" for r in runs):
                role = "reference"
            taken = [r.colour for r in runs]
            colour = reference_colour if role == "reference" else free_colour(colours, taken)
            # What the reader inferred is taken up as a correction, which can be undone.
            told, assumed = description.unstated(given).over(description.proposed), None
            if box_size and told.over(description.facts_of(part.member)).box_size is None:
                told, assumed = replace(told, box_size=box_size), box_size
            runs.append(
                Run(
                    key=f"run-{next(numbers)}",
                    label=_unique(names[description.path, part.member], [r.label for r in runs]),
                    colour=colour,
                    role=role,
                    origin=Origin(description.path, description.format, part.member),
                    description=description,
                    told=told,
                    visible=_shown(part, description),
                    network=(networks or {}).get(part.architecture or ""),
                    assumed_box=assumed,
                )
            )
    name = study.name
    if not study.runs and runs:
        name = runs[0].description.path.stem
    selected = study.selected or next((r.key for r in runs if _stands_out(r, runs[0])), runs[0].key if runs else "")
    view = study.view
    if not study.runs and runs and runs[0].facts.box_size:
        view = replace(view, opacity=usual_opacity(runs[0].facts.box_size))
    return replace(study, name=name, runs=tuple(runs), selected=selected, view=view)


def _stands_out(run: Run, first: Run) -> bool:
    """Whether a run is what a person looks at beside the first: in sight, matter, and no subsample of the same."""
    matter = run.description.kind not in HALOS and not holds_all_of(first.description, run.description)
    return run.role == "prediction" and run.visible and matter


def _shown(part: Part, description: Description) -> bool:
    """Whether the views begin with it: beside networks, the input and cheap approximations only crowd them."""
    if description.kind == "field" and part.quantity is not None and part.quantity not in DENSITIES:
        return part is description.parts[0]
    if part.role == "reference" or not any(other.architecture for other in description.parts):
        return part.role != "input"
    return part.architecture is not None


def _first_case(description: Description) -> tuple[Part, ...]:
    """The parts of a bundle's first case; a data set without parts is one run."""
    if not description.parts:
        return (Part("", _stem(description)),)
    first = description.parts[0].case
    return tuple(part for part in description.parts if part.case == first)


def cases(description: Description) -> tuple[str, ...]:
    """Names of a bundle's cases, in order."""
    return tuple(dict.fromkeys(part.case for part in description.parts))


def _stem(description: Description) -> str:
    """A file's name without its format's; of one piece of many, without its number."""
    path, name = description.path, in_one_line(description.path.name)
    if path.is_dir():
        return name  # its number is an output's
    name = SUFFIX.sub("", name)
    return PIECE.sub("", name) if len(description.files) > 1 else name


def _unique(label: str, taken: Sequence[str]) -> str:
    if label not in taken:
        return label
    return next(f"{label} ({n})" for n in itertools.count(2) if f"{label} ({n})" not in taken)


def free_colour(colours: Sequence[str], taken: Sequence[str]) -> str:
    """Return the first colour that fewest have taken."""
    return min(colours, key=lambda colour: (taken.count(colour), colours.index(colour)))
