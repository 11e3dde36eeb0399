"""What a person can change, each as one step of undo."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.document import Document
from app.loading import cases, free_colour
from backends.data import realisations, view_words
from backends.data.between import blending, looked_at, moment
from backends.data.curve import ReferenceCurve
from backends.data.epochs import gathered, series, spread
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.data.run import Run
from backends.data.species import in_words
from backends.data.study import Study
from backends.data.view import OwnView, ViewSettings

OF_A_FILE = ("box_size", "redshift", "hubble", "length_unit", "cell_offset")
"""Facts that hold for a whole file; what a grid holds, and on which cells, differs from one to the next."""

FINDING = ("linking_length", "min_particles", "substructure")
"""Parameters that decide which halos there are: with others, a halo's place in the catalogue is another's."""


class Editing:
    """Turns requests of the widgets into changes of the document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @property
    def study(self) -> Study:
        return self.document.study

    def add(self, study: Study, count: int, curves: int = 0, again: int = 0) -> None:
        """Take up the study that loading made of the present one, so many new runs and curves, and some read again."""
        new = [(count, "run"), (curves, "curve")]
        words = [f"{number} {name}s" if number > 1 else f"a {name}" for number, name in new if number]
        read = f"Read {again} runs again" if again > 1 else "Read a run again"
        self.document.apply(study, f"Add {' and '.join(words)}" if words else read)

    def rename(self, key: str, label: str) -> None:
        label, curve = label.strip(), self.study.curve(key)
        if label and curve is not None:
            self._change_curve(replace(curve, label=label), f"Rename {curve.label}")
        elif label:
            run = self.study.run(key)
            self._change_run(replace(run, label=label), f"Rename {run.label}")

    def recolour(self, key: str, colour: str) -> None:
        curve = self.study.curve(key)
        if curve is not None:
            self._change_curve(replace(curve, colour=colour), f"Recolour {curve.label}")
            return
        run = self.study.run(key)
        self._change_run(replace(run, colour=colour), f"Recolour {run.label}")

    def make_reference(self, key: str) -> None:
        """Compare all with this run; it takes the colour of references, and the one before takes its own."""
        chosen, before = self.study.run(key), self.study.reference
        study = self.study.with_reference(key)
        if before is not None and before.key != key:
            study = study.with_run(replace(study.run(key), colour=before.colour))
            study = study.with_run(replace(study.run(before.key), colour=chosen.colour))
        self.document.apply(study, f"Make {chosen.label} the reference")

    def set_role(self, key: str, role: str) -> None:
        if role == "reference":
            self.make_reference(key)
        else:
            run = self.study.run(key)
            self._change_run(replace(run, role=role), f"Make {run.label} an {role}")

    def show(self, key: str, visible: bool) -> None:
        curve, verb = self.study.curve(key), "Show" if visible else "Hide"
        if curve is not None:
            self._change_curve(replace(curve, visible=visible), f"{verb} {curve.label}")
            return
        run = self.study.run(key)
        self._change_run(replace(run, visible=visible), f"{verb} {run.label}")

    def remove(self, key: str) -> None:
        label = (self.study.curve(key) or self.study.run(key)).label
        self.document.apply(self.study.without(key), f"Remove {label}")

    def reorder(self, keys: Sequence[str]) -> None:
        """Put the runs and the curves in this order; keys that are left out keep their order behind."""
        place = {key: number for number, key in enumerate(keys)}
        runs = tuple(sorted(self.study.runs, key=lambda run: place.get(run.key, len(place))))
        curves = tuple(sorted(self.study.curves, key=lambda curve: place.get(curve.key, len(place))))
        self.document.apply(replace(self.study, runs=runs, curves=curves), "Reorder the runs")

    def correct(self, key: str, told: Facts, anew: Mapping[str, Run] | None = None) -> None:
        """State a run's facts, and those of the others that they hold for too.

        anew : by key, the corrected runs as their readers describe them now
        """
        run = self.study.run(key)
        runs = tuple(_as_described(run, anew or {}) for run in corrected(self.study.runs, key, told))
        others = sum(new != old for new, old in zip(runs, self.study.runs, strict=True)) - 1
        more = f" and of {others} more" if others > 0 else ""
        self.document.apply(replace(self.study, runs=runs), f"Correct the facts of {run.label}{more}")

    def relink(self, study: Study, count: int) -> None:
        """Take up the study in which so many files have new places."""
        self.document.apply(study, "Relink a file" if count == 1 else f"Relink {count} files")

    def turn_to_case(self, case: str) -> None:
        """Show another case of the bundle that the runs come from: another box, the same networks."""
        runs = tuple(
            replace(run, origin=replace(run.origin, member=_in_case(run.origin.member, case)))
            if case in cases(run.description)
            else run
            for run in self.study.runs
        )
        self.document.apply(_without_halo(replace(self.study, runs=runs)), f"Turn to {case}")

    def gather(self) -> int:
        """Make one run over time of the snapshots of each simulation; return how many runs that makes."""
        return self._gather(series(self.study.runs), gathered, "Gather snapshots over time")

    def gather_realisations(self) -> int:
        """Make one run of boxes that differ by chance alone; return how many runs that makes."""
        groups = realisations.ensembles(self.study.runs)
        return self._gather(groups, realisations.gathered, "Gather as realisations")

    def _gather(self, groups: Sequence[tuple[Run, ...]], made: Callable[[Sequence[Run]], Run], text: str) -> int:
        into = {group[0].key: made(group) for group in groups}
        gone = {run.key for group in groups for run in group[1:]}
        runs = tuple(into.get(run.key, run) for run in self.study.runs if run.key not in gone)
        selected = next((group[0].key for group in groups if self.study.selected in [run.key for run in group]), "")
        view = self.study.view
        for key in gone | into.keys():  # whose halo was selected is another snapshot or box by now
            view = view.without(key) if key in gone else view.without_halo(key)
        study = replace(self.study, runs=runs, selected=selected or self.study.selected, view=view)
        self.document.apply(study, text)
        return len(groups)

    def spread(self, colours: Sequence[str]) -> None:
        """Make runs of their own of all snapshots that are gathered over time, in colours that are free."""
        self._spread(spread, colours, "Spread snapshots side by side")

    def spread_realisations(self, colours: Sequence[str]) -> None:
        """Make runs of their own of all boxes that are gathered as realisations, in colours that are free."""
        self._spread(realisations.spread, colours, "Spread realisations side by side")

    def turn_to_realisation(self, step: int) -> None:
        """Turn all ensembles to another box; moving on from there is the same step of undo."""
        turned = realisations.study_turned(self.study, step)
        turned = turned if turned.runs == self.study.runs else _without_halo(turned)
        self.document.apply(turned, "Turn to another realisation", "realisation")

    def _spread(self, apart: Callable[[Run], tuple[Run, ...]], colours: Sequence[str], text: str) -> None:
        numbers = itertools.count(1 + max((int(run.key.rpartition("-")[2]) for run in self.study.runs), default=0))
        taken, runs = [run.colour for run in self.study.runs], []
        for part in itertools.chain.from_iterable(map(apart, self.study.runs)):
            if part.key:
                runs.append(part)
            else:
                taken.append(free_colour(colours, taken))
                runs.append(replace(part, key=f"run-{next(numbers)}", colour=taken[-1]))
        self.document.apply(replace(self.study, runs=tuple(runs)), text)

    def turn_to_redshift(self, redshift: float) -> None:
        """Turn the runs over time to a redshift, or the selected one alone that keeps its own time.

        Moving on from there is the same step of undo.
        """
        self.document.apply(looked_at(self.study, redshift), f"Turn to z = {redshift:.2f}", "time")

    def blend_snapshots(self, blended: bool) -> None:
        """Show what lies between snapshots mixed of both, or the nearest one alone."""
        words = "Blend between snapshots" if blended else "Show the nearest snapshots"
        self.document.apply(blending(self.study, blended), words)

    def view(self, view: ViewSettings, merge: str = "") -> None:
        words = view_words.changed(self.study.view, view)
        self.document.apply(replace(self.study, view=view), words, merge and f"view.{merge}")

    def view_of(self, run: str, view: ViewSettings, merge: str = "") -> None:
        """Change how that run is looked at, and with it all others, but for what it keeps to itself."""
        self.view(self.study.view.changed_in(run, view), merge)

    def let_go(self, run: str, part: str, go: bool) -> None:
        """Let a run keep its own "camera", "colours", "clip" box, "crosshair" or "time", or share it again."""
        what = "clip box" if part == "clip" else part
        words = f"{'Let go' if go else 'Link'} the {what} of {self.study.run(run).label}"
        self.document.apply(_with_links(self.study, self.study.view.let_go(run, part, go)), words)

    def link_again(self, run: str) -> None:
        """Let a run share everything again."""
        view = self.study.view.with_own(OwnView(run))
        self.document.apply(_with_links(self.study, view), f"Link {self.study.run(run).label}")

    def move_divider(self, share: float, merge: str) -> None:
        """Show the run in this share of a wiped view; one drag is one step."""
        self.document.apply(
            replace(self.study, view=replace(self.study.view, wipe=share)), "Move the divider", f"view.{merge}"
        )

    def select_halo(self, halo: tuple[str, int] | None) -> None:
        """Select a run's halo by its place in the catalogue, or None; over time it is that of this snapshot."""
        view, run = self.study.view, None if halo is None else self.study.run(halo[0])
        at = run.facts.redshift if run is not None and run.epochs else None
        self.view(replace(view, rings=replace(view.rings, chosen=halo, at=at)))

    def take_halos(self, key: str, catalogue: str) -> None:
        """Let a catalogue of the study list a run's halos, or with "" find them in its particles."""
        run = self.study.run(key)
        whose = f"Take the halos of {self.study.run(catalogue).label}" if catalogue else "Find the halos"
        study = _without_halo(self.study.with_run(replace(run, halos=catalogue)))
        self.document.apply(study, f"{whose} for {run.label}")

    def move_crosshair(self, x: float, y: float, z: float, run: str = "") -> None:
        """Move the crosshair of all, or of that run, else of the selected one, where it keeps its own."""
        run, before = run or self.study.selected, self.study.view
        view = before.changed_in(run, replace(before.seen_in(run), crosshair=(x, y, z)))
        alone = f" {run}" if before.keeps(run, "crosshair") else ""
        self.document.apply(replace(self.study, view=view), "Move the crosshair", f"view.crosshair{alone}")

    def parameters(self, parameters: Parameters, merge: str = "") -> None:
        study = replace(self.study, parameters=parameters)
        if any(getattr(parameters, name) != getattr(self.study.parameters, name) for name in FINDING):
            study = _without_halo(study)
        self.document.apply(study, "Change the statistics", merge and f"parameters.{merge}")

    def show_species(self, species: str | None) -> None:
        """Show, paint and compare one species of particles, or for None all matter."""
        parameters = replace(self.study.parameters, species=species)
        self.document.apply(replace(self.study, parameters=parameters), f"Show {in_words(species)}")

    def show_statistic(self, name: str, shown: bool) -> None:
        names = [other for other in self.study.statistics if other != name]
        study = replace(self.study, statistics=(*names, name) if shown else tuple(names))
        self.document.apply(study, f"{'Show' if shown else 'Hide'} a statistic")

    def order_statistics(self, names: Sequence[str]) -> None:
        """Put the plots in this order; those that are not listed follow."""
        others = tuple(name for name in self.study.statistics if name not in names)
        self.document.apply(replace(self.study, statistics=(*names, *others)), "Reorder the plots")

    def retell(self, curve: ReferenceCurve) -> None:
        """Take up a table that was read again in other units; its name and looks are those that it has by now."""
        now = self.study.curve(curve.key)
        if now is not None:
            again = replace(now, told=curve.told, curve=curve.curve, warnings=curve.warnings)
            self._change_curve(again, f"Correct the units of {now.label}")

    def _change_curve(self, curve: ReferenceCurve, text: str) -> None:
        self.document.apply(self.study.with_curve(curve), text)

    def _change_run(self, run: Run, text: str) -> None:
        self.document.apply(self.study.with_run(run), text)


def _with_links(study: Study, view: ViewSettings) -> Study:
    """Return the study with these links; what shares the time again is turned to that of the others."""
    shared = moment(replace(study, selected=""))
    if shared is None or not any(own.time and not view.own_of(own.run).time for own in study.view.own):
        return replace(study, view=view)
    return replace(looked_at(replace(study, view=view, selected=""), shared), selected=study.selected)


def _without_halo(study: Study) -> Study:
    """Return the study with no halo selected."""
    return replace(study, view=replace(study.view, rings=replace(study.view.rings, chosen=None, at=None)))


def corrected(runs: Sequence[Run], key: str, told: Facts) -> tuple[Run, ...]:
    """Return the runs once one is corrected.

    What holds for its file holds for its other runs, and a box for all that lack one.
    """
    chosen = next(run for run in runs if run.key == key)
    return tuple(_corrected(run, chosen, told) for run in runs)


def _corrected(run: Run, chosen: Run, told: Facts) -> Run:
    """Return a run as it is once another one, or it itself, is corrected."""
    if run.key == chosen.key:
        return replace(run, told=told)
    now = run.told
    if run.origin.path == chosen.origin.path and run.description.kind != "bundle":
        for name in OF_A_FILE:
            if getattr(now, name) == getattr(chosen.told, name):
                now = replace(now, **{name: getattr(told, name)})
    elif run.facts.box_size is None:
        now = replace(now, box_size=told.box_size)
    return replace(run, told=now)


def _as_described(run: Run, anew: Mapping[str, Run]) -> Run:
    new = anew.get(run.key)
    if new is None or new.origin != run.origin:  # it was turned to another snapshot while its headers were read
        return run
    return replace(run, told=new.told, description=new.description)


def _in_case(member: str, case: str) -> str:
    pieces = member.split("/")
    pieces[1 if pieces[0] == "cases" else 3] = case
    return "/".join(pieces)
