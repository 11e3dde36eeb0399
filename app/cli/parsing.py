"""Parsers whose complaints are one line, and the options that several commands share."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from app import __version__
from backends.data.facts import Facts
from backends.data.length_unit import LENGTH_UNITS
from backends.errors import WrongCall

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """An argument parser that raises ``WrongCall`` with advice instead of printing its usage."""

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument("--version", action="version", version=f"halograph {__version__}")
        # A value may begin with a minus, as in "--camera -30,20,1" and "--web-threshold -1e-3": no option has a digit.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    @property
    def flags(self) -> frozenset[str]:
        """The options that take no value."""
        return frozenset(word for option in self._actions if option.nargs == 0 for word in option.option_strings)

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Read options and paths in any order; behind "--" there are only paths, whatever they begin with."""
        end = words.index("--") if "--" in words else len(words)
        paths = [f"./{word}" if word.startswith("-") else word for word in words[end + 1 :]]
        return self.parse_intermixed_args([*words[:end], *paths])

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        # argparse itself keeps quiet where help cannot be written, to a full disk say.
        (file or sys.stdout).write(message)

    def error(self, message: str) -> NoReturn:
        raise WrongCall(f"{message}; see {self.prog} --help")


def command_parser(name: str, what: str) -> Parser:
    """Return the parser of one command, to which the command adds its arguments."""
    return Parser(f"halograph {name}", what[0].upper() + what[1:] + ".")


def add_facts(parser: argparse.ArgumentParser) -> None:
    """Add the options that tell what a file does not say."""
    group = parser.add_argument_group("what files do not say (ignored by files that say it)")
    group.add_argument("--box-size", type=positive, metavar="L", help="comoving side of the box, Mpc/h")
    group.add_argument("--redshift", type=redshift, metavar="Z", help="redshift")
    group.add_argument(
        "--quantity", type=quantity, metavar="NAME", help="of a grid: relative_density, overdensity, displacement, …"
    )
    group.add_argument(
        "--cell-offset",
        type=float,
        choices=(0.0, 0.5),
        metavar="0|0.5",
        help="where in its cell a grid's value sits: at the lower corner or the centre",
    )
    group.add_argument("--length-unit", choices=tuple(LENGTH_UNITS), help="of the comoving lengths in a file")
    group.add_argument(
        "--level",
        type=whole_number(0),
        metavar="N",
        help="of a refined mesh (Enzo, RAMSES, AMReX): on whose cells it is laid",
    )
    group.add_argument(
        "--hubble", type=hubble, metavar="H", help="H0 / 100, for what is not in units of h and does not state it"
    )
    group.add_argument(
        "--units", choices=("h", "no-h"), help="of tables: h/Mpc and Msun/h, or 1/Mpc and Msun (default: h)"
    )


def facts(options: argparse.Namespace) -> Facts:
    """Return what those options told."""
    return Facts(
        options.box_size,
        options.redshift,
        options.quantity,
        options.cell_offset,
        options.hubble,
        options.units,
        options.length_unit,
        options.level,
    )


def add_window_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command that opens the window."""
    parser.add_argument(
        "--screenshot",
        type=path,
        metavar="FILE",
        help="show the window, wait until all it started has finished, save it as PNG and exit; a refusal is "
        "photographed, too, and ends with status 2 where nothing could be opened",
    )
    parser.add_argument("--temp-profile", action="store_true", help="touch no settings of yours")


def number(text: str) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text} is no number that can be meant")
    return value


def path(text: str) -> Path:
    """Read a path; an empty one, as unset variables give, is no name for the folder we are in."""
    if not text:
        raise argparse.ArgumentTypeError("an empty path was given")
    return Path(text)


def redshift(text: str) -> float:
    """Read a redshift."""
    value = number(text)
    if value <= -1:
        raise argparse.ArgumentTypeError(f"{text} is no redshift: it must be above −1")
    return value


def quantity(text: str) -> str:
    """Read a quantity's name, in any of its spellings."""
    from backends.readers.grids.quantities import NAMES, OTHERS, is_quantity

    if not is_quantity(text):
        known = ", ".join((*NAMES, *OTHERS))
        raise argparse.ArgumentTypeError(f"{text!r} is no quantity; say one of {known}")
    return text


def hubble(text: str) -> float:
    """Read H0 / 100."""
    value = positive(text)
    if value > 10:
        raise argparse.ArgumentTypeError(f"{text} is H0; say H0 / 100, as in 0.7")
    return value


def positive(text: str) -> float:
    """Read a number above zero."""
    value = number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} must be above zero")
    return value


def whole_number(least: int) -> Callable[[str], int]:
    """Return a reader of integers of at least ``least``."""

    def integer(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} must be at least {least}")
        return value

    return integer


def names(text: str) -> tuple[str, ...]:
    """Read names separated by commas."""
    found = tuple(name.strip() for name in text.split(",") if name.strip())
    if not found:
        raise argparse.ArgumentTypeError("give at least one name")
    return found
