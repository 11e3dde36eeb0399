"""What stays when a study was opened and closed many times: resident memory, and objects on the graphics card.

Run it by itself, on a screen or under Xvfb: ``python tests/bench/bench_openings.py [openings] [cells a side]``.
The drift is counted from the tenth opening on: the first import, compile, and fill caches that are bounded.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np  # noqa: E402
from bench_turns import settle  # noqa: E402
from PyQt6.QtCore import QTimer  # noqa: E402
from PyQt6.QtWidgets import QApplication  # noqa: E402

from app.application import Application  # noqa: E402
from app.settings import Settings  # noqa: E402
from backends.data.facts import Facts  # noqa: E402

MODES = ("dvr", "slice", "iso", "column", "mip")
WARM_UP = 10
TOLD = Facts(box_size=100.0, quantity="relative_density")


def resident() -> float:
    """Return the resident memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def on_card(application: Application) -> dict[str, int]:
    """Return how many objects of each kind the views' context holds."""
    scene = application.window.grid._scene
    assert scene is not None
    counts: dict[str, int] = {}
    for held in scene.canvas.context.shared.parser._objects.values():
        counts[type(held).__name__] = counts.get(type(held).__name__, 0) + 1
    return counts


def act(qt: QApplication, application: Application, what: Callable[[], object]) -> None:
    """Do something as a person does, in an event: what is deleted later outside of all events is deleted never."""
    QTimer.singleShot(0, what)
    settle(qt, application)


def rest(qt: QApplication) -> None:
    """Let a second pass: what has left is tidied up by then."""
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        qt.processEvents()
        time.sleep(0.01)


def main() -> None:
    """Print a line every so many openings."""
    openings = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    n_mesh = int(sys.argv[2]) if len(sys.argv) > 2 else 48
    qt = QApplication(["halograph"])
    application = Application(Settings(temporary=True))
    application.window.resize(1000, 700)
    application.window.show()
    settle(qt, application)
    rng = np.random.default_rng(3)
    with tempfile.TemporaryDirectory() as folder:
        paths = tuple(Path(folder) / f"{name}.npy" for name in "ab")
        for path in paths:
            np.save(path, np.exp(rng.standard_normal((n_mesh,) * 3, dtype=np.float32)))
        start = 0.0
        for opening in range(openings + 1):
            act(qt, application, lambda: application.open_paths(paths, TOLD))
            view = replace(application.document.study.view, mode=MODES[opening % len(MODES)])
            act(qt, application, lambda view=view: application.editing.view(view))
            act(qt, application, application.new_study)
            if opening != WARM_UP and opening % max(openings // 10, 1):
                continue
            rest(qt)
            start = resident() if opening == WARM_UP else start
            drift = f"{100 * (resident() / start - 1):+5.2f} %" if start else ""
            print(f"{opening:4d} openings: {resident():8.1f} MB {drift:8s} · {on_card(application)}", flush=True)
    application.close()


if __name__ == "__main__":
    main()
