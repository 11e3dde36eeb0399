"""A fault that many runs share is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rows import unexplained
from backends.data.description import Description
from backends.data.run import Origin, Run
from widgets.plots.reasons import reasons_of


def test_the_same_failure_is_explained_in_the_first_row_alone() -> None:
    def run(key: str) -> Run:
        path = Path(f"/d/{key}.npy")
        return Run(key, key, "#fff", "prediction", Origin(path, "f"), Description(path, (path,), "f", "field"))

    runs = [run("a"), run("b"), run("c")]
    failures = {"a": "a.npy does not state its box", "b": "b.npy does not state its box", "c": "c.npy is gone"}
    assert unexplained(failures, runs) == {"b"}


@pytest.mark.parametrize(
    ("skipped", "said"),
    [
        ([("A", "there are no halos")], ["A: there are no halos"]),
        ([("A", "A is a grid")], ["A is a grid"]),
        ([("A", "A is a grid"), ("B", "B is a grid")], ["A is a grid. So it is with B"]),
        ([(n, f"{n} is a grid") for n in "ABC"], ["A is a grid. So it is with 2 more runs"]),
        ([("A", "none"), ("B", "B is a grid")], ["A: none", "B is a grid"]),
    ],
)
def test_the_reasons_of_a_plot_are_gathered(skipped: list[tuple[str, str]], said: list[str]) -> None:
    assert reasons_of(skipped) == said
