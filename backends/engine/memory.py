"""Memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Give back the pages that nothing lies in any more, for others to use.

    glibc keeps them between what is still in use, a few more with every study; other allocators are left to
    themselves. It takes about a millisecond for ten megabytes, and other threads go on.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
