"""Pictures and movies that another process draws are those of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.application import Application
from backends.data.facts import Facts
from backends.writers.gadget_hdf5 import write_gadget_hdf5
from widgets.export_dialog import ExportChoice
from widgets.views import lines

Settle = Callable[[], None]


def pixels_of(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    bits = image.constBits()
    assert bits is not None
    rows = np.frombuffer(bits.asstring(image.sizeInBytes()), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


@pytest.fixture
def filled(application: Application, settle: Settle, tmp_path: Path) -> Application:
    """Two runs of a smooth random field."""
    random = np.random.default_rng(3)
    for name in ("truth", "emulator"):
        np.save(tmp_path / f"{name}.npy", np.exp(random.standard_normal((24, 24, 24))).astype(np.float32))
    paths = (tmp_path / "truth.npy", tmp_path / "emulator.npy")
    application.open_paths(paths, Facts(box_size=60.0, quantity="relative_density"), in_order=True)
    settle()
    return application


def test_a_picture_is_that_of_the_window(filled: Application, settle: Settle, tmp_path: Path) -> None:
    filled.exports.export(ExportChoice(what="view", format="png", width=900, height=500), tmp_path / "view.png")
    settle()
    drawn = np.asarray(Image.open(tmp_path / "view.png")).astype(int)
    expected = pixels_of(filled.window.grid.picture(900, 500))
    assert drawn.shape == expected.shape
    # Letters may be drawn another way without a display; the fields may not.
    assert np.abs(drawn - expected).mean() < 0.5
    assert expected.std() > 20


def test_a_transparent_picture_has_holes_and_the_same_field(
    filled: Application, settle: Settle, tmp_path: Path
) -> None:
    for name in ("clear", "filled"):
        choice = ExportChoice(what="view", format="png", width=900, height=500, transparent=name == "clear")
        filled.exports.export(choice, tmp_path / f"{name}.png")
        settle()
    clear = np.asarray(Image.open(tmp_path / "clear.png")).astype(int)
    opaque = np.asarray(Image.open(tmp_path / "filled.png")).astype(int)
    assert clear[250, 5, 3] == 0
    middle = (slice(230, 270), slice(130, 170))
    assert (clear[middle][..., 3] == 255).all()
    assert np.abs(clear[middle][..., :3] - opaque[middle]).max() <= 2
    grey = np.abs(clear[..., :3] - lines.GREY.getRgb()[:3]).max(axis=-1) < 8
    assert (grey & (clear[..., 3] > 60)).sum() > 300  # the edges of the box, on whatever the picture will lie


def test_a_movie_turns_once_round(filled: Application, settle: Settle, tmp_path: Path) -> None:
    import av

    path = tmp_path / "turn.mp4"
    choice = ExportChoice(what="movie", format="mp4", width=480, height=270, seconds=2, per_second=4)
    filled.exports.export(choice, path)
    settle()
    with av.open(str(path)) as container:
        frames = [one.to_ndarray(format="rgb24").astype(int) for one in container.decode(video=0)]
    assert len(frames) == 8
    still = pixels_of(filled.window.grid.picture(480, 270))
    assert np.abs(frames[0] - still).mean() < 6
    assert np.abs(frames[4] - still).mean() > 10


def test_a_movie_through_saved_views_shows_what_each_keeps_of_the_box(
    filled: Application, settle: Settle, tmp_path: Path
) -> None:
    import av

    stills, parts = [], (((0.0, 0.0, 0.0), ((0.0, 1.0),) * 3), ((0.4, 0.0, 0.1), ((0.0, 1.0), (0.0, 0.4), (0.0, 1.0))))
    for number, (origin, clip) in enumerate(parts):
        filled.editing.view(replace(filled.document.study.view, origin=origin, clip=clip))
        settle()
        filled.navigating.save(f"{number}")
        stills.append(pixels_of(filled.window.grid.picture(480, 270)))
    filled.editing.view(replace(filled.document.study.view, origin=(0.7, 0.0, 0.0), clip=parts[0][1]))
    settle()
    choice = ExportChoice(what="movie", format="mp4", path="views", width=480, height=270, seconds=2, per_second=4)
    filled.exports.export(choice, tmp_path / "views.mp4")
    settle()
    with av.open(str(tmp_path / "views.mp4")) as container:
        frames = [one.to_ndarray(format="rgb24").astype(int) for one in container.decode(video=0)]
    assert np.abs(stills[0] - stills[1]).mean() > 10
    for frame, still in ((frames[0], stills[0]), (frames[-1], stills[1])):
        assert np.abs(frame - still).mean() < 6


@pytest.mark.parametrize(("kind", "name"), [("mp4", "long.mp4"), ("gif", "long.gif"), ("png", "long")])
def test_a_cancelled_movie_leaves_nothing(
    filled: Application, settle: Settle, qtbot: QtBot, tmp_path: Path, kind: str, name: str
) -> None:
    folder = tmp_path / "movies"
    folder.mkdir()
    choice = ExportChoice(what="movie", format=kind, width=640, height=360, seconds=60, per_second=30)
    filled.exports.export(choice, folder / f"long.{kind}")
    (task,) = filled.tasks.running
    qtbot.waitUntil(lambda: "Frame 2" in task.message, timeout=60_000)
    assert list(folder.iterdir()) != []
    filled.tasks.cancel(("export", folder / name))
    settle()
    qtbot.waitUntil(lambda: list(folder.iterdir()) == [], timeout=30_000)  # what draws hears of it between two frames


@pytest.fixture
def growing(application: Application, settle: Settle, tmp_path: Path) -> Application:
    """Three snapshots of particles that gather in one half of the box, each in an order of its own, with their ids."""
    random = np.random.default_rng(7)
    start = random.random((3000, 3))
    for number, redshift in enumerate((4.0, 1.0, 0.0)):
        order = random.permutation(len(start))
        places = (start ** (1 + number / 2) * 50).astype(np.float32)[order]
        path = tmp_path / f"snapshot_{number:03d}.hdf5"
        facts = {"box_size": 50, "redshift": redshift, "omega_m": 0.3, "hubble": 0.7}
        write_gadget_hdf5(path, places, ids=(order + 1).astype(np.uint64), **facts)
    application.open_paths(tuple(sorted(tmp_path.glob("*.hdf5"))))
    settle()
    application.editing.gather()
    settle()
    return application


@pytest.mark.parametrize("mode", ["column", "particles"])
def test_a_movie_through_time_is_what_the_window_shows_at_each_time(
    growing: Application, settle: Settle, tmp_path: Path, mode: str
) -> None:
    view = growing.document.study.view
    growing.editing.view(replace(view, mode=mode, limits=(-0.5, 1.0)))
    growing.editing.blend_snapshots(True)
    settle()
    size = {"width": 480, "height": 270}
    growing.exports.export(
        ExportChoice(what="movie", format="png", path="time", seconds=1, per_second=5, **size), tmp_path / "time.png"
    )
    settle()
    frames = [np.asarray(Image.open(path)).astype(int) for path in sorted((tmp_path / "time").iterdir())]
    assert len(frames) == 5
    # earliest, halfway in scale factor to z = 1, there, halfway to today, today
    for frame, z in zip(frames, (4.0, 1 / 0.35 - 1, 1.0, 1 / 0.75 - 1, 0.0), strict=True):
        growing.editing.turn_to_redshift(z)
        settle()
        seen = pixels_of(growing.window.grid.picture(480, 270))
        assert np.abs(frame - seen).mean() < 0.7  # letters may be drawn another way
        assert frame.std() > 20
    for one, other in pairwise(frames):
        assert np.abs(one - other).mean() > 1.0
