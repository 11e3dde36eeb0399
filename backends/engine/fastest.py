"""The same result in several ways: which is fastest depends on the processor and on the size, so they are tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")

TRIES = 2
"""How often each way is taken before one is preferred: the first time of any may be spent on waking up."""

AGAIN = 8
"""Of so many results one comes from the way least taken: what was held up while it was new gets another chance."""


@dataclass
class _Record:
    taken: int = 0
    best: float = float("inf")


_records: dict[tuple[Hashable, str], _Record] = {}


def fastest(ways: Mapping[str, Callable[[], Result]], size: Hashable) -> Result:
    """Return what one of the ways gives: each in turn while it is new to this size, then mostly the fastest so far.

    Nothing is done for a measurement's sake: every try is work that was wanted.
    """
    records = {name: _records.setdefault((size, name), _Record()) for name in ways}
    name = min(records, key=lambda name: records[name].taken)
    total = sum(record.taken for record in records.values())
    if records[name].taken >= TRIES and total % AGAIN:
        name = min(records, key=lambda name: records[name].best)
    records[name].taken += 1
    start = time.perf_counter()
    result = ways[name]()
    records[name].best = min(records[name].best, time.perf_counter() - start)
    return result
