"""Works out what a study still lacks, and starts the tasks that make it.

A run's density comes first, because it is what a person sees; its statistics follow. Results are
kept by what they depend on, so that undo finds them again and a change of linking length leaves the
power spectra alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from app.depending import density_key, halos_key, result_key
from app.first_looks import HEAD_START, FirstLook, FirstLooks
from app.halo_finding import HaloFinding
from app.moments import moments, whole_of
from app.preparing import Preparing
from app.rows import in_window
from app.samples import Samples
from app.swarms import Swarms
from app.tasks import Tasks
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.run import Run
from backends.data.statistic import StatisticResult
from backends.data.store import Store
from backends.data.study import Study
from backends.errors import HalographError, InputError, NotApplicable
from backends.progress import Progress
from backends.statistics import is_given_reference, registry
from backends.statistics.ensemble import with_error_kind
from backends.statistics.error_maps import OVER_TIME
from backends.statistics.measuring import measure, samples_of
from backends.statistics.sample import Sample

RESULTS_BUDGET = 256 * 2**20

TAKEN_A_SECOND, LONGEST_CALM = 2**29, 2.0
"""Bytes of a density that go to the graphics card in a second, and seconds that statistics leave to that at most."""

OUT_OF_SIGHT = 100
"""What is in no slot that is seen comes after everything that is."""


class Comparing(QObject):
    """Keeps a study's densities, halos and statistics up to date."""

    first_look_ready = pyqtSignal(str)
    """Key of the run of which a coarse density can be shown for the first time."""
    closer_look_ready = pyqtSignal(str)
    density_ready = pyqtSignal(str, object)
    """Key of the run, its density as a ``Field`` of 1+δ."""
    result_ready = pyqtSignal(str, str)
    """Name of the statistic, key of the run."""
    painted_ahead = pyqtSignal()
    run_failed = pyqtSignal(str, str)
    """Key of the run, why, with the remedy."""

    def __init__(self, samples: Samples, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.samples, self.tasks = samples, tasks
        self.study = Study()
        self.first_looks = FirstLooks(samples, tasks)
        self.swarms = Swarms(samples, tasks, self)
        self.halos = HaloFinding(samples, tasks, self)
        self.preparing = Preparing(tasks, self)
        self.preparing.ready.connect(lambda: self.follow(self.study))
        tasks.changed.connect(self._go_on)
        self.failures: dict[str, str] = {}
        self.unread: frozenset[str] = frozenset()
        """Keys of the runs that could not be read the last time, though it may be tried again just now."""
        self._results = Store(RESULTS_BUDGET)
        self._reasons: dict[Hashable, str] = {}
        self._ready: dict[str, Hashable] = {}
        self._ahead: frozenset[Hashable] = frozenset()
        self._unpaintable: set[Hashable] = set()
        self._in_sight: frozenset[str] = frozenset()
        self._quiet = self._holds = False
        self._calm_until = 0.0

    # What there is

    def result(self, statistic: str, run: Run) -> StatisticResult | str | None:
        """The result, or the reason why there is none, or None while it is being made."""
        if not registry().is_found:  # nothing was measured yet, and the window's thread imports no statistics
            return None
        return whole_of([self._found(result_key(statistic, *at)) for at in self._moments(statistic, run)])

    def _found(self, key: Hashable) -> StatisticResult | str | None:
        found: StatisticResult | None = self._results.get(key)
        if found is None:
            return self._reasons.get(key)
        kind = self.study.parameters.error_kind
        if not found.members or found.parameters["error_kind"] == kind:
            return found
        again: StatisticResult = self._results.obtain((key, kind), lambda: with_error_kind(found, kind))
        return again

    def _moments(self, statistic: str, run: Run) -> list[tuple[Run, Study]]:
        """Return the run and its study when a statistic is measured: now, or at every snapshot of runs over time."""
        return moments(self.study, run) if statistic in OVER_TIME else [(run, self.study)]

    def is_ready(self, run: Run) -> bool:
        """Whether the run's density has been handed out."""
        return self._ready.get(run.key) == self.density_key(run)

    def density_key(self, run: Run, study: Study | None = None) -> Hashable:
        """What a run's density depends on, in this study or another one."""
        return density_key(run, study or self.study)

    def previews(self) -> dict[str, FirstLook]:
        """First looks by run, of those whose density is on its way."""
        return {run.key: look for run in self.study.runs if (look := self.first_look(run)) is not None}

    def first_look(self, run: Run) -> FirstLook | None:
        """What can be shown of a run before its density is ready."""
        return None if self.is_ready(run) else self.first_looks.of(run, self.study.parameters.species)

    def density(self, run: Run) -> Field | None:
        """The run's density, if it is still in memory."""
        found: Field | None = self.samples.store.get(self.density_key(run))
        return found

    def halos_key(self, run: Run) -> Hashable:
        """What a run's halos depend on."""
        return halos_key(run, self.study)

    # What is missing

    def follow(self, study: Study) -> None:
        """Bring everything up to date with the study."""
        self.study = study
        self.samples.keep_only(study.runs)
        if not study.runs:  # else these grow with every file that was ever looked at
            self._reasons.clear()
            self._unpaintable.clear()
            self._ahead = frozenset()
        keys = {run.key for run in study.runs}
        self._ready = {key: ready for key, ready in self._ready.items() if key in keys}
        self.failures = {key: why for key, why in self.failures.items() if key in keys}
        self.unread &= keys
        species = study.parameters.species
        wanted = {self._task_of(run) for run in study.runs} | {self._look_of(run) for run in study.runs}
        wanted |= {self.first_looks.next_task_of(run, species) for run in study.runs}
        views = ("density", "first-look")
        self.tasks.cancel_where(lambda key: isinstance(key, tuple) and key[0] in views and key not in wanted)
        self.tasks.cancel_where(
            lambda key: isinstance(key, tuple) and key[0] == "statistic" and not self._still_wanted(key)
        )
        self.tasks.cancel_where(lambda key: isinstance(key, tuple) and key[0] == "ahead" and key not in self._ahead)
        running = {task.key for task in self.tasks.running}
        for order, run in enumerate(study.runs):
            if self.is_ready(run):
                self.failures.pop(run.key, None)  # what failed was another choice
                self.unread -= {run.key}
                self._start_statistics(run)
            elif not running & {self._task_of(run), self._look_of(run)}:
                self._start_density(run, order)
        self.halos.forget(study)
        for run in study.runs:
            self._find_halos(run)
        self.swarms.follow(study, self.is_ready)

    def _start_density(self, run: Run, order: int) -> None:
        """Paint a run, where that takes long after a first look: reading for both at once would slow either."""
        if self.first_looks.takes_the_first():
            self._holds = True
            return
        species = self.study.parameters.species
        if self.density(run) is not None or not self.first_looks.is_worthwhile(run, species):
            self._start_painting(run, order)
            return

        def then() -> None:
            self.first_look_ready.emit(run.key)
            self._start_painting(run, order, HEAD_START)

        self.first_looks.start(run, species, then, lambda: self.closer_look_ready.emit(run.key))

    def _go_on(self) -> None:
        """Start what waited for the first picture, be that there or cancelled."""
        if self._holds and not self.first_looks.takes_the_first():
            self._holds = False
            self.follow(self.study)

    def is_painted(self, study: Study) -> bool:
        """Whether the densities of all runs in sight are in memory, in a study that may be shown next."""
        keys = [self.density_key(run, study) for run in study.runs if run.visible]
        return all(key in self._unpaintable or self.samples.store.get(key) is not None for key in keys)

    def paint_ahead(self, study: Study) -> None:
        """Paint what is in sight of a study that may be shown next, when nothing more urgent waits."""
        wanted = [run for run in study.runs if run.visible]
        self._ahead = frozenset(("ahead", self.density_key(run, study)) for run in wanted)
        running = {task.key for task in self.tasks.running}
        for run in wanted:
            key = self.density_key(run, study)
            if self.samples.store.get(key) is None and not running & {("ahead", key), ("density", run.key, key)}:
                self._start_ahead(run, study, key)

    def _start_ahead(self, run: Run, study: Study, key: Hashable) -> None:
        def failed(_: HalographError) -> None:  # it is told when it is looked at
            self._unpaintable.add(key)
            self.painted_ahead.emit()

        def done(_: Field) -> None:
            self.painted_ahead.emit()

        title = f"Density ahead · {run.label}"
        work = self._painting(run, study)
        self.tasks.start(("ahead", key), title, work, done, failed=failed, lane="look", priority=99)

    def paint_now(self, run: Run, study: Study, progress: Progress) -> Field:
        """Return a run's density, painted in the thread that asks."""
        return self._painting(run, study)(progress)

    def look_at(self, statistics: frozenset[str]) -> None:
        """Take up the statistics that are in sight before all others."""
        self._in_sight = statistics

    def be_quiet(self, quiet: bool) -> None:
        """Leave statistics and halos for later: while a run is played, each snapshot is seen for a moment only."""
        self._quiet = quiet
        if not quiet:
            self.follow(self.study)

    def _painting(self, run: Run, study: Study) -> Callable[[Progress], Field]:
        sample, parameters, store = self.samples.of(run), study.parameters, self.samples.store
        reference, key = study.reference, self.density_key(run, study)
        frame = self.samples.of(reference) if reference is not None else sample

        def compute(progress: Progress) -> Field:
            kept: Field | None = store.get(key)
            if kept is not None:
                return kept
            n_mesh = parameters.n_mesh or _usual_mesh(frame, sample, parameters)
            field = sample.relative_density(parameters, n_mesh, progress)
            store.put(key, field)
            return field

        return compute

    def _start_painting(self, run: Run, order: int, pause: float = 0.0) -> None:
        """Paint a run, after so many seconds."""
        self.failures.pop(run.key, None)
        key = self.density_key(run)
        closer = self.first_looks.next_task_of(run, self.study.parameters.species)

        def done(field: Field) -> None:
            self._ready[run.key] = key
            self.unread -= {run.key}
            self._calm_until = time.monotonic() + min(LONGEST_CALM, field.nbytes / TAKEN_A_SECOND)
            self.tasks.cancel(closer)
            self.density_ready.emit(run.key, field)
            self.swarms.follow(self.study, self.is_ready)
            # Of the runs as they are now: since this began, boxes may have joined it, or another be the reference.
            for now in filter(self.is_ready, self.study.runs):
                self._start_statistics(now)
                if now.key == run.key:
                    self._find_halos(now)

        def failed(error: HalographError) -> None:
            # Where they lie is in the runs' tooltips; a whole path has no room in a row or a view.
            text = str(error)
            for path in {run.origin.path, *(other.origin.path for other in self.study.runs)}:
                text = text.replace(str(path), path.name)
            self.failures[run.key] = in_window(text)
            self.unread |= {run.key}
            self.run_failed.emit(run.key, str(error))

        first = 0 if run.role == "reference" else 1 + order
        title = f"Density · {run.label}"
        work, task = self._painting(run, self.study), self._task_of(run)
        self.tasks.start(task, title, work, done, failed=failed, lane="look", priority=first, wait=lambda: pause)

    def _start_statistics(self, run: Run) -> None:
        if self._quiet or not self.preparing.is_done():
            return
        for order, name in enumerate(self.study.statistics):
            if self.result(name, run) is None and self._makes_sense(name, run):
                for there, study in self._moments(name, run):
                    self._start_statistic(name, there, order, study)

    def _makes_sense(self, name: str, run: Run) -> bool:
        if not registry()[name].needs_reference:
            return True
        reference = self.study.reference
        return reference is not None and reference.key != run.key and self.is_ready(reference)

    def _start_statistic(self, name: str, run: Run, order: int, study: Study) -> None:
        statistic = registry()[name]
        key = result_key(name, run, study)
        task = ("statistic", name, run.key, key)
        if self._found(key) is not None or self.tasks.is_running(task):
            return
        ours = self.samples.measured(run)
        frame = self.samples.measured(study.reference) if study.reference is not None else None
        reference = frame if is_given_reference(statistic) else None
        parameters = self.study.parameters

        def compute(progress: Progress) -> StatisticResult | str:
            own = samples_of(ours)[0]
            first = own if frame is None else samples_of(frame)[0]
            n_mesh = parameters.n_mesh or _usual_mesh(first, own, parameters)
            try:
                return measure(name, ours, reference, replace(parameters, n_mesh=n_mesh), progress)
            except NotApplicable as reason:
                return str(reason)

        def done(value: StatisticResult | str) -> None:
            if isinstance(value, str):
                self._reasons[key] = value
            else:
                self._results.put(key, value)
            self.result_ready.emit(name, run.key)

        def failed(error: HalographError) -> None:
            self._reasons[key] = str(error)
            self.result_ready.emit(name, run.key)

        title = f"{statistic.label} · {run.label}"

        def urgency() -> int:
            """What is in sight, and of that the cheap ones of all runs before the dear ones of any."""
            return order if name in self._in_sight else OUT_OF_SIGHT + order

        self.tasks.start(task, title, compute, done, failed=failed, priority=urgency, wait=self._calm)

    def _calm(self) -> float:
        """Return the seconds that a density is still on its way to the graphics card."""
        return max(0.0, self._calm_until - time.monotonic())

    def _find_halos(self, run: Run) -> None:
        if self.is_ready(run) and not self._quiet:
            self.halos.find(self.study, run)

    # Keys

    def _task_of(self, run: Run) -> Hashable:
        return ("density", run.key, self.density_key(run))

    def _look_of(self, run: Run) -> Hashable:
        return self.first_looks.task_of(run, self.study.parameters.species)

    def _still_wanted(self, task: tuple[Hashable, ...]) -> bool:
        _, name, run_key, key = task
        return any(
            there.key == run_key and result_key(str(name), there, study) == key
            for run in self.study.runs
            if str(name) in self.study.statistics
            for there, study in self._moments(str(name), run)
        )


def _usual_mesh(reference: Sample, sample: Sample, parameters: Parameters) -> int:
    """Return the reference's mesh; the run's own where the reference cannot be read, which is no fault of the run's."""
    try:
        return reference.default_n_mesh(parameters)
    except InputError:
        return sample.default_n_mesh(parameters)
