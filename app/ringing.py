"""Halos in the views: whose they are, which of them is selected at this time, and what its kin are."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from backends.data.catalogue import Catalogue
from backends.data.epochs import redshift_of, turned
from backends.data.kinship import Kinship
from backends.data.run import Run
from backends.data.study import Study
from backends.data.view import ViewSettings
from backends.errors import HalographError
from backends.halos.lineage import Lineage, lineage
from backends.progress import Progress

if TYPE_CHECKING:
    from app.showing import Showing

GONE = "the selected halo is in none at this time"
MOST = 32
"""Lineages that are remembered: stepping through time comes back to them."""


class Ringing(QObject):
    """Gives the views their halos, and follows the selected one through a run over time."""

    def __init__(self, showing: Showing) -> None:
        super().__init__(showing)
        self._showing, self._comparing, self._tasks = showing, showing.comparing, showing.tasks
        self._catalogues: dict[str, tuple[Hashable, Catalogue]] = {}
        self._lineages: dict[Hashable, Lineage | str] = {}
        self._said: set[str] = set()
        self._comparing.halos.ready.connect(self._halos_ready)
        self._comparing.halos.refused.connect(self._refused)

    def follow(self, study: Study) -> None:
        """Find where the selected halo is at the time that is looked at, where that is not known yet."""
        runs = {run.key: run for run in study.runs}
        self._catalogues = {
            key: held
            for key, held in self._catalogues.items()
            if key in runs and held[0] == self._comparing.halos_key(runs[key])
        }
        run, key = self._chosen(study)
        wanted = ("lineage", key)
        self._tasks.cancel_where(lambda task: isinstance(task, tuple) and task[0] == "lineage" and task != wanted)
        if run is None or key in self._lineages or run.key not in self._catalogues:
            return
        if wanted not in {task.key for task in self._tasks.running}:
            self._start(study, run, key)

    def resolved(self, view: ViewSettings) -> ViewSettings:
        """Return the settings with the halo selected that the chosen one is at the time that is looked at."""
        run, key = self._chosen(self._showing.study)
        if run is None or view.rings.chosen is None:
            return view
        found = self._lineages.get(key)
        if isinstance(found, Lineage):
            place = found.place
        else:
            place = view.rings.chosen[1] if _is_at(run, view.rings.at) else None
        return replace(view, rings=replace(view.rings, chosen=None if place is None else (run.key, place)))

    def notes(self, study: Study) -> dict[str, str]:
        """Return what is said of the halos of runs: who lists them, and whether those in others are there."""
        notes = {}
        for run in study.runs:
            listed, (_, halos) = study.catalogue_of(run), self._catalogues.get(run.key, (None, None))
            words = () if halos is None or not halos.kept else (_kept(halos),)
            whose = () if listed is None else (f"halos of {listed.label}",)
            lost = (GONE,) if self._is_lost(study, run) else ()
            if found := (*whose, *words, *lost):
                notes[run.key] = " · ".join(found)
        return notes

    # What happened

    def _halos_ready(self, key: str, found: Catalogue) -> None:
        study = self._showing.study
        run = next((run for run in study.runs if run.key == key), None)
        if run is not None:
            self._catalogues[key] = (self._comparing.halos_key(run), found)
            self._give(run)
            self.follow(study)

    def _refused(self, key: str, reason: str) -> None:
        """Say once why a run's catalogue cannot be its halos."""
        if reason not in self._said:
            self._said.add(reason)
            self._showing.window.messages.show_message("warning", reason)

    def _give(self, run: Run) -> None:
        held = self._catalogues.get(run.key)
        if held is not None:
            found = self._lineages.get(self._chosen(self._showing.study)[1])
            kin: Kinship | None = found.kin if isinstance(found, Lineage) else None
            mine = self._showing.study.view.rings.chosen
            kin = kin if mine is not None and mine[0] == run.key else None
            self._showing.window.grid.set_halos(held[0], replace(held[1], kin=kin))
            self._showing.mark("cells", "view")

    # The task

    def _chosen(self, study: Study) -> tuple[Run | None, Hashable]:
        """Return the run over time of which a halo is selected, and what its lineage depends on."""
        rings = study.view.rings
        run = next((run for run in study.runs if rings.chosen is not None and run.key == rings.chosen[0]), None)
        if run is None or not run.epochs or rings.at is None:
            return None, None
        origins = tuple((epoch.origin, redshift_of(run, epoch)) for epoch in run.epochs)
        return run, (rings.chosen, rings.at, origins, self._comparing.halos_key(run))

    def _start(self, study: Study, run: Run, key: Hashable) -> None:
        redshifts = [redshift_of(run, epoch) for epoch in run.epochs]
        now = next(i for i, epoch in enumerate(run.epochs) if epoch.origin == run.origin)
        at = _nearest(redshifts, study.view.rings.at or 0.0)
        place = study.view.rings.chosen[1] if study.view.rings.chosen is not None else 0
        sources, parameters = self._comparing.samples.over_time(run, study), study.parameters

        def halos(number: int, progress: Progress) -> Catalogue:
            return sources[number].halos(parameters, progress, ("ids",))

        def compute(progress: Progress) -> Lineage:
            return lineage(halos, redshifts, place, at, now, progress)

        def done(found: Lineage) -> None:
            self._keep(run, key, found)

        def failed(error: HalographError) -> None:
            self._keep(run, key, str(error))
            self._refused(run.key, f"{run.label}: {error}")

        title = f"Kin of halos · {run.label}"
        self._tasks.start(("lineage", key), title, compute, done, failed=failed, lane="compute", priority=1)

    def _is_lost(self, study: Study, run: Run) -> bool:
        """Whether the selected halo was followed and has no kin at the time that is looked at."""
        chosen, key = self._chosen(study)
        found = self._lineages.get(key)
        return chosen is not None and chosen.key == run.key and isinstance(found, Lineage) and found.place is None

    def _keep(self, run: Run, key: Hashable, found: Lineage | str) -> None:
        self._lineages[key] = found
        while len(self._lineages) > MOST:
            del self._lineages[next(iter(self._lineages))]
        self._give(run)


def _kept(halos: Catalogue) -> str:
    """Say which halos of a catalogue are shown."""
    if halos.left_out:
        return f"{halos.count:,} of {halos.count + halos.left_out:,} distinct".replace(",", " ")
    return "distinct" if halos.kept == "distinct" else "with substructure"


def _is_at(run: Run, redshift: float | None) -> bool:
    """Whether a run over time stands where a halo was selected."""
    return redshift is None or turned(run, redshift).origin == run.origin


def _nearest(redshifts: list[float], redshift: float) -> int:
    scale = 1 / (1 + redshift)
    return min(range(len(redshifts)), key=lambda i: abs(1 / (1 + redshifts[i]) - scale))
