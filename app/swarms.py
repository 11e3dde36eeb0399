"""The particles of the runs, for the views that draw them; read when they are wanted, and only then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from app.rows import in_window
from app.samples import Samples
from app.tasks import Tasks
from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.particles import Particles
from backends.data.run import Run
from backends.data.study import Study
from backends.errors import HalographError, InputError, NotApplicable
from backends.progress import Progress, part
from backends.statistics.sample import Sample, halos_as_particles
from widgets.volume.swarm import VELOCITIES, Swarm

MOST = 1 << 26
"""Particles that a view draws of a run at most: half a gigabyte on the graphics card, a gigabyte with colours."""

Glance = Callable[[str | None], Particles]


class Swarms(QObject):
    """Keeps the swarms of the runs in sight while particles are shown."""

    ready = pyqtSignal(str)
    """Key of the run whose particles can be shown, or why they cannot."""

    def __init__(self, samples: Samples, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.samples, self.tasks = samples, tasks
        self._found: dict[Hashable, Swarm | str] = {}

    def of(self, study: Study, run: Run) -> Swarm | str | None:
        """Return a run's swarm, or why there is none, or None while it is read or not wanted."""
        found = self._found.get(_key(study, run))
        colour = study.view.particles.colour
        return found.lacks(colour) or found if isinstance(found, Swarm) else found

    def reasons(self, study: Study) -> dict[str, str]:
        """Return why particles cannot be shown, by run; "" where they can, and nothing where they are not there yet."""
        found = {run.key: self.of(study, run) for run in study.runs}
        return {key: one if isinstance(one, str) else "" for key, one in found.items() if one is not None}

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
        keys = {_key(study, run) for run in wanted}
        self._found = {key: found for key, found in self._found.items() if key in keys}
        tasks = {_task(study, run) for run in wanted}
        self.tasks.cancel_where(lambda key: isinstance(key, tuple) and key[0] == "swarm" and key not in tasks)
        running = {task.key for task in self.tasks.running}
        for run in wanted:
            if ready(run) and _key(study, run) not in self._found and _task(study, run) not in running:
                self._start(study, run)

    def _start(self, study: Study, run: Run) -> None:
        key, species, colour = _key(study, run), study.parameters.species, study.view.particles.colour
        sample, samples = self.samples.of(run), self.samples

        def compute(progress: Progress) -> Swarm | str:
            def glance(name: str | None) -> Particles:
                return samples.glance(run, name, MOST, progress)

            try:
                return swarm_of(sample, run, species, colour, glance, progress)
            except InputError as reason:
                return in_window(str(reason).replace(str(run.origin.path), run.origin.path.name))

        def done(found: Swarm | str) -> None:
            self._found[key] = found
            self.ready.emit(run.key)

        def failed(error: HalographError) -> None:
            done(in_window(str(error)))

        title = f"Particles · {run.label}"
        self.tasks.start(_task(study, run), title, compute, done, failed=failed, lane="look")


def swarm_of(sample: Sample, run: Run, species: str | None, colour: str, glance: Glance, progress: Progress) -> Swarm:
    """Return a run's particles with what a colour needs of them.

    Parameters
    ----------
    species : the one that is shown, or None for all matter
    colour : as in ``ParticleLook``
    glance : reads some of the particles where not all of them fit in memory

    Raises
    ------
    NotApplicable
        Where the run has none, or not what they are coloured by.
    """
    names = _told_apart(run, species) if colour == "species" else (species,)
    columns = ("velocities",) if colour in VELOCITIES else ()
    parts = []
    for i, name in enumerate(names):
        step = part(progress, i / len(names), (i + 1) / len(names))
        if sample.stream(name) is None:
            parts.append(_held(sample, name, columns, step))
        elif columns:
            raise NotApplicable("These are too many particles to hold with their velocities: colour them by density")
        else:
            parts.append(glance(name))
    progress(1.0)
    total = sum(_count(run, name, one) for name, one in zip(names, parts, strict=True))
    return Swarm(tuple(one for one in parts if one.count), total, most=MOST)


def _held(sample: Sample, species: str | None, columns: Collection[str], progress: Progress) -> Particles:
    """Return particles that fit in memory; of a catalogue its halos."""
    data = sample.data(species, part(progress, 0.0, 0.5))
    if isinstance(data, Field):
        raise NotApplicable("This run is a grid and has no particles: choose Column or Volume to see it")
    if isinstance(data, Catalogue):
        halos = halos_as_particles(data)
        speeds = None if data.velocities is None else data.velocities.astype(np.float32)
        return Particles(halos.positions, halos.box_size, velocities=speeds, species="halos")
    try:
        return sample.particles(species, columns, part(progress, 0.5, 1.0))
    except InputError as lacking:
        if not columns:
            raise
        raise NotApplicable("This run keeps no velocities: colour its particles by density") from lacking


def _told_apart(run: Run, species: str | None) -> tuple[str | None, ...]:
    """Species that are drawn in colours of their own; what is not told apart is one."""
    held = tuple(name for name, facts in run.description.species.items() if facts.count and name != "tracers")
    return held if species is None and len(held) > 1 and run.network is None else (species,)


def _count(run: Run, species: str | None, found: Particles) -> int:
    held = run.description.species
    stated = sum(f.count for name, f in held.items() if name == species or (species is None and name != "tracers"))
    return max(stated, found.count) if run.description.kind == "particles" else found.count


def _key(study: Study, run: Run) -> Hashable:
    """What a run's swarm depends on."""
    colour = study.view.particles.colour
    apart = "species" if colour == "species" else "velocities" if colour in VELOCITIES else ""
    return (run.data_key, study.parameters.species, apart)


def _task(study: Study, run: Run) -> Hashable:
    return ("swarm", run.key, _key(study, run))
