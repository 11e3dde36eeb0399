"""One parallel numba kernel at a time.

numba's own threading layer, the only one that is always there, ends the whole process when two
threads enter parallel kernels at once; and with the others the pools would fight for the cores.
Every call of a kernel compiled with ``parallel=True`` stands inside ``with exclusive():``, serial
kernels need nothing. Keep what is inside short (a piece of the work, then ``progress``), so that
no other task waits long.

Where numba finds OpenMP it is used, and its threads are told to sleep while they wait: spinning ones
take the core from the very thread that they wait for as soon as anything else runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

_turn = RLock()


@contextmanager
def exclusive() -> Iterator[int]:
    """Hold the turn for parallel kernels; gives the number of threads that they will use.

    One thread may nest it. The first call imports numba.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when the first kernel starts its threads
    import numba

    with _turn:
        yield int(numba.get_num_threads())
