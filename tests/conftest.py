"""What all tests share: a display, and the real simulation files, where they are at hand."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).parents[2] / "shared" / "data"

settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's business
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real simulation files, which are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("the real simulation files (../shared/data) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The application's arguments; without a display there is no window to test."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        pytest.skip('no display: run the tests with xvfb-run -a -s "-screen 0 1920x1200x24"')
    return ["halograph"]
