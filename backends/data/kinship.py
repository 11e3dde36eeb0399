"""What halos came from and what they become: their kin at the snapshots before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Descent:
    """How the halos of one snapshot become those of a later one.

    descendant : (n_earlier,) int64, place of the later halo that has most of each one's particles, -1 for none
    shared : (n_earlier,) int64, how many particles those are
    progenitor : (n_later,) int64, place of the earlier halo that gave each the most particles, -1 for none
    progenitors : (n_later,) int64, how many earlier halos become each
    """

    descendant: NDArray[np.int64]
    shared: NDArray[np.int64]
    progenitor: NDArray[np.int64]
    progenitors: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Neighbour:
    """A snapshot next to the one that is looked at: its redshift, halos' masses (Msun/h) and the links to it."""

    redshift: float
    masses: NDArray[np.float64]
    descent: Descent


@dataclass(frozen=True, eq=False)
class Kinship:
    """The kin of one snapshot's halos at its neighbours; None at the ends of a run."""

    before: Neighbour | None
    after: Neighbour | None
