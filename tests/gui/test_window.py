"""The whole window, used as a person uses it: drop, click, drag, type, undo, save, open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent, QImage
from PyQt6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.application import Application
from backends.data.facts import Facts
from backends.writers.gadget_hdf5 import write_gadget_hdf5
from widgets.export_dialog import ExportChoice

Settle = Callable[[], None]


@pytest.fixture
def grids(tmp_path: Path) -> tuple[Path, ...]:
    """A truth and two imitations of it, as a person's .npy files: one nearly right, one smoothed."""
    rng = np.random.default_rng(3)
    k = np.fft.fftfreq(32) * 32
    kk = np.sqrt(k[:, None, None] ** 2 + k[None, :, None] ** 2 + np.arange(17)[None, None] ** 2)
    modes = np.fft.rfftn(rng.standard_normal((32, 32, 32))) / np.maximum(kk, 1) ** 1.5
    paths = []
    for name, sigma in (("truth", 0.0), ("good", 0.03), ("smooth", 0.15)):
        field = np.fft.irfftn(modes * np.exp(-0.5 * (sigma * kk) ** 2), s=(32,) * 3, axes=(0, 1, 2))
        density = np.exp(1.2 * field / np.fft.irfftn(modes, s=(32,) * 3, axes=(0, 1, 2)).std())
        paths.append(tmp_path / f"{name}.npy")
        np.save(paths[-1], (density / density.mean()).astype(np.float32))
    return tuple(paths)


def drop(application: Application, *paths: Path) -> None:
    """Drop files on the window's middle, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(application.window.rect().center()),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(application.window.windowHandle(), event)


def labels(application: Application) -> list[str]:
    return [run.label for run in application.document.study.runs]


TOLD = Facts(box_size=100.0, quantity="relative_density")


def test_the_empty_window_invites(application: Application) -> None:
    assert application.window.pages.currentWidget() is application.window.empty
    assert not application.window.docks["statistics"].isVisible()


def test_dropped_files_are_seen_and_compared(application: Application, grids: tuple[Path, ...], settle: Settle) -> None:
    drop(application, *grids)
    settle()
    assert labels(application) == ["truth", "good", "smooth"]
    study = application.document.study
    assert study.reference is not None
    assert study.reference.label == "truth"
    for run in study.runs:  # a plain .npy does not say its box
        application.editing.correct(run.key, TOLD)
    settle()
    assert application.window.messages.messages() == ()
    assert {"power-spectrum", "transfer-function", "correlation-coefficient", "density-pdf"} <= set(
        application.showing.figures
    )
    ranking = application.showing.ranking
    assert ranking is not None
    scores = {row.label: row.scores["k_correlation"] for row in ranking.rows}
    assert scores["smooth"] is not None
    assert scores["good"] is None or scores["good"] > scores["smooth"]


def test_a_missing_box_size_is_said_with_its_remedy(
    application: Application, grids: tuple[Path, ...], settle: Settle
) -> None:
    drop(application, grids[0])
    settle()
    assert application.comparing.failures
    assert "box size" in next(iter(application.comparing.failures.values()))


def test_every_change_is_undone(application: Application, grids: tuple[Path, ...], settle: Settle) -> None:
    application.open_paths(grids, TOLD)
    settle()
    document, editing = application.document, application.editing
    start = document.study
    first, second = start.runs[0].key, start.runs[1].key
    editing.rename(second, "My net")
    editing.recolour(second, "#123456")
    editing.make_reference(second)
    editing.show(first, False)
    editing.reorder((second, first))
    editing.view(replace(document.study.view, mode="slice", opacity=0.2))
    editing.move_crosshair(0.1, 0.2, 0.3)
    editing.parameters(replace(document.study.parameters, n_mesh=None, linking_length=0.25))
    editing.show_statistic("density-pdf", False)
    editing.correct(first, replace(TOLD, redshift=1.0))
    editing.remove(first)
    settle()
    steps = document.undo_stack.count()
    assert steps == 12  # eleven changes, and the opening
    for _ in range(steps - 1):
        document.undo_stack.undo()
    settle()
    assert document.study.runs == start.runs
    assert document.study == replace(start, selected=document.study.selected)
    document.undo_stack.undo()
    assert document.study.runs == ()


def test_a_session_comes_back_as_it_was(
    application: Application, grids: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(grids, TOLD)
    settle()
    application.editing.view(replace(application.document.study.view, mode="slice", scaling="asinh"))
    settle()
    before = application.document.study
    application._save_to(tmp_path / "s.halograph")
    application.new_study()
    settle()
    assert application.window.pages.currentWidget() is application.window.empty
    recent = application.window.empty.findChildren(QPushButton)
    assert "Open s.halograph" in [button.accessibleName() for button in recent]
    application.open_paths((tmp_path / "s.halograph",))
    settle()
    assert application.document.study == before


def test_the_library_answers_before_the_views_are_drawn_anew(
    application: Application, grids: tuple[Path, ...], settle: Settle, qtbot: QtBot
) -> None:
    application.open_paths(grids, TOLD)
    settle()
    rows, grid = application.window.library.list.model(), application.window.grid
    assert rows is not None
    application.editing.rename(application.document.study.runs[1].key, "My net")
    seen: list[bool] = []
    rows.dataChanged.connect(lambda: seen.append("My net" in [cell.label for cell in grid.places.cells]))
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    assert rows.index(1, 0).data() == "My net"
    assert not seen[0]


@pytest.mark.parametrize("content", [b"", b"not a grid", b"\x89HDF\r\n\x1a\n" + bytes(100), b"\x93NUMPY\x01\x00"])
def test_a_bad_file_is_one_clear_message_and_loses_nothing(
    content: bytes, application: Application, grids: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(grids[:1], TOLD)
    settle()
    before = application.document.study
    bad = tmp_path / "bad.npy"
    bad.write_bytes(content)
    drop(application, bad)
    settle()
    assert application.document.study == before
    assert len(application.window.messages.messages()) == 1
    assert "bad.npy" in application.window.messages.messages()[0]


def test_the_theme_changes_and_stays(application: Application, grids: tuple[Path, ...], settle: Settle) -> None:
    application.open_paths(grids, TOLD)
    settle()
    dark = application.window.grab().toImage().pixelColor(5, 500).lightness()
    application.actions["view.theme"].trigger()
    settle()
    light = application.window.grab().toImage().pixelColor(5, 500).lightness()
    assert light > dark + 100
    assert application.settings.theme == "light"


def test_all_controls_can_be_named_and_reached(
    application: Application, grids: tuple[Path, ...], settle: Settle
) -> None:
    from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider

    application.open_paths(grids, TOLD)
    settle()
    for kind in (QAbstractButton, QSlider, QComboBox, QLineEdit):
        for control in application.window.findChildren(kind):
            if control.objectName().startswith("qt_") or not control.isVisibleTo(application.window):
                continue
            name = control.accessibleName() or getattr(control, "text", lambda: "")()
            assert name, f"{control} has no name"
            assert control.toolTip(), f"{name} has no tooltip"


def test_everything_seen_is_exported(
    application: Application, grids: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(grids, TOLD)
    settle()
    exported = {
        "p.pdf": ExportChoice("figure", "power-spectrum", "pdf", 90, 70),
        "t.svg": ExportChoice("figure", "transfer-function", "svg"),
        "r.png": ExportChoice("figure", "correlation-coefficient", "png", 90, 70, 150),
        "p.csv": ExportChoice("numbers", "power-spectrum", "csv"),
        "p.py": ExportChoice("script", "power-spectrum", "py"),
        "view.png": ExportChoice("view", "", "png", 1000, 700),
        "report.html": ExportChoice("report", "", "html"),
    }
    for name, choice in exported.items():
        application.exports.export(choice, tmp_path / name)
        settle()
        assert (tmp_path / name).is_file(), application.window.messages.messages()
        assert (tmp_path / name).stat().st_size > 500, name
    assert application.window.messages.messages() == ()
    assert QImage(str(tmp_path / "view.png")).width() == 1000
    assert QImage(str(tmp_path / "r.png")).width() == round(90 / 25.4 * 150)
    done = subprocess.run([sys.executable, "p.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "smooth" in (tmp_path / "report.html").read_text()
    application.exports.copy_numbers("power-spectrum")
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert "truth" in clipboard.text()


def test_a_folder_that_cannot_be_written_is_one_message(
    application: Application, grids: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(grids, TOLD)
    settle()
    for choice in (ExportChoice("figure", "power-spectrum", "pdf"), ExportChoice("view", "", "png", 200, 200)):
        application.exports.export(choice, tmp_path / "no" / "such" / f"x.{choice.format}")
        settle()
        assert application.window.messages.messages()
        application.window.messages.clear()


def test_a_longer_linking_length_finds_other_halos_and_leaves_the_spectra_alone(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    rng = np.random.default_rng(2)
    centres = rng.random((12, 3)) * 50
    positions = (centres[:, None] + rng.normal(scale=0.4, size=(12, 200, 3))).reshape(-1, 3) % 50
    path = tmp_path / "snap.hdf5"
    write_gadget_hdf5(
        path, positions.astype(np.float32), box_size=50.0, redshift=0.0, omega_m=0.3, hubble=0.7, masses=1e10
    )
    application.open_paths((path,))
    settle()
    run, compared = application.document.study.runs[0], application.comparing
    spectrum, halos = compared.result("power-spectrum", run), compared.result("halo-mass-function", run)
    assert not isinstance(halos, str | None), halos
    application.editing.parameters(replace(application.document.study.parameters, linking_length=0.05))
    settle()
    assert compared.result("power-spectrum", run) is spectrum
    fewer = compared.result("halo-mass-function", run)
    assert isinstance(fewer, str) or not np.array_equal(fewer["count"], halos["count"])
