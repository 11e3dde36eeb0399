"""Values on their way from process to process: their arrays as they lie in memory, a piece at a time.

To pickle an array is to copy it, and no other thread runs meanwhile: half a second for one of 512³ cells.
"""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

PIECE = 1 << 22
"""Bytes that cross at once."""


def send(pipe: Connection, value: Any) -> None:
    """Send a value to whoever calls :func:`receive` at the other end."""
    buffers: list[pickle.PickleBuffer] = []
    frame = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    views = [buffer.raw() for buffer in buffers]
    pipe.send((frame, [view.nbytes for view in views]))
    for view in views:
        for start in range(0, view.nbytes, PIECE):
            pipe.send_bytes(view[start : start + PIECE])


def receive(pipe: Connection) -> Any:
    """Return the next value; its arrays may be written to.

    Raises
    ------
    EOFError
        Where the other end is closed.
    """
    frame, sizes = pipe.recv()
    buffers = [np.empty(size, np.uint8) for size in sizes]
    for buffer in buffers:
        for start in range(0, len(buffer), PIECE):
            pipe.recv_bytes_into(buffer[start : start + PIECE])
    return pickle.loads(frame, buffers=buffers)  # noqa: S301 - what our own process sent
