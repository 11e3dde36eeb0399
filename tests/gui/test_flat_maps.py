"""Maps of two dimensions in the real window: shown flat, compared, and refused where only a volume makes sense."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.application import Application
from backends.data.facts import Facts


def test_maps_are_shown_flat_and_compared(application: Application, settle: Callable[[], None], tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    truth = np.exp(rng.normal(size=(32, 32))).astype(np.float32)
    np.save(tmp_path / "truth.npy", truth)
    np.save(tmp_path / "model.npy", truth + np.float32(0.1))
    application.open_paths((tmp_path / "truth.npy", tmp_path / "model.npy"), Facts(25.0, 0.0, "density"))
    settle()
    window = application.window
    assert not application.comparing.failures
    assert window.volume.mode.value() == "slice"
    buttons = window.volume.mode._buttons
    assert [name for name, button in buttons.items() if button.isEnabled()] == ["slice"]
    assert "two dimensions" in buttons["dvr"].toolTip()
    figures = application.showing.figures
    assert figures["power-spectrum"].y_label == "P(k)  [(Mpc/h)²]"
    assert len(figures["correlation-coefficient"].curves) == 1
    assert not figures["halo-mass-function"].curves
    assert "two dimensions" in figures["halo-mass-function"].skipped[0][1]
    picture = window.grid.grab().toImage()
    middle = [picture.pixelColor(picture.width() * i // 24, picture.height() // 2 + 7).name() for i in range(1, 7)]
    assert len(set(middle)) > 2  # an image, and no empty pane


def test_beside_a_box_a_map_says_how_it_is_seen(
    application: Application, settle: Callable[[], None], tmp_path: Path
) -> None:
    rng = np.random.default_rng(4)
    np.save(tmp_path / "box.npy", np.exp(rng.normal(size=(16, 16, 16))).astype(np.float32))
    np.save(tmp_path / "map.npy", np.exp(rng.normal(size=(32, 32))).astype(np.float32))
    application.open_paths((tmp_path / "box.npy", tmp_path / "map.npy"), Facts(25.0, 0.0, "density"))
    settle()
    cells = {cell.label: cell for cell in application.window.grid._cells}
    assert cells["box"].state == "ready"
    assert cells["map"].state == "failed"
    assert "Slice" in cells["map"].message
    skipped = dict(application.showing.figures["correlation-coefficient"].skipped)
    assert "two dimensions" in skipped["map"]
