"""A snapshot of a region is looked at from near, and the next study from where all begin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.application import Application
from app.framing import frame
from backends.data.field import Field
from backends.writers.gadget_hdf5 import write_gadget_hdf5
from widgets.volume.camera import Orbit

Settle = Callable[[], None]


def test_a_region_at_the_edge_of_the_box_is_framed_whole() -> None:
    values = np.zeros((128, 128, 128), np.float32)
    values[np.ix_(*3 * [np.arange(-6, 6)])] = 1.0
    found = frame(Field(values, 100.0))
    assert np.abs((np.array(found.centre) + 0.5) % 1 - 0.5) == pytest.approx(0, abs=0.01)
    assert found.zoom == 4.0
    assert frame(Field(np.ones((32, 32, 32), np.float32), 100.0)).zoom == 1.0


def write(path: Path, part: float) -> Path:
    positions = 50 * (0.2 + part * np.random.default_rng(0).random((3000, 3))) % 50
    write_gadget_hdf5(path, positions, box_size=50, redshift=0, omega_m=0.3, hubble=0.7)
    return path


def test_a_region_is_framed_once_and_left_with_its_study(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    def orbit() -> Orbit:
        return application.window.grid.pointing.moving.destination()[0]

    application.open_paths((write(tmp_path / "region.hdf5", 0.2),))
    settle()
    assert orbit().centre == pytest.approx((0.3, 0.3, 0.3), abs=0.02)
    assert 2 < orbit().zoom <= 4
    application.navigating.home()
    settle()
    assert orbit() == Orbit()
    application.new_study()
    application.open_paths((write(tmp_path / "box.hdf5", 1.0),))
    settle()
    assert orbit() == Orbit()


def test_a_session_says_where_it_is_looked_at_from(application: Application, settle: Settle, tmp_path: Path) -> None:
    application.open_paths((write(tmp_path / "region.hdf5", 0.2),))
    settle()
    application.window.grid.look(Orbit(), None)
    application._save_to(tmp_path / "s.halograph")
    application.new_study()
    application.open_session(tmp_path / "s.halograph")
    settle()
    assert application.window.grid.pointing.moving.destination()[0] == Orbit()
