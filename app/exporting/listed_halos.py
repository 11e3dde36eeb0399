"""Takes the halos of a run from catalogues that the command line names, and not from its particles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.exporting.given_paths import given_paths
from app.exporting.runs import OpenedRun, name_of, open_run
from backends.data.description import HALOS
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.errors import InputError, NotApplicable, WrongCall
from backends.progress import Progress, part
from backends.statistics.sample import Sample


def with_halos(runs: Sequence[OpenedRun], words: Sequence[str], told: Facts) -> list[OpenedRun]:
    """Return the runs, of which those that are named have the catalogues that are said to be theirs.

    Parameters
    ----------
    words : "RUN=FILE", the run by its label; of realisations FILE names as many, as :func:`given_paths` reads it

    Raises
    ------
    InputError
        Where no run is called so, or what is named is no catalogue.
    """
    taken: dict[str, str] = {}
    for word in words:
        label = _named(word, [run.label for run in runs])
        if label in taken:
            raise WrongCall(f"--halos names the halos of {label} twice; give each run one catalogue")
        taken[label] = word[len(label) + 1 :]
    return [_with(run, taken[run.label], told) if run.label in taken else run for run in runs]


def require_fitting(run: OpenedRun, sample: Sample, parameters: Parameters, progress: Progress) -> None:
    """Read the catalogue of a run, and refuse one of another box or time before anything is computed.

    Raises
    ------
    InputError
        Where it does not fit or cannot be read; the message names its file.
    """
    if run.halos is None or sample.catalogue is None:
        return
    path = str(run.halos.description.path)
    try:
        sample.catalogue.data(None, part(progress, 0.0, 0.5))
        sample.halos(parameters, part(progress, 0.5, 1.0))
    except NotApplicable as unfit:
        raise WrongCall(f"{path}: {unfit}") from unfit
    except InputError as error:
        if path in str(error):
            raise
        raise InputError(f"{path}: {error}") from error


def _named(word: str, labels: Sequence[str]) -> str:
    """Return the run that a word begins with; both labels and files may hold equals signs, so the longest is meant."""
    found = [label for label in labels if word.startswith(f"{label}=") and len(word) > len(label) + 1]
    if not found:
        raise WrongCall(f"--halos {word} names no run: say RUN=FILE, RUN one of {', '.join(labels)}")
    return max(found, key=len)


def _with(run: OpenedRun, word: str, told: Facts) -> OpenedRun:
    members = run.realisations or (run,)
    paths = given_paths(Path(word))
    if len(paths) != len(members):
        raise WrongCall(
            f"--halos gives {run.label} {len(paths)} catalogues for {len(members)} boxes; name one for each box"
        )
    listed = []
    for one, path in zip(members, paths, strict=True):
        if one.description.kind in HALOS:
            raise WrongCall(f"{one.description.path} is a catalogue itself: name the run whose halos {path} lists")
        halos = open_run(path, told, "prediction", name_of((path,)))
        if halos.description.kind not in HALOS:
            raise WrongCall(f"{path} holds {halos.description.kind} and no list of halos; --halos takes a catalogue")
        listed.append(replace(one, halos=halos))
    return replace(listed[0], realisations=tuple(listed) if run.realisations else ())
