"""``halograph render --mode particles``: every particle, with no display."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from PIL import Image

from backends.writers.gadget_hdf5 import write_gadget_hdf5

Command = Callable[..., CompletedProcess[str]]
BOX = 50.0


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Particles in two lumps, of which the one on the viewer's side falls towards the viewer."""
    rng = np.random.default_rng(1)
    lumps = np.repeat([[40.0, 12.0, 25.0], [40.0, 38.0, 25.0]], 3000, axis=0)
    positions = (lumps + rng.normal(0, 2.0, (6000, 3))).astype(np.float32)
    velocities = np.zeros((6000, 3), np.float32)
    velocities[:3000, 0], velocities[3000:, 0] = 400.0, -400.0
    path = tmp_path_factory.mktemp("snapshot") / "lumps.hdf5"
    write_gadget_hdf5(
        path, positions, box_size=BOX, redshift=0.0, omega_m=0.3, hubble=0.7, masses=1e11, velocities=velocities,
        ids=np.arange(1, 6001),
    )  # fmt: skip
    return str(path)


def test_what_comes_nearer_is_blue_and_what_recedes_red(halograph: Command, snapshot: str, tmp_path: Path) -> None:
    out = tmp_path / "along.png"
    # From +x, so that y runs to the right.
    done = halograph(
        "render", snapshot, "--mode", "particles", "--colour", "along", "--out", out,
        "--size", "400x300", "--camera", "0,0,1",
    )  # fmt: skip
    if done.returncode == 1 and "EGL" in done.stderr:
        pytest.skip("this machine has no OpenGL without a display")
    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(out) as image:
        seen = np.asarray(image.convert("RGB")).astype(int)[120:180]
    red_over_blue = (seen[..., 0] - seen[..., 2]).sum(axis=0)
    assert red_over_blue[100:190].sum() < -1000
    assert red_over_blue[210:300].sum() > 1000


def test_a_grid_has_no_particles_and_a_snapshot_no_difference_of_them(
    halograph: Command, snapshot: str, tmp_path: Path
) -> None:
    grid, out = tmp_path / "grid.npy", tmp_path / "none.png"
    np.save(grid, np.random.default_rng(0).lognormal(size=(8, 8, 8)).astype(np.float32))
    told = ("--box-size", "50", "--quantity", "relative_density")
    done = halograph("render", grid, "--mode", "particles", "--out", out, *told)
    assert done.returncode == 2
    assert "has no particles" in done.stderr
    done = halograph("render", snapshot, snapshot, "--mode", "particles", "--compare", "ratio", "--out", out)
    assert done.returncode == 2
    assert "wipe or checkerboard" in done.stderr
    assert not out.exists()
