"""Work that comes back every turn of the event loop shares the turns, and none grows long."""

from __future__ import annotations

import time

from PyQt6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot
from turns import Turns

from widgets.polite_timer import MOST_LEFT, PoliteTimer

WORK = 0.012


def test_two_that_work_every_turn_take_turns(qtbot: QtBot) -> None:
    parent, done = QObject(), []
    timers = {name: PoliteTimer(parent) for name in "ab"}

    def work(name: str) -> None:
        time.sleep(WORK)
        done.append(name)
        timers[name].start(0)

    for name, timer in timers.items():
        timer.due.connect(lambda name=name: work(name))  # type: ignore[misc]
        timer.start(0)
    with Turns() as turns:
        qtbot.waitUntil(lambda: len(done) >= 24, timeout=10_000)
    for timer in timers.values():
        timer.stop()
    shares = [done.count(name) for name in "ab"]
    assert max(shares) - min(shares) <= 2
    assert sorted(turns.passed)[-4] < 2 * WORK  # but for a turn that the machine held up


def test_who_is_always_busy_keeps_nobody_waiting_for_ever(qtbot: QtBot) -> None:
    parent, busy, turns = QObject(), QTimer(), [0]

    def hold_up() -> None:
        turns[0] += 1
        time.sleep(WORK)

    busy.timeout.connect(hold_up)
    busy.start(0)
    qtbot.waitUntil(lambda: turns[0] > 3)
    polite, began = PoliteTimer(parent), turns[0]
    with qtbot.waitSignal(polite.due, timeout=5_000):
        polite.start(0)
    busy.stop()
    assert 2 <= turns[0] - began <= MOST_LEFT + 3
