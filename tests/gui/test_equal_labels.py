"""Two runs may be called alike: each keeps its own numbers and its own halos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.application import Application
from app.halo_choice import ask_for_halos
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.run import Origin, Run
from backends.data.study import Study
from widgets.export_dialog import ExportChoice

Settle = Callable[[], None]


def test_a_report_has_the_numbers_of_both(
    application: Application, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    rng = np.random.default_rng(3)
    paths = tuple(tmp_path / f"{name}.npy" for name in ("truth", "unet", "fno"))
    for path in paths:
        np.save(path, rng.lognormal(size=(16, 16, 16)).astype(np.float32))
    application.open_paths(paths, Facts(box_size=50.0, quantity="relative_density"))
    settle()
    for run in application.document.study.runs[1:]:
        application.editing.rename(run.key, "net")
    last = application.document.study.runs[-1]
    assumed = replace(last, assumed_box=50.0)
    application.document.apply(application.document.study.with_run(assumed), "Assume its box")
    settle()
    out = tmp_path / "report.html"
    application.exports.export(ExportChoice(what="report", format="html"), out)
    settle()
    text = out.read_text()
    assert all(name in text for name in ("unet.npy", "fno.npy"))
    assert "net-2" in text
    assert "Its box is taken to be as wide as the others" in text


def test_of_two_catalogues_the_one_that_was_chosen_is_taken(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_of(key: str, kind: str, label: str, role: str) -> Run:
        path = Path(f"/nowhere/{key}")
        return Run(key, label, "#ffffff", role, Origin(path, "npy"), Description(path, (), "npy", kind))

    runs = (
        run_of("run-1", "particles", "truth", "reference"),
        run_of("run-2", "catalogue", "halos", "prediction"),
        run_of("run-3", "catalogue", "halos", "prediction"),
    )
    application.document.apply(Study(runs=runs), "Open")
    offered: list[str] = []

    def last(_parent: object, _title: str, _label: str, names: list[str], *_: object) -> tuple[str, bool]:
        offered[:] = names
        return names[-1], True

    monkeypatch.setattr(QInputDialog, "getItem", last)
    ask_for_halos(application, "run-1")
    assert len(set(offered)) == 3
    assert application.document.study.run("run-1").halos == "run-3"
