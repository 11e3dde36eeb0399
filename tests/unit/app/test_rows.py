"""What the library and the facts panel say of a run."""

from __future__ import annotations

import pytest

from app.rows import in_window


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The header has no box size: say it with --box-size L.", "The header has no box size: say it with Correct…"),
        ("Of 11 pieces 10 are there; missing: snap.7.hdf5.", "Of 11 pieces 10 are there; missing: snap.7.hdf5."),
    ],
)
def test_a_warning_names_the_windows_remedy(said: str, shown: str) -> None:
    assert in_window(said) == shown
