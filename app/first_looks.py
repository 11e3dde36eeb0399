"""First looks: a coarse picture of a large snapshot or grid, from a part of it, before the whole is read."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass
from functools import partial

from app.loading import count_of, is_large
from app.samples import Samples
from app.tasks import Tasks
from backends.data.field import Field
from backends.data.particles import Particles
from backends.data.run import Run
from backends.errors import HalographError
from backends.progress import Progress, silent

WANTED = 1 << 18
PATIENCE = 0.12
"""Seconds of reading for a look; on a slow disk fewer particles are seen, but as early, and more a moment later."""

MOST, MOST_OF_A_GRID = 25, 8
"""Times that so many seconds are spent on a run; on the slowest disk what came by then is enough.

A grid is read at the same time, and from the same chunks.
"""

FIRST_OF_ALL = 0.4
"""Seconds in which nothing else is begun, until there is a look that can be shown."""

HEAD_START = 0.15
"""Seconds in which a first look is drawn, before painting and closer looks want every processor."""

CLOSER = 1.4
"""How many times as many particles make another look worth drawing."""


@dataclass(frozen=True)
class FirstLook:
    """A coarse density in the store: its key, and from how many of how many particles or cells it was made."""

    key: Hashable
    seen: int
    of: int
    what: str = "particles"


class FirstLooks:
    """Makes first looks and knows those there are."""

    def __init__(self, samples: Samples, tasks: Tasks) -> None:
        self.samples, self.tasks = samples, tasks
        self._made: dict[Hashable, FirstLook] = {}
        self._first: Hashable = None

    def of(self, run: Run, species: str | None) -> FirstLook | None:
        """Return the run's first look, if there is one."""
        made = self._made.get(_key(run, species))
        return made if made is not None and self.samples.store.get(made.key) is not None else None

    def task_of(self, run: Run, species: str | None) -> Hashable:
        """The first of all looks, which painting waits for."""
        return ("first-look", run.key, _key(run, species))

    def next_task_of(self, run: Run, species: str | None) -> Hashable:
        """The looks that follow, which nothing waits for."""
        return ("first-look", run.key, _key(run, species), "next")

    def is_worthwhile(self, run: Run, species: str | None) -> bool:
        """Whether painting the run takes so long that a first look is wanted and not there yet."""
        if run.network is not None or self.of(run, species) is not None:
            return False
        return is_large(run.description, species) or self._is_the_first(run)

    def _is_the_first(self, run: Run) -> bool:
        """Whether a small run is the first that the process paints: compiled loops take a second to be imported."""
        moves = run.facts.quantity == "displacement" or run.description.kind == "particles"
        return moves and self._first is None and "numba" not in sys.modules

    def takes_the_first(self) -> bool:
        """Whether the look is being taken that gives the process its first picture, for which all else waits."""
        return self.tasks.is_running(self._first)

    def start(self, run: Run, species: str | None, then: Callable[[], None], seen: Callable[[], None]) -> None:
        """Take a first look, and then closer ones.

        ``then`` is called when the first one is there, or when there can be none; ``seen`` after each that follows.
        """
        looks = self._looks(run, species)
        if not is_large(run.description, species):
            self._first = self.task_of(run, species)

        def failed(_error: HalographError) -> None:
            then()  # reading all of them will say why

        def done(_: bool | None) -> None:
            then()
            self._go_on(run, species, looks, seen, HEAD_START)

        title = f"First look · {run.label}"
        self.tasks.start(self.task_of(run, species), title, _next(looks), done, failed=failed, lane="open")

    def _go_on(
        self, run: Run, species: str | None, looks: Generator[bool], seen: Callable[[], None], pause: float = 0.0
    ) -> None:
        """Look closer, a moment at a time, so that what is dropped meanwhile is opened at once."""

        def failed(_error: HalographError) -> None:
            """Reading all of them will say why."""

        def done(is_closer: bool | None) -> None:
            if is_closer is not None:
                if is_closer:
                    seen()
                self._go_on(run, species, looks, seen)

        task, title = self.next_task_of(run, species), f"Closer look · {run.label}"
        work = _next(looks)
        self.tasks.start(task, title, work, done, failed=failed, lane="open", priority=20, wait=lambda: pause)

    def _looks(self, run: Run, species: str | None) -> Generator[bool]:
        """Put densities of more and more particles into the store; yields whether there is a new one each time."""
        key, last, begun = _key(run, species), 0, time.monotonic()
        for seen, of, what, density in self._seen(run, species):
            field = density() if seen >= CLOSER * last + 1 else None
            if field is None and not last and time.monotonic() < begun + FIRST_OF_ALL:
                continue  # too few places of the file for a fair picture yet
            if field is not None:
                last = seen
                look = FirstLook((*key, last), last, of, what)
                self.samples.store.put(look.key, field)
                self._made[key] = look
            yield field is not None

    def _seen(self, run: Run, species: str | None) -> Generator[tuple[int, int, str, Callable[[], Field | None]]]:
        """Yield of how many of how many what a density can be made, and what makes it."""
        from backends.mesh.first_look import first_look

        if run.description.kind == "field":
            grids = self.samples.grid_glances(run, PATIENCE, silent)
            for glance in itertools.islice(grids, MOST_OF_A_GRID):
                yield glance.seen, glance.of, "cells", glance.field
            return
        if run.facts.quantity == "displacement":
            matter = self.samples.of(run).data(species)
            if isinstance(matter, Particles) and matter.count <= WANTED:
                yield matter.count, matter.count, "particles", partial(first_look, matter)
            return
        count = count_of(run.description, species)
        samples = self.samples.glances(run, species, WANTED, PATIENCE, silent)
        for particles in itertools.islice(samples, MOST):
            yield particles.count, count, "particles", partial(first_look, particles)


def _next(looks: Generator[bool]) -> Callable[[Progress], bool | None]:
    def compute(progress: Progress) -> bool | None:
        progress(0.0, "Reading a part of it")
        return next(looks, None)

    return compute


def _key(run: Run, species: str | None) -> tuple[Hashable, ...]:
    return ("first-look", run.data_key, species)
