"""Shows the study: pushes what is known into the widgets, once per turn of the event loop."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from app.blending import blends, dated, unblended, value_between
from app.choosing import show_choices
from app.column_mass import mean_density
from app.comparing import Comparing
from app.counting import axis_label, histogram
from app.distances import hubble
from app.document import Document
from app.dressing import Dressing
from app.main_window import PAGES, MainWindow
from app.overlays import choices
from app.plotting import Plotting
from app.probing import relative_error, value_at
from app.ringing import Ringing
from app.rows import curve_row, facts_of, kind_in_words, library_rows, species_of
from app.short_names import short_names
from app.tasks import Tasks
from app.viewing import FLAT, Available, cells, comparable, details, in_sight, kept, layer, seen
from backends.data.field import Field
from backends.data.run import Run
from backends.data.statistic import StatisticResult
from backends.data.study import Study
from backends.statistics.figure import Figure
from widgets.polite_timer import PoliteTimer
from widgets.probe import ProbeRow
from widgets.task_strip import TaskRow
from widgets.theme import Theme, theme
from widgets.volume.blend import Blend, parts

if TYPE_CHECKING:
    from backends.statistics.ranking import Ranking

LOOK_ALONE = 120
"""Milliseconds that a first look has the window's thread for itself, to be taken to the card and drawn."""

TELL_EVERY = 150
"""Milliseconds between two accounts of what is under way: for each the window is painted, and maybe composed, again."""

PARTS = ("page", "slots", "library", "cells", "view", "figures", "ranking", "probe", "histogram")


class Showing(QObject):
    """Keeps the window true to the document and to what has been computed."""

    def __init__(
        self, window: MainWindow, document: Document, comparing: Comparing, tasks: Tasks, theme_name: str
    ) -> None:
        super().__init__(window)
        self.window, self.document, self.comparing, self.tasks = window, document, comparing, tasks
        self.theme: Theme = theme(theme_name)
        self.dressing = Dressing(window)
        self.ranking: Ranking | None = None
        self.overlays: dict[str, Hashable] = {}
        self.full_colour = ""
        self._given: set[Hashable] = set()
        self._blended: dict[str, Blend] = {}
        self._maps: set[str] = set()
        self._stale: set[str] = set()
        self._timer = PoliteTimer(self)
        self._timer.due.connect(self._refresh)
        document.changed.connect(self._study_changed)
        comparing.density_ready.connect(self._density_ready)
        comparing.first_look_ready.connect(lambda _: self.mark("look", "view"))
        comparing.closer_look_ready.connect(lambda _: self.mark("cells", "view"))
        comparing.painted_ahead.connect(lambda: self.mark("cells"))
        self.ringing = Ringing(self)
        self.plotting = Plotting(self)
        comparing.swarms.ready.connect(lambda _: self.mark("cells"))
        comparing.result_ready.connect(self._result_ready)
        window.grid.limits_changed.connect(lambda: self.mark("view", "histogram"))
        window.grid.graphics_failed.connect(self._graphics_failed)
        if window.grid.failure:
            self._graphics_failed(window.grid.failure)
        comparing.run_failed.connect(self._run_failed)
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(TELL_EVERY)
        self._telling.timeout.connect(lambda: self.mark("tasks"))
        tasks.changed.connect(self._tasks_changed)

    @property
    def study(self) -> Study:
        return self.document.study

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures that are drawn, by the names of their statistics."""
        return self.plotting.figures

    @property
    def maps(self) -> frozenset[str]:
        """Keys of the runs of one or two dimensions."""
        return frozenset(self._maps)

    @property
    def settled(self) -> bool:
        """Whether everything known is on the screen."""
        calm = self.dressing.done and self.window.plots.settled and not self._stale and not self._timer.isActive()
        return calm and not self._telling.isActive() and self.window.grid.is_settled()

    def mark(self, *parts: str) -> None:
        """Show these parts anew before the next frame."""
        self._stale.update(parts or PARTS)
        if not self._timer.isActive():
            self._timer.start(0)

    def wear(self, name: str) -> None:
        """Put on another theme."""
        self.theme = theme(name)
        self.dressing.wear(self.theme, self.plotting.show_again)
        self.mark(*(part for part in PARTS if part != "figures"))

    def colour(self, run: Run) -> str:
        return self.theme.run_colour(run.colour)

    # What happened

    def _study_changed(self, old: Study, new: Study) -> None:
        self.comparing.follow(new)
        self.ringing.follow(new)
        self.plotting.follow(old, new)
        self._maps &= {run.key for run in new.runs}  # another study's runs have the same keys
        show_choices(self.window, new, self._maps, self._shown_first())
        parts = {"library"}
        if old.curves != new.curves:
            parts.update(("page", "slots", "figures"))
        if old.runs != new.runs or old.parameters != new.parameters or old.statistics != new.statistics:
            parts.update(PARTS)
        if old.view != new.view or old.selected != new.selected:
            parts.update(("page", "cells", "view"))
        counted = ("mode", "scaling", "depth", "axis", "origin")
        if any(getattr(old.view, name) != getattr(new.view, name) for name in counted):
            parts.add("histogram")  # what is counted, or the range that it is counted over, is another
        probed = ("crosshair", "moment", "page", "own")
        if old.selected != new.selected or any(getattr(old.view, it) != getattr(new.view, it) for it in probed):
            parts.add("probe")
        if (old.runs, old.curves, old.selected) != (new.runs, new.curves, new.selected):
            parts = parts - {"library"} | {"chosen"}
        self.mark(*parts)

    def _density_ready(self, key: str, density: Field) -> None:
        (self._maps.add if density.dimensions < 3 else self._maps.discard)(key)
        run = next((r for r in self.study.runs if r.key == key), None)
        if run is None:
            return
        self.mark("cells", "library", "probe", "view", *(("histogram",) if run is self._shown_first() else ()))

    def _result_ready(self, name: str, _key: str) -> None:
        self.plotting.result_ready(name)
        self.mark("figures", "ranking", "cells")

    def _run_failed(self, *_: str) -> None:
        self.plotting.run_failed()
        self.mark("library", "cells", "figures")

    def _tasks_changed(self) -> None:
        if not self._telling.isActive():  # hundreds may begin in one turn
            self._telling.start()

    def _show_tasks(self) -> None:
        # What works before what waits for its turn, or the line would stand still.
        tasks = sorted(self.tasks.running, key=lambda task: task.fraction is None)
        self.window.status.show_tasks(tuple(TaskRow(t.name, t.title, t.fraction, t.message) for t in tasks))
        self.plotting.show_progress()
        self.window.grid.be_brief(not self.tasks.idle)
        if self._loading():
            self.mark("library", "cells")

    def _graphics_failed(self, why: str) -> None:
        """Say once what is missing and what helps; only slices can be chosen then."""
        only = "Only slices are shown; plots, tables and exports of numbers are not affected"
        self.window.messages.show_message("warning", f"{why}. {only}", stays=True)
        self.mark("view")

    def _loading(self) -> dict[str, float | None]:
        """Fraction, where one is known, of every run whose density is on its way."""
        return {
            str(task.key[1]): task.fraction
            for task in self.tasks.running
            if isinstance(task.key, tuple) and task.key[0] in ("density", "swarm")
        }

    # What is shown

    def _refresh(self) -> None:
        """Show one stale part, and come back for the next: no turn of the event loop grows long."""
        show = {
            "page": self.show_page,
            "views": self._show_views,
            "look": self._show_cells,  # a first look is what a person waits for who dropped a large file
            "chosen": self._show_library,  # a row that was clicked or renamed answers before the views are drawn anew
            "slots": self.plotting.show_slots,  # what a person adds is seen at once
            "tasks": self._show_tasks,
            "cells": self._show_cells,  # what was asked for, before what is said of it: that changes with every task
            "view": self._show_view,
            "library": self._show_library,
            "ranking": self._show_ranking,
            "probe": self._show_probe,
            "histogram": self._show_histogram,
            "figures": self.plotting.show_figures,
        }
        part = next((name for name in show if name in self._stale), None)
        if part is not None:
            self._stale -= {part, "cells"} if part == "look" else {part}
            show[part]()
        if self._stale:
            self._timer.start(LOOK_ALONE if part == "look" else 0)

    def show_page(self) -> None:
        """Show the page and the docks that the study wants."""
        study, window = self.study, self.window
        window.header.set_pages(PAGES, study.view.page)
        explained = study.view.page == "explain" and bool(study.runs)
        appears = explained and window.explain.isHidden()
        window.explain.setVisible(explained)
        if appears:
            window.side.show_from(window.explain)
        # The views come last and leave first, or the canvas is given another size with every dock.
        if not study.runs:
            window.pages.setCurrentWidget(window.empty)
        layout = window.layout()
        assert layout is not None
        layout.setEnabled(False)
        for name in window.docks:
            window.docks[name].setVisible(self._wants_dock(name))
        layout.setEnabled(True)
        layout.activate()
        if study.runs and window.pages.currentWidget() is not window.grid:
            window.pages.setUpdatesEnabled(False)  # what leaves is not painted at its last size
            self.mark("views")  # in a turn of their own: to paint new panels takes one

    def _show_views(self) -> None:
        """Show the views in the middle of the window."""
        if self.study.runs:
            self._show_cells()  # they never come into sight without their names
            self._stale -= {"cells"}
            self.window.pages.setCurrentWidget(self.window.grid)
        self.window.pages.setUpdatesEnabled(True)

    def _wants_dock(self, name: str) -> bool:
        """No empty panels: one run alone has nothing to be ranked against, and a table alone only its plot."""
        if name in self.window.closed or name == "library":
            return name not in self.window.closed
        runs, curves = len(self.study.runs), bool(self.study.curves)
        return runs > 1 if name == "ranking" else runs > 0 or (curves and name == "statistics")

    def _show_library(self) -> None:
        study, loading = self.study, self._loading()
        rows = library_rows(study, self.theme, loading, self.comparing.failures)
        short, colour = short_names([c.label for c in study.curves]), self.theme.run_colour
        curves = (curve_row(c, colour(c.colour), c.key == study.selected, short[c.label]) for c in study.curves)
        self.window.library.show_runs((*rows, *curves))
        chosen = next((run for run in study.runs if run.key == study.selected), study.reference)
        if chosen is None:
            self.window.facts.show_facts((), ())
        else:
            self.window.facts.show_facts(*facts_of(chosen), kind_in_words(chosen))

    def _show_view(self) -> None:
        show_choices(self.window, self.study, self._maps, self._shown_first())
        view = seen(self.study, self._maps)
        flat, failure = bool(self._maps) and view is not self.study.view, self.window.grid.failure
        self.window.volume.show_own(kept(self.study))
        self.window.volume.together.show_overlays(choices(self.study, bool(self.overlays)))
        self.window.volume.allow_volumes(not flat and not failure, FLAT if flat else failure, flat=flat)
        self.window.species.show_species(species_of(self.study), self.study.parameters.species)
        mass, no_mass = mean_density(self.study)
        self.window.volume.controls.allow_mass(no_mass)
        self.window.grid.set_mean_density(mass, hubble(self.study))
        self.window.grid.set_view(self.ringing.resolved(view))
        for part in (self.window.grid, self.window.plots, self.window.ranking, self.window.probe):
            part.select(self.study.selected)
        self.window.editor.set_limits(*self.window.grid.limits(self.study.selected), axis_label(view))

    def _show_cells(self) -> None:
        study = self.study
        loading = self._loading()
        ready = {run.key: self.comparing.density_key(run) for run in study.runs if self.comparing.is_ready(run)}
        blended = self._blended = self._blends(study)
        correlations = {run.key: self.comparing.result("correlation-coefficient", run) for run in study.runs}
        available = Available(
            density=lambda run: blended.get(run.key, ready.get(run.key)),
            colour=lambda run: run.colour,  # views are dark in either theme
            progress=loading,
            failures=self.comparing.failures,
            previews=self.comparing.previews(),
            details=unblended(details(self.ranking, study.parameters.band_correlation, correlations), blended),
            overlays=self.overlays,
            full_colour=self.full_colour,
            halos={run.key: self.comparing.halos_key(run) for run in study.runs},
            maps=self._maps,
            notes=dated(self.ringing.notes(study), blended),
            swarms=self.comparing.swarms.reasons(study),
            times=self.comparing.swarms.unfollowed(study),
        )
        shown = cells(study, available)
        # The views free what no cell shows, so whatever was not shown before is given (again) now.
        there = [cell for cell in shown if cell.state == "ready"]
        shown_keys = (key for cell in there for key in (cell.field, cell.reference_field, cell.overlay))
        wanted = {part for key in shown_keys for part in parts(key)}
        for key in wanted - self._given:
            density = self.comparing.samples.store.get(key)
            if density is not None:
                self.window.grid.set_field(key, layer(density))
        self._given = wanted
        self.window.grid.show_cells(shown)
        self.comparing.swarms.give(study, self.comparing.density_key, blended, self.window.grid.set_swarm)
        self.window.status.set_facts(in_sight(study, len(shown)))

    def _blends(self, study: Study) -> dict[str, Blend]:
        """Return what the views mix of two snapshots, by run: what is in memory, or with them already."""

        def is_there(key: Hashable) -> bool:
            return key in self._given or self.comparing.samples.store.get(key) is not None

        swarms, particles = self.comparing.swarms, study.view.mode == "particles"
        found = {} if self.window.grid.failure else blends(study, self.comparing.density_key, is_there)
        return {key: one for key, one in found.items() if not particles or swarms.has_pair(study, study.run(key))}

    def _show_ranking(self) -> None:
        study = self.study
        self.ranking = None
        if study.reference is not None and len(study.runs) > 1 and self.comparing.preparing.is_done():
            from backends.statistics.ranking import ranking

            results = {
                run.key: {
                    name: result
                    for name in study.statistics
                    if isinstance(result := self.comparing.result(name, run), StatisticResult)
                }
                for run in study.runs
            }
            sizes = {run.key: run.network.parameters for run in study.runs if run.network is not None}
            short = short_names([run.label for run in study.runs])
            labels = {run.key: short[run.label] for run in study.runs}
            self.ranking = ranking(
                results, study.parameters, reference_key=study.reference.key, labels=labels, sizes=sizes
            )
        # The views say beside a run's name how far it may be believed.
        self._stale.add("cells")
        self.window.ranking.show_ranking(self.ranking, {run.key: self.colour(run) for run in study.runs})

    def _show_probe(self) -> None:
        study, reference = self.study, self.study.reference
        short = short_names([run.label for run in study.runs])

        def row(run: Run) -> ProbeRow | None:
            point = study.view.seen_in(run.key).crosshair
            value, name = self._probed(run, point), short[run.label]
            truth = self._probed(reference, point) if reference is not None and comparable(run, reference) else None
            error = None if value is None or truth is None else relative_error(value, truth)
            return None if value is None else ProbeRow(run.key, name, self.colour(run), value, error)

        alone = next((run for run in study.runs if run.key == study.selected and study.view.page == "view"), None)
        first = alone or self._shown_first()
        side = (first.facts.box_size if first is not None else None) or 0.0
        x, y, z = (share * side for share in study.view.seen_in(study.selected).crosshair)
        rows = tuple(told for run in study.runs if (told := row(run)) is not None)
        self.window.probe.show_probe((x, y, z) if side else None, rows, side)

    def _probed(self, run: Run, point: tuple[float, float, float]) -> float | None:
        density = self.comparing.density(run) if self.comparing.is_ready(run) else None
        if density is None:
            return None
        blend = self._blended.get(run.key)
        mixed = None if blend is None else value_between(blend, self.window.grid.field, point)
        return value_at(density, point) if mixed is None else mixed

    def _show_histogram(self) -> None:
        run = self._shown_first()
        density = self.comparing.density(run) if run is not None else None
        if density is not None:
            view = seen(self.study, self._maps)
            self.window.editor.set_histogram(*histogram(density, view, self.window.grid.limits()))
        elif run is None or run.key in self.comparing.failures:
            self.window.editor.set_histogram((), ())

    def _shown_first(self) -> Run | None:
        return self.study.reference or (self.study.runs[0] if self.study.runs else None)
