"""What goes wrong inside the libraries, in one clear message each."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError
from typing import Any

from backends.errors import UnreadableFile

FAILURES = (
    OSError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    ValueError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    EOFError,
    MemoryError,
    SystemError,
    BufferError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    SyntaxError,
    TokenError,
)
"""What h5py, numpy and zipfile raise on damaged files."""


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Translate whatever a damaged file makes the libraries raise into ``UnreadableFile``."""
    try:
        yield
    except FileNotFoundError as gone:
        raise UnreadableFile(path, "is not there any more", "Say where it was moved to") from gone
    except PermissionError as forbidden:
        raise UnreadableFile(path, "may not be read by you", "Change its permissions") from forbidden
    except FAILURES as damage:
        raise UnreadableFile(path, _reason(damage), "Copy or download it again") from damage


@contextmanager
def reading_of(dataset: Any) -> Iterator[None]:
    """Translate what reading rows of an HDF5 dataset raises, wherever that is done while its file is open."""
    try:
        yield
    except FAILURES:
        with reading(Path(dataset.file.filename)):
            raise


def _reason(damage: BaseException) -> str:
    """Say in a clause what the libraries' message means."""
    text = " ".join(str(damage).split())
    truncated = re.search(r"truncated file: eof = (\d+).*stored_eof = (\d+)", text)
    if truncated:
        return f"is truncated: {int(truncated[1])} of {int(truncated[2])} bytes"
    if "unable to locate file signature" in text or "file signature not found" in text:
        return "is no HDF5 file, or its first bytes are lost"
    if isinstance(damage, MemoryError):
        return "asks for more memory than there is"
    if "filter" in text and "registered" in text:
        return "is compressed by a filter that is not installed"
    return f"is damaged ({text[:120] or type(damage).__name__})"
