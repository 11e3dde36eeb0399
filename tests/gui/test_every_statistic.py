"""Every statistic, added from the palette as a person does: seen at once, computed in order, undone, saved."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from moved_lattice import BOX, moved_lattice
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.application import Application
from app.plotting import QUEUES
from app.settings import Settings
from app.statistic_commands import STATISTICS
from backends.statistics.figure import Figure

Settle = Callable[[], None]
TITLES = {name: title for titles in STATISTICS.values() for name, title in titles.items()}


@pytest.fixture
def snapshots(tmp_path: Path) -> tuple[Path, ...]:
    """Two runs whose waves fold into halos."""
    return moved_lattice(
        tmp_path, lambda q: 4 * np.sin(2 * np.pi * q[:, [1, 2, 0]] / BOX) - 13 * np.sin(2 * np.pi * q / BOX)
    )


def choose(application: Application, qtbot: QtBot, title: str) -> None:
    """Run a command from the palette, with the keyboard."""
    application.actions["help.palette"].trigger()
    palette = application.window.palette_of_commands
    palette.entry.insert(title)  # Qt's tests can type no α
    qtbot.keyClick(palette.entry, Qt.Key.Key_Return)


def plain(figure: Figure) -> dict[str, object]:
    """A figure as values that compare, NaN with NaN."""

    def told(value: object) -> object:
        if isinstance(value, np.ndarray):
            return (value.shape, value.tobytes())
        if isinstance(value, dict):
            return {key: told(one) for key, one in value.items()}
        return [told(one) for one in value] if isinstance(value, list | tuple) else repr(value)

    return {key: told(value) for key, value in asdict(figure).items()}


def test_each_is_seen_at_once_and_the_same_after_undo_and_from_a_session(
    application: Application, snapshots: tuple[Path, ...], settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    application.open_paths(snapshots)
    settle()
    row, document, tasks = application.window.plots, application.document, application.tasks
    began, release, computed = threading.Event(), threading.Event(), list[str]()

    def busy(progress: Callable[[float], None]) -> None:
        progress(0.25)
        began.set()
        release.wait(60)

    tasks.start("busy", "Something long", busy, lambda _: None, priority=-1)
    assert began.wait(10)
    first = document.study.statistics
    added = [name for name in TITLES if name not in first]
    for name in added:
        choose(application, qtbot, TITLES[name])
        assert document.study.statistics[-1] == name, TITLES[name]
        qtbot.waitUntil(lambda name=name: name in row.names and name in row.in_sight, timeout=5000)
        area = row.plot(name).visibleRegion().boundingRect()
        assert area.width() == row.plot(name).width() > 200
        if any(str(task.key[1]) == name for task in tasks.running if task.key[0] == "statistic"):
            assert row.plot(name).notice.message.text() == QUEUES
    line = application.window.status.tasks.line
    qtbot.waitUntil(lambda: line.accessibleName() == "Something long, 25 %")  # not one that waits
    in_sight = row.in_sight
    assert {added[-1]} < in_sight < set(row.names)
    application.comparing.result_ready.connect(lambda name, _: computed.append(name))
    release.set()
    settle()
    firsts = list(dict.fromkeys(computed))
    seen = in_sight & set(firsts)
    assert set(firsts[: len(seen)]) == seen  # before anything that is scrolled away

    figures = {name: plain(figure) for name, figure in application.showing.figures.items()}
    assert set(figures) == set(TITLES)
    empty = {name for name, figure in application.showing.figures.items() if figure.is_empty}
    assert empty == {"power-covariance", "halo-profile"}  # which take several boxes, and halos of many particles
    while document.undo_stack.canUndo() and len(document.study.statistics) > len(first):
        document.undo_stack.undo()
    settle()
    assert row.names == first
    assert not application.actions[f"statistic.{added[0]}"].isChecked()
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    settle()
    assert {name: plain(figure) for name, figure in application.showing.figures.items()} == figures

    choices = replace(document.study.parameters, n_mesh=32, smoothing_radius=5.0, line_of_sight=0, density_quantiles=4)
    application.editing.parameters(choices)
    application.editing.order_statistics(tuple(reversed(document.study.statistics)))
    settle()
    application.session_path = tmp_path / "all.halograph"
    application.save_session()
    again = Application(Settings(temporary=True))
    qtbot.addWidget(again.window)
    again.window.resize(application.window.size())
    again.window.show()
    again.open_paths((application.session_path,))
    qtbot.waitUntil(lambda: not again.document.study.is_empty, timeout=20_000)
    qtbot.waitUntil(lambda: again.settled, timeout=120_000)
    qtbot.waitUntil(lambda: again.settled and len(again.showing.figures) == len(TITLES), timeout=120_000)
    assert again.document.study == document.study
    assert again.window.plots.names == row.names == tuple(reversed((*first, *added)))
    for name, figure in application.showing.figures.items():
        assert plain(again.showing.figures[name]) == plain(figure), name
    again.close()
