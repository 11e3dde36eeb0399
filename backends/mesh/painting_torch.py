"""Mass assignment by scattered addition in torch: for graphics processors."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.errors import InputError

if TYPE_CHECKING:
    import torch

PIECE = 1 << 22
"""Particles whose cells and shares are held on the device at once."""


def deposit_torch(
    chunks: Iterable[tuple[NDArray[np.float32], NDArray[np.float32]]],
    order: int,
    box_size: float,
    n_mesh: int,
    shift: float,
    device: str,
) -> NDArray[np.float64]:
    """Return the summed weights in each cell, not normalised.

    Parameters
    ----------
    chunks : positions (m, 3) float32 and weights (m,), or (0,) where all weigh one
    order : 1, 2, 3 or 4 for NGP, CIC, TSC or PCS
    shift : added to the positions, in cells
    device : any torch device

    Returns
    -------
    (N³,) float64: single precision would lose mass in crowded cells
    """
    import torch

    grid = torch.zeros(n_mesh**3, dtype=torch.float64, device=device)
    for positions, weights in chunks:
        for start in range(0, positions.shape[0], PIECE):
            x = torch.as_tensor(positions[start : start + PIECE], device=device)
            if not bool(torch.isfinite(x).all()):
                raise InputError("some positions are not finite numbers; the file is damaged or misread")
            w = torch.as_tensor(weights[start : start + PIECE], device=device) if weights.size else None
            _add(grid, x * (n_mesh / box_size) + shift, w, order, n_mesh)
    return np.asarray(grid.cpu().numpy())


def _add(grid: torch.Tensor, x: torch.Tensor, weights: torch.Tensor | None, order: int, n_mesh: int) -> None:
    """Scatter particles at ``x``, in cells, onto the flat grid."""
    first, shares = _shares(x, order)
    for offsets in product(range(order), repeat=3):
        cell = [(first[:, axis] + offset) % n_mesh for axis, offset in enumerate(offsets)]
        share = shares[offsets[0]][:, 0] * shares[offsets[1]][:, 1] * shares[offsets[2]][:, 2]
        if weights is not None:
            share = share * weights
        grid.index_add_(0, (cell[0] * n_mesh + cell[1]) * n_mesh + cell[2], share.double())


def _shares(x: torch.Tensor, order: int) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Return the first cell along each axis, (m, 3), and the ``order`` shares from there on, each (m, 3)."""
    import torch

    nearest = torch.floor(x + 0.5) if order % 2 else torch.floor(x)
    u = x - nearest
    first = nearest.long() - (order - 1) // 2
    if order == 1:
        return first, [torch.ones_like(u)]
    if order == 2:
        return first, [1 - u, u]
    if order == 3:
        return first, [0.5 * (0.5 - u) ** 2, 0.75 - u**2, 0.5 * (0.5 + u) ** 2]
    v = 1 - u
    return first, [v**3 / 6, (4 - 6 * u**2 + 3 * u**3) / 6, (4 - 6 * v**2 + 3 * v**3) / 6, u**3 / 6]
