"""From a click to an overlay: asks each network what it looked at, and lays the answer over its views."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from app.attribution_scale import LEAST, highest, placed
from app.document import Document
from app.explained_facts import said
from app.main_window import MainWindow
from app.samples import Samples
from app.tasks import Task, Tasks
from backends.data.field import Field
from backends.data.place_words import coordinates
from backends.data.run import Run
from backends.data.study import Study
from backends.errors import HalographError, NotApplicable
from backends.progress import Progress, part
from widgets.explain_parameters import ExplainState, Method

if TYPE_CHECKING:
    from app.showing import Showing
    from backends.attribution.answer import Fact as Stated
    from backends.attribution.target import Target

METHODS = (
    Method(
        "integrated-gradients",
        "Integrated gradients",
        "Which input displacements made the density here, exactly shared out",
    ),
    Method("grad-cam", "Grad-CAM", "Where the network's last features speak for the density here"),
    Method("attention", "Attention", "Where the tokens of this place attend; only networks with attention answer"),
)
"""Our own; what other packages bring is known once torch is imported."""

AFTER_WHAT_IS_SEEN = 60
"""Priority of asking for the others: behind the statistics in sight."""


@dataclass(frozen=True, eq=False)
class Explained:
    """One network's answer: where it looked, on the mesh of the views, and what is to be said of it.

    highest : what would have full colour of its map alone, in means of it
    halo : which one was explained, in words, where it was one
    """

    overlay: Field
    stated: tuple[Stated, ...]
    highest: float
    halo: str = ""

    @property
    def nbytes(self) -> int:
        return self.overlay.nbytes


class Explaining(QObject):
    """Explains every network of the study at the crosshair, on one colour scale."""

    def __init__(
        self, window: MainWindow, document: Document, showing: Showing, samples: Samples, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self.window, self.document, self.showing = window, document, showing
        self.samples, self.tasks = samples, tasks
        self.method, self.target = "integrated-gradients", "voxel"
        self.methods: tuple[Method, ...] = METHODS
        self._asked_for_others = False
        self.answers: dict[str, Explained] = {}
        self.refusals: dict[str, str] = {}
        self._told_of_tasks = False
        document.changed.connect(self._study_changed)
        tasks.changed.connect(self._follow)

    def _study_changed(self, old: Study, new: Study) -> None:
        if new.view.page == "explain" and not self._asked_for_others and not self._why_not():
            self._ask_for_others()
        if (self.answers or self.refusals or self._under_way()) and self._asked(old) != self._asked(new):
            self.forget()
        elif old.view.page != new.view.page or old.runs != new.runs or old.view.crosshair != new.view.crosshair:
            self.show()

    def _asked(self, study: Study) -> object:
        """What explanations depend on: of which place and which networks they are, and how it is cut out."""
        runs = [(run.key, run.role, run.data_key, run.network) for run in study.runs]
        return study.view.crosshair, runs, self._cut_out(study)

    def _cut_out(self, study: Study) -> Hashable:
        """What decides which matter is asked for, and on which mesh the answer is laid."""
        parameters, truth = study.parameters, study.reference or self._source()
        if self.target != "halo" or truth is None:
            return parameters.n_mesh
        return parameters.n_mesh, truth.data_key, parameters.linking_length, parameters.min_particles

    def _ask_for_others(self) -> None:
        """Ask the process that has torch, once, for the methods that other packages bring."""
        self._asked_for_others = True
        worker = self.samples.worker

        def look(progress: Progress) -> tuple[tuple[str, str], ...]:
            from backends.attribution.explaining import methods

            found: tuple[tuple[str, str], ...] = worker.call(methods, progress=progress)
            return found

        def done(found: tuple[tuple[str, str], ...]) -> None:
            known = {method.name for method in METHODS}
            self.methods = (*METHODS, *(Method(name, label) for name, label in found if name not in known))
            self._tell()

        def failed(_: HalographError) -> None:
            """What is wrong with that process is told where an explanation is asked for."""

        title = "Looking for methods"
        self.tasks.start(("methods",), title, look, done, failed=failed, priority=AFTER_WHAT_IS_SEEN)

    def choose_method(self, method: str) -> None:
        """Ask this way from now on; what the old way answered goes."""
        self.method = method
        self.forget()

    def choose_target(self, target: str) -> None:
        """Explain the crosshair's "voxel" or the "halo" nearest to it from now on."""
        self.target = target
        self.forget()

    def explain_again(self) -> None:
        """Explain by the method that is chosen."""
        self.explain(self.method)

    def explain(self, method: str) -> None:
        """Ask every network of the study what it looked at for the crosshair's place."""
        self.cancel()
        self.method = method
        self.answers, self.refusals = {}, {}
        study = self.document.study
        source = self._source()
        if source is None or self._why_not():
            self.document.look(page="explain")
            self.show()
            return
        self.document.look(page="explain")
        for run in study.runs:
            if run.network is not None:
                self._start(run, source, method)
        self.show()

    def _source(self) -> Run | None:
        return next((run for run in self.document.study.runs if run.role == "input"), None)

    def _why_not(self) -> str:
        if not any(run.network is not None for run in self.document.study.runs):
            return "No run of this study brings its network. Those of the demo study do: File, Open the demo study"
        return "" if self._source() is not None else "The study has no input run to give to the networks"

    def cancel(self) -> None:
        """Stop explaining; what has been answered stays."""
        self.tasks.cancel_where(lambda key: isinstance(key, tuple) and key[0] == "explain")

    def forget(self) -> None:
        """The point, the data or the networks have changed: old answers say nothing any more."""
        self.cancel()
        self.answers, self.refusals = {}, {}
        self.show()

    def _start(self, run: Run, source: Run, method: str) -> None:
        point = self.document.study.view.crosshair
        network, worker, store = run.network, self.samples.worker, self.samples.store
        target = self.target
        study = self.document.study
        parameters, truth = study.parameters, study.reference or source
        key = ("explained", method, target, run.data_key, network, source.data_key, point, self._cut_out(study))

        def compute(progress: Progress) -> Explained:
            kept: Explained | None = store.get(key)
            if kept is not None:
                return kept
            field = self._displacement(source, part(progress, 0, 0.05))
            from backends.attribution.explaining import explain

            at: Target | tuple[float, float, float] = point
            halo = ""
            if target == "halo":
                from backends.attribution.nearest_halo import nearest_halo, place_of

                # The halo that is meant is the reference's: the same matter for every network.
                of = self._displacement(truth, part(progress, 0.05, 0.08))
                length, least = parameters.linking_length, parameters.min_particles
                at = nearest_halo(of, point, length, least, part(progress, 0.08, 0.15))
                halo = f"{len(at.cells)} particles at {coordinates(place_of(at, of), of.box_size)}"
            mesh = parameters.n_mesh or 2 * field.n_mesh
            answer = worker.call(explain, network, field, at, method, mesh, progress=part(progress, 0.15, 1))
            explained = Explained(answer.overlay, answer.stated, highest(answer.overlay.values), halo)
            store.put(key, explained)
            return explained

        def done(explained: Explained) -> None:
            self.answers[run.key] = explained
            self.show()

        def failed(error: HalographError) -> None:
            self.refusals[run.key] = str(error)
            self.show()

        label = next((known.label for known in self.methods if known.name == method), method)
        title = f"{label} · {run.label}"
        self.tasks.start(("explain", run.key), title, compute, done, failed=failed, lane="compute", priority=5)

    def _displacement(self, run: Run, progress: Progress) -> Field:
        field = self.samples.read(run, None, progress)
        if not isinstance(field, Field) or field.quantity != "displacement":
            raise NotApplicable(f"{run.label} is no displacement field, which the networks take")
        return field

    def show(self) -> None:
        """Bring the panel and the overlays up to date."""
        self._lay()
        self._tell()

    def _follow(self) -> None:
        """Show how explanations stand while any are under way, and once more when they end or are cancelled."""
        if self._told_of_tasks or self._under_way():
            self._tell()

    def _under_way(self) -> list[Task]:
        return [task for task in self.tasks.running if isinstance(task.key, tuple) and task.key[0] == "explain"]

    def _tell(self) -> None:
        study = self.document.study
        facts = said(
            [(run.label, self.answers[run.key].stated) for run in study.runs if run.key in self.answers],
            [(run.label, self.refusals[run.key]) for run in study.runs if run.key in self.refusals],
        )
        running = self._under_way()
        self._told_of_tasks = bool(running)
        total = len(running) + len(self.answers) + len(self.refusals)
        share = (total - len(running) + sum(t.fraction or 0 for t in running)) / total if running else None
        side = next((run.facts.box_size for run in study.runs if run.facts.box_size), None)
        place = coordinates((x * side for x in study.view.crosshair), side) if side else ""
        halo = next((answer.halo for answer in self.answers.values()), "")
        running_now, why_not = bool(running), self._why_not()
        self.window.explain.show_state(
            ExplainState(self.methods, self.method, self.target, place, running_now, share, facts, why_not, halo)
        )

    def _lay(self) -> None:
        """Give the views every answer, on one scale."""
        overlays: dict[str, Hashable] = {}
        full = max((one.highest for one in self.answers.values()), default=LEAST)
        for run_key, one in self.answers.items():
            key = ("overlay", run_key, id(one), full)
            self.window.grid.set_overlay(key, replace(one.overlay, values=placed(one.overlay.values, full)))
            overlays[run_key] = key
        self.showing.overlays, self.showing.full_colour = overlays, f"{full:.3g}"
        self.showing.mark("cells", "view")
