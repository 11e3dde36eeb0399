"""What leaves a study leaves nothing to whatever gets its key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.document import Document
from app.editing import Editing
from backends.data.curve import ReferenceCurve
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.run import Origin, Run
from backends.data.study import Study
from backends.data.view import OF_RUN, OwnView, RingLook, ViewSettings


def run_of(number: int, kind: str = "particles", redshift: float = 0.0) -> Run:
    path = Path(f"/data/snap_{number:03d}.hdf5")
    facts = Description(path, (), "gadget-hdf5", kind, box_size=50.0, redshift=redshift)
    return Run(f"run-{number}", path.stem, "#ffffff", "prediction", Origin(path, "gadget-hdf5"), facts)


def looked_at(run: str) -> ViewSettings:
    rings = RingLook(chosen=(run, 7), at=0.5)
    return ViewSettings(overlay=f"{OF_RUN}{run}", rings=rings, own=(OwnView(run, camera=True),))


def test_nothing_of_a_removed_run_is_left() -> None:
    study = Study(runs=(run_of(1), run_of(2)), selected="run-2", view=looked_at("run-2"))
    assert study.without("run-2").view == ViewSettings()
    assert study.without("run-1").view == study.view


def test_a_halo_goes_with_the_catalogue_that_lists_it() -> None:
    runs = (replace(run_of(1), halos="run-2"), run_of(2, "catalogue"))
    study = Study(runs=runs, view=ViewSettings(rings=RingLook(chosen=("run-1", 7))))
    left = study.without("run-2")
    assert left.run("run-1").halos == ""
    assert left.view.rings.chosen is None  # found in the particles, the seventh is another


def test_nothing_of_a_gathered_snapshot_is_left() -> None:
    document = Document(Study(runs=(run_of(1, redshift=1.0), run_of(2)), view=looked_at("run-2")))
    assert Editing(document).gather() == 1
    assert document.study.view == ViewSettings()
    document.undo_stack.undo()
    assert document.study.view == looked_at("run-2")


def test_a_correction_is_not_given_to_the_snapshot_that_was_turned_to_meanwhile() -> None:
    document = Document(Study(runs=(run_of(1),)))
    described = replace(run_of(2), key="run-1")
    Editing(document).correct("run-1", Facts(hubble=0.7), {"run-1": described})
    (run,) = document.study.runs
    assert run.told.hubble == 0.7
    assert run.description.path.name == "snap_001.hdf5"


def test_a_curve_that_is_selected_stays_so_when_something_is_undone() -> None:
    curve = ReferenceCurve("curve-1", "theory", "#ffffff", "power-spectrum", Origin(Path("/data/p.txt"), "table"))
    document = Document(Study(runs=(run_of(1),), curves=(curve,), selected="run-1"))
    document.apply(replace(document.study, name="named"), "Name")
    document.look(selected="curve-1")
    document.undo_stack.undo()
    assert document.study.selected == "curve-1"
