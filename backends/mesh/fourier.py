"""From a mesh to its modes and back."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.engine.threads_numba import exclusive
from backends.mesh.assignment import ORDERS
from backends.mesh.painting import paint
from backends.progress import Progress, part, silent

Complex = NDArray[np.complex64]


SMALL = 128
"""Cells a side up to which twice the resolution costs nothing worth saving."""

LARGE = 256**3
"""Cells from which it matters by whom a mesh is transformed."""


@dataclass(frozen=True, eq=False)
class Modes:
    """The discrete Fourier transform of an overdensity, and what its binning must know.

    values : (N, …, N // 2 + 1) complex64, the sum over cells, not normalised; the mode at zero is to
        be ignored; (lines, N // 2 + 1) where each line was transformed by itself, its mode at zero is its mean
    order : p of the window that is still to be divided out: 0 where there is none
    shot_noise : L³ Σw²/(Σw)², (Mpc/h)³
    """

    values: Complex
    box_size: float
    n_mesh: int
    order: int = 0
    shot_noise: float = 0.0
    cell_offset: float = 0.0
    along_lines: bool = False

    @property
    def dimensions(self) -> int:
        return 1 if self.along_lines else int(self.values.ndim)

    @property
    def lines(self) -> int:
        """Lines that have each its own modes; one of a map or a volume."""
        return len(self.values) if self.along_lines else 1

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes)


def modes(values: NDArray[np.float32], workers: int | None = None, device: str = "cpu") -> Complex:
    """Return the transform of a real mesh, Σ_x f(x) exp(−2πi m·x / N), half of it along the last axis.

    Parameters
    ----------
    values : (N, …, N) float32; it is not changed
    workers : threads, or None for all cores that this process may use
    device : "cpu", or a torch device such as "cuda"
    """
    if device != "cpu":
        import torch

        transformed = torch.fft.rfftn(torch.as_tensor(values, device=device))
        return np.asarray(transformed.cpu().numpy(), dtype=np.complex64)
    from scipy import fft

    single = np.ascontiguousarray(values, dtype=np.float32)
    threads = workers or len(os.sched_getaffinity(0))
    torch_here = faster_torch(threads) if single.size >= LARGE and single.flags.writeable else None
    if torch_here is not None:
        return np.asarray(torch_here.fft.rfftn(torch_here.from_numpy(single)).numpy(), dtype=np.complex64)
    return np.asarray(fft.rfftn(single, workers=threads))


def line_modes(values: NDArray[np.float32]) -> Complex:
    """Return (lines, n // 2 + 1) complex64: the transform of every line (lines, n), each by itself."""
    from scipy import fft

    return np.asarray(fft.rfft(np.asarray(values, np.float32), axis=-1, workers=len(os.sched_getaffinity(0))))


@cache
def faster_torch(threads: int) -> Any:
    """Return torch where this process has it already and it transforms large meshes clearly faster than scipy.

    Which of them is faster, by up to twice, depends on the processor; importing torch would cost more than it gains.
    It is tried when the first large mesh comes, and then stays: one process gives the same bits again and again. That
    takes a third of a second where scipy is as fast. Where it seems not to be it takes one or two: for about a second
    at a time a machine may be slow to give memory, to one of them more than to the other.
    """
    torch_here: Any = sys.modules.get("torch")
    if not hasattr(torch_here, "get_num_threads") or torch_here.get_num_threads() < threads:
        return None
    from scipy import fft

    mesh = np.ones((256, 256, 256), np.float32)
    tensor = torch_here.from_numpy(mesh)
    times = {False: np.inf, True: np.inf}
    for turn in range(12):
        if turn >= 3 and times[True] >= 0.75 * times[False]:
            return None
        for by_torch in times:
            start = time.perf_counter()
            if by_torch:
                torch_here.fft.rfftn(tensor)
            else:
                fft.rfftn(mesh, workers=threads)
            times[by_torch] = min(times[by_torch], time.perf_counter() - start)
    return torch_here if times[True] < 0.75 * times[False] else None


def to_mesh(transform: Complex, n_mesh: int) -> NDArray[np.float32]:
    """Return the real mesh of which this is the transform."""
    from scipy import fft

    shape = (n_mesh,) * transform.ndim
    return np.asarray(fft.irfftn(transform, s=shape, workers=len(os.sched_getaffinity(0))), dtype=np.float32)


def particle_modes(
    positions: NDArray[np.floating],
    box_size: float,
    n_mesh: int,
    mass_assignment: str = "tsc",
    weights: NDArray[np.floating] | None = None,
    cell_offset: float = 0.0,
    device: str = "cpu",
    progress: Progress = silent,
) -> Complex:
    """Return the modes of painted particles, from one mesh; the window is left in."""
    return _painted(positions, box_size, n_mesh, mass_assignment, weights, -cell_offset, device, progress)


def interlaced_modes(
    positions: NDArray[np.floating],
    box_size: float,
    n_mesh: int,
    mass_assignment: str = "tsc",
    weights: NDArray[np.floating] | None = None,
    cell_offset: float = 0.0,
    device: str = "cpu",
    progress: Progress = silent,
) -> Complex:
    """Return the modes of painted particles with the odd aliases cancelled; the window is left in.

    δ_m = ½ [δ_m⁽¹⁾ + exp(iπ Σm / N) δ_m⁽²⁾], the second mesh painted from positions moved by half a
    cell along every axis (Hockney & Eastwood 1981, 7.8; Sefusatti et al. 2016, arXiv:1512.07295). A small
    mesh is painted at twice its resolution and cut: that costs little, and frees particles that are
    still near their lattice, whose power lies almost all in the aliases, of the even ones as well.
    """
    arguments = (positions, box_size, n_mesh, mass_assignment, weights, cell_offset, device, progress)
    return _cut(*arguments) if n_mesh <= SMALL else _interlaced(*arguments)


def _cut(
    positions: NDArray[np.floating],
    box_size: float,
    n_mesh: int,
    mass_assignment: str,
    weights: NDArray[np.floating] | None,
    cell_offset: float,
    device: str,
    progress: Progress,
) -> Complex:
    fine = _interlaced(positions, box_size, 2 * n_mesh, mass_assignment, weights, 2 * cell_offset, device, progress)
    return cut(fine, n_mesh, mass_assignment)


def cut(fine: Complex, n_mesh: int, mass_assignment: str) -> Complex:
    """Return the lower modes of a mesh twice as fine, with the window of the coarse one put in."""
    from backends.mesh.assignment import window

    kept = np.fft.fftfreq(n_mesh, 1 / n_mesh).astype(np.int64)
    transform: NDArray[Any] = fine[np.ix_(kept, kept, np.arange(n_mesh // 2 + 1))] / np.float32(8)
    order = ORDERS[mass_assignment]
    across = window(n_mesh, order, False) / window(2 * n_mesh, order, False)[kept]
    last = window(n_mesh, order, True) / window(2 * n_mesh, order, True)[: n_mesh // 2 + 1]
    transform *= (across[:, None, None] * across[:, None] * last).astype(np.float32)
    return np.asarray(transform, dtype=np.complex64)


def _interlaced(
    positions: NDArray[np.floating],
    box_size: float,
    n_mesh: int,
    mass_assignment: str,
    weights: NDArray[np.floating] | None,
    cell_offset: float,
    device: str,
    progress: Progress,
) -> Complex:
    first, second = part(progress, 0.0, 0.5), part(progress, 0.5, 1.0)
    shifted = 0.5 - cell_offset
    transform = _painted(positions, box_size, n_mesh, mass_assignment, weights, -cell_offset, device, first)
    other = _painted(positions, box_size, n_mesh, mass_assignment, weights, shifted, device, second)
    combine(transform, other)
    return transform


def combine(transform: Complex, other: Complex) -> None:
    """Combine the modes of two meshes in place, the second painted from positions moved by half a cell."""
    from backends.mesh.interlacing import interlace

    n_mesh = transform.shape[0]
    half = np.exp(1j * np.pi * np.fft.fftfreq(n_mesh)).astype(np.complex64)
    with exclusive():
        interlace(transform, other, half, np.exp(1j * np.pi * np.fft.rfftfreq(n_mesh)).astype(np.complex64))


def _painted(
    positions: NDArray[np.floating],
    box_size: float,
    n_mesh: int,
    mass_assignment: str,
    weights: NDArray[np.floating] | None,
    shift: float,
    device: str,
    progress: Progress,
) -> Complex:
    density = paint(positions, box_size, n_mesh, mass_assignment, weights, shift, device, part(progress, 0.0, 0.8))
    progress(0.8, "Transforming")
    transform = overdensity_modes(density, device)
    progress(1.0, "Transformed")
    return transform


def overdensity_modes(density: NDArray[np.float32], device: str = "cpu") -> Complex:
    """Return the modes of δ from a mesh of 1+δ."""
    transform = modes(density, device=device)
    # The mean is all in the mode at zero: dropping that is cheaper than subtracting one from every cell.
    transform[0, 0, 0] = 0
    return transform


def compensate(transform: Modes) -> Modes:
    """Return the modes with the window divided out: δ_m / Π sinc(π m_i / N)^p."""
    from dataclasses import replace

    from backends.mesh.assignment import window

    values: NDArray[Any] = transform.values
    for axis in range(transform.dimensions):
        last = axis == transform.dimensions - 1
        shape = [1] * transform.dimensions
        shape[axis] = -1
        values = values / window(transform.n_mesh, transform.order, last).astype(np.float32).reshape(shape)
    return replace(transform, values=np.asarray(values, dtype=np.complex64), order=0)


def window_order(mass_assignment: str | None) -> int:
    """Return p of a named mass assignment, 0 for none."""
    return 0 if mass_assignment is None else ORDERS[mass_assignment]
