"""A large grid is seen at once, coarsely, and never goes blank until all of its cells are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.application import Application
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.statistics.sample import Sample

Settle = Callable[[], None]
N = 208


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A density that grows along x, with small lumps."""
    rng = np.random.default_rng(2)
    density = rng.random((N, N, N), dtype=np.float32) + np.linspace(0.5, 2, N, dtype=np.float32)[:, None, None]
    path = tmp_path / "large.hdf5"
    with h5py.File(path, "w") as file:
        file.attrs["BoxSize"], file.attrs["Redshift"] = 200.0, 0.0
        file["density"] = density
    return path


def test_a_grid_is_previewed_and_no_picture_is_blank(
    application: Application, large: Path, settle: Settle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = application.document.study
    application.document.open(replace(study, statistics=("density-pdf",), parameters=Parameters(n_mesh=64)))
    grid = application.window.grid
    scene = grid._scene
    assert scene is not None
    seen: list[tuple[str, int, bool]] = []
    draw = scene.present

    def watched() -> None:
        draw()
        for cell, pane in zip(grid._cells, scene.panes, strict=False):
            field = application.samples.store.get(cell.field)
            source = scene._sources.of(pane, scene.look.view)
            seen.append((cell.detail, 0 if field is None else field.n_mesh, source is not None))

    is_seen, read_all = threading.Event(), Sample.relative_density

    def read_late(*wishes: Any) -> Field:
        is_seen.wait(30)
        return read_all(*wishes)

    monkeypatch.setattr(Sample, "relative_density", read_late)
    monkeypatch.setattr(scene, "present", watched)
    application.open_paths((large,))
    qtbot.waitUntil(lambda: any(drawn for *_, drawn in seen), timeout=20_000)
    is_seen.set()
    settle()
    details = [detail for detail, _, drawn in seen if drawn]
    assert details[0] == "preview, coarse"
    assert details[-1] == "reference"
    first = next(place for place, (_, _, drawn) in enumerate(seen) if drawn)
    assert all(drawn for _, _, drawn in seen[first:])
    assert {n for detail, n, _ in seen if detail == "preview, coarse"} == {104}
    assert seen[-1][1] == N
    assert application.window.messages.messages() == ()
