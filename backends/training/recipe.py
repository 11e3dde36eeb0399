"""Trains the demo's networks under one equal budget: ``python -m backends.training.recipe --out DIR``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from backends.demo import NETWORKS
from backends.engine.threads import prepare_torch
from backends.training.boxes import training_boxes

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "unet": {"width": 16},
    "resnet": {"width": 16, "depth": 4},
    "fno": {"width": 12, "depth": 3, "modes": 16, "n_bins": 24},
    "convnext": {"width": 24, "depth": 4, "kernel": 5, "fine": 8},
    "van": {"width": 24, "depth": 3, "fine": 8},
    "swin": {"width": 48, "depth": 4, "heads": 4, "patch": 4, "window": 4, "fine": 8},
}
LEARNING_RATES = {"swin": 1.5e-3}


def train_one(name: str, out: Path, seconds: float, seed: int) -> None:
    """Train one network on one thread and write its weights and its log into ``out``."""
    prepare_torch(threads=1)
    import torch

    from backends.emulators import registry
    from backends.emulators.checkpoint import save_network
    from backends.training.loop import Settings, train

    inputs, targets = training_boxes(out / "boxes")
    torch.manual_seed(seed)
    network = registry()[name].build(**CONFIGURATIONS[name])
    settings = Settings(seconds=seconds, seed=seed, learning_rate=LEARNING_RATES.get(name, 3e-3))

    def report(fraction: float, message: str = "") -> None:
        print(f"{name} {100 * fraction:5.1f} % {message}", flush=True)

    facts = train(network, inputs, targets, settings, report)
    log = facts.pop("log")
    (out / f"{name}.json").write_text(json.dumps({**facts, "log": log}))
    save_network(out / f"{name}.safetensors", network, name, CONFIGURATIONS[name], facts)


def train_all(names: tuple[str, ...], out: Path, seconds: float, seed: int, at_once: int) -> None:
    """Train several networks, each in a process of its own, ``at_once`` at a time.

    Raises
    ------
    subprocess.CalledProcessError
        Where one of them fails.
    """
    training_boxes(out / "boxes", lambda fraction, message="": print(message, flush=True))
    waiting, running = list(names), dict[str, subprocess.Popen[bytes]]()
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    while waiting or running:
        while waiting and len(running) < at_once:
            name = waiting.pop(0)
            command = [sys.executable, "-m", "backends.training.recipe", "--out", str(out), "--only", name]
            command += ["--seconds", str(seconds), "--seed", str(seed)]
            running[name] = subprocess.Popen(command, env=environment)
        for name, process in list(running.items()):
            if process.poll() is not None:
                del running[name]
                if process.returncode:
                    raise subprocess.CalledProcessError(process.returncode, process.args)
        time.sleep(0.5)


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m backends.training.recipe", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for boxes, weights and logs")
    parser.add_argument("--seconds", type=float, default=450.0, help="CPU seconds per network")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=2, help="networks trained at the same time")
    parser.add_argument("--architectures", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--only", choices=NETWORKS, help="train this one in this very process")
    options = parser.parse_args()
    if options.only:
        train_one(options.only, options.out, options.seconds, options.seed)
    else:
        train_all(tuple(options.architectures), options.out, options.seconds, options.seed, options.at_once)


if __name__ == "__main__":
    main()
