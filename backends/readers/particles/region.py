"""Whether particles fill their box: a few positions tell a region, or the dense part of a zoom, from a box."""

from __future__ import annotations

import numpy as np

from backends.readers.files.failures import reading
from backends.readers.particles.snapshot import Snapshot

REGION = 0.45
"""Particles that span less than this share of the box along an axis are a part of it."""

PLACES, RUN = 64, 4
"""Neighbouring positions looked at, and in how many places all over the files."""

FEWEST = 32

GOLDEN = 0.6180339887498949

REGION_WARNING = "The particles fill a small part of the box: it is a region, and not periodic."


def is_region(snapshot: Snapshot) -> bool:
    """Whether a sample of the positions leaves most of the box empty along some axis."""
    side = snapshot.box_size
    if side is None:
        return False
    blocks = sum(1 for _ in snapshot.blocks())
    samples = [np.empty((0, 3))]
    for block in snapshot.blocks():
        if block.positions is None:
            continue
        places = np.arange(max(2, PLACES // blocks)) * GOLDEN % 1.0
        for start in sorted({int(place * max(1, block.count - RUN)) for place in places}):
            rows = slice(start, min(start + RUN, block.count))
            sample = np.empty((rows.stop - rows.start, 3))
            with reading(block.path):
                block.positions.read(rows, sample)
            samples.append(sample)
    found = np.concatenate(samples)
    if found.shape[0] < FEWEST or not np.isfinite(found).all():
        return False
    return bool((np.ptp(found, axis=0) < REGION * side).any())
