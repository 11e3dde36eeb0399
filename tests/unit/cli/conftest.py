"""Runs the real command in a process of its own, on small files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def halograph() -> Command:
    """Run ``halograph`` with these arguments, with no display, and return how it ended."""

    def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        command = [sys.executable, "-m", "app", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=cwd, env=environment)

    return run


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory, halograph: Command) -> Path:
    """Two small snapshots of one box: run_z0.00.hdf5 and run_z1.00.hdf5."""
    folder = tmp_path_factory.mktemp("snapshots")
    out = folder / "run.hdf5"
    done = halograph("simulate", "--out", out, "--n-particles", 16, "--box-size", 32, "--seed", 3, "--redshifts", "0,1")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def grids(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bare grids, which say nothing of themselves: truth, good, bad, nan, small and vector, each a .npy."""
    folder = tmp_path_factory.mktemp("grids")
    random = np.random.default_rng(0)
    truth = random.lognormal(-0.5, 1.0, size=(16, 16, 16)).astype(np.float32)
    truth /= truth.mean()
    noise = random.lognormal(-0.5, 1.0, size=(16, 16, 16)).astype(np.float32)
    holes = truth.copy()
    holes[3, 4, 5] = np.nan
    arrays = {
        "truth": truth,
        "good": 0.99 * truth + 0.01 * noise,
        "bad": noise,
        "nan": holes,
        "small": truth[:8, :8, :8],
        "vector": np.stack([truth, noise, truth]),
    }
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)
    return folder
