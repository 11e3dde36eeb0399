"""First looks: a coarse picture of a large snapshot, from a few of its particles, before the whole is painted."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from app.samples import Samples
from app.tasks import Tasks
from backends.data.field import Field
from backends.data.run import Run
from backends.errors import HalographError
from backends.progress import Progress

MANY = 1 << 22
"""Particles from which on painting all of them takes longer than a person notices."""

WANTED = 1 << 16
PATIENCE = 0.2
"""Seconds of reading; on a slow disk fewer particles are seen, but as early."""


@dataclass(frozen=True)
class FirstLook:
    """A coarse density in the store: its key, and from how many of how many particles it was made."""

    key: Hashable
    seen: int
    of: int


class FirstLooks:
    """Makes first looks and knows those there are."""

    def __init__(self, samples: Samples, tasks: Tasks) -> None:
        self.samples, self.tasks = samples, tasks
        self._made: dict[Hashable, FirstLook] = {}

    def of(self, run: Run, species: str | None) -> FirstLook | None:
        """Return the run's first look, if there is one."""
        made = self._made.get(_key(run, species))
        return made if made is not None and self.samples.store.get(made.key) is not None else None

    def task_of(self, run: Run, species: str | None) -> Hashable:
        return ("first-look", run.key, _key(run, species))

    def is_worthwhile(self, run: Run, species: str | None) -> bool:
        """Whether painting the run takes so long that a first look is wanted and not there yet."""
        many = run.description.kind == "particles" and run.network is None and _count(run, species) > MANY
        return many and self.of(run, species) is None

    def start(self, run: Run, species: str | None, then: Callable[[], None]) -> None:
        """Take a first look; ``then`` is called when it is there, or when there can be none."""
        key, store = _key(run, species), self.samples.store

        def compute(progress: Progress) -> Field | None:
            from backends.mesh.first_look import first_look

            particles = self.samples.glance(run, species, WANTED, PATIENCE, progress)
            self._made[key] = FirstLook(key, particles.count, _count(run, species))
            field = first_look(particles) if particles.count else None
            if field is not None:
                store.put(key, field)
            return field

        def failed(_error: HalographError) -> None:
            then()  # reading all of them will say why

        title = f"First look · {run.label}"
        task = self.task_of(run, species)
        self.tasks.start(task, title, compute, lambda _: then(), failed=failed, lane="open")


def _key(run: Run, species: str | None) -> Hashable:
    return ("first-look", run.data_key, species)


def _count(run: Run, species: str | None) -> int:
    held = run.description.species
    return sum(
        facts.count for name, facts in held.items() if name == species or (species is None and name != "tracers")
    )
