"""Labels and paths are told apart wherever ``--label`` stands."""

from __future__ import annotations

import pytest

from app.cli import compare
from app.cli.label_words import labels_apart
from app.cli.parsing import command_parser


@pytest.fixture(scope="module")
def flags() -> frozenset[str]:
    """The options of ``compare`` that take no value."""
    parser = command_parser("compare", "compare")
    compare.add_arguments(parser)
    return parser.flags


@pytest.mark.parametrize(
    "words",
    [
        "r p --label A B",
        "r p --label A --label B",
        "--label A B r p",
        "--label A --label B r p",
        "--label A r --label B p",
        "r --label A --label B p",
        "r --label A B p",
        "--label=A --label=B r p",
        "--label A B --no-interlaced r --n-mesh 32 p",
        "--n-mesh=32 --label A B -- r p",
        "r --substructure --label A B p",
        "r p --substructure --label A B --web-threshold -0.1",
    ],
)
def test_two_labels_and_two_paths_are_found(words: str, flags: frozenset[str]) -> None:
    arranged = labels_apart(words.split(), flags)
    assert [word for word in arranged if word.startswith("--label")] == ["--label=A", "--label=B"]
    assert [word for word in arranged if word in ("r", "p")] == ["r", "p"]
    others = [word for word in words.split() if not word.startswith("--label") and word not in ("A", "B", "r", "p")]
    assert [word for word in arranged if not word.startswith("--label") and word not in ("r", "p")] == others


@pytest.mark.parametrize("words", ["r p --label A", "r p --label A B C", "r p --label A B --out d"])
def test_what_does_not_add_up_is_left_for_the_command_to_refuse(words: str, flags: frozenset[str]) -> None:
    arranged = labels_apart(words.split(), flags)
    assert [word.removeprefix("--label=") for word in arranged] == [w for w in words.split() if w != "--label"]


def test_an_option_without_a_name_is_left_to_the_parser(flags: frozenset[str]) -> None:
    assert labels_apart(["r", "p", "--label"], flags) == ["r", "p", "--label"]
