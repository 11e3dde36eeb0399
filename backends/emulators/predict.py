"""Runs a network on a displacement field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from backends.data.field import Field
from backends.engine.device import choose_device
from backends.errors import NotApplicable
from backends.progress import Progress, silent

if TYPE_CHECKING:
    import torch

SCALE = 6.0
"""Mpc/h: networks see displacements in this unit, as in map2map."""


def predict(network: torch.nn.Module, displacement: Field, progress: Progress = silent, device: str = "cpu") -> Field:
    """Return the emulated displacement: ψ_out = ψ_in + 6 net(ψ_in / 6), ψ in Mpc/h.

    Parameters
    ----------
    network : (1, 3, n, n, n) → the same
    displacement : Field of quantity "displacement", (3, n, n, n) float32
    device : "cpu", "cuda" or "auto"

    Raises
    ------
    NotApplicable
        Where the field is no displacement, its grid does not suit the network, or the result is not finite.
    """
    if displacement.quantity != "displacement" or displacement.values.shape[:-3] != (3,):
        raise NotApplicable(f"the network takes a displacement of three components, not {displacement.quantity}")
    where = choose_device(device)
    import torch

    progress(0.0, "Running the network")
    network = network.to(where)
    with torch.no_grad():
        x = torch.from_numpy(np.array(displacement.values, dtype=np.float32))[None].to(where) / SCALE
        try:
            y = (SCALE * (x + network(x)))[0].cpu().numpy()
        except RuntimeError as wrong:
            if isinstance(wrong, torch.OutOfMemoryError):
                raise
            reason = str(wrong).splitlines()[0]
            raise NotApplicable(f"the network cannot take a grid of {displacement.grid}: {reason}") from wrong
    if not np.isfinite(y).all():
        raise NotApplicable("the network returned values that are not finite: its weights or its input are not sound")
    progress(1.0, "Ran the network")
    return replace(displacement, values=y)
