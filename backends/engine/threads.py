"""How torch's threads behave beside a window and other work."""

from __future__ import annotations

import os


def prepare_torch(threads: int | None = None) -> None:
    """Make torch a good neighbour; call it before anything imports torch.

    OpenMP threads that spin while they wait slow every other process, and torch itself, many times
    over on a busy machine: they are told to sleep. The variables are read when torch is imported, so
    that the call does nothing more afterwards but set the number of threads.

    Parameters
    ----------
    threads : threads of one operation; None leaves torch's own choice (all cores)
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
