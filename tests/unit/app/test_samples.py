"""The samples of a study's runs are asked for from every thread, while the window's forgets those of what has left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.samples import Samples
from app.worker import Worker
from backends.data.description import Description
from backends.data.run import Origin, Run
from backends.data.store import Store

RUNS = tuple(
    Run(f"run-{n}", f"run {n}", "#ffffff", "prediction", Origin(Path(f"{n}.npy"), "numpy"), description)
    for n in range(200)
    if (description := Description(Path(f"{n}.npy"), (), "numpy", "field"))
)


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hurried")
def test_a_task_may_ask_for_a_sample_while_the_study_changes() -> None:
    samples = Samples(Store(1 << 20), Worker("runs networks"))

    def ask() -> None:
        for _ in range(40):
            for run in RUNS:
                assert samples.of(run).label == run.label

    with ThreadPoolExecutor(1) as other:
        asking = other.submit(ask)
        while not asking.done():
            samples.keep_only(RUNS[:100])
        asking.result()


def test_equal_data_share_a_sample_until_they_have_left() -> None:
    samples = Samples(Store(1 << 20), Worker("runs networks"))
    first = samples.of(RUNS[0])
    samples.keep_only(RUNS[:1])
    assert samples.of(RUNS[0]) is first
    samples.keep_only(RUNS[1:])
    assert samples.of(RUNS[0]) is not first
