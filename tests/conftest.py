"""What all tests share: the real simulation files, where they are at hand."""

from __future__ import annotations

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
