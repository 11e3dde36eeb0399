"""Tasks: the latest request wins, cancelling works, failures become messages, the GUI thread gets results."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.tasks import Tasks
from backends.errors import HalographError, InputError, MachineError
from backends.progress import Progress


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    running = Tasks()
    yield running
    running.close()


def test_result_arrives_on_the_gui_thread(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[tuple[int, threading.Thread]] = []
    tasks.start("a", "A", lambda progress: 7, lambda value: seen.append((value, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(7, threading.main_thread())]
    assert tasks.idle


def test_the_latest_request_wins(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[int] = []
    release = threading.Event()

    def first(progress: Progress) -> int:
        release.wait(5)
        return 1

    tasks.start("key", "First", first, seen.append)
    tasks.start("key", "Second", lambda progress: 2, seen.append)
    release.set()
    qtbot.waitUntil(lambda: tasks.idle)
    qtbot.wait(50)
    assert seen == [2]


def test_a_task_that_is_cancelled_while_it_waits_never_begins_and_holds_nobody_up(tasks: Tasks, qtbot: QtBot) -> None:
    asked, seen = threading.Event(), list[int]()

    def wait() -> float:
        asked.set()
        return 60.0

    tasks.start("waits", "Waits", lambda progress: 1, seen.append, wait=wait)
    assert asked.wait(5)
    tasks.start("next", "Next", lambda progress: 2, seen.append)
    tasks.cancel("waits")
    qtbot.waitUntil(lambda: tasks.idle, timeout=5000)
    assert seen == [2]


def test_a_cancelled_task_ends_at_its_next_report(tasks: Tasks, qtbot: QtBot) -> None:
    started, ended = threading.Event(), threading.Event()

    def endless(progress: Progress) -> None:
        try:
            while True:
                started.set()
                progress(0.5)
                time.sleep(0.001)
        finally:
            ended.set()

    tasks.start("key", "Endless", endless, lambda _: pytest.fail("nobody wants this"))
    assert started.wait(5)
    tasks.cancel("key")
    assert ended.wait(5)
    assert tasks.idle


@pytest.mark.parametrize(
    ("error", "kind"), [(InputError("say the box size"), InputError), (MemoryError(), MachineError)]
)
def test_a_failure_becomes_a_message(error: Exception, kind: type[HalographError], tasks: Tasks, qtbot: QtBot) -> None:
    def fails(progress: Progress) -> None:
        raise error

    with qtbot.waitSignal(tasks.failed) as caught:
        tasks.start("key", "Fails", fails, lambda _: pytest.fail("it failed"))
    assert isinstance(caught.args[1], kind)
    assert str(caught.args[1])


def test_nothing_is_told_any_more_once_the_last_task_is_cancelled(tasks: Tasks, qtbot: QtBot) -> None:
    release, told = threading.Event(), list[None]()
    tasks.start("key", "A", lambda progress: release.wait(5), lambda _: None)
    tasks.cancel("key")
    tasks.changed.connect(lambda: told.append(None))
    release.set()
    qtbot.wait(250)
    assert not told


def test_lanes_do_not_wait_for_each_other(tasks: Tasks, qtbot: QtBot) -> None:
    release, seen = threading.Event(), []
    tasks.start("slow", "Slow", lambda progress: release.wait(5), lambda _: None, lane="compute")
    tasks.start("look", "Look", lambda progress: 1, seen.append, lane="look")
    qtbot.waitUntil(lambda: seen == [1])
    assert not tasks.idle
    release.set()
    qtbot.waitUntil(lambda: tasks.idle)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives every thread a niceness of its own")
def test_long_work_leaves_the_processors_to_the_window(tasks: Tasks, qtbot: QtBot) -> None:
    found: dict[str, int] = {}

    def niceness(progress: Progress | None = None) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    for lane in ("open", "look", "compute"):
        tasks.start(lane, lane, niceness, lambda value, lane=lane: found.update({lane: value}), lane=lane)
    qtbot.waitUntil(lambda: tasks.idle)
    assert found["look"] == found["compute"] > found["open"] == niceness()


def test_lower_priority_numbers_go_first(tasks: Tasks, qtbot: QtBot) -> None:
    order: list[str] = []
    started, release = threading.Event(), threading.Event()

    def hold(progress: Progress) -> None:
        started.set()
        release.wait(5)

    tasks.start("hold", "Hold", hold, lambda _: None)
    assert started.wait(5)  # else the thread may take what comes next before it has seen the last
    for name, priority in (("late", 9), ("soon", 1)):
        tasks.start(name, name, lambda progress, n=name: order.append(n), lambda _: None, priority=priority)
    release.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert order == ["soon", "late"]


def test_closed_tasks_end_or_say_that_they_do_not(tasks: Tasks) -> None:
    begun, release = threading.Event(), threading.Event()

    def stuck(progress: Progress) -> None:
        begun.set()
        release.wait(30)

    tasks.start("key", "Stuck", stuck, lambda _: None)
    assert begun.wait(5)
    tasks.close()
    assert not tasks.ended(0.1)
    release.set()
    assert tasks.ended(5)
