"""The demo study in the real window: its runs, its other cases, and what its networks looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from app.explaining import METHODS
from backends.attribution.explaining import methods
from backends.attribution.target import Target
from backends.data.field import Field
from backends.data.study import Study
from backends.progress import Progress

Settle = Callable[[], None]


def test_the_demo_opens_whole(demo: Application) -> None:
    study = demo.document.study
    assert [run.label for run in study.runs][:2] == ["N-body", "U-Net"]
    assert {run.label for run in study.runs} >= {"ResNet", "FNO", "ConvNeXt", "VAN", "Swin", "Zel'dovich", "2LPT"}
    assert sum(run.network is not None for run in study.runs) == 6
    assert demo.window.messages.messages() == ()
    assert set(demo.showing.figures) == set(study.statistics)


def test_the_best_network_reaches_what_the_readme_says(demo: Application) -> None:
    ranking = demo.showing.ranking
    assert ranking is not None
    best = next(row for row in ranking.rows if row.label == "U-Net")
    assert (best.scores["r(0.5)"] or 0) > 0.98
    assert best.scores["k_correlation"] is None or best.scores["k_correlation"] > 0.95
    assert ranking.disagreement is not None


def test_the_demo_is_never_saved_over_the_session_that_was_open(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    sessions.save(tmp_path / "mine.halograph", Study(name="mine"), {"cameras": {}})
    application.open_session(tmp_path / "mine.halograph")
    settle()
    assert application.window.windowTitle().startswith("mine")
    application.open_demo()
    settle()
    assert application.session_path is None
    assert "mine" not in application.window.windowTitle()


def test_another_case_shows_another_box(demo: Application, settle: Settle) -> None:
    demo.editing.turn_to_case("cell-4")
    settle()
    reference = demo.document.study.reference
    assert reference is not None
    assert reference.facts.box_size == 256.0
    assert not demo.comparing.failures
    ranking = demo.showing.ranking
    assert ranking is not None
    scores = {row.label: row.scores["r(0.5)"] or 0 for row in ranking.rows}
    assert scores["U-Net"] < scores["Zel'dovich"]  # outside their training range networks fail
    demo.document.undo_stack.undo()
    settle()
    assert reference.key == demo.document.study.runs[0].key
    assert demo.document.study.runs[0].facts.box_size == 128.0


@pytest.mark.parametrize(("method", "answering"), [("grad-cam", 6), ("attention", 1)])
def test_a_click_becomes_an_overlay(method: str, answering: int, demo: Application, settle: Settle) -> None:
    demo.editing.move_crosshair(0.3, 0.4, 0.5)
    demo.explaining.explain(method)
    settle()
    assert demo.document.study.view.page == "explain"
    assert len(demo.explaining.answers) == answering, demo.explaining.refusals
    assert len(demo.explaining.refusals) == 6 - answering
    assert len(demo.showing.overlays) == answering
    for answer in demo.explaining.answers.values():
        assert np.isfinite(answer.overlay.values).all()
        assert answer.overlay.values.max() > 0
    # It can be laid over the views of another page, too.
    demo.document.look(page="compare")
    demo.actions["overlay.attribution"].trigger()
    settle()
    laid = [cell for cell in demo.window.grid.drawn_cells() if cell.overlay is not None]
    assert len(laid) == answering
    assert demo.window.volume.together.overlay.currentText() == "Attribution"
    demo.editing.move_crosshair(0.6, 0.4, 0.5)
    settle()
    assert demo.showing.overlays == {}


def test_an_explanation_shows_how_far_it_is_and_ends_when_it_is_cancelled(demo: Application, qtbot: QtBot) -> None:
    demo.document.look(page="explain")
    panel = demo.window.explain
    qtbot.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    assert panel.button.text() == "Cancel"
    qtbot.waitUntil(lambda: panel.bar.accessibleDescription() not in ("", "0%"), timeout=60_000)
    qtbot.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    assert panel.button.text() == "Explain"
    assert panel.bar.isHidden()
    assert not any(task.key[0] == "explain" for task in demo.tasks.running if isinstance(task.key, tuple))


def test_an_explanation_is_of_the_place_and_the_halo_that_are_meant_now(
    demo: Application, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths = []

    def call(function: object, *arguments: object, progress: Progress) -> object:
        overlay = Field(np.ones((8, 8, 8), np.float32), 128.0)
        return () if function is methods else SimpleNamespace(overlay=overlay, stated=())

    def nearest(field: Field, point: object, length: float, *_: object) -> Target:
        lengths.append(length)
        return Target("halo", tuple(range(30)))

    def under_way() -> bool:
        return any(task.key[0] == "explain" for task in demo.tasks.running if isinstance(task.key, tuple))

    monkeypatch.setattr(demo.samples.worker, "call", call)
    monkeypatch.setattr("backends.attribution.nearest_halo.nearest_halo", nearest)
    demo.document.apply(replace(demo.document.study, statistics=()), "Hide all statistics")
    demo.explaining.explain("grad-cam")
    assert under_way()
    demo.editing.move_crosshair(0.9, 0.1, 0.3)  # before anything was answered
    assert not under_way()
    demo.explaining.choose_target("halo")
    for length in (0.2, 0.25, 0.2):
        demo.editing.parameters(replace(demo.document.study.parameters, linking_length=length))
        assert not demo.explaining.answers
        demo.explaining.explain("grad-cam")
        settle()
        assert len(demo.explaining.answers) == 6
    assert lengths == [0.2] * 6 + [0.25] * 6  # and what was answered before is kept
    assert "30 particles at " in demo.window.explain._target_text.text()
    demo.editing.parameters(replace(demo.document.study.parameters, band_transfer=0.1))
    assert len(demo.explaining.answers) == 6


def test_the_page_of_explanations_says_what_can_be_asked_of_other_packages_too(
    demo: Application, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def call(function: Callable[..., object], *arguments: object, progress: Progress) -> object:
        asked.append(function)
        return *methods(progress=progress), ("saliency", "Saliency")

    monkeypatch.setattr(demo.samples.worker, "call", call)
    demo.document.look(page="explain")
    panel = demo.window.explain
    assert panel.method.count() == 3
    settle()
    assert [panel.method.itemText(number) for number in range(4)] == [*(one.label for one in METHODS), "Saliency"]
    demo.document.look(page="compare")
    demo.document.look(page="explain")
    settle()
    assert asked == [methods]
    assert panel.button.isEnabled()
