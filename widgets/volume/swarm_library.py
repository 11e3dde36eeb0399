"""Swarms of particles by key, those between two times among them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from widgets.volume.blend import Blend, parts
from widgets.volume.cloud import Cloud
from widgets.volume.passage import Carrier
from widgets.volume.swarm import Pair, Swarm
from widgets.volume.swarm_pair import PairCloud


class SwarmLibrary:
    """Swarms by the key of the field that their views show, each on the card once however many panes show it.

    A pair has the key of what lies between two fields, at any share of the way: to move on uploads nothing.
    """

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._clouds: dict[Hashable, Cloud | PairCloud] = {}
        self._leaving: list[Cloud | PairCloud] = []

    def put(self, key: Hashable, swarm: Swarm | Pair) -> bool:
        """Keep a swarm under that key; return whether it is another one than before."""
        name = _name(key)
        known = self._clouds.get(name)
        if known is not None and known.given is swarm:
            return False
        self.drop(key)
        made = PairCloud(swarm, self._carrier) if isinstance(swarm, Pair) else Cloud(swarm, self._carrier)
        self._clouds[name] = made
        return True

    def take_over(self, other: SwarmLibrary) -> None:
        """Keep everything that was given to another one."""
        for name, cloud in other._clouds.items():
            self.put(name, cloud.given)

    def get(self, key: Hashable | None) -> Cloud | PairCloud | None:
        """Return the cloud of that key, or None."""
        return self._clouds.get(_name(key))

    def drop(self, key: Hashable) -> None:
        """Forget a swarm."""
        cloud = self._clouds.pop(_name(key), None)
        if cloud is not None:
            self._leaving.append(cloud)

    def keep_only(self, keys: Iterable[Hashable]) -> None:
        """Forget every swarm that no pane needs."""
        wanted = {_name(key) for key in keys}
        for name in [name for name in self._clouds if name not in wanted]:
            self.drop(name)

    def tidy(self) -> None:
        """Give back what is left; the canvas's context must be current."""
        self._leaving = [cloud for cloud in self._leaving if not cloud.leave()]


def _name(key: Hashable | None) -> Hashable:
    """Return what a cloud is kept under: a pair's is the same all the way."""
    return ("between", *parts(key)) if isinstance(key, Blend) else key
