"""Lines of sight in the real window: rows of a picture, compared, and probed line by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.application import Application
from backends.data.facts import Facts


def test_lines_are_rows_and_are_compared(application: Application, settle: Callable[[], None], tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    truth = np.repeat([[0.2], [0.9], [0.4]], 64, axis=1).astype(np.float32)
    truth[:, 32:] += np.float32(0.05)
    np.save(tmp_path / "truth_skewers.npy", truth)
    np.save(tmp_path / "model_skewers.npy", truth + rng.uniform(-0.02, 0.02, truth.shape).astype(np.float32))
    paths = (tmp_path / "truth_skewers.npy", tmp_path / "model_skewers.npy")
    application.open_paths(paths, Facts(60.0, 3.0, "flux"))
    settle()
    window, figures = application.window, application.showing.figures
    assert not application.comparing.failures
    assert window.volume.mode.value() == "slice"
    assert figures["power-spectrum"].y_label == "P(k)  [Mpc/h]"
    assert len(figures["correlation-coefficient"].curves) == 1
    assert "lines of sight" in figures["halo-mass-function"].skipped[0][1]
    reference = next(run for run in application.document.study.runs if run.role == "reference")
    shown = window.grid._cells[0]
    assert shown.run == reference.key
    picture = window.grid.grab().toImage()
    ratio, x, middle = picture.width() / window.grid.width(), 0.1, window.grid.height() / 2
    side = window.grid.width() / 3
    heights = [middle + side * (0.5 - share) for share in (1 / 6, 3 / 6 + 0.1, 5 / 6)]
    colours = [picture.pixelColor(int(side * x * ratio), int(at * ratio)).lightness() for at in heights]
    assert colours[1] > colours[2] > colours[0]  # the first line lies lowest
