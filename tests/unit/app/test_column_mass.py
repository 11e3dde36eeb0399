"""What the projected mass of a study is counted with, and why it cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.column_mass import Member, common_density
from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.description import Description

SNAPSHOT = Description(Path("/d/snap"), (Path("/d/snap"),), "format", "particles", 32.0, omega_m=0.3)
SILENT = replace(SNAPSHOT, omega_m=None)


def seen(*descriptions: Description) -> list[Member]:
    return [Member(f"run {i}", one, "") for i, one in enumerate(descriptions)]


def test_the_files_that_say_it_agree() -> None:
    density, reason = common_density(seen(SNAPSHOT, SILENT, SNAPSHOT), None)
    assert density == pytest.approx(0.3 * CRITICAL_DENSITY)
    assert not reason


@pytest.mark.parametrize(
    ("members", "species", "said"),
    [
        (seen(SNAPSHOT), "gas", "one species"),
        (seen(SNAPSHOT, replace(SNAPSHOT, kind="catalogue")), None, "run 1 holds halos"),
        (seen(SILENT), None, "none of these files"),
        (seen(SNAPSHOT, replace(SNAPSHOT, omega_m=0.25)), None, "0.25, 0.3"),
    ],
)
def test_why_it_is_unknown_is_said(members: list[Member], species: str | None, said: str) -> None:
    density, reason = common_density(members, species)
    assert density is None
    assert said in reason
