"""Mass assignment: the four kernels by name, their order, and their window in Fourier space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backends.errors import WrongCall

ORDERS = {"ngp": 1, "cic": 2, "tsc": 3, "pcs": 4}


def order(mass_assignment: str) -> int:
    """Return p, the number of cells a side that one particle is spread over.

    Raises
    ------
    WrongCall
        Where there is no kernel of that name.
    """
    if mass_assignment not in ORDERS:
        raise WrongCall(f"there is no mass assignment {mass_assignment!r}; known are {', '.join(ORDERS)}")
    return ORDERS[mass_assignment]


def window(n_mesh: int, order: int, half: bool = False) -> NDArray[np.float64]:
    """Return the kernel's Fourier transform along one axis.

    W(m) = sinc(π m / N)^p, sinc x = sin x / x (Hockney & Eastwood 1981, chapter 5); the window of a
    mode is the product over its axes.

    Parameters
    ----------
    n_mesh : cells a side, N
    order : p; 0 gives one everywhere
    half : whether only m = 0 … N/2 are wanted, as along the last axis of a real transform

    Returns
    -------
    (N,) or (N//2 + 1,) float64, in the order of the discrete Fourier transform
    """
    frequencies = np.fft.rfftfreq(n_mesh) if half else np.fft.fftfreq(n_mesh)
    return np.asarray(np.sinc(frequencies) ** order, dtype=np.float64)
