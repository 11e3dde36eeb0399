"""Runs can be told apart by every eye: by their colours, or else by their dashes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from app.dashes import DASHED
from widgets.theme import theme

# Machado, Oliveira & Fernandes 2009, table 1, severity 1: what is left of linear RGB.
SEEN = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, eye: str) -> np.ndarray:
    """Return what that eye sees of a colour, in CIE L*a*b*."""
    c = np.array(list(bytes.fromhex(colour[1:]))) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    x, y, z = TO_XYZ @ np.clip(np.asarray(SEEN[eye]) @ linear, 0, 1) / (0.9505, 1.0, 1.089)
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("name", ["dark", "light"])
def test_runs_are_told_apart(name: str, eye: str) -> None:
    worn = theme(name)
    slots = dict(enumerate((*worn.runs[:8], worn.reference)))
    for (i, one), (j, other) in itertools.combinations(slots.items(), 2):
        if (i in DASHED) == (j in DASHED):
            assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > 12, (one, other)
