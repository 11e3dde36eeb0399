"""From a cell of a heat map to the place of the box where that run is worst."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from backends.data import periodic
from backends.data.epochs import study_at
from backends.data.realisations import place_of, study_turned
from backends.data.view import ViewSettings
from backends.statistics.error_maps import OVER_TIME
from widgets.volume import cutting

if TYPE_CHECKING:
    from app.application import Application


def show_worst(app: Application, statistic: str, key: str, column: int) -> None:
    """Select the run, put the crosshair where it is worst in that bin, and travel there; one step of undo."""
    figure, study = app.showing.figures.get(statistic), app.document.study
    if figure is None or figure.cells is None or all(run.key != key for run in study.runs):
        return
    app.document.look(selected=key)
    where = figure.cells.places.get(key)
    if where is None or not np.isfinite(where[column]).all():
        return
    place, view = periodic.point(where[column]), app.document.study.view
    shown = view.changed_in(key, with_place_in_sight(view.seen_in(key), place))
    there = replace(app.document.study, view=shown)
    if statistic in OVER_TIME:
        there = study_at(there, float(figure.cells.low[column]))
    if key in figure.cells.boxes:
        first = next(run for run in there.runs if run.realisations)  # from which steps are counted
        there = study_turned(there, int(figure.cells.boxes[key][column]) - place_of(first))
    app.document.apply(there, f"Go where {study.run(key).label} is worst", "view.worst")
    app.navigating.centre()


def with_place_in_sight(view: ViewSettings, place: periodic.Point) -> ViewSettings:
    """Return the settings with the crosshair at a point of the box that no crop, slice or cut hides."""
    drawn = periodic.as_drawn(place, view)
    kept = all(min(ends) <= x <= max(ends) for x, ends in zip(drawn, view.clip, strict=True))
    start, stop = min(view.depth), max(view.depth)
    low = min(max(float(drawn[view.axis]) - (stop - start) / 2, 0.0), 1.0 - (stop - start))
    depth = view.depth if start <= drawn[view.axis] <= stop else (low, low + stop - start)
    plane = replace(view.plane, position=float((drawn - 0.5) @ cutting.normal(view.plane)))
    return replace(
        view,
        crosshair=place,
        clip=view.clip if kept else ViewSettings.clip,
        depth=depth,
        plane=plane if view.mode == "plane" else view.plane,
    )
