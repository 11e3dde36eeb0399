"""Whether particles fill their box: a few positions tell a region, or the dense part of a zoom, from a box."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backends.readers.files.failures import reading
from backends.readers.particles.columns import Column
from backends.readers.particles.sampling import RUN, places, run_length, take
from backends.readers.particles.snapshot import Snapshot

REGION = 0.45
"""Particles that span less than this share of the box along an axis are a part of it."""

PLACES, CHUNKS = 64, 16
"""Places that are looked at all over the files, and chunks that are unpacked for them where that must be."""

FEWEST = 32

REGION_WARNING = (
    "The particles fill a small part of the box: it is a region, and not periodic; statistics take the whole box, "
    "most of which is empty."
)

BEYOND = 1.2
"""Of the box: particles that moved across its edges span little more than it, and more is another box."""

ZOOM = 4.0
"""By how much particles of a zoom differ in mass at least: every level that is finer halves all sides."""

SINGLE = ("gas", "stars", "black-holes", "neutrinos", "tracers", "sinks")
"""Species whose masses differ for other reasons."""


def notes(snapshot: Snapshot) -> list[str]:
    """Say, as sentences, where a snapshot is none of a periodic box at one resolution."""
    found, side = _sampled(snapshot), snapshot.box_size
    said = []
    if found is not None and side is not None:
        low, high = np.percentile(found, (5, 95), axis=0)
        if (np.ptp(found, axis=0) < REGION * side).any():
            said.append(REGION_WARNING)
        elif (high - low > BEYOND * side).any():  # single ones that went far are no reason to doubt
            said.append(
                f"The particles span about {np.ptp(found, axis=0).max():.3g} Mpc/h and the box is stated as {side:.4g} "
                "Mpc/h, into which they are folded: if it is wrong, say it with --box-size L."
            )
    return said + zoom_notes(snapshot)


def zoom_notes(snapshot: Snapshot) -> list[str]:
    """Say that the masses of dark matter are those of a zoom; the numbered types of a galaxy are its disk and bulge."""
    is_isolated = snapshot.box_size is None and snapshot.redshift is None
    facts = {
        name: facts
        for name, facts in snapshot.species.items()
        if name not in SINGLE and facts.count and not (is_isolated and name.startswith("type-"))
    }
    low = min((f.mass_min for f in facts.values() if f.mass_min), default=0.0)
    high = max((f.mass_max for f in facts.values() if f.mass_max), default=0.0)
    if not 0 < ZOOM * low < high:
        return []
    return [
        f"The masses of its {' and '.join(facts)} go from {low:.4g} to {high:.4g} Msun/h, as a zoom has, which is fine "
        "in one region alone; each particle counts by its mass."
    ]


def _sampled(snapshot: Snapshot) -> NDArray[np.float64] | None:
    """A sample of the positions, (n, 3) Mpc/h, larger where they seem to fill little of the box.

    None where there is no box, where there are too few positions, or some are not finite.
    """
    side = snapshot.box_size
    if side is None:
        return None
    n_blocks = max(1, sum(1 for _ in snapshot.blocks()))
    plans: dict[int, Iterator[NDArray[np.int64]]] = {}
    found = np.empty((0, 3))
    for _ in range(max(1, CHUNKS // n_blocks)):
        samples = [found]
        for number, block in enumerate(snapshot.blocks()):
            if block.positions is not None and block.count:
                wanted = RUN * max(2, PLACES // n_blocks)
                plan = plans.setdefault(number, places(block.positions, wanted))
                with reading(block.path):
                    samples.append(_positions(block.positions, next(plan)))
        found = np.concatenate(samples)
        if not np.isfinite(found).all():
            return None
        if found.size and (np.ptp(found, axis=0) >= REGION * side).all():
            break
    return found if found.shape[0] >= FEWEST else None


def _positions(column: Column, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    length = run_length(column)
    found = np.empty((starts.size * length, 3))
    take(column, starts, length, found)
    return found
