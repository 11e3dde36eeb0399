"""A movie's file: frames go in one by one, and it takes its name only when it is whole."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from app.exporting.film_formats import WRITERS, Writer
from backends.errors import MachineError, WrongCall
from backends.writers.whole import whole, whole_folder


class Film:
    """Writes frames of one size; used in a ``with`` block, which leaves no file where it ends badly.

    Parameters
    ----------
    path : ends in .mp4 (H.264, which everything plays) or .gif; a name without an ending is a new folder of PNGs
    per_second : frames

    Raises
    ------
    WrongCall
        Where the path ends in something else, or is a folder that holds something.
    """

    def __init__(self, path: Path, per_second: int) -> None:
        self._path, self._per_second = path, per_second
        if path.suffix.lower() not in WRITERS:
            raise WrongCall(
                f"{path.name} is no movie that can be written; let its name end in .mp4 or .gif, or name a new folder"
            )
        self._stack = ExitStack()
        self._writer: Writer | None = None
        self.count = 0

    def __enter__(self) -> Film:
        kind = self._path.suffix.lower()
        draft = self._stack.enter_context(whole(self._path) if kind else whole_folder(self._path))
        self._writer = WRITERS[kind](draft, self._path.name, self._per_second)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.end()
        else:
            self.abandon(error)

    def add(self, pixels: NDArray[np.uint8]) -> None:
        """Append a frame: (height, width, 3 or 4) uint8, top row first; of an mp4 an odd last row or column is lost."""
        assert self._writer is not None
        self._writer.add(np.ascontiguousarray(pixels[..., :3]))
        self.count += 1

    def end(self) -> None:
        """Write what is still to be written; now the file has its name."""
        try:
            if self._writer is None or not self.count:
                raise MachineError(f"{self._path} has no frames; choose a longer movie")
            writer, self._writer = self._writer, None
            writer.close()
        except BaseException as error:
            self.abandon(error)
            raise
        self._stack.close()

    def abandon(self, why: BaseException) -> None:
        """Leave no trace."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.drop()
        self._stack.__exit__(type(why), why, why.__traceback__)
