"""The number that is explained, as a function of what goes into a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch

from backends.attribution.target import Target, finite_displacement
from backends.data.field import Field
from backends.emulators.predict import SCALE
from backends.errors import NotApplicable

Objective = Callable[[torch.Tensor], torch.Tensor]


def network_input(displacement: Field) -> torch.Tensor:
    """Return what the network is given: (1, 3, n, n, n) float32, ψ / 6 Mpc/h."""
    return torch.from_numpy(np.array(finite_displacement(displacement), dtype=np.float32))[None] / SCALE


def objective(network: torch.nn.Module, x: torch.Tensor, cell_size: float, target: Target) -> Objective:
    """Return F as a function of the network's *output*, for this input, as ``Target`` defines it.

    It is linear in the output, so that it adds nothing of its own to what the network does.

    Raises
    ------
    NotApplicable
        Where the lattice has no such cells, or the network does not move them.
    """
    n = x.shape[-1]
    cells = torch.as_tensor(target.cells)
    if int(cells.max()) >= n**3:
        raise NotApplicable(f"the target's cells are not those of a lattice of {n}³ cells")
    if target.quantity == "contraction":
        return lambda output: -_divergence(SCALE * output[0], cell_size).reshape(-1)[cells].mean()
    with torch.no_grad():
        moved = SCALE * network(x)[0].reshape(3, -1)[:, cells]
    length = float(moved.square().sum().sqrt())
    if not length > 0:
        raise NotApplicable("the network leaves these cells where they are: there is nothing to explain")
    direction = moved / (length * len(target.cells) ** 0.5)
    return lambda output: (SCALE * output[0].reshape(3, -1)[:, cells] * direction).sum()


def _divergence(vectors: torch.Tensor, cell_size: float) -> torch.Tensor:
    """Return ∇·v of (3, n, n, n) by central differences around the periodic box."""
    parts = [torch.roll(vectors[i], -1, i) - torch.roll(vectors[i], 1, i) for i in range(3)]
    return torch.stack(parts).sum(0) / (2 * cell_size)


@contextmanager
def evaluating(network: torch.nn.Module) -> Iterator[None]:
    """Put the network into evaluation mode, every part of it back into its own mode afterwards."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
