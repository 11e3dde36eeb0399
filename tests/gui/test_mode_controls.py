"""What each way of drawing asks: in the panel, by the wheel, by keys and from the palette, each one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from lognormal_box import lognormal_box
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Application
from app.column_mass import mean_density
from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.facts import Facts
from backends.data.transfer_presets import PRESETS
from backends.data.view import Isosurface, ViewSettings
from widgets.comparison_parameters import ComparisonParameters, OverlayChoice
from widgets.mode_controls import ModeControls
from widgets.surface_list import with_one_more

Settle = Callable[[], None]


@pytest.fixture
def box(application: Application, settle: Settle, tmp_path: Path) -> Application:
    np.save(tmp_path / "box.npy", lognormal_box(32, smoothing=1.0).values)
    application.open_paths((tmp_path / "box.npy",), Facts(box_size=128.0, quantity="relative_density"))
    settle()
    application.document.look(page="view")
    settle()
    return application


def view(application: Application) -> ViewSettings:
    return application.document.study.view


def test_every_mode_shows_its_own_controls(qtbot: QtBot) -> None:
    controls = ModeControls()
    qtbot.addWidget(controls)
    controls.show()
    own = {
        "dvr": controls.light,
        "mip": controls.attenuation,
        "column": controls.unit,
        "iso": controls.surfaces,
        "plane": controls.position,
    }
    for mode in own:
        controls.show_view(ViewSettings(mode=mode), 100.0)
        assert [name for name, control in own.items() if control.isVisible()] == [mode]
        named = [w for w in controls.findChildren(object) if getattr(w, "focusPolicy", None) and w.isVisible()]
        stops = [w for w in named if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        assert stops
        assert all(w.accessibleName() and w.toolTip() for w in stops), mode


def test_surfaces_are_added_changed_and_removed(box: Application, settle: Settle) -> None:
    box.actions["view.iso"].trigger()
    settle()
    surfaces = box.window.volume.controls.surfaces
    QTest.mouseClick(surfaces.add, Qt.MouseButton.LeftButton)
    settle()
    assert view(box).isosurfaces == (Isosurface(5.0, 0.3), Isosurface(20.0, 1.0))
    surfaces.rows[0].level.track.begun.emit()
    for fraction in (0.3, 0.4, 0.5):
        surfaces.rows[0].level.track.moved.emit((fraction,))
    assert view(box).isosurfaces[0].level == pytest.approx(10.0)
    box.document.undo_stack.undo()
    assert view(box).isosurfaces[0] == Isosurface(5.0, 0.3)
    settle()
    QTest.mouseClick(surfaces.rows[0].remove, Qt.MouseButton.LeftButton)
    assert view(box).isosurfaces == (Isosurface(20.0, 1.0),)
    for _ in range(6):
        box.actions["view.add-surface"].trigger()
    assert len(view(box).isosurfaces) == 4
    assert len(with_one_more(view(box).isosurfaces)) == 4


def turn_wheel(application: Application, notches: int, modifiers: Qt.KeyboardModifier) -> None:
    surface = application.window.grid.surface
    assert surface is not None
    middle = QPointF(surface.width() / 2, surface.height() / 2)
    event = QWheelEvent(
        middle, surface.mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(surface, event)


def test_the_wheel_and_the_keys_move_what_cuts_the_box(box: Application, settle: Settle) -> None:
    box.actions["view.face-plane"].trigger()
    settle()
    orbit = box.window.grid.camera()["orbit"]
    assert (view(box).mode, view(box).plane.azimuth) == ("plane", pytest.approx(orbit["azimuth"], abs=0.1))
    assert view(box).plane.elevation == pytest.approx(orbit["elevation"], abs=0.1)
    for _ in range(3):
        turn_wheel(box, 1, Qt.KeyboardModifier.ControlModifier)
    assert view(box).plane.position == pytest.approx(0.03)
    assert box.window.grid.camera()["orbit"] == orbit
    surface = box.window.grid.surface
    assert surface is not None
    surface.setFocus()
    QTest.keyClick(surface, Qt.Key.Key_PageDown)
    assert view(box).plane.position == pytest.approx(0.02)
    box.document.undo_stack.undo()  # all of it was one movement
    assert view(box).plane.position == 0.0
    box.actions["view.slice"].trigger()
    box.editing.view(ViewSettings(page="view", mode="slice", depth=(0.5, 0.6)))
    turn_wheel(box, -2, Qt.KeyboardModifier.ControlModifier)
    assert view(box).depth == pytest.approx((0.48, 0.58))


def test_a_click_on_the_plane_probes_what_lies_on_it(box: Application, settle: Settle) -> None:
    box.actions["view.face-plane"].trigger()
    settle()
    surface = box.window.grid.surface
    assert surface is not None
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=surface.rect().center() + QPoint(-60, 45))
    settle()
    a, e = np.radians((view(box).plane.azimuth, view(box).plane.elevation))
    normal = np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
    point = np.asarray(view(box).crosshair)
    assert np.abs(point - 0.5).max() > 0.02
    assert abs((point - 0.5) @ normal) < 0.01 + 1.0 / 32


def test_presets_and_switches_are_in_the_palette_and_undone(box: Application, settle: Settle) -> None:
    start = view(box)
    for command in ("light", "attenuated", *(f"preset-{name}" for name in PRESETS if name != "soft")):
        box.actions[f"view.{command}"].trigger()
        settle()
        assert view(box) != start, command
        box.document.undo_stack.undo()
        assert view(box) == start, command
    box.window.volume.preset.setCurrentIndex(2)
    box.window.volume.preset.activated.emit(2)
    assert view(box).transfer == PRESETS["halos"].of(start.transfer)


def test_projected_mass_is_offered_where_the_matter_density_is_known(box: Application, settle: Settle) -> None:
    controls = box.window.volume.controls
    box.actions["view.column-unit"].trigger()
    assert view(box).column_unit == "mean"
    assert mean_density(box.document.study) == (None, controls.no_mass)
    assert "Ω_m" in controls.no_mass
    box.open_demo()
    settle()
    density, reason = mean_density(box.document.study)
    assert density == pytest.approx(0.3111 * CRITICAL_DENSITY)
    assert (reason, controls.no_mass) == ("", "")
    box.actions["view.column-unit"].trigger()
    settle()
    assert view(box).column_unit == "mass"


def test_a_run_alone_is_offered_no_comparison(qtbot: QtBot) -> None:
    panel = ComparisonParameters()
    qtbot.addWidget(panel)
    none, other = OverlayChoice("", "None", ""), OverlayChoice("reference", "N-body", "")
    panel.show_overlays((none,))
    assert panel.comparison.isHidden()
    panel.show_overlays((none, other))
    assert not panel.comparison.isHidden()
    panel.show_view(ViewSettings(comparison="wipe"))
    panel.show_overlays((none,))
    assert not panel.comparison.isHidden(), "the way back"
