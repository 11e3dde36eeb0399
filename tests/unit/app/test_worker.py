"""A process of its own answers, refuses, fails, dies and is cancelled, and each is told as what it is."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from multiprocessing import Pipe

import numpy as np
import pytest

from app import crossing
from app.worker import Worker
from backends.errors import Cancelled, HalographError, MachineError, NotApplicable
from backends.progress import Progress, silent


def doubled(number: int, *, progress: Progress) -> tuple[int, int]:
    progress(0.5, "Halfway")
    return 2 * number, os.getpid()


def refuses(*, progress: Progress) -> None:
    raise NotApplicable("a field of temperatures has no halos")


def fails(*, progress: Progress) -> float:
    return 1 / 0


def dies(*, progress: Progress) -> None:
    os._exit(9)


def goes_on(*, progress: Progress) -> None:
    while True:
        progress(0.1, "Still at it")
        time.sleep(0.01)


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker("draws pictures")
    yield made
    made.close()


def test_it_answers_in_one_process_that_is_not_this_one(worker: Worker) -> None:
    (four, first), (six, second) = (worker.call(doubled, n, progress=silent) for n in (2, 3))
    assert (four, six) == (4, 6)
    assert first == second != os.getpid()


def test_a_refusal_says_what_it_said_there(worker: Worker) -> None:
    with pytest.raises(HalographError, match="temperatures has no halos") as refused:
        worker.call(refuses, progress=silent)
    assert not isinstance(refused.value, MachineError)


@pytest.mark.parametrize(("work", "said"), [(fails, "failed .ZeroDivisionError"), (dies, "ended unexpectedly")])
def test_a_failure_names_the_process_which_then_serves_again(worker: Worker, work: object, said: str) -> None:
    with pytest.raises(MachineError, match=f"The process that draws pictures {said}"):
        worker.call(work, progress=silent)  # type: ignore[arg-type]
    assert worker.call(doubled, 21, progress=silent)[0] == 42


def test_a_cancel_is_heard_there_and_the_process_goes_on(worker: Worker) -> None:
    _, process = worker.call(doubled, 1, progress=silent)
    heard: list[str] = []

    def unwanted(fraction: float, message: str = "") -> None:
        heard.append(message)
        if "Still at it" in message:
            raise Cancelled("nobody wants it")

    with pytest.raises(Cancelled):
        worker.call(goes_on, progress=unwanted)
    assert "Still at it" in heard
    assert worker.call(doubled, 1, progress=silent)[1] == process


def test_a_call_under_way_ends_with_its_process(worker: Worker) -> None:
    begun, ended = threading.Event(), []

    def call() -> None:
        try:
            worker.call(goes_on, progress=lambda *_: begun.set())
        except Cancelled as end:
            ended.append(str(end))

    caller = threading.Thread(target=call)
    caller.start()
    assert begun.wait(30)
    worker.close()
    caller.join(10)
    assert ended == ["the process has been ended"]
    with pytest.raises(Cancelled):
        worker.call(doubled, 1, progress=silent)


def test_arrays_cross_as_they_are_and_may_be_written_to() -> None:
    here, there = Pipe()
    sent = {
        "whole": np.arange(3_000_000, dtype=np.float32).reshape(100, 100, 300),
        "turned": np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)),
        "part": np.arange(100)[::3],
        "none": np.empty((0, 3)),
    }
    other = threading.Thread(target=crossing.send, args=(here, (sent, "and words")))
    other.start()
    got, words = crossing.receive(there)
    other.join()
    assert words == "and words"
    for name, array in sent.items():
        np.testing.assert_array_equal(got[name], array)
        assert got[name].dtype == array.dtype
        got[name][...] = 0
    here.close()
    with pytest.raises(EOFError):
        crossing.receive(there)
