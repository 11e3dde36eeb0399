"""Short texts that codes write beside their data: parameters, headers, hierarchies; never read beyond a bound."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path

from backends.errors import UnreadableFile
from backends.readers.files.failures import reading
from backends.readers.files.limits import human

LONGEST = 1 << 24
"""Bytes of a text that is parsed; parameters and headers are a thousandth of it."""

SETTING = re.compile(r"^\s*([^#=\s][^=]*?)\s*=\s*(.*?)\s*$")


def text_of(path: Path, most: int = LONGEST) -> str:
    """Return a text file's content; raises ``UnreadableFile`` where it is gone, empty, no text or too long."""
    with reading(path), path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > most:
            raise UnreadableFile(path, f"is longer than the {human(most)} that such a text can have")
        content = file.read()
    if not content:
        raise UnreadableFile(path, "is empty", "Copy or download it again")
    if b"\0" in content:
        raise UnreadableFile(path, "is damaged: it should be text", "Copy or download it again")
    return content.decode("utf-8", "replace")


def start_of(path: Path, most: int = 4096) -> str:
    """Return the beginning of a text, or "" for what is no text or cannot be read."""
    try:
        with path.open("rb") as file:
            start = file.read(most)
    except OSError:
        return ""
    return "" if b"\0" in start else start.decode("utf-8", "replace")


class Lines:
    """A text's lines, one after another; what ends too early is ``UnreadableFile``."""

    def __init__(self, path: Path, most: int = LONGEST) -> None:
        self.path = path
        self._lines = text_of(path, most).splitlines()
        self._next = 0

    def next(self) -> str:
        """Return the next line."""
        if self._next >= len(self._lines):
            raise UnreadableFile(self.path, f"is cut short after {self._next} lines", "Copy or download it again")
        self._next += 1
        return self._lines[self._next - 1]

    def rest(self) -> list[str]:
        """Return what is left."""
        return self._lines[self._next :]


def settings(text: str) -> dict[str, str]:
    """Return every ``name = value`` of a text; the last of a name wins."""
    found = (SETTING.match(line) for line in text.splitlines())
    return {match[1]: match[2] for match in found if match is not None}


def reals(path: Path, text: str, count: int, what: str) -> tuple[float, ...]:
    """Return the first so many numbers of a text; raises ``UnreadableFile`` where they are not there or not finite."""
    words = text.split()[:count]
    try:
        # Fortran writes 1.0D+00 where it means double precision.
        values = tuple(float(word.replace("D", "E").replace("d", "e")) for word in words)
    except ValueError:
        values = ()
    if len(values) < count or not all(map(math.isfinite, values)):
        raise UnreadableFile(
            path, f"is damaged: {what} should be {count} numbers and is {text[:60]!r}", "Copy it again"
        )
    return values


def wholes(path: Path, text: str, count: int, what: str) -> tuple[int, ...]:
    """Return the first so many whole numbers of a text; raises ``UnreadableFile`` where they are not there."""
    words = text.split()[:count]
    try:
        values = tuple(int(word) for word in words if len(word) < 20)
    except ValueError:
        values = ()
    if len(values) < count:
        raise UnreadableFile(path, f"is damaged: {what} should be {count} whole numbers and is {text[:60]!r}")
    return values


def setting(path: Path, values: Mapping[str, str], name: str) -> float | None:
    """Return one number of a parameter file, or None where it is not in there."""
    return reals(path, values[name], 1, name)[0] if name in values else None
