"""A large snapshot shows a first look at once, from a few of its particles, and then all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PyQt6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from app import first_looks
from app.application import Application
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.mesh.first_look import first_look
from backends.mesh.painting import paint
from backends.statistics.sample import Sample
from widgets.views.cell import Cell
from widgets.views.sheet import Sheet

Settle = Callable[[], None]
BOX, SIDE = 200.0, 180
PLANE = SIDE**2


def test_a_first_look_is_what_cic_paints() -> None:
    rng = np.random.default_rng(1)
    positions = (rng.random((5000, 3)) ** 2 * BOX).astype(np.float32)
    masses = rng.random(5000).astype(np.float32)
    for weights in (None, masses):
        found = first_look(Particles(positions, BOX, weights), 24)
        assert found is not None
        np.testing.assert_allclose(found.values, paint(positions, BOX, 24, "cic", weights), rtol=1e-3, atol=2e-3)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """5.8 million particles, of which a fifth lies in one plane."""
    rng = np.random.default_rng(2)
    path = tmp_path / "large.hdf5"
    with h5py.File(path, "w") as file:
        header = file.create_group("Header").attrs
        header["NumPart_ThisFile"] = header["NumPart_Total"] = np.array([0, SIDE**3, 0, 0, 0, 0], np.uint32)
        header["MassTable"] = [0, 5.0, 0, 0, 0, 0]
        header["NumFilesPerSnapshot"], header["BoxSize"], header["Redshift"] = 1, BOX, 0.0
        header["UnitLength_in_cm"] = 3.085678e24
        positions = file.create_dataset("PartType1/Coordinates", (SIDE**3, 3), "f4")
        for i in range(SIDE):
            plane = rng.random((PLANE, 3), dtype=np.float32) * np.float32(BOX)
            plane[: PLANE // 5, 0] = 0.3 * BOX
            positions[i * PLANE : (i + 1) * PLANE] = plane
    return path


@pytest.fixture(autouse=True)
def no_statistics(application: Application) -> None:
    """Millions of particles take their time to be linked to halos."""
    study = application.document.study
    application.document.open(replace(study, statistics=("density-pdf",), parameters=Parameters(n_mesh=160)))


def only_cell(application: Application) -> Cell:
    cells = application.window.grid._cells
    assert len(cells) == 1
    return cells[0]


def previewed(application: Application) -> bool:
    cells = application.window.grid._cells
    return bool(cells) and cells[0].state == "ready" and cells[0].detail.startswith("preview from ")


def test_a_first_look_is_shown_at_once_and_then_all_particles(
    application: Application, large: Path, settle: Settle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_looks, "PATIENCE", 60.0)
    monkeypatch.setattr(first_looks, "WANTED", 1 << 16)
    start = time.perf_counter()
    application.open_paths((large,))
    qtbot.waitUntil(lambda: previewed(application), timeout=10_000)
    waited = time.perf_counter() - start
    cell = only_cell(application)
    assert cell.detail == "preview from 65 536 of 180³ particles"
    coarse = application.samples.store.get(cell.field)
    assert coarse.n_mesh == 40
    plane = coarse.values.mean(axis=(1, 2))
    assert plane.argmax() == 12
    (run,) = application.document.study.runs
    assert not application.comparing.is_ready(run)
    settle()
    assert application.comparing.is_ready(run)
    cell = only_cell(application)
    assert cell.detail == "reference"
    density = application.comparing.density(run)
    assert density is not None
    assert density.n_mesh == 160
    assert application.comparing.first_look(run) is None
    assert application.window.messages.messages() == ()
    assert waited < 5  # half a second where nothing else runs


def test_views_never_come_into_sight_without_their_names(
    application: Application, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "truth.npy"
    np.save(path, np.random.default_rng(0).lognormal(size=(16, 16, 16)).astype(np.float32))
    grid, named = application.window.grid, []
    paint = grid._paint_sheet

    def painting(painter: QPainter, sheet: Sheet) -> None:
        named.append([cell.label for cell in sheet.cells])
        paint(painter, sheet)

    monkeypatch.setattr(grid, "_paint_sheet", painting)
    application.open_paths((path,), Facts(box_size=50.0, quantity="relative_density"))
    settle()
    assert named
    assert all(names == ["truth"] for names in named)


def test_a_second_file_is_opened_while_the_first_is_painted(
    application: Application, large: Path, settle: Settle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over, paint_all = threading.Event(), Sample.relative_density

    def paint_long(*wishes: Any) -> Field:
        is_over.wait(30)
        return paint_all(*wishes)

    monkeypatch.setattr(Sample, "relative_density", paint_long)
    application.open_paths((large,))
    qtbot.waitUntil(lambda: previewed(application), timeout=10_000)
    other = large.with_name("other.hdf5")
    other.hardlink_to(large)
    application.open_paths((other,))
    qtbot.waitUntil(lambda: len(application.document.study.runs) == 2, timeout=5000)
    first = application.document.study.runs[0]
    assert not application.comparing.is_ready(first)
    is_over.set()
    application.tasks.cancel_all()
    settle()


def test_few_particles_are_painted_without_a_first_look(
    application: Application, tmp_path: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backends.writers.gadget_hdf5 import write_gadget_hdf5

    taken = []
    monkeypatch.setattr(first_looks.FirstLooks, "start", lambda *_: taken.append(1))
    positions = np.random.default_rng(0).random((20_000, 3)) * 50
    write_gadget_hdf5(tmp_path / "few.hdf5", positions, box_size=50, redshift=0, omega_m=0.3, hubble=0.7)
    application.open_paths((tmp_path / "few.hdf5",))
    settle()
    assert taken == []


def test_a_first_look_that_fails_leaves_the_reason_to_the_painting(
    application: Application, large: Path, settle: Settle
) -> None:
    with h5py.File(large, "r+") as file:
        file["PartType1/Coordinates"][...] = np.full((SIDE**3, 3), np.nan, np.float32)
    application.open_paths((large,))
    settle()
    assert ["not finite numbers" in why for why in application.comparing.failures.values()] == [True]
