"""A session that says absurd things is refused in one line, and never crashes the window."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import sessions
from backends.data.checking import checked
from backends.data.study import Study
from backends.data.view import Isosurface, OwnView, TransferFunction, ViewSettings
from backends.errors import UnreadableFile


@pytest.fixture
def stored(tmp_path: Path) -> dict[str, Any]:
    view = replace(ViewSettings(), own=(OwnView("run-1", transfer=TransferFunction("viridis")),))
    sessions.save(tmp_path / "sound.halograph", Study(view=view), {})
    content = json.loads((tmp_path / "sound.halograph").read_text())
    assert isinstance(content, dict)
    assert sessions.load(tmp_path / "sound.halograph").study.view == view
    return content


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "clip": lambda said: said["view"].update(clip="x"),
    "two axes": lambda said: said["view"].update(clip=[[0, 1], [0, 1]]),
    "mode": lambda said: said["view"].update(mode="x"),
    "axis": lambda said: said["view"].update(axis=7),
    "scaling": lambda said: said["view"].update(scaling=["log"]),
    "endless": lambda said: said["view"].update(light=float("inf")),
    "huge": lambda said: said["view"].update(opacity=10**400),
    "level": lambda said: said["view"].update(isosurfaces=[{"level": 10**400, "opacity": 1.0}]),
    "points": lambda said: said["view"]["transfer"].update(points=[[0, "x"]]),
    "own": lambda said: said["view"]["own"][0].update(camera="yes"),
    "own time": lambda said: said["view"]["own"][0].update(time="yes"),
    "own crosshair": lambda said: said["view"]["own"][0].update(crosshair=[0.5, 0.5]),
    "mesh": lambda said: said["parameters"].update(n_mesh="x"),
    "truth": lambda said: said["parameters"].update(interlaced=3),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_absurd_is_refused(
    stored: dict[str, Any], tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    change(stored)
    path = tmp_path / "absurd.halograph"
    path.write_text(json.dumps(stored))
    with pytest.raises(UnreadableFile, match="damaged session") as refused:
        sessions.load(path)
    assert len(str(refused.value)) < 400


def test_what_is_nested_endlessly_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.halograph"
    path.write_text(f'{{"format": "{sessions.FORMAT}", "x": {"[" * 200_000}{"]" * 200_000}}}')
    with pytest.raises(UnreadableFile, match="not a whole session"):
        sessions.load(path)


@pytest.mark.parametrize("sound", [ViewSettings(), ViewSettings(isosurfaces=(Isosurface(3, 1),)), Study().parameters])
def test_what_is_sound_is_left_as_it_is(sound: object) -> None:
    assert checked(sound) is sound
