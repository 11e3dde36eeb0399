"""``halograph render --compare`` and ``--overlay``: all others against the first path, with no display."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

Command = Callable[..., CompletedProcess[str]]
BOX = ("--box-size", "50", "--quantity", "relative_density")


@pytest.fixture(scope="module")
def grids(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A reference, and a run that is dense in its lower half alone."""
    folder = tmp_path_factory.mktemp("grids")
    rng = np.random.default_rng(3)
    truth = rng.lognormal(size=(16,) * 3).astype(np.float32)
    run = truth.copy()
    run[:, :, 8:] = 0.1
    for name, values in (("truth", truth), ("run", run)):
        np.save(folder / f"{name}.npy", values)
    return str(folder / "truth.npy"), str(folder / "run.npy")


def picture(halograph: Command, paths: tuple[str, ...], out: Path, *options: str) -> NDArray[np.int64]:
    done = halograph("render", *paths, "--out", out, "--size", "400x300", "--camera", "0,0,1", *BOX, *options)
    if done.returncode == 1 and "EGL" in done.stderr:
        pytest.skip("this machine has no OpenGL without a display")
    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(out) as image:
        return np.asarray(image.convert("RGB")).astype(np.int64)


def test_a_wipe_is_the_run_at_the_left_and_the_first_path_at_the_right(
    halograph: Command, grids: tuple[str, str], tmp_path: Path
) -> None:
    wiped = picture(halograph, grids, tmp_path / "wipe.png", "--compare", "wipe")
    # Above the middle, beneath the names: the run is empty there, and the reference is not.
    left, right = wiped[95:140, 130:190], wiped[95:140, 210:270]
    assert right.mean() > 3 * left.mean()


def test_an_error_is_laid_over_where_the_run_is_wrong(
    halograph: Command, grids: tuple[str, str], tmp_path: Path
) -> None:
    seen = picture(halograph, grids, tmp_path / "error.png", "--overlay", "error", "--compare", "checkerboard")
    hue = seen[..., 1] - seen[..., 0]  # the overlay is green, what is under it grey
    assert hue[95:140, 150:250].mean() > 10 + hue[165:200, 150:250].mean()


@pytest.mark.parametrize("option", [("--compare", "ratio"), ("--overlay", "reference")])
def test_one_path_has_nothing_to_be_compared_with(
    halograph: Command, grids: tuple[str, str], tmp_path: Path, option: tuple[str, str]
) -> None:
    out = tmp_path / "none.png"
    done = halograph("render", grids[0], "--out", out, *BOX, *option)
    assert done.returncode == 2
    assert "reference's path first" in done.stderr
    assert not out.exists()
