"""What a person can change, each as one step of undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.document import Document
from app.loading import cases
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.data.run import Origin, Run
from backends.data.study import Study
from backends.data.view import ViewSettings


class Editing:
    """Turns requests of the widgets into changes of the document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @property
    def study(self) -> Study:
        return self.document.study

    def add(self, study: Study, count: int) -> None:
        """Take up the study that loading made of the present one and ``count`` new runs."""
        self.document.apply(study, f"Add {count} runs" if count != 1 else "Add a run")

    def rename(self, key: str, label: str) -> None:
        run = self.study.run(key)
        label = label.strip()
        if label:
            self._change_run(replace(run, label=label), f"Rename {run.label}")

    def recolour(self, key: str, colour: str) -> None:
        run = self.study.run(key)
        self._change_run(replace(run, colour=colour), f"Recolour {run.label}")

    def make_reference(self, key: str) -> None:
        label = self.study.run(key).label
        self.document.apply(self.study.with_reference(key), f"Make {label} the reference")

    def set_role(self, key: str, role: str) -> None:
        if role == "reference":
            self.make_reference(key)
        else:
            run = self.study.run(key)
            self._change_run(replace(run, role=role), f"Make {run.label} an {role}")

    def show(self, key: str, visible: bool) -> None:
        run = self.study.run(key)
        self._change_run(replace(run, visible=visible), f"{'Show' if visible else 'Hide'} {run.label}")

    def remove(self, key: str) -> None:
        label = self.study.run(key).label
        self.document.apply(self.study.without(key), f"Remove {label}")

    def reorder(self, keys: Sequence[str]) -> None:
        """Put the runs in this order; keys that are left out keep their order behind."""
        listed = [self.study.run(key) for key in keys]
        others = [run for run in self.study.runs if run.key not in set(keys)]
        self.document.apply(replace(self.study, runs=(*listed, *others)), "Reorder the runs")

    def correct(self, key: str, told: Facts) -> None:
        run = self.study.run(key)
        self._change_run(replace(run, told=told), f"Correct the facts of {run.label}")

    def relink(self, key: str, path: Path, description: Description) -> None:
        """Say where a run's file lies now; other runs of the same file come along."""
        old = self.study.run(key).origin
        runs = tuple(
            replace(run, origin=Origin(path, description.format, run.origin.member), description=description)
            if run.origin.path == old.path
            else run
            for run in self.study.runs
        )
        self.document.apply(replace(self.study, runs=runs), f"Relink {self.study.run(key).label}")

    def turn_to_case(self, case: str) -> None:
        """Show another case of the bundle that the runs come from: another box, the same networks."""
        runs = tuple(
            replace(run, origin=replace(run.origin, member=_in_case(run.origin.member, case)))
            if case in cases(run.description)
            else run
            for run in self.study.runs
        )
        self.document.apply(replace(self.study, runs=runs), f"Turn to {case}")

    def view(self, view: ViewSettings, merge: str = "") -> None:
        self.document.apply(replace(self.study, view=view), "Change the view", merge and f"view.{merge}")

    def move_crosshair(self, x: float, y: float, z: float) -> None:
        view = replace(self.study.view, crosshair=(x, y, z))
        self.document.apply(replace(self.study, view=view), "Move the crosshair", "view.crosshair")

    def parameters(self, parameters: Parameters, merge: str = "") -> None:
        study = replace(self.study, parameters=parameters)
        self.document.apply(study, "Change the statistics", merge and f"parameters.{merge}")

    def show_statistic(self, name: str, shown: bool) -> None:
        names = [other for other in self.study.statistics if other != name]
        study = replace(self.study, statistics=(*names, name) if shown else tuple(names))
        self.document.apply(study, f"{'Show' if shown else 'Hide'} a statistic")

    def order_statistics(self, names: Sequence[str]) -> None:
        """Put the plots in this order; those that are not listed follow."""
        others = tuple(name for name in self.study.statistics if name not in names)
        self.document.apply(replace(self.study, statistics=(*names, *others)), "Reorder the plots")

    def _change_run(self, run: Run, text: str) -> None:
        self.document.apply(self.study.with_run(run), text)


def _in_case(member: str, case: str) -> str:
    pieces = member.split("/")
    pieces[1 if pieces[0] == "cases" else 3] = case
    return "/".join(pieces)
