"""The particles of the runs, for the views that draw them; read when they are wanted, and only then."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from PyQt6.QtCore import QObject, pyqtSignal

from app.blending import unfollowed_words
from app.rows import in_window
from app.samples import Samples
from app.swarm_reading import MOST, pair_of, swarm_of
from app.tasks import Tasks
from backends.data.between import around_in
from backends.data.particles import Particles
from backends.data.run import Run
from backends.data.study import Study
from backends.errors import HalographError, InputError, NotApplicable
from backends.progress import Progress
from widgets.volume.blend import Blend
from widgets.volume.swarm import VELOCITIES, Pair, Swarm

Key = tuple[Hashable, ...]
PLAIN = ""
"""Particles of which no more is known than where they are and what they weigh."""


@dataclass(frozen=True)
class Apart:
    """Why particles cannot be followed from one snapshot to the next: those of the nearest are shown."""

    reason: str


Read = Callable[[Progress], Swarm | Pair | Apart | str]


class Swarms(QObject):
    """Keeps the swarms of the runs in sight while particles are shown."""

    ready = pyqtSignal(str)
    """Key of the run whose particles can be shown, or why they cannot."""

    def __init__(self, samples: Samples, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.samples, self.tasks = samples, tasks
        self._found: dict[Key, Swarm | Pair | Apart | str] = {}
        self._ahead: Study | None = None

    def of(self, study: Study, run: Run) -> Swarm | Pair | str | None:
        """Return a run's swarm, or why there is none, or None while it is read or not wanted.

        Between two snapshots that are blended it is the pair of both, where their particles can be followed.
        """
        found = self._fitting(study, run)
        colour = study.view.particles.colour
        return found.lacks(colour) or found if isinstance(found, Swarm | Pair) else found

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

    def unfollowed(self, study: Study) -> dict[str, str]:
        """Say of the runs whose particles cannot be followed between two snapshots which of them are shown, and why."""
        said = {}
        for run in study.runs:
            apart = self._found.get(_key(study, run, _around(study, run)))
            if isinstance(apart, Apart):
                said[run.key] = unfollowed_words(apart.reason)
        return said

    def has_pair(self, study: Study, run: Run) -> bool:
        """Whether a run's particles are there at both times that the study lies between."""
        return isinstance(self.of(study, run), Pair)

    def is_there(self, study: Study) -> bool:
        """Whether all particles that a study shows are there, or it is known why not."""
        return all(self._fitting(study, run) is not None for run in _wanted(study))

    def nbytes(self, study: Study) -> int:
        """Return how many bytes the particles hold that a study shows."""
        found = (self._fitting(study, run) for run in _wanted(study))
        return sum(one.nbytes for one in found if isinstance(one, Swarm | Pair))

    def give(
        self,
        study: Study,
        key: Callable[[Run], Hashable],
        blended: Mapping[str, Blend],
        take: Callable[[Hashable, Swarm | Pair], None],
    ) -> None:
        """Hand out all swarms, each under the key of its run's density; of a pair where nothing is blended its nearer.

        Parameters
        ----------
        blended : what the views mix, by run
        """
        for run in study.runs:
            found, blend = self.of(study, run), blended.get(run.key)
            if isinstance(found, Pair) and blend is not None:
                take(blend, found)
            elif isinstance(found, Pair):
                at = around_in(study, run)
                take(key(run), found.after if at is not None and at.share > 0.5 else found.before)
            elif isinstance(found, Swarm):
                take(key(run), found)

    def read_now(self, study: Study, run: Run, progress: Progress) -> tuple[Swarm | Pair, str]:
        """Return a run's particles, read in the thread that asks, and why they are no pair where one was wished.

        Raises
        ------
        NotApplicable
            Where there are none.
        """
        reason = ""
        for sides in dict.fromkeys((_around(study, run), (run,))):
            known = self._found.get(_key(study, run, sides))
            found = self._reading(study, run, sides)(progress) if known is None else known
            if isinstance(found, Swarm | Pair):
                return found, reason
            reason = found.reason if isinstance(found, Apart) else found
        raise NotApplicable(reason)

    def prepare(self, study: Study) -> None:
        """Read what a study shows that may come next, too."""
        self._ahead = study
        for run in _wanted(study):
            if self._fitting(study, run) is None and not self.tasks.is_running(self._task(study, run)):
                self._start(study, run)

    def follow(self, study: Study, ready: Callable[[Run], bool]) -> None:
        """Read what the study shows now and is not there yet; forget the rest.

        Parameters
        ----------
        ready : whether a run's density has been handed out; it comes first
        """
        studies = [study] if self._ahead is None else [study, self._ahead]
        seen = [(one, run) for one in studies for run in _wanted(one)] if _wanted(study) else []
        same = {_key(one, run, sides)[:-1] for one, run in seen for sides in ((run,), _around(one, run))}
        self._found = {key: found for key, found in self._found.items() if key[:-1] in same}
        tasks = {self._task(one, run) for one, run in seen}
        self.tasks.cancel_where(lambda key: isinstance(key, tuple) and key[0] == "swarm" and key not in tasks)
        for run in _wanted(study):
            if ready(run) and self._fitting(study, run) is None and not self.tasks.is_running(self._task(study, run)):
                self._start(study, run)

    # Inside

    def _fitting(self, study: Study, run: Run) -> Swarm | Pair | str | None:
        """Return the run's particles with what their colour needs; what more is known of them does no harm."""
        key = self._key_of(study, run)
        others = self._others(study, run) if key[-1] == PLAIN else []
        found = self._found.get(key, others[0] if others else None)
        return None if isinstance(found, Apart) else found

    def _others(self, study: Study, run: Run) -> list[Swarm | Pair]:
        """Return the same particles with other facts of each."""
        same = self._key_of(study, run)[:-1]
        return [one for key, one in self._found.items() if key[:-1] == same and isinstance(one, Swarm | Pair)]

    def _key_of(self, study: Study, run: Run) -> Key:
        """Return the key of what is shown: the pair, or the nearest snapshot where there can be none."""
        return _key(study, run, self._sides(study, run))

    def _sides(self, study: Study, run: Run) -> tuple[Run, ...]:
        both = _around(study, run)
        return (run,) if isinstance(self._found.get(_key(study, run, both)), Apart) else both

    def _task(self, study: Study, run: Run) -> Hashable:
        return ("swarm", run.key, self._key_of(study, run))

    def _start(self, study: Study, run: Run) -> None:
        key, compute = self._key_of(study, run), self._reading(study, run, self._sides(study, run))

        def done(found: Swarm | Pair | Apart | str) -> None:
            self._found[key] = found
            if isinstance(found, Apart) and self._fitting(study, run) is None:
                self._start(study, run)  # the nearest snapshot's
            self.ready.emit(run.key)

        def failed(error: HalographError) -> None:
            done(in_window(str(error)))

        title = f"Particles · {run.label}"
        self.tasks.start(self._task(study, run), title, compute, done, failed=failed, lane="look")

    def _reading(self, study: Study, run: Run, sides: tuple[Run, ...]) -> Read:
        """Return what reads a run's particles at one time, or at two that they move between."""
        species, colour = study.parameters.species, study.view.particles.colour
        samples = [self.samples.of(one, study) for one in sides]

        def compute(progress: Progress) -> Swarm | Pair | Apart | str:
            def glance(name: str | None) -> Particles:
                return self.samples.glance(run, name, MOST, progress)

            try:
                if len(sides) > 1:
                    return pair_of(samples[0], samples[1], sides[0].description, species, colour, progress)
                return swarm_of(samples[0], run.description, species, colour, glance, progress)
            except InputError as reason:
                words = str(reason)
                for path in (side.origin.path for side in sides):
                    words = words.replace(str(path), path.name)
                return Apart(in_window(words)) if len(sides) > 1 else in_window(words)

        return compute


def _wanted(study: Study) -> list[Run]:
    """Return the runs whose particles a study shows."""
    if study.view.mode != "particles":
        return []
    return [run for run in study.runs if run.visible or run.role == "reference" or run.key == study.selected]


def _around(study: Study, run: Run) -> tuple[Run, ...]:
    """Return the run at the snapshots that it is seen between, or alone at the one in sight."""
    at = around_in(study, run)
    return (run,) if at is None else (at.before, at.after)


def _key(study: Study, run: Run, sides: tuple[Run, ...]) -> Key:
    """What a run's swarm depends on, last of all what it knows of each particle."""
    colour = study.view.particles.colour
    apart = "species" if colour == "species" else "velocities" if colour in VELOCITIES else PLAIN
    return (tuple(side.data_key for side in sides), study.parameters.species, apart)
