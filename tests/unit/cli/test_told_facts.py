"""Facts that cannot be meant are refused, in one line, by every command that takes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--quantity", "nonsense", "say one of overdensity, relative_density"),
        ("--box-size", "-5", "above zero"),
        ("--redshift", "-2", "no redshift"),
        ("--hubble", "70", "say H0 / 100"),
        ("--cell-offset", "nan", "choose from"),
        ("--length-unit", "ly", "choose from"),
    ],
)
def test_each_says_what_would_do(halograph: Command, grids: Path, option: str, value: str, says: str) -> None:
    done = halograph("info", grids / "truth.npy", option, value)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [("render", "--out", "x.png"), ("compare", "x.npy", "--out", "x"), ()])
def test_every_command_refuses_them(halograph: Command, grids: Path, command: tuple[str, ...]) -> None:
    done = halograph(*command, grids / "truth.npy", "--quantity", "nonsense")
    assert done.returncode == 2
    assert "is no quantity" in done.stderr


def test_quantities_go_by_their_usual_spellings(halograph: Command, grids: Path) -> None:
    for spelling in ("1+delta", "δ", "flux", "velocity"):
        assert halograph("info", grids / "truth.npy", "--quantity", spelling).returncode == 0
