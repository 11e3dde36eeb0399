"""Snapshots of one simulation as one run over time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.playing import Pace, following
from backends.data.description import Description, SpeciesFacts
from backends.data.epochs import gathered, redshifts, series, shown_redshift, spread, study_at, turned
from backends.data.facts import Facts
from backends.data.run import Origin, Run
from backends.data.study import Study
from backends.data.view import ViewSettings


def snapshot(number: int, redshift: float | None, box: float = 50.0, name: str = "snapshot") -> Run:
    path = Path(f"/data/{name}_{number:03d}.hdf5")
    description = Description(path, (path,), "gadget-hdf5", "particles", box_size=box, redshift=redshift)
    role = "reference" if number == 0 else "prediction"
    return Run(f"run-{number + 1}", path.stem, f"#00000{number}", role, Origin(path, "gadget-hdf5"), description)


SERIES = tuple(snapshot(number, z) for number, z in enumerate((10.0, 2.0, 0.0)))


def test_a_series_is_alike_in_all_but_its_number_and_its_redshift() -> None:
    other_box, other_name = snapshot(3, 1.0, box=100.0), snapshot(4, 1.0, name="emulator")
    undated, again = snapshot(5, None), snapshot(6, 0.5)
    assert series((*SERIES, other_box, other_name, undated)) == (SERIES,)
    assert series((SERIES[0], other_name)) == ()
    # twice the same redshift is two simulations, or one snapshot twice
    assert series((again, replace(again, key="run-9", label="snapshot_009"))) == ()


def test_species_tell_simulations_apart() -> None:
    species = {"gas": SpeciesFacts(8, None)}
    with_gas = replace(SERIES[1], description=replace(SERIES[1].description, species=species))
    assert series((SERIES[0], with_gas)) == ()


def test_gathered_snapshots_show_the_latest_and_keep_the_first_name_and_colour() -> None:
    run = gathered(SERIES[::-1])
    assert [epoch.redshift for epoch in run.epochs] == [10.0, 2.0, 0.0]
    assert (run.label, run.colour, run.key, run.role) == ("snapshot", "#000002", "run-3", "reference")
    assert run.facts.redshift == 0.0
    assert run.origin.path.stem == "snapshot_002"


def test_a_run_turns_to_the_snapshot_of_the_nearest_scale_factor() -> None:
    run = gathered(SERIES)
    # 1/(1+z): 0.09, 0.33, 1; halfway between the last two lies z = 0.5
    for wanted, found in ((99.0, 10.0), (3.0, 2.0), (0.6, 2.0), (0.4, 0.0), (0.0, 0.0)):
        assert turned(run, wanted).facts.redshift == found
    assert turned(SERIES[1], 0.0) is SERIES[1]


def test_what_is_corrected_of_one_snapshot_holds_for_all_but_the_redshift() -> None:
    run = replace(gathered(SERIES), told=Facts(box_size=60.0, redshift=0.1))
    earlier = turned(run, 2.0)
    assert (earlier.facts.redshift, earlier.facts.box_size) == (2.0, 60.0)
    again = turned(earlier, 0.0)
    assert (again.facts.redshift, again.facts.box_size) == (0.1, 60.0)


def test_spread_is_the_way_back() -> None:
    parts = spread(turned(gathered(SERIES), 2.0))
    assert [part.origin for part in parts] == [run.origin for run in SERIES]
    assert [part.key for part in parts] == ["", "run-1", ""]
    assert [part.role for part in parts] == ["prediction", "reference", "prediction"]
    assert all(not part.epochs for part in parts)
    assert spread(SERIES[0]) == (SERIES[0],)


def test_a_study_turns_as_a_whole_and_plays_round() -> None:
    emulator = gathered([snapshot(n, z, name="emulator") for n, z in ((1, 2.1), (2, 0.0))])
    study = Study(runs=(gathered(SERIES), emulator, replace(snapshot(7, 0.0), key="still")))
    assert redshifts(study) == (10.0, 2.1, 2.0, 0.0)
    assert shown_redshift(study) == 0.0
    assert following(study) == (10.0, 2.1, 2.0)
    at = study_at(study, 2.0)
    assert [run.facts.redshift for run in at.runs] == [2.0, 2.1, 0.0]
    assert following(at) == (0.0, 10.0, 2.1)
    assert following(Study(runs=SERIES)) == ()


def test_a_run_that_keeps_its_own_time_stays_and_is_turned_alone_while_it_is_selected() -> None:
    emulator = gathered([snapshot(n, z, name="emulator") for n, z in ((1, 2.1), (2, 0.0))])
    study = Study(runs=(gathered(SERIES), emulator), view=ViewSettings().let_go(emulator.key, "time"))
    assert redshifts(study) == (10.0, 2.0, 0.0)
    assert [run.facts.redshift for run in study_at(study, 2.0).runs] == [2.0, 0.0]
    alone = study_at(study, 2.0).with_selected(emulator.key)
    assert (redshifts(alone), shown_redshift(alone)) == ((2.1, 0.0), 0.0)
    assert [run.facts.redshift for run in study_at(alone, 2.0).runs] == [2.0, 2.1]


def test_a_snapshot_is_due_in_time_and_only_when_there_is_something_to_show() -> None:
    now = [0.0]
    pace = Pace(2.0, lambda: now[0])
    now[0] = 0.4
    assert not pace.is_due(True)
    now[0] = 0.6
    assert not pace.is_due(False)
    assert pace.is_due(True)
    now[0] = 1.0  # half a second after it was due, though it came late
    assert pace.is_due(True)
    now[0] = 30.0  # a slow disk is not followed by a rush
    assert pace.is_due(True)
    now[0] = 30.4
    assert not pace.is_due(True)
