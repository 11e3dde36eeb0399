"""Says which Halograph runs, and on what."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from PyQt6.QtCore import qVersion

from app import __version__
from widgets.about_dialog import AboutDialog

if TYPE_CHECKING:
    from app.application import Application

PARTS = ("PyQt6", "vispy", "pyqtgraph", "numpy", "numba", "h5py", "torch")


def made_of() -> tuple[tuple[str, str], ...]:
    """Return names and versions of what Halograph runs on; torch is not imported for it."""
    return (
        ("System", platform.platform(terse=True)),
        ("Python", platform.python_version()),
        ("Qt", qVersion() or ""),
        *((name, version(name)) for name in PARTS),
    )


def show_about(app: Application) -> None:
    """Open the dialog."""
    AboutDialog(app.window, __version__, made_of()).exec()
