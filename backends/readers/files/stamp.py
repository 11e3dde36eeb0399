"""Whether a file has been written since: what was read of it is remembered under its stamp."""

from __future__ import annotations

from pathlib import Path


def stamp(file: Path) -> tuple[int, int]:
    """Return what changes when a file does: its time, in nanoseconds, and its size; zeros where it is not there."""
    try:
        state = file.stat()
    except OSError:
        return (0, 0)
    return (state.st_mtime_ns, state.st_size)
