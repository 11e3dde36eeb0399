"""What stays when a study was opened and closed many times: resident memory, and objects on the graphics card.

Run it by itself, on a screen or under Xvfb: ``python tests/bench/bench_openings.py [openings] [cells a side]``.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np  # noqa: E402
from bench_turns import settle  # noqa: E402
from PyQt6.QtWidgets import QApplication  # noqa: E402

from app.application import Application  # noqa: E402
from app.settings import Settings  # noqa: E402
from backends.data.facts import Facts  # noqa: E402

MODES = ("dvr", "slice", "iso", "column", "mip")
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
        for opening in range(openings + 1):
            application.open_paths(paths, TOLD)
            settle(qt, application)
            mode = MODES[opening % len(MODES)]
            application.editing.view(replace(application.document.study.view, mode=mode))
            settle(qt, application)
            application.new_study()
            settle(qt, application)
            if opening % max(openings // 10, 1) == 0:
                gc.collect()
                print(f"{opening:4d} openings: {resident():8.1f} MB · {on_card(application)}", flush=True)
    application.close()


if __name__ == "__main__":
    main()
