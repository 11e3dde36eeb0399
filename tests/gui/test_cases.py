"""A file of many simulations in the real window: one is shown, and any other is one step away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QInputDialog

from app.application import Application
from app.rows import facts_of


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    """Two suites of the CAMELS Multifield Dataset, forty simulations each."""
    rng = np.random.default_rng(8)
    paths = []
    for suite in ("IllustrisTNG", "SIMBA"):
        paths.append(tmp_path / f"Grids_Mtot_{suite}_LH_16_z=0.00.npy")
        np.save(paths[-1], np.exp(rng.normal(size=(40, 16, 16, 16))).astype(np.float32))
        np.savetxt(tmp_path / f"params_LH_{suite}.txt", rng.random((40, 6)))
    return tuple(paths)


def test_both_suites_turn_to_the_simulation_that_is_chosen(
    application: Application, settle: Callable[[], None], files: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    application.open_paths(files)
    settle()
    runs = application.document.study.runs
    assert [run.label for run in runs] == ["Mtot IllustrisTNG LH", "Mtot SIMBA LH"]
    assert [run.origin.member.split("/")[1] for run in runs] == ["0", "0"]
    assert runs[0].facts.box_size == 25
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_, **__: ("37", True))
    application.actions["case.choose"].trigger()
    settle()
    shown = application.document.study.runs
    assert [run.origin.member.split("/")[1] for run in shown] == ["37", "37"]
    told = {fact.name: fact.value for fact in facts_of(shown[1])[0]}
    assert (told["Number"], told["Grid"]) == ("37 of 40", "16³ cells")
    assert told["Ωₘ"] == f"{np.loadtxt(files[1].with_name('params_LH_SIMBA.txt'))[37, 0]:.4g}"
    values = np.load(files[1])[37]
    density = application.comparing.density(shown[1])
    assert density is not None
    np.testing.assert_allclose(density.values, values / values.mean(dtype=float), rtol=1e-5)
    application.actions["case.next"].trigger()
    settle()
    assert application.document.study.runs[0].origin.member.startswith("cases/38/")
    application.document.undo_stack.undo()
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_, **__: ("99", True))
    application.actions["case.choose"].trigger()
    assert application.document.study.runs[0].origin.member.startswith("cases/37/")
