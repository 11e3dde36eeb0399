"""Values on their way from process to process: their arrays as they lie in memory, a piece at a time.

A pipe pickles what it is given. For an array that is a copy, and no other thread runs meanwhile: half a second for one
of 512³ cells. Only a process of our own is at the other end; nothing of a file goes this way unread.
"""

from __future__ import annotations

import io
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pickle import PickleBuffer
from typing import Any

import numpy as np

PIECE = 1 << 22
"""Bytes that cross at once."""


def send(pipe: Connection, value: Any) -> None:
    """Send a value to whoever calls :func:`receive` at the other end."""
    buffers: list[PickleBuffer] = []
    frame = io.BytesIO()
    ForkingPickler(frame, 5, True, buffers.append).dump(value)
    views = [buffer.raw() for buffer in buffers]
    pipe.send((frame.getvalue(), [view.nbytes for view in views]))
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
    return ForkingPickler.loads(frame, buffers=buffers)
