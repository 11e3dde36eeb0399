"""The formats of movies: each takes a frame, writes it, and holds on to none of those before."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

QUALITY = "17"
"""x264's constant rate factor: 18 and below are called visually lossless."""
GIF_COLOURS = 255


class Writer(Protocol):
    """Writes frames, (height, width, 3) uint8, one after the other."""

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Append a frame."""

    def close(self) -> None:
        """Write what is still to be written."""

    def drop(self) -> None:
        """Let go of the file, whatever is in it."""


class Mp4:
    """H.264 in 4:2:0, whose sides are even."""

    def __init__(self, draft: Path, _name: str, per_second: int) -> None:
        import av

        self._container: Any = av.open(str(draft), "w", format="mp4", options={"movflags": "faststart"})
        options = {"crf": QUALITY, "preset": "medium"}
        self._stream: Any = self._container.add_stream("libx264", rate=Fraction(per_second), options=options)
        self._stream.pix_fmt = "yuv420p"
        self._began = False

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Append a frame; an odd last row or column is left out."""
        import av

        height, width = (side // 2 * 2 for side in frame.shape[:2])
        if not self._began:
            self._stream.width, self._stream.height, self._began = width, height, True
        even = np.ascontiguousarray(frame[:height, :width])
        for packet in self._stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")):
            self._container.mux(packet)

    def close(self) -> None:
        """Write the last frames and the index."""
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()

    def drop(self) -> None:
        """Let go of the file."""
        self._container.close()


class Gif:
    """Frames in 255 colours of their own; what looks like the frame before lengthens it."""

    def __init__(self, draft: Path, _name: str, per_second: int) -> None:
        self._file = draft.open("wb")
        self._per_second = per_second
        self._waiting: NDArray[np.uint8] | None = None
        self._count = self._shown = 0

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Append a frame."""
        if self._waiting is None or not np.array_equal(frame, self._waiting):
            self._write()
            self._waiting = frame
        self._count += 1

    def _write(self) -> None:
        """Write the frame that waits, now that it is known how long it is seen."""
        if self._waiting is None:
            return
        # An octree keeps hues that few pixels have, such as those of the runs' marks; a median cut drops them.
        octree, plain = Image.Quantize.FASTOCTREE, Image.Dither.NONE
        image = Image.fromarray(self._waiting).quantize(GIF_COLOURS, method=octree, dither=plain)
        if not self._shown:
            header, _ = GifImagePlugin.getheader(image, info={"loop": 0, "duration": 1})
            self._file.write(b"".join(header))
        # In hundredths of a second, counted from the beginning, so that the whole is as long as it should be.
        until = round(100 * self._count / self._per_second)
        for piece in GifImagePlugin.getdata(image, duration=10 * max(until - self._shown, 1), include_color_table=True):
            self._file.write(piece)
        self._shown = max(until, self._shown + 1)

    def close(self) -> None:
        """Write the last frame and the end."""
        self._write()
        self._file.write(b";")
        self._file.close()

    def drop(self) -> None:
        """Let go of the file."""
        self._file.close()


class Sequence:
    """A folder of numbered PNGs, for programs that cut films."""

    def __init__(self, draft: Path, name: str, _per_second: int) -> None:
        self._folder, self._name, self._count = draft, name, 0

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Append a frame."""
        self._count += 1
        path = self._folder / f"{self._name}_{self._count:05d}.png"
        Image.fromarray(frame).save(path, format="PNG", compress_level=3)

    def close(self) -> None:
        """Nothing is still to be written."""

    def drop(self) -> None:
        """The folder goes with its draft."""


WRITERS: dict[str, Callable[[Path, str, int], Writer]] = {".mp4": Mp4, ".gif": Gif, "": Sequence}
"""By the ending of a path's name."""
