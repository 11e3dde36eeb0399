"""Golden pictures: compared with a tolerance, accepted with HALOGRAPH_ACCEPT_GOLDEN=1, differences left behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

HERE = Path(__file__).parent
FAILED = HERE / "failed"
# Software and hardware drivers differ in the last bit of a texture's interpolation, and so at edges.
MEAN_TOLERANCE = 3.0
SHARE_OFF = 0.02
OFF_BY = 24
# Only what is drawn counts: before much black, a few surfaces could change as they liked.
DARK = 8

Compare = Callable[[str, NDArray[np.uint8]], None]


@pytest.fixture
def golden() -> Compare:
    """Compare a picture (height, width, 3 or 4) with the accepted one of that name."""

    def compare(name: str, picture: NDArray[np.uint8]) -> None:
        path = HERE / "pictures" / f"{name}.png"
        seen = picture[..., :3]
        if os.environ.get("HALOGRAPH_ACCEPT_GOLDEN") == "1":
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(seen).save(path, optimize=True)
            return
        assert path.is_file(), f"no golden picture {path.name}: look at it and accept it with HALOGRAPH_ACCEPT_GOLDEN=1"
        accepted = np.asarray(Image.open(path).convert("RGB"))
        assert accepted.shape == seen.shape
        apart = np.abs(accepted.astype(int) - seen.astype(int)).max(axis=2)
        drawn = np.maximum(accepted, seen).max(axis=2) > DARK
        assert drawn.any(), f"nothing is seen in {path.name}"
        mean = apart[drawn].mean()
        if mean <= MEAN_TOLERANCE and (apart[drawn] > OFF_BY).mean() <= SHARE_OFF:
            return
        FAILED.mkdir(exist_ok=True)
        strengthened = np.repeat(np.minimum(apart * 8, 255).astype(np.uint8)[..., None], 3, axis=2)
        Image.fromarray(np.concatenate([accepted, seen, strengthened], axis=1)).save(FAILED / path.name)
        pytest.fail(
            f"{name} is off by {mean:.2f} of 255 on average where it is drawn; accepted, drawn and difference lie in "
            f"{(FAILED / path.name).relative_to(HERE)}"
        )

    return compare
