"""Halos are found once, and given to no run but the one that they were found for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.halo_finding import HaloFinding
from app.samples import Samples
from app.tasks import Tasks
from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.parameters import Parameters
from backends.data.run import Origin, Run
from backends.data.study import Study
from backends.data.view import ViewSettings
from backends.progress import Progress


@dataclass
class Slow:
    """The sample of every run: it is asked how often its halos are found, and finds none before it may."""

    may: threading.Event = field(default_factory=threading.Event)
    asked: list[float] = field(default_factory=list)

    def of(self, run: Run) -> Slow:
        return self

    def halos(self, parameters: Parameters, progress: Progress) -> Catalogue:
        self.asked.append(parameters.linking_length)
        assert self.may.wait(10)
        number = np.zeros(3)
        return Catalogue(np.zeros((3, 3)), number, box_size=10.0, columns={"r200c": number})


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    running = Tasks()
    yield running
    running.close()


def run_of(name: str) -> Run:
    path = Path(f"/data/{name}.hdf5")
    description = Description(path, (), "gadget-hdf5", "particles")
    return Run("run-1", name, "#ffffff", "reference", Origin(path, "gadget-hdf5"), description)


def test_halos_are_not_looked_for_again_while_they_are(tasks: Tasks, qtbot: QtBot) -> None:
    sample, found = Slow(), list[Any]()
    finding = HaloFinding(cast(Samples, sample), tasks)
    finding.ready.connect(lambda key, halos: found.append((key, halos.count)))
    study = Study(runs=(run_of("truth"),), view=ViewSettings(halos=True))
    for opacity in (0.1, 0.2, 0.3):  # while a slider is dragged
        study = replace(study, view=replace(study.view, opacity=opacity))
        finding.forget(study)
        finding.find(study, study.runs[0])
    sample.may.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert sample.asked == [0.2]
    assert found == [("run-1", 3)]


def test_halos_of_a_run_that_has_left_are_given_to_none_that_has_its_key(tasks: Tasks, qtbot: QtBot) -> None:
    sample, found = Slow(), list[str]()
    finding = HaloFinding(cast(Samples, sample), tasks)
    finding.ready.connect(lambda key, _: found.append(key))
    study = Study(runs=(run_of("truth"),), view=ViewSettings(halos=True))
    finding.find(study, study.runs[0])
    qtbot.waitUntil(lambda: len(sample.asked) == 1)
    finding.forget(replace(study, runs=(run_of("another"),)))
    assert tasks.idle
    finding.find(study, study.runs[0])
    finding.forget(replace(study, parameters=replace(study.parameters, linking_length=0.3)))
    assert tasks.idle
    sample.may.set()
    qtbot.wait(100)
    assert found == []
