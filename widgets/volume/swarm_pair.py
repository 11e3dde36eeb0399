"""What lies on the graphics card of particles that move from one snapshot to the next."""

from __future__ import annotations

from collections.abc import Mapping

from widgets.volume.cloud import Cloud, Range
from widgets.volume.passage import Carrier
from widgets.volume.swarm import Pair
from widgets.volume.swarm_card import Held

LATER = "_later"
"""What the attributes of the later time end in."""


class PairCloud:
    """Both swarms of a pair on their way to the card and there, as a :class:`Cloud` is one; weights are the earlier."""

    def __init__(self, pair: Pair, carrier: Carrier) -> None:
        self.given = pair
        self.clouds = (Cloud(pair.before, carrier), Cloud(pair.after, carrier))
        self.swarm = pair.before

    @property
    def attribute(self) -> str:
        """The attribute that its colour needs, or ""."""
        return self.clouds[0].attribute

    @property
    def available(self) -> int:
        """Particles that can be drawn now."""
        return min(cloud.available for cloud in self.clouds)

    @property
    def range(self) -> Range | None:
        """The range of its values, at both times together."""
        known = [cloud.range for cloud in self.clouds if cloud.range is not None]
        return (min(low for low, _ in known), max(high for _, high in known)) if known else None

    @property
    def refused(self) -> str:
        """Why not all of it lies on the card."""
        return next((cloud.refused for cloud in self.clouds if cloud.refused), "")

    @property
    def fastest(self) -> tuple[float, float]:
        """The largest component of a velocity at both times, km/s."""
        before, after = (cloud.swarm.fastest for cloud in self.clouds)
        return before, after

    def shows(self, colour: str) -> bool:
        """Whether some of it can be drawn in that colour."""
        return all(cloud.shows(colour) for cloud in self.clouds)

    def shown_whole(self, colour: str) -> bool:
        """Whether all of it is on the card that ever will be drawn in that colour."""
        return all(cloud.shown_whole(colour) for cloud in self.clouds)

    def attributes(self, chunk: int) -> Mapping[str, Held]:
        """Return what a chunk is drawn from."""
        before, after = (cloud.attributes(chunk) for cloud in self.clouds)
        return {**before, **{name + LATER: held for name, held in after.items()}}

    def leave(self) -> bool:
        """Give the card's memory back; return whether all of it is given."""
        left = [cloud.leave() for cloud in self.clouds]
        return all(left)
