"""The row of plots: a slot for every statistic at once, how far it is, and its figure as soon as it is there."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from app.dashes import dash
from app.tasks import Task
from backends.data.run import Run
from backends.data.statistic import StatisticResult
from backends.data.study import Study
from backends.statistics import registry
from backends.statistics.figure import Figure

if TYPE_CHECKING:
    from app.showing import Showing
    from backends.statistics.figures import RunStyle

WAITS = "Waiting for the runs"
QUEUES = "Waiting for its turn"
COMPUTES = "Computing…"
STOPPED = "Stopped. Hide it and show it again to begin anew"


class Plotting(QObject):
    """Keeps the row of plots true to the study and to what has been computed."""

    def __init__(self, showing: Showing) -> None:
        super().__init__(showing)
        self.figures: dict[str, Figure] = {}
        self._showing, self._comparing, self._tasks = showing, showing.comparing, showing.tasks
        self._row = showing.window.plots
        self._stale: set[str] = set()
        self._asked = ""
        self._lacking: set[str] = set()
        self._most: dict[str, int] = {}
        self._row.in_sight_changed.connect(self._look_at)
        self._comparing.preparing.ready.connect(lambda: showing.mark("slots", "figures", "ranking"))

    def follow(self, old: Study, new: Study) -> None:
        """Take up what a change of the study means for the plots; what a person adds is brought into sight."""
        if old.curves != new.curves:
            self._stale.update(curve.statistic for curve in (*old.curves, *new.curves))
        if old.runs != new.runs or old.parameters != new.parameters or old.statistics != new.statistics:
            self._stale.update(new.statistics)
        added = [name for name in new.statistics if name not in old.statistics]
        if added and not old.is_empty:
            self._asked = added[-1]

    def result_ready(self, name: str) -> None:
        """Take up that another run's numbers are there."""
        self._stale.add(name)

    def run_failed(self) -> None:
        """Take up that a run will have no numbers; without the reference others have none either."""
        self._stale.update(self._showing.study.statistics)

    def _look_at(self, names: frozenset[str]) -> None:
        self._comparing.look_at(names)
        self.show_progress()

    # The slots

    def show_slots(self) -> None:
        """Make the slots that are missing, one a turn: a new one takes some milliseconds."""
        if self._showing.study.is_empty:  # and the registry, which imports numba, is left alone
            self.figures = {}
            self._row.set_names(())
            return
        if not self._comparing.preparing.is_done():
            self._row.show_preparing()
            return
        names = self._names()
        self.figures = {name: drawn for name, drawn in self.figures.items() if name in names}
        new = next((name for name in names if name not in self._row.names), None)
        there = tuple(name for name in names if name in self._row.names or name == new)
        self._row.set_names(there)
        if new is not None:
            self._say_how_far({new})
        if there != names:
            self._showing.mark("slots")
        elif self._asked in names:
            self._row.bring_into_sight(self._asked)
            self._asked = ""

    def _names(self) -> tuple[str, ...]:
        return tuple(name for name in self._showing.study.statistics if self._compares(name))

    def _compares(self, name: str) -> bool:
        """Whether there is something to draw: one run alone has no transfer function, and tables only themselves."""
        study = self._showing.study
        if not study.runs:
            return any(curve.statistic == name for curve in study.curves)
        return not registry()[name].needs_reference or (study.reference is not None and len(study.runs) > 1)

    # How far they are

    def show_progress(self) -> None:
        """Say in every slot in sight that lacks something how far it is."""
        self._say_how_far(self._lacking & self._row.in_sight)

    def _say_how_far(self, names: Set[str]) -> None:
        """Say it in the slots where there is no figure yet, else in a line over the figure."""
        tasks: dict[str, list[Task]] = {name: [] for name in names}
        for task in self._tasks.running if names else ():
            if isinstance(task.key, tuple) and task.key[0] == "statistic" and task.key[1] in names:
                tasks[task.key[1]].append(task)
        for name in names:
            self._say(name, tasks[name])

    def _say(self, name: str, tasks: Sequence[Task]) -> None:
        if not tasks:
            self._most.pop(name, None)
            self._say_why_nothing_goes_on(name)
            return
        whole = self._most[name] = max(len(tasks), self._most.get(name, 0))
        begun = [task.fraction for task in tasks if task.fraction is not None]
        fraction = (whole - len(tasks) + sum(begun)) / whole if begun or whole > len(tasks) else None
        self._wait(name, QUEUES if fraction is None else COMPUTES, fraction)

    def _say_why_nothing_goes_on(self, name: str) -> None:
        runs = [run for run in self._showing.study.runs if run.key not in self._comparing.failures]
        if not all(map(self._comparing.is_ready, runs)):
            self._wait(name, WAITS)
        elif any(self._lacks(name, run) for run in runs if self._is_drawn(name, run)):
            self._wait(name, STOPPED)
        else:
            self._lacking.discard(name)
            self._row.plot(name).progress.hide_progress()

    def _wait(self, name: str, message: str, fraction: float | None = None) -> None:
        self._lacking.add(name)
        self._row.show_waiting(name, registry()[name].label, message, fraction)

    # The figures

    def show_figures(self) -> None:
        """Draw one stale figure a turn, those in sight first; what cannot be drawn yet comes back with its results."""
        waiting = [name for name in self._names() if name in self._stale] if registry().is_found else []
        if not waiting:
            return
        name = next((name for name in waiting if name in self._row.in_sight), waiting[0])
        self._stale.discard(name)
        if name in self._row.names:
            self._show_figure(name)
        if len(waiting) > 1:
            self._showing.mark("figures")

    def show_again(self, name: str) -> None:
        """Draw a plot's figure in the colours that its runs have now."""
        if name in self.figures and name in self._row.names:
            self._show_figure(name)

    def _show_figure(self, name: str) -> None:
        from backends.statistics.figures import RunStyle, figure
        from backends.statistics.reference_curves import with_curves

        study, statistic = self._showing.study, registry()[name]
        found: list[tuple[RunStyle, StatisticResult | str]] = []
        waiting = False
        for order, run in enumerate(study.runs):
            if not self._is_drawn(name, run):
                continue
            result = self._comparing.result(name, run)
            if result is None:
                waiting = waiting or not self._is_hopeless(name, run)
                continue
            colour, is_reference = self._showing.colour(run), run.role == "reference"
            found.append((RunStyle(run.key, run.label, colour, dash(run, order), is_reference), result))
        if found or not study.runs or (not waiting and any(curve.statistic == name for curve in study.curves)):
            reference = study.reference
            drawn = figure(name, found, reference.key if reference else "", study.parameters)
            drawn = self._with_theory(drawn, found)
            drawn = with_curves(drawn, study.curves, lambda curve: self._showing.theme.run_colour(curve.colour))
            self.figures[name] = drawn
            self._row.show_figure(drawn)
        elif not waiting:
            self.figures.pop(name, None)
            self._row.show_failure(name, statistic.label, f"{self._what_lacks(name)}; the library says why")
        if waiting:
            self._say_how_far({name})

    def _what_lacks(self, name: str) -> str:
        """Say why there is nothing to draw."""
        if self._lacks_reference(name):
            return "The reference could not be read"
        study = self._showing.study
        readable = [run for run in study.runs if run.key not in self._comparing.failures]
        if readable == [study.reference]:
            return "No run but the reference could be read"
        return "No run could be compared" if readable else "No run could be read"

    def _lacks_reference(self, name: str) -> bool:
        """Whether all are held against a reference that cannot be read."""
        reference = self._showing.study.reference
        failed = reference is not None and reference.key in self._comparing.failures
        return failed and registry()[name].needs_reference

    def _is_hopeless(self, name: str, run: Run) -> bool:
        """Whether a run will have no result: it cannot be read, or the reference that it is held against cannot."""
        return run.key in self._comparing.failures or self._lacks_reference(name)

    def _lacks(self, name: str, run: Run) -> bool:
        return self._comparing.result(name, run) is None and not self._is_hopeless(name, run)

    @staticmethod
    def _is_drawn(name: str, run: Run) -> bool:
        """Whether the run has a curve of its own: the reference has none where all are held against it."""
        return not (registry()[name].needs_reference and run.role == "reference")

    def _with_theory(self, drawn: Figure, found: Sequence[tuple[RunStyle, StatisticResult | str]]) -> Figure:
        """Draw what theory expects of the reference's cosmology, or of the first run's."""
        from backends.statistics.theory_curves import universe_of, with_theory

        study, theme = self._showing.study, self._showing.theme
        if drawn.name != "halo-mass-function" or not study.parameters.theory or not study.runs:
            return drawn
        run = study.reference or study.runs[0]
        universe = universe_of(run.description, run.told, run.origin.member, study.parameters)
        results = [result for _, result in found if isinstance(result, StatisticResult)]
        return with_theory(drawn, results, study.parameters, universe, study.curves, theme.run_colour)
