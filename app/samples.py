"""The samples of a study's runs: their arrays, read and painted once, kept within a budget of bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Hashable
from dataclasses import replace
from threading import RLock
from typing import TypeVar

from app.worker import Worker
from backends.data.description import Description
from backends.data.epochs import redshift_of, turned
from backends.data.facts import Facts
from backends.data.particle_stream import ParticleStream
from backends.data.particles import Particles
from backends.data.realisations import realisations_of
from backends.data.run import Run
from backends.data.store import Store
from backends.data.study import Study
from backends.errors import MissingFact
from backends.progress import Progress
from backends.readers import Data, opening
from backends.readers.grids.glance import Glance
from backends.statistics.measuring import Ensemble
from backends.statistics.sample import Sample

Read = TypeVar("Read")

SHARE_OF_MEMORY = 0.35
"""How much of the machine's memory the store may hold: the rest is for painting, textures, others."""


def memory_budget() -> int:
    """Bytes that the store may hold on this machine."""
    return int(SHARE_OF_MEMORY * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


class Samples:
    """Makes each run's :class:`Sample`; equal data keys share one. Tasks ask for them too, each in its thread."""

    def __init__(self, store: Store, worker: Worker) -> None:
        self.store, self.worker = store, worker
        self._samples: dict[Hashable, Sample] = {}
        self._study = Study()
        self._lock = RLock()

    def of(self, run: Run, study: Study | None = None) -> Sample:
        """Return the run's sample; nothing is read before it is asked for an array.

        study : in which its catalogue is looked for, where that is not the one that is open
        """
        with self._lock:
            listed = (self._study if study is None else study).catalogue_of(run)
            key = _key(run, listed)
            if key not in self._samples:
                self._samples[key] = self._made(run, None if listed is None else self.of(listed, study))
            return self._samples[key]

    def _made(self, run: Run, catalogue: Sample | None) -> Sample:
        def load(species: str | None, progress: Progress) -> Data:
            return self.read(run, species, progress)

        def outline(species: str | None) -> ParticleStream | None:
            return None if run.network is not None else _asked(run, opening.outline, species)

        def fuller(species: str | None, columns: Collection[str], progress: Progress) -> Data:
            return _asked(run, opening.load, species, progress, columns)

        return Sample(
            load,
            label=run.label,
            store=self.store,
            key=run.data_key,
            omega_m=run.description.omega_m,
            outline=outline,
            fuller=fuller if run.network is None else None,
            catalogue=catalogue,
            box_size=run.facts.box_size,
            redshift=run.facts.redshift,
        )

    def measured(self, run: Run) -> Sample | Ensemble:
        """Return what statistics are taken of: the run's sample, or those of all its realisations."""
        if not run.realisations:
            return self.of(run)
        return Ensemble(run.label, tuple(map(self.of, realisations_of(run))))

    def over_time(self, run: Run, study: Study) -> list[Sample]:
        """Return the samples of a run's snapshots, earliest first; of a run at one time, its own alone.

        A catalogue that lists its halos is turned with it, to the nearest time that it has.
        """
        mine = (run.key, run.halos)
        times = [redshift_of(run, epoch) for epoch in run.epochs]
        if not times:
            return [self.of(run, study)]
        studies = (
            replace(study, runs=tuple(turned(one, z) if one.key in mine else one for one in study.runs)) for z in times
        )
        return [self.of(then.run(run.key), then) for then in studies]

    def keep_only(self, runs: tuple[Run, ...]) -> None:
        """Forget the samples of all other runs; the store drops their arrays in its own time."""
        study = Study(runs=runs)
        wanted = {_key(one, study.catalogue_of(run)) for run in runs for one in realisations_of(run)}
        with self._lock:
            self._study = study
            self._samples = {key: sample for key, sample in self._samples.items() if key in wanted}

    def glance(self, run: Run, species: str | None, wanted: int, progress: Progress) -> Particles:
        """Read so many particles from all over a run's snapshot."""
        return opening.sample(*_where(run), species, wanted, progress)

    def glances(
        self, run: Run, species: str | None, wanted: int, seconds: float, progress: Progress
    ) -> Generator[Particles]:
        """Yield a few particles from all over a run's snapshot, and then more; each takes about so many seconds."""
        return opening.samples(*_where(run), species, wanted, progress, seconds)

    def grid_glances(self, run: Run, seconds: float, progress: Progress) -> Generator[Glance]:
        """Yield coarse densities of a run's grid, each from more of it; each takes about so many seconds."""
        return opening.glances(*_where(run), seconds, progress)

    def read(self, run: Run, species: str | None, progress: Progress) -> Data:
        """Read a run's data as its file has it, or compute it where a network makes it.

        Raises
        ------
        MissingFact
            Where the file does not say what is needed and nobody has told it.
        """
        if run.network is not None and run.origin.member in _computed(run):
            from backends.demo import prediction

            case = run.origin.member.split("/")[3]
            field: Data = self.worker.call(prediction, case, run.network.architecture, progress=progress)
            return field
        return _asked(run, opening.load, species, progress)


def _key(run: Run, listed: Run | None) -> Hashable:
    """What a sample depends on: the run's data, its name in messages, and whose halos it has."""
    return (run.data_key, run.label, None if listed is None else (listed.data_key, listed.label))


def _asked(run: Run, way: Callable[..., Read], *wishes: object) -> Read:
    """Call one of the ways of reading; what the file lacks can be said in the window."""
    try:
        return way(*_where(run), *wishes)
    except MissingFact as missing:
        species = missing.option.startswith("--species")
        way_out = "one species chosen under Matter" if species else "Correct facts… in the run's menu"
        raise MissingFact(missing.path, missing.fact, way_out) from missing


def _where(run: Run) -> tuple[Description, Facts, str]:
    """What a reader needs to find the run's data."""
    return run.description, run.told, run.origin.member


def _computed(run: Run) -> frozenset[str]:
    """Members of a bundle that its networks compute because the file does not hold them."""
    stored = {part.member for part in run.description.parts}
    return frozenset({run.origin.member} - stored) if run.description.parts else frozenset()
