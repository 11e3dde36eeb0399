"""Panels that a person closes stay closed, also at the next start, and come back when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.application import Application
from backends.data.facts import Facts

Settle = Callable[[], None]


def test_a_closed_panel_stays_closed_until_it_is_asked_for(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    for seed, name in enumerate(("truth", "net")):
        np.save(tmp_path / f"{name}.npy", np.random.default_rng(seed).lognormal(0, 0.3, (16,) * 3).astype(np.float32))
    paths = tuple(tmp_path / f"{name}.npy" for name in ("truth", "net"))
    docks = application.window.docks
    application.actions["panel.ranking"].trigger()
    application.open_paths(paths, Facts(box_size=10.0, quantity="relative_density"))
    settle()
    assert docks["statistics"].isVisible()
    assert not docks["ranking"].isVisible()
    assert not application.actions["panel.ranking"].isChecked()
    assert application.settings.closed == {"ranking"}
    application.actions["panel.library"].trigger()
    settle()
    assert not docks["library"].isVisible()
    application.document.look(page="view")
    settle()
    assert not docks["library"].isVisible()
    application.actions["view.layout"].trigger()
    settle()
    assert all(dock.isVisible() for dock in docks.values())
    assert application.actions["panel.ranking"].isChecked()
    assert application.settings.closed == frozenset()
