"""A file is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from backends.errors import MachineError, WrongCall


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; it takes the name only when the block ends well.

    Raises
    ------
    MachineError
        Where the folder does not exist, may not be written, or the disk is full.
    """
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False) as file:
            draft = Path(file.name)
    except OSError as refused:
        raise MachineError(
            f"{path} cannot be written: {refused.strerror or refused}. Choose another folder"
        ) from refused
    try:
        yield draft
        draft.chmod(0o666 & ~_umask())
        os.replace(draft, path)
    except OSError as failed:
        raise MachineError(
            f"{path} could not be written: {failed.strerror or failed}. Make room on the disk"
        ) from failed
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def require_writable(path: Path) -> None:
    """Refuse at once what could only be refused when all work is done.

    Raises
    ------
    WrongCall
        Where ``path`` is a folder.
    MachineError
        Where nothing can be written beside it.
    """
    if path.is_dir():
        raise WrongCall(f"{path} is a folder; name a file in it")
    with suppress(_Tried), whole(path):
        raise _Tried


class _Tried(Exception):
    """Ends writing before anything takes its place."""


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
