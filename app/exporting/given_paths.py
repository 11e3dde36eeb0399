"""What one word of the command line names: a file, or the realisations of one run."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from backends.data.realisations import natural
from backends.errors import WrongCall
from backends.readers.opening import named_member


def given_paths(word: Path) -> tuple[Path, ...]:
    """Return the files that a word names: "BOX1,BOX2,…", a pattern in quotes, or one path.

    What exists by that whole name is that, whatever letters are in it. Files of a pattern come in the order of their
    numbers: box2 before box10.

    Raises
    ------
    WrongCall
        Where a pattern matches nothing, or one file is named twice.
    """
    if _exists(word):
        return (word,)
    text = str(word)
    pieces = [Path(piece) for piece in text.split(",") if piece.strip()] if "," in text else [word]
    found = [path for piece in pieces for path in _matches(piece)]
    if len({str(path) for path in found}) < len(found):
        twice = next(path for path in found if found.count(path) > 1)
        raise WrongCall(f"{text} names {twice} twice; each realisation counts once")
    return tuple(found)


def _matches(path: Path) -> list[Path]:
    if _exists(path) or not glob.has_magic(str(path)):
        return [path]
    found = [Path(name) for name in sorted(glob.glob(str(path)), key=natural)]
    if not found:
        raise WrongCall(f"no file is called as {path} says; look at the pattern, and keep it in quotes")
    return found


def _exists(path: Path) -> bool:
    try:
        return os.path.lexists(named_member(path)[0])
    except (OSError, ValueError):
        return False
