"""Where a network runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backends.engine.threads import prepare_torch
from backends.errors import MachineError, WrongCall

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda")


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of that name: "cpu", "cuda", or for "auto" a GPU where there is one.

    Raises
    ------
    WrongCall
        Where there is no device of that name.
    MachineError
        Where "cuda" is asked for and this machine has none.
    """
    if name not in DEVICES:
        raise WrongCall(f"there is no device called {name!r}; known are {', '.join(DEVICES)}")
    prepare_torch()
    import torch

    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise MachineError("no CUDA device can be used here: choose the device cpu, or install torch's CUDA build")
    return torch.device("cuda" if available and name != "cpu" else "cpu")
