"""How long the window does not answer while two fields load, are turned, and are shown in every mode.

Run it by itself, on a screen or under Xvfb: ``python tests/bench/bench_turns.py [cells a side …]``. The window's own
time of a turn is what its thread computed; the time that passed contains what it waited for.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np  # noqa: E402
from PyQt6.QtWidgets import QApplication  # noqa: E402
from turns import Turns  # noqa: E402

from app.application import Application  # noqa: E402
from app.settings import Settings  # noqa: E402
from backends.data.facts import Facts  # noqa: E402

TOLD = Facts(box_size=500.0, quantity="relative_density")


def settle(qt: QApplication, application: Application) -> None:
    """Let the window live until all that was started is on the screen."""
    calm = 0
    while calm < 20:
        qt.processEvents()
        time.sleep(0.001)
        calm = calm + 1 if application.settled else 0


def told(qt: QApplication, application: Application, what: str, act: Callable[[], object]) -> None:
    """Do something, and print the longest turns that followed."""
    start = time.perf_counter()
    with Turns() as turns:
        act()
        settle(qt, application)
    seconds = time.perf_counter() - start
    own, passed = turns.longest(), turns.longest(passed=True)
    print(f"{what:28s} {seconds:6.1f} s   longest turns, ms: own time {own[-4:]}   passed {passed[-4:]}", flush=True)


def measure(qt: QApplication, application: Application, n_mesh: int) -> None:
    """Print the longest turns with two fields of that size."""
    rng = np.random.default_rng(5)
    editing, document = application.editing, application.document
    with tempfile.TemporaryDirectory() as folder:
        paths = tuple(Path(folder) / f"{name}{n_mesh}.npy" for name in "ab")
        for path in paths:
            np.save(path, np.exp(rng.standard_normal((n_mesh,) * 3, dtype=np.float32)))
        told(qt, application, f"{n_mesh}³ loads", lambda: application.open_paths(paths, TOLD))
        for mode in ("dvr", "mip", "iso", "slice", "column"):
            view = replace(document.study.view, mode=mode)
            told(qt, application, f"{n_mesh}³ as {mode}", lambda view=view: editing.view(view))
        view = replace(document.study.view, mode="slice", depth=(0.1, 0.9))
        told(qt, application, f"{n_mesh}³ as a thick slice", lambda: editing.view(view))
        told(qt, application, f"{n_mesh}³ in the other theme", application.toggle_theme)
        told(qt, application, f"{n_mesh}³ leaves", application.new_study)


if __name__ == "__main__":
    qt = QApplication(["halograph"])
    application = Application(Settings(temporary=True))
    application.window.show()
    settle(qt, application)
    for asked in sys.argv[1:] or ("64", "256", "512"):
        measure(qt, application, int(asked))
    application.close()
