"""A session opens again: in another folder, with its files moved, and damaged."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import sessions
from app.loading import add_curves, add_runs, look_into
from app.lost_files import lost_files
from backends.data.facts import Facts
from backends.data.study import Study
from backends.data.view import CuttingPlane, Isosurface, TransferFunction, ViewSettings
from backends.errors import MachineError, UnreadableFile


@pytest.fixture
def study(tmp_path: Path) -> Study:
    rng = np.random.default_rng(1)
    for name in ("truth", "net"):
        np.save(tmp_path / f"{name}.npy", rng.lognormal(size=(16, 16, 16)).astype(np.float32))
    told = Facts(box_size=50.0, quantity="relative_density")
    opened = look_into([tmp_path / "truth.npy", tmp_path / "net.npy"], told)
    assert not opened.refused
    study = add_runs(Study(), opened.descriptions, ("#111111", "#222222"), "#ffffff")
    return replace(study, runs=tuple(replace(run, told=told) for run in study.runs))


def test_round_trip(study: Study, tmp_path: Path) -> None:
    looked = replace(
        study,
        view=ViewSettings(
            mode="slice",
            opacity=0.3,
            transfer=TransferFunction("viridis", ((0.0, 0.1), (1.0, 0.9)), ((0.0, 0.0), (0.3, 0.7), (1.0, 1.0))),
            isosurfaces=(Isosurface(2.0, 0.2, "#56b4e9"), Isosurface(20.0)),
            plane=CuttingPlane(12.0, -30.0, 0.1, 0.05, highest=True),
            light=0.7,
            attenuation=3.0,
            column_unit="mass",
        ),
    )
    looked = looked.with_selected(study.runs[1].key).with_selected(study.runs[0].key)
    sessions.save(tmp_path / "s.halograph", looked, {"azimuth": 12.0})
    session = sessions.load(tmp_path / "s.halograph")
    assert session.study == looked
    assert [run.origin.size for run in session.study.runs] == [(tmp_path / "truth.npy").stat().st_size] * 2
    assert session.camera == {"azimuth": 12.0}
    assert not session.missing
    assert not session.changed


def test_a_folder_can_move(study: Study, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for name in ("truth.npy", "net.npy"):
        shutil.copy(tmp_path / name, here)
    runs = tuple(replace(r, origin=replace(r.origin, path=here / r.origin.path.name)) for r in study.runs)
    sessions.save(here / "s.halograph", replace(study, runs=runs), {})
    here.rename(tmp_path / "there")
    session = sessions.load(tmp_path / "there" / "s.halograph")
    assert not session.missing
    assert [run.label for run in session.study.runs] == [run.label for run in study.runs]


def test_a_file_that_is_gone_is_missing_and_one_that_changed_is_said(study: Study, tmp_path: Path) -> None:
    sessions.save(tmp_path / "s.halograph", study, {})
    (tmp_path / "truth.npy").unlink()
    np.save(tmp_path / "net.npy", np.ones((16, 16, 16), np.float32))
    session = sessions.load(tmp_path / "s.halograph")
    assert session.missing == (study.runs[0].key,)
    assert session.changed == (study.runs[1].key,)
    assert "truth.npy" in session.study.runs[0].description.warnings[0]


NOT_SESSIONS = (
    "",
    "{",
    "[]",
    '{"format": "other"}',
    '{"format": "halograph-session", "version": 99}',
    '{"format": "halograph-session", "version": 1}',
)


@pytest.mark.parametrize("text", NOT_SESSIONS)
def test_what_is_no_session_is_refused_with_advice(text: str, tmp_path: Path) -> None:
    path = tmp_path / "s.halograph"
    path.write_text(text)
    with pytest.raises(UnreadableFile, match="halograph"):
        sessions.load(path)


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_session_never_raises_anything_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "s.halograph"
    view = ViewSettings()
    sessions.save(path, Study(view=view), {})
    content = json.loads(path.read_text())
    key = data.draw(st.sampled_from(sorted(content)))
    content[key] = data.draw(
        st.one_of(
            st.none(), st.integers(), st.text(), st.lists(st.integers()), st.dictionaries(st.text(), st.integers())
        )
    )
    path.write_text(json.dumps(content))
    with contextlib.suppress(UnreadableFile):
        sessions.load(path)


def test_curves_are_kept_and_a_session_from_before_there_were_any_opens(study: Study, tmp_path: Path) -> None:
    k = np.geomspace(1e-3, 10, 40)
    np.savetxt(tmp_path / "theory.dat", np.stack([k, 30 / k], axis=1), header="k [h/Mpc]  P [(Mpc/h)^3]")
    with_curve = add_curves(study, look_into([tmp_path / "theory.dat"]).curves, ("#333333",))
    path = tmp_path / "s.halograph"
    sessions.save(path, with_curve, {})
    (curve,) = sessions.load(path).study.curves
    assert curve == with_curve.curves[0]
    assert curve.curve is not None
    np.testing.assert_allclose(curve.curve.y, 30 / k)
    before = json.loads(path.read_text())
    del before["curves"]
    for run in before["runs"]:
        del run["told"]["hubble"], run["told"]["units"]
    path.write_text(json.dumps(before))
    assert sessions.load(path).study == study


def test_a_session_of_one_isosurface_opens_with_its_level(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "s.halograph"
    sessions.save(path, study, {})
    content = json.loads(path.read_text())
    del content["view"]["isosurfaces"]
    content["view"]["iso_level"] = 12.5
    path.write_text(json.dumps(content))
    assert sessions.load(path).study.view.isosurfaces == (Isosurface(12.5),)
    content["view"]["isosurfaces"] = [{"level": 3, "opacity": 0.5, "tint": "no colour"}] * 9
    path.write_text(json.dumps(content))
    assert sessions.load(path).study.view.isosurfaces == (Isosurface(3.0, 0.5),) * 4
    content["view"]["isosurfaces"] = []
    path.write_text(json.dumps(content))
    assert sessions.load(path).study.view.isosurfaces == ViewSettings().isosurfaces


def test_what_was_assumed_is_said_until_it_is_corrected(study: Study, tmp_path: Path) -> None:
    opened = look_into([tmp_path / "net.npy"])
    (run,) = add_runs(Study(runs=study.runs[:1]), opened.descriptions, ("#111111",), "#ffffff").runs[1:]
    assert run.facts.box_size == 50.0
    sessions.save(tmp_path / "s.halograph", Study(runs=(*study.runs[:1], run)), {})
    again = sessions.load(tmp_path / "s.halograph").study.run(run.key)
    assert again.warnings[-1] == "Its box is taken to be as wide as the others', 50 Mpc/h; correct it where it is not."
    corrected = replace(again, told=replace(again.told, box_size=60.0))
    assert corrected.warnings == again.description.warnings


def test_a_file_in_a_folder_that_may_not_be_opened_is_missing(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions.save(tmp_path / "s.halograph", study, {})
    stat, opened = os.stat, Path.open

    def refusing(path: Any, *args: Any, **how: Any) -> os.stat_result:
        if str(path).endswith("truth.npy"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path, *args, **how)

    def unreadable(path: Path, *args: Any, **how: Any) -> Any:
        if path.name == "net.npy":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *args, **how)

    monkeypatch.setattr(os, "stat", refusing)  # root may look at everything
    monkeypatch.setattr(Path, "open", unreadable)
    session = sessions.load(tmp_path / "s.halograph")
    assert session.missing == (study.runs[0].key,)
    assert "folder that you may not open" in session.study.runs[0].warnings[0]
    assert [file.path.name for file in lost_files(session.study)] == ["truth.npy"]


def test_a_statistic_that_is_not_installed_is_told_and_left_out(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "s.halograph"
    sessions.save(path, study, {})
    content = json.loads(path.read_text())
    content["statistics"].insert(1, "of-a-plug-in")
    path.write_text(json.dumps(content))
    session = sessions.load(path)
    assert session.unknown == ("of-a-plug-in",)
    assert session.study.statistics == study.statistics


def test_a_name_may_be_as_long_as_names_can_be(study: Study, tmp_path: Path) -> None:
    path = tmp_path / f"{'n' * 245}.halograph"
    sessions.save(path, study, {})
    assert sessions.load(path).study == study
    with pytest.raises(MachineError, match="too long"):
        sessions.save(tmp_path / f"{'n' * 300}.halograph", study, {})
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"key": "truth"}, "cannot be told apart"),
        ({"key": "run-2"}, "cannot be told apart"),
        ({"told": {"redshift": -1.0}}, "no redshift"),
    ],
)
def test_what_no_study_can_hold_is_refused(changed: dict[str, Any], said: str, study: Study, tmp_path: Path) -> None:
    path = tmp_path / "s.halograph"
    sessions.save(path, study, {})
    content = json.loads(path.read_text())
    content["runs"][0] |= changed
    path.write_text(json.dumps(content))
    with pytest.raises(UnreadableFile, match=said):
        sessions.load(path)
