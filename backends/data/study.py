"""A study: runs side by side, how they are looked at, and what their statistics depend on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backends.data.curve import ReferenceCurve
from backends.data.description import HALOS
from backends.data.parameters import Parameters
from backends.data.run import Run
from backends.data.saved_view import SavedView
from backends.data.view import ViewSettings


@dataclass(frozen=True)
class Study:
    """Immutable and light; a change is a new study.

    runs : in the order of the library
    selected : key of the run that is selected in every view, or ""
    before : key of the one that was selected before it, or ""
    statistics : registered names of the statistics that are shown, in order
    curves : tables of statistics that are drawn beside the runs' own
    saved_views : places from which it was looked at, in the order of their keys
    """

    name: str = "Untitled"
    runs: tuple[Run, ...] = ()
    selected: str = ""
    view: ViewSettings = ViewSettings()
    parameters: Parameters = Parameters()
    statistics: tuple[str, ...] = (
        "power-spectrum",
        "transfer-function",
        "correlation-coefficient",
        "density-pdf",
        "halo-mass-function",
    )
    curves: tuple[ReferenceCurve, ...] = ()
    saved_views: tuple[SavedView, ...] = ()
    before: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it holds neither a run nor a curve."""
        return not (self.runs or self.curves)

    @property
    def reference(self) -> Run | None:
        """The run that all others are held against, or None."""
        return next((run for run in self.runs if run.role == "reference"), None)

    def catalogue_of(self, run: Run) -> Run | None:
        """Return the run that lists a run's halos, or None where they are found in its particles."""
        if not run.halos or run.description.kind in HALOS:
            return None
        return next((one for one in self.runs if one.key == run.halos and one.description.kind in HALOS), None)

    def run(self, key: str) -> Run:
        """Return the run of that key; KeyError where there is none."""
        for run in self.runs:
            if run.key == key:
                return run
        raise KeyError(key)

    def with_selected(self, key: str) -> Study:
        """Return the study with that run selected."""
        return self if key == self.selected else replace(self, selected=key, before=self.selected)

    def with_run(self, changed: Run) -> Study:
        """Return the study with the run of the same key replaced."""
        return replace(self, runs=tuple(changed if run.key == changed.key else run for run in self.runs))

    def curve(self, key: str) -> ReferenceCurve | None:
        """Return the curve of that key, or None where it is none's."""
        return next((curve for curve in self.curves if curve.key == key), None)

    def with_curve(self, changed: ReferenceCurve) -> Study:
        """Return the study with the curve of the same key replaced."""
        curves = tuple(changed if curve.key == changed.key else curve for curve in self.curves)
        return replace(self, curves=curves)

    def with_reference(self, key: str) -> Study:
        """Return the study in which that run is the reference, and no other is."""
        runs = tuple(
            replace(run, role="reference")
            if run.key == key
            else replace(run, role="prediction")
            if run.role == "reference"
            else run
            for run in self.runs
        )
        return replace(self, runs=runs)

    def without(self, key: str) -> Study:
        """Return the study without that run or curve; the selection moves off it."""
        left = tuple(run for run in self.runs if run.key != key)
        runs = tuple(replace(run, halos="") if run.halos == key else run for run in left)
        curves = tuple(curve for curve in self.curves if curve.key != key)
        view = self.view.without(key)
        for run in left:
            if run.halos == key:
                view = view.without_halo(run.key)
        selected, before = ("" if one == key else one for one in (self.selected, self.before))
        return replace(self, runs=runs, curves=curves, view=view, selected=selected, before=before)
