"""A file, or a folder of files, is written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp, mkstemp

from backends.errors import MachineError, WrongCall


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; it takes the name only when the block ends well.

    What a link leads to is written, and the link stays.

    Raises
    ------
    WrongCall
        Where there is something at ``path`` that is no file: a device or a pipe would be lost.
    MachineError
        Where the folder does not exist, may not be written, or the disk is full.
    """
    with _beginning(path):
        if path.exists() and not path.is_file():
            raise WrongCall(f"{path} is no file that can be written anew; name another")
        end = Path(os.path.realpath(path))
        number, name = mkstemp(dir=end.parent, prefix=_hidden(end), suffix=".part")
        os.close(number)
        draft = Path(name)
    try:
        with _finishing(path):
            yield draft
            draft.chmod(0o666 & ~_umask())
            os.replace(draft, end)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside ``path``; it takes the name only when the block ends well.

    Raises
    ------
    WrongCall
        Where there is something at ``path`` that is no empty folder: what it holds would be lost.
    MachineError
        Where the folder above does not exist, may not be written, or the disk is full.
    """
    if path.is_symlink() or (path.exists() and not (path.is_dir() and not any(path.iterdir()))):
        raise WrongCall(f"{path} exists already; name a new folder")
    with _beginning(path):
        draft = Path(mkdtemp(dir=path.parent, prefix=_hidden(path), suffix=".part"))
    try:
        with _finishing(path):
            yield draft
            draft.chmod(0o777 & ~_umask())
            os.replace(draft, path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _hidden(path: Path) -> str:
    """Return how a draft's name begins; the whole name may itself be as long as names can be."""
    return f".{path.name[:32]}."


@contextmanager
def _beginning(path: Path) -> Iterator[None]:
    """Say what the machine refuses before anything is written."""
    try:
        yield
    except OSError as refused:
        raise MachineError(
            f"{path} cannot be written: {refused.strerror or refused}. Choose another folder"
        ) from refused


def reason_of(failed: OSError) -> str:
    """Return why a file could not be written in the system's own words: HDF5's are a page long."""
    return os.strerror(failed.errno) if failed.errno else str(failed)


def remedy_of(failed: OSError) -> str:
    """Return what helps where a file could not be written."""
    is_full = failed.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
    return "Make room on the disk" if is_full else "Choose another name or folder"


@contextmanager
def _finishing(path: Path) -> Iterator[None]:
    """Say what the machine refuses while it writes."""
    try:
        yield
    except OSError as failed:
        raise MachineError(f"{path} could not be written: {reason_of(failed)}. {remedy_of(failed)}") from failed


def require_new_folder(path: Path) -> None:
    """Refuse at once what could only be refused when all work is done; raises as :func:`whole_folder` does."""
    with suppress(_Tried), whole_folder(path):
        raise _Tried


def require_writable(path: Path) -> None:
    """Refuse at once what could only be refused when all work is done.

    Raises
    ------
    WrongCall
        Where ``path`` is a folder, a device or a pipe.
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
