"""Arrays that are mapped from files: who reads what was cut off since would end the whole process, not get an error."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

from backends.errors import UnreadableFile

CUT = "was cut short while it was read"
AGAIN = "Open it again when it is whole"


def require_whole(values: Any) -> None:
    """Refuse an array, or a view of one, that is mapped from a file which has become shorter than the map.

    Raises
    ------
    UnreadableFile
        Where the file was truncated since. What is no mapped array passes.
    """
    while values is not None:
        held = getattr(values, "_mmap", None)
        if isinstance(held, mmap.mmap):
            start = values.offset - values.offset % mmap.ALLOCATIONGRANULARITY
            if held.size() < start + len(held):
                raise UnreadableFile(Path(values.filename), CUT, AGAIN)
            return
        values = getattr(values, "base", None)
