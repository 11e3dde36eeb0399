"""The name of what lies between two arrays: panes ask for it as for any other, and it is mixed where it is drawn."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from backends.data.between import AT


@dataclass(frozen=True)
class Blend:
    """Two snapshots of one run, mixed linearly in scale factor.

    before, after : keys of their arrays
    share : of the way from one to the other, in [0, 1]; at its ends nothing is said
    redshifts : of both
    """

    before: Hashable
    after: Hashable
    share: float
    redshifts: tuple[float, float]

    @property
    def nearest(self) -> Hashable:
        """Key of the array that is nearer in time."""
        return self.before if self.share <= 0.5 else self.after

    @property
    def redshift(self) -> float:
        """Of the time that is looked at."""
        before, after = (1.0 / (1.0 + z) for z in self.redshifts)
        return 1.0 / (before + self.share * (after - before)) - 1.0

    @property
    def nearest_redshift(self) -> float:
        """Of the array that is nearer in time."""
        return self.redshifts[self.share > 0.5]

    @property
    def words(self) -> str:
        """How a view says what it shows."""
        return self._said("blended")

    @property
    def moved_words(self) -> str:
        """How a view of particles says where they are."""
        return self._said("moved")

    def _said(self, how: str) -> str:
        between = f"{how} between {self.redshifts[0]:.2f} and {self.redshifts[1]:.2f}"
        return between if AT < self.share < 1.0 - AT else ""

    @property
    def nearest_words(self) -> str:
        """How a view says that it shows the nearer one alone."""
        return f"too large to be blended: z = {self.nearest_redshift:.2f} is shown"


def parts(key: Hashable | None) -> tuple[Hashable, ...]:
    """Return the keys of the arrays that are drawn for a key: of what lies between two, both."""
    if key is None:
        return ()
    return (key.before, key.after) if isinstance(key, Blend) else (key,)
