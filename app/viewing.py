"""Decides which cells the grid of views shows: a pure function of the study and of what is ready."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from app.first_looks import FirstLook
from app.overlays import Overlay, overlay
from app.rows import cube_or_count
from app.short_names import short_names
from backends.data.description import HALOS
from backends.data.field import Field
from backends.data.place_words import coordinates
from backends.data.run import Run
from backends.data.species import in_words
from backends.data.statistic import StatisticResult
from backends.data.study import Study
from backends.data.view import ViewSettings
from backends.errors import MismatchedBoxes
from backends.statistics.meshes import BOX_TOLERANCE
from widgets.views.cell import Cell
from widgets.volume.pane import FACED, MARCHED

if TYPE_CHECKING:
    from backends.statistics.ranking import Ranking

ROOMY = 4
"""Cells that have room for whole labels."""
MOST = 16
"""Cells at most: beyond that nothing can be seen in any of them."""


@dataclass(frozen=True)
class Available:
    """What the views may draw on.

    density : texture key of a run whose density is ready, else None
    progress, failures : of the runs that are not ready
    previews : first looks at runs that are not ready
    details : the quiet words beside a run's name, e.g. "r > 0.95 to k = 0.93 h/Mpc"
    overlays, halos : texture keys by run
    full_colour : what an attribution is that has full colour, in means of its map
    maps : keys of the runs of one or two dimensions
    notes : what is said of the halos of runs that have circles
    swarms : of the runs whose particles were looked for: why they cannot be shown, or ""
    times : what is said of the time at which a run is seen
    """

    density: Callable[[Run], Hashable | None]
    colour: Callable[[Run], str]
    progress: Mapping[str, float | None] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    previews: Mapping[str, FirstLook] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    overlays: Mapping[str, Hashable] = field(default_factory=dict)
    full_colour: str = ""
    halos: Mapping[str, Hashable] = field(default_factory=dict)
    maps: Collection[str] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    swarms: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)


TOGETHER = {"wipe": "wiped with {}", "checkerboard": "in squares with {}", "blink": "blinks with {}"}
"""What the chip adds where two runs are seen in one view."""
SIGNS = {"difference": "−", "ratio": "/"}

FLAT = "A map has two dimensions, a line of sight one: there is no volume of it. Choose Slice, along Z"


def layer(field: Field) -> Field:
    """Return what the views draw of a field: a map is one layer of cells, seen along z; lines of sight are its rows."""
    if field.dimensions == 1:
        # As thick as there is room: lines are no samples of one smooth field, and are not mixed with their neighbours.
        thick = np.repeat(field.values.reshape(field.lines, -1), max(field.n_mesh // field.lines, 1), axis=0)
        return replace(field, values=np.ascontiguousarray(thick.T)[..., None], dimensions=3)
    return replace(field, values=field.values[..., None], dimensions=3) if field.dimensions == 2 else field


def seen(study: Study, maps: Collection[str]) -> ViewSettings:
    """Return how a study is looked at: where all that is in sight are maps or lines, as slices along z of no depth.

    ``maps`` are the keys of the runs of one or two dimensions.
    """
    runs = [run.key for run in study.runs if run.visible]
    if not runs or not set(runs) <= set(maps):
        return study.view
    return replace(study.view, mode="slice", axis=2, depth=(0.5, 0.5))


def details(ranking: Ranking | None, band: float, correlations: Mapping[str, object]) -> dict[str, str]:
    """Say beside each prediction's name how far its phases may be believed; ``correlations`` are r(k) by run."""
    rows = ranking.rows if ranking is not None else ()
    scores = {row.key: row.scores.get("k_correlation") for row in rows}
    lost = {key for key, found in correlations.items() if _begins_below(found, band)}
    return {
        key: f"r < {band:g} at k = {k:.2f} h/Mpc" if key in lost else f"r > {band:g} to k = {k:.2f} h/Mpc"
        for key, k in scores.items()
        if k is not None
    }


def _begins_below(found: object, band: float) -> bool:
    """Whether a correlation is below the band from its largest scale on: it is above it to no k at all."""
    values = found[found.y] if isinstance(found, StatisticResult) else np.empty(0)
    known = values[np.isfinite(values)]
    return bool(known.size and known[0] < band)


def cells(study: Study, available: Available) -> tuple[Cell, ...]:
    """Return the cells of the study's page, in the order in which they are laid out."""
    page = study.view.page
    if page == "view":
        run = _focus(study)
        return (_cell(study, run, available, study.view.comparison),) if run else ()
    if page == "explain":
        explained = [run for run in study.runs if run.network is not None]
        shown = explained or [run for run in study.runs if run.visible]
        return tuple(_cell(study, run, available, "field", explain=True) for run in shown[:MOST])
    runs = [run for run in study.runs if run.visible][:MOST]
    grid = [_cell(study, run, available, study.view.comparison) for run in runs]
    alone = study.view.comparison == "field" and study.view.mode != "particles"
    if alone and (extra := _difference(study, runs, available)) is not None:
        grid.append(extra)
    return tuple(grid)


def in_sight(study: Study, views: int) -> tuple[str, ...]:
    """Return what the status line says of the views: what they leave out, whether the box is wrapped, and linked."""
    wrapped = _wrapped(study)
    if views < 2:
        return wrapped
    alone = [run.label for run in study.runs if study.view.linked and not study.view.own_of(run.key).shares_all]
    but = f", but for {' and '.join(alone)}" if 0 < len(alone) < 3 else f", but for {len(alone)}" if alone else ""
    facts = [f"{views} views {'linked' if study.view.linked else 'not linked'}{but}"]
    runs = sum(run.visible for run in study.runs)
    if study.view.page == "compare" and runs > MOST:
        facts.insert(0, f"the first {MOST} of {runs} runs are in sight; hide some to see others")
    return (*wrapped, *facts)


def _wrapped(study: Study) -> tuple[str, ...]:
    """Say from which corner the box is drawn: depths and the kept part of it are counted from there."""
    shown = [run for run in study.runs if run.visible and run.facts.box_size]
    if study.view.origin == (0.0, 0.0, 0.0) or not shown:
        return ()
    side = shown[0].facts.box_size or 0.0
    return (f"the box is drawn from {coordinates((share * side for share in study.view.origin), side)}",)


def kept(study: Study) -> str:
    """Return what the selected run keeps to itself, in words, or "" where it shares everything."""
    run = next((run for run in study.runs if run.key == study.selected), None)
    named = (("colours", "colours"), ("clip", "clip box"))
    parts = [words for part, words in named if run is not None and study.view.keeps(run.key, part)]
    return f"Own {' and '.join(parts)} of {run.label}" if run is not None and parts else ""


def _focus(study: Study) -> Run | None:
    """The run that the View page shows: the selected one, else the reference, else the first."""
    if any(run.key == study.selected for run in study.runs):
        return study.run(study.selected)
    return study.reference or (study.runs[0] if study.runs else None)


def _difference(study: Study, runs: list[Run], available: Available) -> Cell | None:
    """One more cell: the selected run minus the reference.

    Where the reference is the selected one, it is the run that was selected before; without any, the last prediction.
    """
    reference = study.reference
    failed = available.failures
    others = [run for run in runs if run.key not in failed and _alike(run, reference) and comparable(run, reference)]
    if reference is None or reference.key in failed or not others or len(runs) >= MOST:
        return None
    wanted = (run for key in (study.selected, study.before) for run in others if run.key == key)
    chosen = next(wanted, others[-1])
    return _cell(study, chosen, available, "difference")


def _names(study: Study) -> dict[str, str]:
    """Return the labels as small cells have room for: of many runs, what tells them apart."""
    labels = [run.label for run in study.runs if run.visible]
    return short_names(labels) if study.view.page == "compare" and len(labels) > ROOMY else {}


def _briefer(study: Study, run: Run, comparison: str) -> tuple[str, ...]:
    """Return what a chip says where its name has no room: the reference is known, and names are told apart by less."""
    least = short_names([run.label for run in study.runs if run.visible], fits=0)
    names = dict.fromkeys((_names(study).get(run.label, run.label), least.get(run.label, run.label)))
    return tuple(f"{name} {SIGNS[comparison]} ref." if comparison in MARCHED else name for name in names)


def _alike(run: Run, reference: Run | None) -> bool:
    """Whether a difference means something by itself: matter minus matter, halos minus halos."""
    return reference is None or (run.description.kind in HALOS) == (reference.description.kind in HALOS)


def comparable(run: Run, reference: Run | None) -> bool:
    """Whether a run is another one than the reference, and places in their boxes are the same."""
    if reference is None or run.key == reference.key:
        return False
    ours, theirs = run.facts.box_size, reference.facts.box_size
    return ours is None or theirs is None or math.isclose(ours, theirs, rel_tol=BOX_TOLERANCE)


def _mismatch(run: Run, reference: Run) -> str:
    widths = f"their boxes are {reference.facts.box_size:g} and {run.facts.box_size:g} Mpc/h wide"
    return str(MismatchedBoxes(reference.label, run.label, widths))


def as_compared(label: str, detail: str, reference: str, comparison: str) -> tuple[str, str]:
    """Return what a cell's chip says and what it adds, where a run is compared with a reference."""
    if comparison in FACED:
        return label, TOGETHER[comparison].format(reference)
    return (f"{label} {SIGNS[comparison]} {reference}", "") if comparison in MARCHED else (label, detail)


def _cell(study: Study, run: Run, available: Available, comparison: str, explain: bool = False) -> Cell:
    reference, view = study.reference, seen(study, available.maps)
    if reference is None or run.key == reference.key or (view.mode == "particles" and comparison in MARCHED):
        comparison = "field"
    against = available.density(reference) if reference is not None and comparison != "field" else None
    texture = available.density(run)
    names = _names(study)
    label, detail = names.get(run.label, run.label), available.details.get(run.key, "")
    if study.parameters.species is not None and run.description.kind == "particles":
        label = f"{label} · {in_words(study.parameters.species)}"
    behind = reference if comparison in FACED else None
    if comparison != "field" and reference is not None:
        label, detail = as_compared(label, detail, names.get(reference.label, reference.label), comparison)
    elif run.role == "reference":
        detail = "reference"
    failure = available.failures.get(run.key, "")
    if comparison != "field" and reference is not None and not comparable(run, reference):
        failure = failure or _mismatch(run, reference)
    if run.key in available.maps and (view.mode, view.axis) != ("slice", 2):
        failure = FLAT
    if texture is None and comparison == "field" and not failure and run.key in available.previews:
        look = available.previews[run.key]
        texture = look.key
        detail = previewed(look)
    if explain:
        laid = Overlay(available.overlays.get(run.key), label=available.full_colour)
    else:
        given = (available.density, available.overlays, available.full_colour)
        laid = Overlay() if comparison in MARCHED else overlay(study, run, *given)
    ringed = shows_halos(study, run)
    beside_ringed = reference is not None and comparison != "field" and shows_halos(study, reference)
    said = (available.times.get(run.key, ""), available.notes.get(run.key, "") if ringed else "")
    detail = " · ".join(words for words in (detail, *said) if words)
    beside = _ranged_by(study, run, available, view) if comparison == "field" else against
    waiting = texture is None or (comparison != "field" and against is None)
    if view.mode == "particles":
        failure = failure or available.swarms.get(run.key, "")
        waiting = waiting or run.key not in available.swarms
    return Cell(
        key=run.key if comparison == "field" else f"{run.key}:{comparison}",
        run=run.key,
        field=texture,
        label=label,
        detail=detail,
        colour=available.colour(run),
        comparison=comparison,
        reference_field=beside,
        against="" if behind is None else names.get(behind.label, behind.label),
        against_run=reference.key if reference is not None and comparison != "field" else "",
        against_colour=available.colour(reference if reference is not None and comparison != "field" else run),
        overlay=laid.field,
        overlay_kind=laid.kind,
        overlay_label=laid.label,
        halos=available.halos.get(run.key) if ringed else None,
        against_halos=available.halos.get(reference.key) if reference is not None and beside_ringed else None,
        state="failed" if failure else "loading" if waiting else "ready",
        progress=available.progress.get(run.key),
        message=failure,
        series=_series(study, run if beside is None else reference, available),
        briefer=_briefer(study, run, comparison),
    )


def _series(study: Study, run: Run | None, available: Available) -> Hashable | None:
    """Return what all snapshots of a run have in common, where it has several and one of them is there."""
    if run is None or not run.epochs or available.density(run) is None:
        return None
    return (run.key, tuple(epoch.origin for epoch in run.epochs), study.parameters.species)


def _ranged_by(study: Study, run: Run, available: Available, view: ViewSettings) -> Hashable | None:
    """Return the reference's field: its automatic colours hold for a run alone as where both are seen in one view."""
    reference = study.reference
    if reference is None or run.key == reference.key or view.mode == "particles" or not _alike(run, reference):
        return None
    return available.density(reference)


def previewed(look: FirstLook) -> str:
    """Say from how much of a run a preview was made."""
    if look.what == "cells":
        share = look.seen / look.of
        return f"preview from {100 * share:.2g}% of {cube_or_count(look.of)} cells" if share < 1 else "preview, coarse"
    if look.seen >= look.of:
        return "preview, coarse"
    return f"preview from {cube_or_count(look.seen)} of {cube_or_count(look.of)} {look.what}"


def shows_halos(study: Study, run: Run) -> bool:
    """Whether circles are drawn: where they are asked for, and those of a catalogue always."""
    return study.view.halos or run.description.kind in HALOS
