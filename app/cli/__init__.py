"""The command line: one short file a command, each with ``add_arguments`` and ``run``.

Nothing heavy is imported before a command needs it, so that ``--help`` and ``--version`` answer at once.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence

from app.cli.ending import ended_well
from app.cli.parsing import Parser, command_parser
from backends.errors import WrongCall

COMMANDS = {
    "demo": "open the demo study, or write its runs as files",
    "info": "say what is in files and folders",
    "compare": "compare predictions with a reference: every statistic, table and figure",
    "render": "draw a picture of a run, with no display",
    "convert": "write a run in another format: particles for N-body codes, or a grid",
    "halos": "write the halos of a run's snapshots as a table, linked in time",
    "simulate": "run a small N-body simulation",
}

STATUSES = """exit status: 0 all was done; 1 Halograph or its machine failed; 2 a wrong call, or input that cannot
be used; 130 interrupted; 143 terminated; 141 whoever read the output has left"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status, one of those that :func:`ended_well` tells."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return ended_well(lambda: _run(given))


def _run(given: list[str]) -> int:
    name = given[0] if given and given[0] in COMMANDS else "window"
    if name == "window" and given:
        _require_command_or_path(given[0])
    command = importlib.import_module(f"app.cli.{name}")
    parser: Parser = _window_parser() if name == "window" else command_parser(name, COMMANDS[name])
    command.add_arguments(parser)
    words = given if name == "window" else given[1:]
    if arrange := getattr(command, "arrange", None):
        words = arrange(words, parser.flags)
    options = parser.parse(words)
    status: int = command.run(options)
    return status


def _require_command_or_path(word: str) -> None:
    """Refuse a first word that is neither a command nor a file, nor looks like a file's name."""
    if word.isidentifier() and not os.path.lexists(word):
        near = difflib.get_close_matches(word, COMMANDS, 1)
        meant = f"did you mean {near[0]!r}?" if near else f"commands are {', '.join(COMMANDS)}"
        raise WrongCall(f"{word} is no command, and no file of that name is here; {meant}")


def _window_parser() -> Parser:
    listed = "\n".join(f"  halograph {name:10s} {what}" for name, what in COMMANDS.items())
    return Parser(
        prog="halograph",
        description="See where your emulator breaks: cosmological simulations and the networks that imitate them.",
        epilog=f"commands (each has its own --help):\n{listed}\n\n{STATUSES}",
    )
