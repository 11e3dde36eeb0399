"""Which particles each halo is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Members:
    """The particles of halos, one halo after another, in the order of their catalogue.

    ids : (m,) integer, what the snapshot calls them
    starts : (n_halos + 1,) int64, where each halo's begin
    n_particles : how many particles were linked, members or not: ids of another number are of another box
    """

    ids: NDArray[np.integer[Any]]
    starts: NDArray[np.int64]
    n_particles: int

    def of(self, chosen: NDArray[np.int64]) -> Members:
        """Return the members of some of the halos, in that order."""
        sizes = np.diff(self.starts)[chosen]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        places = np.arange(starts[-1]) + np.repeat(self.starts[chosen] - starts[:-1], sizes)
        return Members(self.ids[places], starts, self.n_particles)

    @property
    def nbytes(self) -> int:
        return int(self.ids.nbytes + self.starts.nbytes)
