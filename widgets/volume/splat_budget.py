"""How many particles are drawn when: few while something moves, all at rest; nothing here draws."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

FIRST_GUESS = 1e-6
"""Seconds a particle takes a software driver; a wrong one costs a sparse first picture and no stall."""

FEWEST = 3000
"""Particles that a view in motion shows at least: fewer would say nothing of where the matter is."""


class SplatBudget:
    """Learns how long particles take to be drawn, and says how many fit into a time."""

    def __init__(self) -> None:
        self._rates: dict[Hashable, float] = {}
        self._besides = 0.0

    def spent_besides(self, seconds: float) -> None:
        """Learn how long a picture takes beside its particles."""
        self._besides += 0.4 * (seconds - self._besides)

    def rate(self, kind: Hashable) -> float:
        """Return the seconds that a particle takes, drawn in this way."""
        return self._rates.get(kind, max(self._rates.values(), default=FIRST_GUESS))

    def measured(self, kind: Hashable, count: int, seconds: float) -> None:
        """Learn from so many particles that were drawn in so many seconds; few say nothing."""
        if count >= FEWEST and seconds > 0:
            known, found = self._rates.get(kind), seconds / count
            self._rates[kind] = found if known is None else known + 0.4 * (found - known)

    def moving(self, kind: Hashable, held: Sequence[int], seconds: float) -> tuple[int, ...]:
        """Return how many particles of every view a picture in motion draws: the same share of each.

        Parameters
        ----------
        held : particles of each view
        seconds : what the picture may take, all in all
        """
        left = max(seconds - self._besides, seconds / 3)
        share = min(left / self.rate(kind) / max(sum(held), 1), 1.0)
        return tuple(min(count, max(int(count * share), FEWEST)) for count in held)

    def batch(self, kind: Hashable, seconds: float) -> int:
        """Return how many particles a batch at rest draws."""
        return max(int(seconds / self.rate(kind)), FEWEST)


def next_view(drawn: Sequence[int], available: Sequence[int]) -> int | None:
    """Return which view gets the next batch: the one of which the least is drawn; None where all is.

    Parameters
    ----------
    drawn : particles of each view that are in the picture
    available : particles of each view that are on the card
    """
    waiting = [i for i, (done, there) in enumerate(zip(drawn, available, strict=True)) if done < there]
    return min(waiting, key=lambda i: drawn[i] / available[i], default=None)
