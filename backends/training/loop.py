"""Trains one network on pairs of displacements, for a given number of CPU seconds."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backends.emulators.predict import SCALE
from backends.engine.threads import prepare_torch
from backends.progress import Progress, silent
from backends.training.augmentation import draw

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    seconds : CPU seconds of this process; the learning rate's schedule ends with them
    learning_rate : its maximum; it rises over the first 5 % and falls as a cosine
    precision : "bfloat16" (autocast; on recent CPUs two to three times faster) or "float32"
    """

    seconds: float = 450.0
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4
    clip: float = 1.0
    seed: int = 0
    precision: str = "bfloat16"


def train(
    network: torch.nn.Module, inputs: Array, targets: Array, settings: Settings, progress: Progress = silent
) -> dict[str, Any]:
    """Train in place, one augmented box a step, on the mean squared error of the displacement.

    Parameters
    ----------
    inputs, targets : (boxes, 3, n, n, n) float32, Mpc/h

    Returns
    -------
    What it took: settings, steps, cpu_seconds, wall_seconds, and ``log``: rows of (steps, CPU seconds,
    running mean squared error in (Mpc/h)²)
    """
    prepare_torch()
    import torch

    generator = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.0, weight_decay=settings.weight_decay)
    network.train()
    started, wall = time.process_time(), time.perf_counter()
    steps, error, log = 0, math.nan, []
    while (elapsed := time.process_time() - started) < settings.seconds:
        share = elapsed / settings.seconds
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * _schedule(share)
        box, symmetry = int(generator.integers(len(inputs))), draw(generator, inputs.shape[-1])
        x, y = (torch.from_numpy(symmetry.apply(a[box]) / SCALE)[None] for a in (inputs, targets))
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.precision == "bfloat16"):
            correction = network(x)
        loss = (y - x - correction.float()).square().mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
        optimiser.step()
        steps += 1
        now = loss.item() * SCALE**2
        error = now if math.isnan(error) else 0.95 * error + 0.05 * now
        if steps % 25 == 0:
            log.append((steps, round(time.process_time() - started, 1), round(error, 4)))
            progress(min(share, 1.0), f"step {steps}, error {error:.3f} (Mpc/h)²")
    network.eval()
    return {
        **asdict(settings),
        "steps": steps,
        "cpu_seconds": round(time.process_time() - started, 1),
        "wall_seconds": round(time.perf_counter() - wall, 1),
        "boxes": len(inputs),
        "log": log,
    }


def _schedule(share: float) -> float:
    return min(1.0, share / 0.05 + 0.02) * (0.5 * (1 + math.cos(math.pi * share)) + 0.005)
