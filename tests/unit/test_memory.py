"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from backends.engine.memory import give_back

BLOCK, COUNT = 64 * 1024, 1024


def resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc keeps what was freed")
def test_pages_between_what_is_in_use_are_given_back() -> None:
    blocks = [bytearray(b"x") * BLOCK for _ in range(COUNT)]
    pins = blocks[31::32]  # what lies at the end of the heap keeps all before it
    del blocks
    before = resident()
    give_back()
    assert before - resident() > BLOCK * COUNT // 2
    assert all(pin[0] == ord("x") for pin in pins)
