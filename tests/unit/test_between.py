"""Times between snapshots: linear in scale factor, and statistics of the nearest snapshot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.blending import blends, dated, in_words, unblended, value_between
from app.playing import Glide
from backends.data.between import around, around_in, blending, glides, looked_at, moment, place_of, redshift_at, sides
from backends.data.description import Description
from backends.data.epochs import gathered, shown_redshift
from backends.data.run import Origin, Run
from backends.data.study import Study

REDSHIFTS = (9.0, 1.0, 0.0)  # a = 0.1, 0.5 and 1


def snapshot(number: int, redshift: float) -> Run:
    path = Path(f"/data/snapshot_{number:03d}.hdf5")
    description = Description(path, (path,), "gadget-hdf5", "particles", box_size=50.0, redshift=redshift)
    return Run(f"run-{number}", path.stem, "#000000", "reference", Origin(path, "gadget-hdf5"), description)


STUDY = Study(runs=(gathered([snapshot(number, z) for number, z in enumerate(REDSHIFTS)]),))
BLENDED = blending(STUDY, True)


def test_a_time_lies_between_two_snapshots_linear_in_scale_factor() -> None:
    found = around(STUDY.runs[0], 1 / 0.3 - 1)
    assert found is not None
    assert found.redshifts == (9.0, 1.0)
    assert found.share == pytest.approx(0.5)
    for z in (*REDSHIFTS, 20.0, None, 1.0001):
        assert around(STUDY.runs[0], z) is None
    assert around(snapshot(0, 1.0), 0.5) is None
    for place in (0.0, 0.25, 1.0, 1.9, 2.0):
        assert place_of(REDSHIFTS, redshift_at(REDSHIFTS, place)) == pytest.approx(place)
    assert redshift_at(REDSHIFTS, 1.5) == pytest.approx(1 / 0.75 - 1)
    assert (place_of(REDSHIFTS, 50.0), place_of(REDSHIFTS, -0.1)) == (0.0, 2.0)


def test_runs_stand_at_the_nearest_snapshot_while_both_are_seen() -> None:
    early = looked_at(BLENDED, redshift_at(REDSHIFTS, 0.3))
    assert (shown_redshift(early), moment(early)) == (9.0, pytest.approx(1 / 0.22 - 1))
    assert [shown_redshift(side) for side in sides(early)] == [9.0, 1.0]
    late = looked_at(early, redshift_at(REDSHIFTS, 0.6))
    assert shown_redshift(late) == 1.0
    assert sides(looked_at(BLENDED, 1.0)) == (looked_at(BLENDED, 1.0),)
    nearest = looked_at(blending(late, False), redshift_at(REDSHIFTS, 0.6))
    assert (nearest.view.moment, moment(nearest)) == (None, 1.0)
    assert sides(nearest) == (nearest,)


def test_what_keeps_its_own_time_is_never_mixed_and_goes_from_one_snapshot_to_the_next() -> None:
    key = STUDY.runs[0].key
    other = replace(STUDY.runs[0], key="other", role="prediction")
    study = replace(BLENDED, runs=(*BLENDED.runs, other), view=BLENDED.view.let_go("other", "time"))
    between = looked_at(study, redshift_at(REDSHIFTS, 0.3))
    assert [around_in(between, run) is None for run in between.runs] == [False, True]
    alone = between.with_selected("other")
    assert (glides(between), glides(alone), moment(alone)) == (True, False, 0.0)
    turned = looked_at(alone, redshift_at(REDSHIFTS, 0.6))
    assert (turned.run("other").facts.redshift, turned.run(key)) == (1.0, between.run(key))
    assert turned.view.moment == between.view.moment
    assert in_words(alone) == "of snapshot alone"


def test_a_run_is_mixed_once_both_snapshots_are_there() -> None:
    study = looked_at(BLENDED, redshift_at(REDSHIFTS, 0.25))

    def key(run: Run, _: Study) -> str:
        return run.origin.path.stem

    mixed = blends(study, key, lambda _: True)[study.runs[0].key]
    assert (mixed.before, mixed.after, mixed.nearest) == ("snapshot_000", "snapshot_001", "snapshot_000")
    assert mixed.redshift == pytest.approx(study.view.moment)
    assert mixed.share == pytest.approx(0.25)
    assert blends(study, key, lambda name: name == "snapshot_000") == {}
    assert blends(replace(study, view=replace(study.view, between="nearest")), key, lambda _: True) == {}
    assert in_words(study) == "between 9.00 and 1.00 · statistics of z = 9.00"
    assert in_words(STUDY) == ""
    run = study.runs[0].key
    assert unblended({run: "r > 0.95", "other": "r > 0.9"}, {run: mixed}) == {"other": "r > 0.9"}
    assert dated({run: "distinct"}, {run: mixed}) == {run: "halos of z = 9.00 · distinct"}


def test_the_probe_tells_what_is_seen() -> None:
    import numpy as np

    from backends.data.field import Field

    study = looked_at(BLENDED, redshift_at(REDSHIFTS, 0.25))
    mixed = blends(study, lambda run, _: run.origin.path.stem, lambda _: True)[study.runs[0].key]
    held = {
        name: Field(np.full((4, 4, 4), v, np.float32), 50.0)
        for name, v in zip(("snapshot_000", "snapshot_001"), (1.0, 5.0), strict=True)
    }
    assert value_between(mixed, held.get, (0.5, 0.5, 0.5)) == pytest.approx(2.0)
    del held["snapshot_001"]
    assert value_between(mixed, held.get, (0.5, 0.5, 0.5)) is None


def test_time_glides_from_snapshot_to_snapshot_and_rests_at_the_last() -> None:
    now = 0.0
    glide, place, seen = Glide(2.0, lambda: now), 0.0, []
    for _ in range(31):
        now += 0.1
        place = glide.next(place, 2)
        seen.append(round(place, 6))
    assert seen[:10] == [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0]
    assert seen[10:14] == [2.0] * 4
    assert seen[14:17] == [0.0, 0.2, 0.4]
    now += 60.0  # a slow disk is followed by no rush
    assert glide.next(place, 2) == pytest.approx(place + 0.5)
