"""The particles of the runs, for the views that draw them; read when they are wanted, and only then."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PyQt6.QtCore import QObject, pyqtSignal

from app.rows import in_window
from app.samples import Samples
from app.swarm_reading import MOST, swarm_of
from app.tasks import Tasks
from backends.data.particles import Particles
from backends.data.run import Run
from backends.data.study import Study
from backends.errors import HalographError, InputError
from backends.progress import Progress
from widgets.volume.swarm import VELOCITIES, Swarm

Key = tuple[Hashable, ...]
PLAIN = ""
"""Particles of which no more is known than where they are and what they weigh."""


class Swarms(QObject):
    """Keeps the swarms of the runs in sight while particles are shown."""

    ready = pyqtSignal(str)
    """Key of the run whose particles can be shown, or why they cannot."""

    def __init__(self, samples: Samples, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.samples, self.tasks = samples, tasks
        self._found: dict[Key, Swarm | str] = {}

    def of(self, study: Study, run: Run) -> Swarm | str | None:
        """Return a run's swarm, or why there is none, or None while it is read or not wanted."""
        found = self._fitting(study, run)
        colour = study.view.particles.colour
        return found.lacks(colour) or found if isinstance(found, Swarm) else found

    def reasons(self, study: Study) -> dict[str, str]:
        """Return why particles cannot be shown, by run; "" where they can, and nothing where they are not there yet."""
        known: dict[str, str] = {}
        for run in study.runs:
            found = self.of(study, run)
            if isinstance(found, str):
                known[run.key] = found
            elif found is not None or self._others(study, run):
                known[run.key] = ""  # while more of the same particles is read, the last picture of them stays
        return known

    def _fitting(self, study: Study, run: Run) -> Swarm | str | None:
        """Return the run's particles with what their colour needs; what more is known of them does no harm."""
        key = _key(study, run)
        others = self._others(study, run) if key[-1] == PLAIN else []
        return self._found.get(key, others[0] if others else None)

    def _others(self, study: Study, run: Run) -> list[Swarm]:
        """Return the same particles with other facts of each."""
        same = _key(study, run)[:-1]
        return [one for key, one in self._found.items() if key[:-1] == same and isinstance(one, Swarm)]

    def give(self, study: Study, key: Callable[[Run], Hashable], take: Callable[[Hashable, Swarm], None]) -> None:
        """Hand out all swarms, each under the key of its run's density."""
        for run in study.runs:
            found = self.of(study, run)
            if isinstance(found, Swarm):
                take(key(run), found)

    def follow(self, study: Study, ready: Callable[[Run], bool]) -> None:
        """Read what the study shows now and is not there yet; forget the rest.

        Parameters
        ----------
        ready : whether a run's density has been handed out; it comes first
        """
        wanted = [run for run in study.runs if run.visible or run.role == "reference" or run.key == study.selected]
        wanted = wanted if study.view.mode == "particles" else []
        same = {_key(study, run)[:-1] for run in wanted}
        self._found = {key: found for key, found in self._found.items() if key[:-1] in same}
        tasks = {_task(study, run) for run in wanted}
        self.tasks.cancel_where(lambda key: isinstance(key, tuple) and key[0] == "swarm" and key not in tasks)
        running = {task.key for task in self.tasks.running}
        for run in wanted:
            if ready(run) and self._fitting(study, run) is None and _task(study, run) not in running:
                self._start(study, run)

    def _start(self, study: Study, run: Run) -> None:
        key, species, colour = _key(study, run), study.parameters.species, study.view.particles.colour
        sample, samples = self.samples.of(run), self.samples

        def compute(progress: Progress) -> Swarm | str:
            def glance(name: str | None) -> Particles:
                return samples.glance(run, name, MOST, progress)

            try:
                return swarm_of(sample, run.description, species, colour, glance, progress)
            except InputError as reason:
                return in_window(str(reason).replace(str(run.origin.path), run.origin.path.name))

        def done(found: Swarm | str) -> None:
            self._found[key] = found
            self.ready.emit(run.key)

        def failed(error: HalographError) -> None:
            done(in_window(str(error)))

        title = f"Particles · {run.label}"
        self.tasks.start(_task(study, run), title, compute, done, failed=failed, lane="look")


def _key(study: Study, run: Run) -> Key:
    """What a run's swarm depends on, last of all what it knows of each particle."""
    colour = study.view.particles.colour
    apart = "species" if colour == "species" else "velocities" if colour in VELOCITIES else PLAIN
    return (run.data_key, study.parameters.species, apart)


def _task(study: Study, run: Run) -> Hashable:
    return ("swarm", run.key, _key(study, run))
