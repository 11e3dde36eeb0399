"""Particles and rings of halos in the window: chosen, coloured, pointed at, undone and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pointer import move
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from backends.data.view import ParticleLook
from backends.writers.gadget_hdf5 import write_gadget_hdf5
from widgets.segmented import Segmented
from widgets.views import rings

Settle = Callable[[], None]
BOX = 40.0


@pytest.fixture
def snapshots(tmp_path: Path) -> tuple[Path, ...]:
    """Twelve halos and their blurred kin with velocities, and a grid that has no particles."""
    rng = np.random.default_rng(4)
    centres = np.repeat(rng.random((12, 3)) * BOX, 300, axis=0)
    direction = rng.normal(size=(3600, 3))
    direction /= np.linalg.norm(direction, axis=1)[:, None]
    truth = centres + direction * (0.8 * rng.random(3600) ** 2)[:, None]
    paths = []
    for name, blur in (("truth", 0.0), ("blurred", 0.05)):
        x = np.mod(truth + blur * rng.normal(size=truth.shape), BOX).astype(np.float32)
        x[x >= BOX] = 0
        paths.append(tmp_path / f"{name}.hdf5")
        write_gadget_hdf5(
            paths[-1], x, box_size=BOX, redshift=0.0, omega_m=0.3, hubble=0.7, masses=6.66e11,
            velocities=(200 * direction).astype(np.float32), ids=np.arange(1, 3601),
        )  # fmt: skip
    np.save(tmp_path / "grid.npy", rng.lognormal(0, 1, (16, 16, 16)).astype(np.float32))
    return (*paths, tmp_path / "grid.npy")


def choose(segmented: Segmented, label: str) -> None:
    """Click a segment as a person does."""
    button = next(b for b in segmented._buttons.values() if b.text() == label)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def pick(box: QComboBox, text: str) -> None:
    """Pick an entry as a person does."""
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


def bright(application: Application) -> int:
    """How many pixels of the views are neither background nor marks' grey."""
    picture = application.window.grid.picture(600, 300)
    seen = np.frombuffer(picture.constBits().asstring(picture.sizeInBytes()), np.uint8)  # type: ignore[union-attr]
    red, blue = seen.reshape(300, 600, 4)[..., 2].astype(int), seen.reshape(300, 600, 4)[..., 0].astype(int)
    return int((np.abs(red - blue) > 40).sum())


def test_particles_are_drawn_coloured_undone_and_saved(
    application: Application, snapshots: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(snapshots[:2])
    settle()
    panel = application.window.volume
    before = application.document.study.view
    choose(panel.mode, "Particles")
    settle()
    assert application.document.study.view.mode == "particles"
    assert panel.particles.isVisibleTo(panel)
    grid = application.window.grid
    assert grid._scene is not None
    assert grid._scene.swarms.shares == (1.0, 1.0)
    assert bright(application) > 200
    pick(panel.particles.colour, "Line-of-sight velocity")
    settle()
    sheet = grid.sheet(grid._rectangles)
    low, high = sheet.values
    assert low == -high
    assert 100 < high <= 200
    choose(panel.particles.style_of, "Points")
    settle()
    assert application.document.study.view.particles == ParticleLook("along", opaque=True)
    assert bright(application) > 200
    saved = tmp_path / "study.halograph"
    sessions.save(saved, application.document.study, {})
    assert sessions.load(saved).study.view == application.document.study.view
    for _ in range(3):
        application.actions["edit.undo"].trigger()
    settle()
    assert application.document.study.view == before


def test_a_run_without_particles_says_so_in_its_cell(
    application: Application, snapshots: tuple[Path, ...], settle: Settle
) -> None:
    application.open_paths((snapshots[0], snapshots[2]))
    settle()
    application.editing.correct(application.document.study.runs[-1].key, _of_box(application))
    settle()
    application.actions["view.particles"].trigger()
    settle()
    cells = {cell.label: cell for cell in application.window.grid._cells}
    assert cells["truth"].state == "ready"
    assert cells["grid"].state == "failed"
    assert "grid and has no particles" in cells["grid"].message
    application.actions["view.column"].trigger()
    settle()
    assert all(cell.state == "ready" for cell in application.window.grid._cells)


def _of_box(application: Application):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    told = application.document.study.runs[-1].told
    return replace(told, box_size=BOX, quantity="relative_density")


def test_a_halo_is_pointed_at_selected_and_found_in_the_other_run(
    application: Application, snapshots: tuple[Path, ...], settle: Settle, qtbot: QtBot
) -> None:
    application.open_paths(snapshots[:2])
    settle()
    application.actions["view.halos"].trigger()
    settle()
    grid = application.window.grid
    panel = application.window.volume
    assert panel.rings.isVisibleTo(panel)
    sheet = grid.sheet(grid._rectangles)
    cell, place = sheet.cells[0], sheet.rectangles[0]
    found = rings.rings(sheet, cell, place)
    assert found is not None
    assert len(found.halos) == 12
    # The ring that is farthest from the others, and from the middle where axes and marks are not.
    apart = np.hypot(*(found.middles[:, None] - found.middles[None]).transpose(2, 0, 1)) + 1e9 * np.eye(12)
    chosen = int(np.argmax(apart.min(axis=1)))
    x, y = (round(v) for v in found.middles[chosen])
    surface = grid._surface
    move(surface, QPoint(x, y))
    qtbot.wait(50)
    halo = grid.pointing.halo
    assert halo == (cell.run, int(found.halos[chosen]))
    partner = rings.same_halo(sheet, sheet.cells[1], halo)
    assert partner is not None
    both = [sheet.catalogues[c.halos] for c in sheet.cells[:2]]
    moved = (both[0].positions[halo[1]] - both[1].positions[partner] + BOX / 2) % BOX - BOX / 2
    assert np.abs(moved).max() < 0.5
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, y))
    view = application.document.study.view
    assert view.rings.chosen == halo
    assert np.allclose(np.array(view.crosshair) * BOX, both[0].positions[halo[1]] % BOX, atol=1e-6)
    panel.rings.count.value_changed.emit((5.0,), 1)
    settle()
    assert application.document.study.view.rings.count == 5
    again = rings.rings(grid.sheet(grid._rectangles), cell, place)
    assert again is not None
    assert len(again.halos) == 5
    assert "r200c" in grid.sheet(grid._rectangles).catalogues[cell.halos].columns
