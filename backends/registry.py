"""Members join by one new file in their package and one decorator.

A registry imports its package's modules on first use, so that starting the application imports
neither torch nor scipy. Other distributions join through an entry point of the same name; a broken
plug-in is remembered in :attr:`Registry.broken` and never stops the start.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from threading import RLock
from typing import Generic, TypeVar

from backends.errors import WrongCall

Member = TypeVar("Member")

KERNELS = "_kernels"
"""How modules end that hold compiled loops and no members: with them numba would be imported."""


class Registry(Generic[Member]):
    """Names and members of one kind of thing.

    Parameters
    ----------
    package : str
        The package whose modules hold the members, e.g. ``"backends.statistics"``.
    entry_point : str
        The entry-point group through which other distributions join.
    what : str
        What a member is called in messages, e.g. ``"statistic"``.
    """

    def __init__(self, package: str, entry_point: str, what: str) -> None:
        self.package, self.entry_point, self.what = package, entry_point, what
        self.broken: dict[str, str] = {}
        self._members: dict[str, Member] = {}
        self._searched = False
        self._searching = RLock()

    def register(self, name: str) -> Callable[[type[Member]], type[Member]]:
        """Decorate a class: one instance of it becomes the member called ``name``."""

        def add(cls: type[Member]) -> type[Member]:
            if name in self._members:
                raise ValueError(f"two members are called {name!r} in {self.package}")
            self._members[name] = cls()
            return cls

        return add

    @property
    def is_found(self) -> bool:
        """Whether all members are imported, so that asking for one takes no time."""
        return self._searched

    def names(self) -> tuple[str, ...]:
        """All registered names, in a stable order."""
        self._search()
        return tuple(sorted(self._members))

    def __getitem__(self, name: str) -> Member:
        self._search()
        if name not in self._members:
            known = ", ".join(self.names())
            raise WrongCall(f"there is no {self.what} called {name!r}; known are {known}")
        return self._members[name]

    def __contains__(self, name: str) -> bool:
        self._search()
        return name in self._members

    def __iter__(self) -> Iterator[tuple[str, Member]]:
        return iter([(name, self._members[name]) for name in self.names()])

    def _search(self) -> None:
        with self._searching:  # who asks while another thread imports them must not see the half of them
            if not self._searched:
                self._find()
                self._searched = True

    def _find(self) -> None:
        package = importlib.import_module(self.package)
        for module in pkgutil.walk_packages(package.__path__, f"{self.package}."):
            if not module.name.endswith(KERNELS):
                importlib.import_module(module.name)
        for point in entry_points(group=self.entry_point):
            try:
                point.load()
            except Exception as broken:  # a plug-in is somebody else's code: anything may fail
                self.broken[point.name] = f"{type(broken).__name__}: {broken}"
