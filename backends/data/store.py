"""Arrays by key, bounded in bytes: the least recently used go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, Protocol


class Sized(Protocol):
    """Anything that knows how many bytes it holds."""

    @property
    def nbytes(self) -> int: ...


class Store:
    """A least-recently-used cache bounded in bytes, safe to use from several threads.

    Parameters
    ----------
    capacity : int
        Bytes kept at most. A single value larger than that is returned but not kept.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity, self.held = capacity, 0
        self._values: OrderedDict[Hashable, Sized] = OrderedDict()
        self._lock = RLock()

    def get(self, key: Hashable) -> Any | None:
        """Return the value of that key, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Sized) -> None:
        """Keep a value, dropping the least recently used ones to stay within the capacity."""
        with self._lock:
            self.drop(key)
            if value.nbytes > self.capacity:
                return
            self._values[key] = value
            self.held += value.nbytes
            while self.held > self.capacity:
                _, oldest = self._values.popitem(last=False)
                self.held -= oldest.nbytes

    def obtain(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the value of that key, made and kept if it is not there."""
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value

    def drop(self, key: Hashable) -> None:
        """Forget one value."""
        with self._lock:
            value = self._values.pop(key, None)
            if value is not None:
                self.held -= value.nbytes

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self.held = 0
