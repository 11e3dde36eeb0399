"""What all tests in a real window share."""

from __future__ import annotations

import os
import sys

import pytest
from PyQt6.QtWidgets import QApplication

from widgets import style
from widgets.theme import theme


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The application's arguments; without a display there is no window to test."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        pytest.skip('no display: run the tests with xvfb-run -a -s "-screen 0 1920x1200x24"')
    return ["halograph"]


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> None:
    """Every test begins in the dark theme, as the window does."""
    style.apply(qapp, theme("dark"))
