"""A folder of results arrives whole: it is made aside, and moved into place when all is done."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from backends.errors import MachineError, WrongCall
from backends.writers.whole import remedy_of


@contextmanager
def delivered(out: Path) -> Iterator[Path]:
    """Yield a draft folder whose files move into ``out`` when the block ends well, and vanish else.

    What ``out`` holds already stays, but for files of the same name.

    Raises
    ------
    WrongCall
        Where ``out`` is no folder.
    MachineError
        Where it cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise WrongCall(f"{out} is a file; name a folder for the results")
    made = _missing_parents(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        place = out if out.exists() else out.parent
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name[:64]}.", suffix=".part", dir=place))
    except OSError as refused:
        raise MachineError(f"{out} cannot be written: {refused.strerror}. Choose another folder") from refused
    try:
        try:
            yield draft
        except MachineError as failed:  # of the draft, whose name is nobody's business
            raise MachineError(str(failed).replace(str(draft), str(out))) from failed
        try:
            _move(draft, out)
        except OSError as failed:
            raise MachineError(f"{out} could not be written: {failed.strerror}. {remedy_of(failed)}") from failed
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        for parent in made:
            if not any(parent.iterdir()):
                parent.rmdir()


def require_deliverable(out: Path) -> None:
    """Refuse at once what could only be refused when all work is done; raises as :func:`delivered` does."""
    with suppress(_Tried), delivered(out):
        raise _Tried


class _Tried(Exception):
    """Ends a delivery before anything is moved."""


def _missing_parents(out: Path) -> list[Path]:
    """Folders above ``out`` that will have to be made, the deepest first."""
    return [parent for parent in out.parents if not parent.exists()]


def _move(draft: Path, out: Path) -> None:
    if not out.exists():
        umask = os.umask(0o022)
        os.umask(umask)
        draft.chmod(0o777 & ~umask)
        try:
            draft.rename(out)
        except OSError:
            if not out.is_dir():  # else another command has made it meanwhile
                raise
        else:
            return
    moves = [(path, out / path.relative_to(draft)) for path in sorted(draft.rglob("*"))]
    for path, target in moves:  # before the first is moved: a file cannot take the place of a folder
        if target.exists() and target.is_dir() != path.is_dir():
            there = "a folder" if target.is_dir() else "a file"
            raise WrongCall(f"{target} is {there} and in the way; name another folder for the results")
    for path, target in moves:
        if path.is_dir():
            target.mkdir(exist_ok=True)
        else:
            os.replace(path, target)
