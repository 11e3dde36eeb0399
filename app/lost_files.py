"""Files of a study that are not where they were: which they are, and where they are now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.sessions import describe_anew, read_anew
from backends.data.facts import Facts
from backends.data.fingerprint import fingerprint
from backends.data.run import Origin, Run
from backends.data.study import Study
from backends.errors import UnreadableFile
from backends.progress import Progress, silent

MOST_VISITED = 50_000
"""Names of a folder that are looked at: a search ends where a person would have pointed more closely."""

MOST_READ = 2_000
"""Files that are read in part, in search of one that was given another name: some tenths of a second."""


@dataclass(frozen=True)
class LostFile:
    """A file that a study needs.

    labels : of the runs and the curves that come from it
    fingerprint : as the session knew it, or ""
    told : what its first run was told, for files that do not say what they hold
    """

    path: Path
    format: str
    labels: tuple[str, ...]
    fingerprint: str = ""
    told: Facts = Facts()


@dataclass(frozen=True)
class FoundFile:
    """Where a lost file is now.

    same : whether its content is what the session knew, as far as that can be told
    why_not : why it cannot take the lost file's place, or ""
    """

    path: Path
    same: bool = True
    why_not: str = ""


def files_of(study: Study) -> tuple[LostFile, ...]:
    """Return all files of a study, each once, in the order of the library."""
    found: dict[Path, LostFile] = {}
    for label, origin, told in _origins(study):
        known = found.get(origin.path)
        if known is None:
            found[origin.path] = LostFile(origin.path, origin.format, (label,), origin.fingerprint, told)
        elif label not in known.labels:
            found[origin.path] = replace(known, labels=(*known.labels, label))
    return tuple(found.values())


def lost_files(study: Study) -> tuple[LostFile, ...]:
    """Return those of a study's files that are not there."""
    return tuple(file for file in files_of(study) if not os.path.exists(file.path))


def find_by_one(chosen: LostFile, path: Path, others: Sequence[LostFile]) -> dict[Path, FoundFile]:
    """Take a path for one lost file, and look for the others where they must be if whole folders were moved.

    Others are found only with the content that the session knew.
    """
    found = {chosen.path: _looked_at(chosen, path)}
    if found[chosen.path].why_not:
        return found
    old, new = _moved(chosen.path, path)
    for other in others:
        places = [path.parent / other.path.name]
        if other.path.is_relative_to(old):
            places.insert(0, new / other.path.relative_to(old))
        there = (_looked_at(other, place) for place in places if os.path.exists(place))
        if (fitting := next((one for one in there if one.same and not one.why_not), None)) is not None:
            found[other.path] = fitting
    return found


def find_below(folder: Path, lost: Sequence[LostFile], progress: Progress = silent) -> dict[Path, FoundFile]:
    """Look for lost files in a folder and below it, by their names, and those that are not there by their content.

    Of several of one name, that of the same content is taken.
    """
    wanted, kinds = {file.path.name for file in lost}, {file.path.suffix for file in lost if file.fingerprint}
    places: dict[str, list[Path]] = {name: [] for name in wanted}
    others: list[Path] = []
    for place in _below(folder, progress):
        if place.name in wanted:
            places[place.name].append(place)
        elif place.suffix in kinds and place.is_file():
            others.append(place)
    for file in [file for file in lost if file.fingerprint and not places[file.path.name]]:
        places[file.path.name] += _renamed(file, others[:MOST_READ], progress)
    found: dict[Path, FoundFile] = {}
    for file in lost:
        candidates = [_looked_at(file, place) for place in places[file.path.name]]
        usable = [one for one in candidates if not one.why_not] or candidates
        if usable:
            found[file.path] = next((one for one in usable if one.same), usable[0])
    return found


def _renamed(file: LostFile, others: Sequence[Path], progress: Progress) -> list[Path]:
    """Return the file of this content among others of its kind, if there is one."""
    for number, place in enumerate(others):
        progress(number / len(others), f"Reading parts of {place.name}")
        with suppress(UnreadableFile):
            if place.suffix == file.path.suffix and fingerprint(place) == file.fingerprint:
                return [place]
    return []


def relinked(study: Study, moves: Mapping[Path, FoundFile], progress: Progress = silent) -> Study:
    """Return the study with these of its files in their new places, described anew."""
    runs = []
    for number, run in enumerate(study.runs):
        runs.append(_relinked_run(run, moves))
        progress((number + 1) / len(study.runs))
    curves = (
        read_anew(replace(curve, origin=_at(curve.origin, moves))) if curve.origin.path in moves else curve
        for curve in study.curves
    )
    return replace(study, runs=tuple(runs), curves=tuple(curves))


def _relinked_run(run: Run, moves: Mapping[Path, FoundFile]) -> Run:
    if not any(origin.path in moves for _, origin, _ in _origins(Study(runs=(run,)))):
        return run
    origin, epochs = _at(run.origin, moves), []
    for epoch in run.epochs:
        place = _at(epoch.origin, moves)
        epochs.append(replace(epoch, origin=place, description=describe_anew(place, epoch.told)))
    realisations = tuple(
        replace(one, origin=(place := _at(one.origin, moves)), description=describe_anew(place, run.told))
        for one in run.realisations
    )
    description = describe_anew(origin, run.told)
    if run.origin.path in moves and not moves[run.origin.path].same:
        said = f"{origin.path.name} is not the file that the session was saved with: its content differs."
        description = replace(description, warnings=(*description.warnings, said))
    return replace(run, origin=origin, epochs=tuple(epochs), realisations=realisations, description=description)


def _at(origin: Origin, moves: Mapping[Path, FoundFile]) -> Origin:
    move = moves.get(origin.path)
    return origin if move is None else replace(origin, path=move.path)


def _origins(study: Study) -> Iterator[tuple[str, Origin, Facts]]:
    for run in study.runs:
        yield run.label, run.origin, run.told
        for epoch in run.epochs:
            yield run.label, epoch.origin, epoch.told
        for one in run.realisations:
            yield run.label, one.origin, run.told
    for curve in study.curves:
        yield curve.label, curve.origin, curve.told


def _looked_at(file: LostFile, path: Path) -> FoundFile:
    """Say whether a path can take a lost file's place, and whether it is the same file."""
    path = path.resolve()
    description = describe_anew(Origin(path, file.format), file.told)
    if description.kind == "missing":
        return FoundFile(path, False, " ".join(description.warnings))
    try:
        same = not file.fingerprint or fingerprint(path) == file.fingerprint
    except UnreadableFile as error:
        return FoundFile(path, False, str(error))
    return FoundFile(path, same)


def _moved(old: Path, new: Path) -> tuple[Path, Path]:
    """Return which folder was moved to which: what is left of both paths when their equal ends are taken off."""
    while old.name == new.name and old.name:
        old, new = old.parent, new.parent
    return (old, new) if old.is_dir() or not old.suffix else (old.parent, new.parent)


def _below(folder: Path, progress: Callable[[float, str], object]) -> Iterator[Path]:
    """Yield the folder and everything in it and below, nearest first, up to a number."""
    yield folder
    waiting, seen = [folder], 0
    while waiting and seen < MOST_VISITED:
        here = waiting.pop(0)
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError:
            continue  # a folder that may not be read holds nothing for us
        for entry in entries:
            seen += 1
            yield Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
        progress(min(seen / MOST_VISITED, 0.99), f"{seen} names")
