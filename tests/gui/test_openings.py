"""Studies that were opened and closed leave nothing in the window's memory: objects are counted, not bytes."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from lognormal_box import lognormal_box
from PyQt6.QtCore import QObject

from app.application import Application
from backends.data.facts import Facts

Settle = Callable[[], None]
TOLD = Facts(box_size=10.0, quantity="relative_density")
COUNTED = ("app", "backends", "widgets", "pyqtgraph", "vispy")
REMEMBERED = {"Dependence", "Ranges"}
"""Colour ranges, of which so many are remembered and no more."""


def in_python() -> Counter[str]:
    """Count what a full collection leaves, with what was set aside before it."""
    gc.collect()
    gc.unfreeze()
    kinds = (type(held) for held in gc.get_objects())
    counts = Counter(kind.__qualname__ for kind in kinds if str(kind.__module__).partition(".")[0] in COUNTED)
    return Counter({name: count for name, count in counts.items() if name not in REMEMBERED})


def in_qt(application: Application) -> Counter[str]:
    """Count the window's own objects."""
    return Counter(type(child).__name__ for child in application.window.findChildren(QObject))


def test_nothing_grows_with_the_studies_that_were_open(
    application: Application, settle: Settle, tmp_path: Path
) -> None:
    paths = tuple(tmp_path / f"{name}.npy" for name in "ab")
    for seed, path in enumerate(paths):
        np.save(path, lognormal_box(16, seed).values)

    def open_and_close() -> None:
        application.open_paths(paths, TOLD)
        settle()
        assert application.window.plots.names
        application.editing.view(replace(application.document.study.view, mode="slice"))
        settle()
        gc.collect()  # as may happen at any time: the plots survive it, and are abandoned later
        application.new_study()  # and says that what was not saved was kept
        settle()

    for _ in range(3):  # imports, compiles, and fills what is bounded
        open_and_close()
    gc.unfreeze()
    python, qt = in_python(), in_qt(application)
    for _ in range(2):
        open_and_close()
    assert in_python() - python == Counter()
    assert in_qt(application) - qt == Counter()
