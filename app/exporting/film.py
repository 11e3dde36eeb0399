"""A movie's file: frames go in one by one, and it takes its name only when it is whole."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backends.errors import MachineError, WrongCall
from backends.writers.whole import whole

FORMATS = ("mp4", "gif")
QUALITY = "17"
"""x264's constant rate factor: 18 and below are called visually lossless."""
GIF_COLOURS = 255


class Film:
    """Writes frames of one size; used in a ``with`` block, which leaves no file where it ends badly.

    Parameters
    ----------
    path : ends in .mp4 (H.264, which everything plays) or .gif
    per_second : frames

    Raises
    ------
    WrongCall
        Where the path ends in something else.
    """

    def __init__(self, path: Path, per_second: int) -> None:
        self._path, self._per_second = path, per_second
        self._format = path.suffix.lower().lstrip(".")
        if self._format not in FORMATS:
            raise WrongCall(f"{path.name} is no movie that can be written; let its name end in .mp4 or .gif")
        self._stack = ExitStack()
        self._container: Any = None
        self._stream: Any = None
        self._frames: list[bytes] = []
        self.count = 0

    def __enter__(self) -> Film:
        self._draft = self._stack.enter_context(whole(self._path))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.end()
        else:
            self.abandon(error)

    def end(self) -> None:
        """Write what is still to be written; now the file has its name."""
        try:
            self._finish()
        except BaseException as error:
            self.abandon(error)
            raise
        self._stack.close()

    def abandon(self, why: BaseException) -> None:
        """Leave no trace."""
        if self._container is not None:
            self._container.close()
            self._container = None
        self._stack.__exit__(type(why), why, why.__traceback__)

    def add(self, pixels: NDArray[np.uint8]) -> None:
        """Append a frame: (height, width, 3 or 4) uint8, top row first; an odd last row or column is left out."""
        height, width = (side // 2 * 2 for side in pixels.shape[:2])
        frame = np.ascontiguousarray(pixels[:height, :width, :3])
        self.count += 1
        if self._format == "gif":
            self._frames.append(_packed(frame))
            return
        import av

        if self._container is None:
            self._container = av.open(str(self._draft), "w", format="mp4", options={"movflags": "faststart"})
            self._stream = self._container.add_stream(
                "libx264", rate=Fraction(self._per_second), options={"crf": QUALITY, "preset": "medium"}
            )
            self._stream.width, self._stream.height = width, height
            self._stream.pix_fmt = "yuv420p"
        for packet in self._stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")):
            self._container.mux(packet)

    def _finish(self) -> None:
        if not self.count:
            raise MachineError(f"{self._path} has no frames; choose a longer movie")
        if self._format == "gif":
            others = (Image.open(BytesIO(packed)) for packed in self._frames[1:])
            Image.open(BytesIO(self._frames[0])).save(
                self._draft, format="GIF", save_all=True, append_images=others,
                duration=round(1000 / self._per_second), loop=0, optimize=False,
            )  # fmt: skip
            return
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()
        self._container = None


def _packed(frame: NDArray[np.uint8]) -> bytes:
    """Return a frame in 255 colours of its own, packed: a long movie waits in memory for its end."""
    packed = BytesIO()
    Image.fromarray(frame).quantize(GIF_COLOURS, dither=Image.Dither.NONE).save(packed, format="PNG", compress_level=3)
    return packed.getvalue()
