"""``halograph compare`` as a function: from paths to results, tables, figures and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.exporting.delivery import delivered, require_deliverable
from app.exporting.figures import FORMATS
from app.exporting.given_paths import given_paths
from app.exporting.listed_halos import require_fitting, with_halos
from app.exporting.published import Published
from app.exporting.publishing import publish
from app.exporting.runs import INFERRED, OpenedRun, name_of, open_runs
from app.loading import open_curves
from app.ordering import apart
from backends.data.description import HALOS
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.data.store import Store
from backends.errors import InputError, MismatchedBoxes, NotApplicable, WrongCall
from backends.progress import Progress, part, silent
from backends.readers.files.limits import available_memory
from backends.statistics import registry
from backends.statistics.compare import Measured, compute
from backends.statistics.figures import RunStyle, figure
from backends.statistics.measuring import partners, samples_of
from backends.statistics.meshes import frame_of, with_mesh
from backends.statistics.ranking import Ranking, ranking
from backends.statistics.reference_curves import with_curves
from backends.statistics.theory_curves import universe_of, with_theory
from widgets.theme import theme

FIRST = (
    "power-spectrum",
    "transfer-function",
    "correlation-coefficient",
    "break-scale",
    "density-pdf",
    "halo-mass-function",
)
ALL = "all"
SCORED = ("transfer-function", "correlation-coefficient")
"""What the scores are read from, computed even where other statistics are asked for."""
MEMORY = 1 << 33
"""Bytes of arrays that are kept between statistics, where there is twice as much."""

SAME = "Choose runs of one box and, for grids, of one mesh"


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison found: the document of ``results.json``, the ranking, and what was taken for granted."""

    document: dict[str, Any]
    ranking: Ranking
    notes: tuple[str, ...] = ()


def compare(
    reference: Path,
    predictions: Sequence[Path],
    out: Path,
    labels: Sequence[str] | None = None,
    statistics: Sequence[str] | None = None,
    species: str | None = None,
    n_mesh: int | None = None,
    mass_assignment: str | None = None,
    interlaced: bool = True,
    formats: Sequence[str] = ("pdf", "png"),
    told: Facts = Facts(),
    progress: Progress = silent,
    curves: Sequence[Path] = (),
    more: Mapping[str, Any] = MappingProxyType({}),
    halos: Sequence[str] = (),
) -> Comparison:
    """Compare predictions with a reference and write all of it under ``out``, whole or not at all.

    Parameters
    ----------
    reference, predictions : a path each, or the realisations of one run as :func:`given_paths` reads them
    labels : names of the runs, the reference's first; None takes the files' stems
    statistics : registered names; "all", or None, for every one
    formats : of the figures: "pdf", "png", "svg"
    told : what files do not say; ignored by those that say it
    curves : tables of statistics that are drawn beside the runs' own
    more : other fields of ``Parameters``, by name
    halos : "RUN=FILE", the catalogues that list the halos of runs

    Raises
    ------
    InputError
        Where something that was given cannot be used; the message names the file.
    MachineError
        Where ``out`` cannot be written.
    """
    names = _known(statistics)
    if unknown := [kind for kind in formats if kind not in FORMATS]:
        raise WrongCall(f"there is no figure format {unknown[0]!r}; known are {', '.join(FORMATS)}")
    require_deliverable(out)
    paths = [given_paths(word) for word in (reference, *predictions)]
    parameters = Parameters(
        n_mesh=n_mesh, mass_assignment=mass_assignment, interlaced=interlaced, species=species, **more
    )
    runs = [
        open_runs(files, told, "prediction" if i else "reference", label)
        for i, (files, label) in enumerate(zip(paths, _labels(paths, labels), strict=True))
    ]
    runs = with_halos(runs, halos, told)
    tables = [table for path in curves for table in open_curves(path, told, runs[0].description.hubble)]
    store = Store(min(MEMORY, available_memory() // 2))
    samples = [run.measured(store) for run in runs]
    _read(runs, paths, samples, parameters, part(progress, 0.0, 0.2))
    alien = _mismatched(paths, samples, parameters)
    results = _results((*names, *(n for n in SCORED if n not in names)), samples, parameters, part(progress, 0.2, 0.8))
    # A run in another box keeps its own curves and has no scores: it was held against nothing.
    by_run = {run.label: {} if run.label in alien else _found(results, run.label) for run in runs}
    ranked = ranking(by_run, parameters, reference_key=runs[0].label)
    styles = run_styles([run.label for run in runs])
    figures = [
        figure(name, [(s, results[name][s.key]) for s in styles if s.key in results[name]], styles[0].key, parameters)
        for name in names
    ]
    slots = theme("dark").runs
    colours = {id(table): slots[(len(runs) - 1 + i) % len(slots)] for i, table in enumerate(tables)}
    universe = universe_of(runs[0].description, told, runs[0].member, parameters)
    counted = [found for found in results.get("halo-mass-function", {}).values() if isinstance(found, StatisticResult)]
    figures = [with_theory(drawn, counted, parameters, universe, tables, lambda colour: colour) for drawn in figures]
    figures = [with_curves(drawn, tables, lambda table: colours[id(table)]) for drawn in figures]
    published = Published(
        reference=runs[0].label,
        runs={run.label: run.facts() for run in runs},
        styles=styles,
        results={name: results[name] for name in names},
        figures=figures,
        ranking=ranked,
    )
    with delivered(out) as draft:
        document = publish(published, draft, formats, part(progress, 0.8, 1.0))
    files = [one for run in runs for one in run.realisations or (run,)]
    inferred = [f"{run.label}: {_told(run.realisations)}" for run in runs if run.realisations]
    inferred += [
        f"{one.description.path}: {note}" for one in files for note in one.description.warnings if INFERRED in note
    ]
    inferred += dict.fromkeys(f"{table.origin.path}: {note}" for table in tables for note in table.warnings)
    return Comparison(document, ranked, (*inferred, *alien.values()))


def run_styles(labels: Sequence[str]) -> list[RunStyle]:
    """Give runs their colours and dashes, in the order of the window's library; the reference alone has full lines."""
    slots = theme("dark")
    first, *rest = labels
    styles = [RunStyle(first, first, slots.reference, 0, True)]
    return styles + [RunStyle(label, label, slots.runs[i % len(slots.runs)], 1 + i % 6) for i, label in enumerate(rest)]


def _known(statistics: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names asked for, or all, the usual ones first; an unknown one is refused at once."""
    known = registry().names()
    asked = tuple(dict.fromkeys(statistics or (ALL,)))
    for name in asked:
        if name != ALL:
            registry()[name]
    if ALL in asked:
        return (*(n for n in FIRST if n in known), *(n for n in known if n not in FIRST))
    return asked


def _told(realisations: Sequence[OpenedRun]) -> str:
    first, *_, last = (one.description.path.name for one in realisations)
    return f"{len(realisations)} realisations, {first} to {last}"


def _labels(paths: Sequence[Sequence[Path]], labels: Sequence[str] | None) -> list[str]:
    if labels is None:
        return apart([name_of(files) for files in paths])
    if len(labels) != len(paths):
        raise WrongCall(
            f"{len(labels)} labels are given for {len(paths)} runs; --label names each, the reference first"
        )
    if not all(label.strip() for label in labels):
        raise WrongCall("a label is empty; --label must name each run")
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if list(labels).count(label) > 1)
        raise WrongCall(f"two runs are called {twice!r}; --label must tell them apart")
    return [label.encode("utf-8", "replace").decode() for label in labels]


def _read(
    runs: Sequence[OpenedRun],
    paths: Sequence[Sequence[Path]],
    samples: Sequence[Measured],
    parameters: Parameters,
    progress: Progress,
) -> None:
    """Read all runs first, so that what cannot be used is refused before anything is computed."""
    given = [
        (one, path, sample)
        for run, files, measured in zip(runs, paths, samples, strict=True)
        for one, path, sample in zip(run.realisations or (run,), files, samples_of(measured), strict=True)
    ]
    for i, (one, path, sample) in enumerate(given):
        report = part(progress, i / len(given), (i + 1) / len(given))
        require_fitting(one, sample, parameters, part(report, 0.5, 1.0))
        try:
            sample.compared(parameters, part(report, 0.0, 0.5))
        except NotApplicable as useless:
            if one.description.kind not in HALOS:  # a catalogue has no density, and halos all the same
                raise InputError(str(useless)) from useless
        except InputError as error:
            if str(path) in str(error) or str(one.description.path) in str(error):
                raise
            raise InputError(f"{path}: {error}") from error


def _mismatched(paths: Sequence[Sequence[Path]], samples: Sequence[Measured], parameters: Parameters) -> dict[str, str]:
    """Return the predictions that cannot be held against the reference, with the reason.

    Raises
    ------
    InputError
        Where none can.
    """
    reference, *others = samples
    found: dict[str, str] = {}
    last: InputError | None = None
    for files, run in zip(paths[1:], others, strict=True):
        try:
            theirs = partners(run, reference, compares=True)
        except NotApplicable as uneven:
            found[run.label], last = str(uneven), uneven
            continue
        with suppress(NotApplicable):
            for place, (one, other) in enumerate(zip(samples_of(run), theirs, strict=True)):
                try:
                    frame_of(one, other, with_mesh(parameters, one, other))
                except MismatchedBoxes as differ:
                    found[run.label] = str(differ)
                    against = paths[0][place] if len(paths[0]) > 1 else paths[0][0]
                    last = MismatchedBoxes(str(against), str(files[place]), f"{differ.difference}. {SAME}")
                    break
    if last is not None and len(found) == len(others):
        raise last
    return found


def _results(
    names: Sequence[str], samples: Sequence[Measured], parameters: Parameters, progress: Progress
) -> dict[str, dict[str, StatisticResult | str]]:
    found: dict[str, dict[str, StatisticResult | str]] = {name: {} for name in names}
    for name, sample, outcome in compute(names, samples, parameters, 0, progress):
        found[name][sample.label] = outcome
    return found


def _found(results: dict[str, dict[str, StatisticResult | str]], label: str) -> dict[str, StatisticResult]:
    """Return one run's results by statistic, without those that make no sense for it."""
    return {
        name: outcome for name, by_run in results.items() if isinstance(outcome := by_run.get(label), StatisticResult)
    }
