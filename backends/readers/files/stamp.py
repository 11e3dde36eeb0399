"""Whether a file has been written since: what was read of it is remembered under its stamp."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

MOST = 4096
"""Files of a folder that are asked for their time: what writes an array anew writes one of the first, too."""


def stamp(file: Path) -> tuple[int, int]:
    """Return what changes when a file does: its time, in nanoseconds, and its size; zeros where it is not there.

    Of a folder that is one data set, as Zarr's are: the latest time of what lies in it, and the sum of sizes.
    """
    try:
        state = file.stat()
        inside = [state, *islice(_states(file), MOST)] if stat.S_ISDIR(state.st_mode) else [state]
    except OSError:
        return (0, 0)
    return (max(one.st_mtime_ns for one in inside), sum(one.st_size for one in inside))


def _states(folder: Path) -> Iterator[os.stat_result]:
    """Yield the state of everything in a folder and in its folders."""
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry.stat()
            if entry.is_dir(follow_symlinks=False):
                yield from _states(Path(entry.path))
