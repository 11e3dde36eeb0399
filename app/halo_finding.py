"""The halos of the runs in sight: found, or read from their catalogue, and measured when they are on the screen."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PyQt6.QtCore import QObject, pyqtSignal

from app.depending import halos_key
from app.samples import Samples
from app.tasks import Tasks
from app.viewing import shows_halos
from backends.data.catalogue import Catalogue
from backends.data.run import Run
from backends.data.study import Study
from backends.errors import NotApplicable
from backends.progress import Progress, part

Find = Callable[[Progress], Catalogue | str]


class HaloFinding(QObject):
    """Has halos found for the views that draw them."""

    ready = pyqtSignal(str, object)
    """Key of the run, its halos as a ``Catalogue``; once more when the spheres around them have been measured."""
    refused = pyqtSignal(str, str)
    """Key of the run whose catalogue cannot be its halos, why."""

    def __init__(self, samples: Samples, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples, self._tasks = samples, tasks

    def forget(self, study: Study) -> None:
        """Stop looking for halos of what has left the study, or is another run or found in another way by now."""
        wanted = {(run.key, halos_key(run, study)) for run in study.runs}
        self._tasks.cancel_where(
            lambda key: isinstance(key, tuple) and key[0] == "halos" and (key[1], key[2]) not in wanted
        )

    def find(self, study: Study, run: Run) -> None:
        """Find the halos of a run where the views draw them, and they are not being looked for already."""
        task: tuple[Hashable, ...] = ("halos", run.key, halos_key(run, study))
        spheres = (*task, "spheres")
        if not (run.visible and shows_halos(study, run)) or self._tasks.is_running(task):
            return
        sample, parameters = self._samples.of(run), study.parameters

        def told(found: Catalogue | str) -> None:
            if isinstance(found, Catalogue):
                self.ready.emit(run.key, found)
            elif run.halos:
                self.refused.emit(run.key, found)

        def done(found: Catalogue | str) -> None:
            told(found)
            if isinstance(found, Catalogue) and "r200c" not in found.columns and not self._tasks.is_running(spheres):
                measure = _or_why_not(lambda progress: sample.measured_halos(parameters, progress))
                self._tasks.start(spheres, f"Spheres of halos · {run.label}", measure, told, priority=9)

        find = _or_why_not(lambda progress: sample.halos(parameters, part(progress, 0, 1)))
        self._tasks.start(task, f"Halos · {run.label}", find, done, priority=0)


def _or_why_not(find: Callable[[Progress], Catalogue]) -> Find:
    def compute(progress: Progress) -> Catalogue | str:
        try:
            return find(progress)
        except NotApplicable as reason:
            return str(reason)

    return compute
