"""Snapshots of one simulation: gathered, turned by the slider, played, saved and spread again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLabel, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from backends.data.study import Study
from backends.writers.gadget_hdf5 import write_gadget_hdf5
from widgets.volume.blend import Blend

Settle = Callable[[], None]
REDSHIFTS = (4.0, 1.0, 0.0)


@pytest.fixture
def gathered(application: Application, settle: Settle, tmp_path: Path) -> Application:
    """Three snapshots whose particles gather in one half of the box as time goes on."""
    random = np.random.default_rng(7)
    start = random.random((4000, 3))
    for number, redshift in enumerate(REDSHIFTS):
        positions = (start ** (1 + number / 2) * 50).astype(np.float32)
        path = tmp_path / f"snapshot_{number:03d}.hdf5"
        write_gadget_hdf5(path, positions, box_size=50, redshift=redshift, omega_m=0.3, hubble=0.7)
    application.open_paths(tuple(sorted(tmp_path.glob("*.hdf5"))))
    settle()
    assert application.window.time.isHidden()
    application.actions["time.gather"].trigger()
    settle()
    return application


def shown(application: Application) -> float | None:
    return application.document.study.runs[0].facts.redshift


def slider(application: Application) -> QSlider:
    found = application.window.time.findChild(QSlider)
    assert found is not None
    return found


def test_the_slider_turns_to_a_snapshot(gathered: Application, settle: Settle) -> None:
    assert len(gathered.document.study.runs) == 1
    assert not gathered.window.time.isHidden()
    assert (slider(gathered).value(), shown(gathered)) == (2, 0.0)
    latest = gathered.window.grid.picture(400, 300)
    slider(gathered).setFocus()
    QTest.keyClick(slider(gathered), Qt.Key.Key_Left)
    settle()
    assert shown(gathered) == 1.0
    assert gathered.window.grid.picture(400, 300) != latest
    QTest.keyClick(slider(gathered), Qt.Key.Key_Home)
    settle()
    assert shown(gathered) == 4.0
    # a drag through time is one step of undo
    gathered.document.undo_stack.undo()
    settle()
    assert (slider(gathered).value(), shown(gathered)) == (2, 0.0)
    assert gathered.window.grid.picture(400, 300) == latest


def test_a_click_brings_the_slider_to_its_place(gathered: Application, settle: Settle) -> None:
    for share, redshift in ((0.02, 4.0), (0.98, 0.0), (0.5, 1.0)):
        track = slider(gathered)
        QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(int(share * track.width()), track.height() // 2))
        settle()
        assert shown(gathered) == redshift


def test_it_plays_round_with_what_was_painted_ahead_and_counts_when_it_rests(
    gathered: Application, settle: Settle, qtbot: QtBot
) -> None:
    seen: list[float | None] = []
    gathered.document.changed.connect(lambda old, new: seen.append(new.runs[0].facts.redshift))
    play = gathered.window.time.findChild(QToolButton)
    assert play is not None
    QTest.mouseClick(play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(seen) >= 4, timeout=20_000)
    QTest.mouseClick(play, Qt.MouseButton.LeftButton)
    assert not gathered.playing.is_playing
    assert seen[:4] == [4.0, 1.0, 0.0, 4.0]
    settle()
    assert gathered.comparing.result("power-spectrum", gathered.document.study.runs[0]) is not None


def test_a_run_that_keeps_its_own_time_stays_and_comes_back(gathered: Application, settle: Settle) -> None:
    document = gathered.document
    twin = replace(document.study.runs[0], key="run-9", label="twin", role="prediction")
    document.apply(replace(document.study, runs=(*document.study.runs, twin)), "Add a twin")
    settle()

    def times() -> list[float | None]:
        return [run.facts.redshift for run in document.study.runs]

    gathered.editing.let_go("run-9", "time", True)
    gathered.editing.turn_to_redshift(1.0)
    settle()
    assert times() == [1.0, 0.0]
    document.look(selected="run-9")
    settle()
    assert slider(gathered).value() == 2
    assert gathered.window.time._note.text() == "of twin alone"
    gathered.editing.turn_to_redshift(4.0)
    settle()
    assert times() == [1.0, 4.0]
    gathered.editing.let_go("run-9", "time", False)
    settle()
    assert times() == [1.0, 1.0]
    document.undo_stack.undo()
    assert times() == [1.0, 4.0]


@pytest.mark.parametrize("blended", [False, True])
def test_it_plays_on_where_memory_cannot_hold_what_comes_next(
    gathered: Application, settle: Settle, qtbot: QtBot, blended: bool
) -> None:
    gathered.editing.blend_snapshots(blended)
    gathered.editing.turn_to_redshift(4.0)
    settle()
    store = gathered.comparing.samples.store
    moved: list[Study] = []
    gathered.document.changed.connect(lambda old, new: moved.append(new))
    gathered.window.time.speed_requested.emit(0.2)
    gathered.playing.play(True)
    qtbot.waitUntil(lambda: gathered.tasks.idle, timeout=20_000)
    store.clear()  # something else took the room of what was painted ahead
    gathered.window.time.speed_requested.emit(10.0)
    before = len(moved)
    qtbot.waitUntil(lambda: len(moved) > before, timeout=20_000)
    gathered.playing.play(False)
    settle()


def test_between_snapshots_both_are_blended(gathered: Application, settle: Settle, tmp_path: Path) -> None:
    measured = gathered.comparing.result("power-spectrum", gathered.document.study.runs[0])
    assert measured is not None
    gathered.actions["time.blend"].trigger()
    slider(gathered).setFocus()
    for _ in range(6):  # a twentieth of the way to the snapshot before, six times
        QTest.keyClick(slider(gathered), Qt.Key.Key_Left)
    settle()
    moment = gathered.document.study.view.moment
    assert moment == pytest.approx(1 / (1.0 - 0.3 * 0.5) - 1)
    assert shown(gathered) == 0.0
    (cell,) = gathered.window.grid.drawn_cells()
    assert isinstance(cell.field, Blend)
    assert (cell.field.share, cell.field.redshifts) == (pytest.approx(0.7), (1.0, 0.0))
    sheet = gathered.window.grid.sheet(gathered.window.grid.places.rectangles)
    assert sheet.note_of(cell) == "blended between 1.00 and 0.00"
    assert sheet.redshift == pytest.approx(moment)
    words = " ".join(label.text() for label in gathered.window.time.findChildren(QLabel))
    assert words == "z = 0.18   a = 0.850 between 1.00 and 0.00 · statistics of z = 0.00"
    # the numbers are those of a snapshot that there is
    assert gathered.comparing.result("power-spectrum", gathered.document.study.runs[0]) is measured
    between = gathered.window.grid.picture(400, 300)
    sessions.save(tmp_path / "between.halograph", gathered.document.study, {})
    assert sessions.load(tmp_path / "between.halograph").study == gathered.document.study
    for _ in range(2):
        gathered.document.undo_stack.undo()
    settle()
    assert not isinstance(gathered.window.grid.drawn_cells()[0].field, Blend)
    assert gathered.window.grid.picture(400, 300) != between
    assert slider(gathered).maximum() == 2


def test_blended_time_plays_without_a_step(gathered: Application, settle: Settle, qtbot: QtBot) -> None:
    gathered.editing.blend_snapshots(True)
    gathered.editing.turn_to_redshift(4.0)
    settle()
    seen: list[float] = []
    gathered.document.changed.connect(lambda old, new: seen.append(1 / (1 + new.view.moment)))
    gathered.playing.play(True)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == 1.0, timeout=20_000)
    gathered.playing.play(False)
    assert seen == sorted(seen)
    assert len(seen) > 3  # half a snapshot at most at once, however late a turn comes
    assert max(np.diff(seen)) < 0.26
    settle()


def test_particles_without_ids_are_the_nearest_snapshots(
    gathered: Application, settle: Settle, tmp_path: Path, qtbot: QtBot
) -> None:
    for path in tmp_path.glob("*.hdf5"):
        with h5py.File(path, "r+") as file:
            del file["PartType1/ParticleIDs"]
    view = gathered.document.study.view
    gathered.editing.view(replace(view, mode="particles"))
    gathered.editing.blend_snapshots(True)
    gathered.editing.turn_to_redshift(0.2)  # nearer in scale factor to 0 than to 1
    settle()
    (cell,) = gathered.window.grid.drawn_cells()
    assert not isinstance(cell.field, Blend)
    assert cell.detail == "reference · nearest snapshot: snapshot_001.hdf5 has no ids of its dm"
    sheet = gathered.window.grid.sheet(gathered.window.grid.places.rectangles)
    assert sheet.redshift == shown(gathered) == 0.0
    seen: list[float | None] = []
    gathered.document.changed.connect(lambda old, new: seen.append(new.view.moment))
    gathered.playing.play(True)
    qtbot.waitUntil(lambda: len(seen) > 5, timeout=30_000)  # it is no reason to wait for ever
    gathered.playing.play(False)
    settle()


def test_a_session_remembers_all_snapshots(gathered: Application, settle: Settle, tmp_path: Path) -> None:
    gathered.editing.turn_to_redshift(1.0)
    settle()
    path = tmp_path / "over time.halograph"
    sessions.save(path, gathered.document.study, {})
    again = sessions.load(path)
    assert again.study == gathered.document.study
    assert [epoch.redshift for epoch in again.study.runs[0].epochs] == pytest.approx(REDSHIFTS)
    assert again.missing == again.changed == ()


def test_spread_snapshots_stand_side_by_side(gathered: Application, settle: Settle) -> None:
    gathered.actions["time.spread"].trigger()
    settle()
    runs = gathered.document.study.runs
    assert [run.label for run in runs] == ["snapshot z = 4.00", "snapshot z = 1.00", "snapshot z = 0.00"]
    assert len({run.key for run in runs}) == len({run.colour for run in runs}) == 3
    assert [run.role for run in runs].count("reference") == 1
    assert gathered.window.time.isHidden()
    gathered.document.undo_stack.undo()
    settle()
    assert len(gathered.document.study.runs) == 1


def test_runs_that_are_no_series_are_told_why(application: Application, settle: Settle) -> None:
    application.actions["time.gather"].trigger()
    settle()
    assert "No two runs are snapshots of one simulation" in " ".join(application.window.messages.messages())
