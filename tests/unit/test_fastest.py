"""Each way is tried, then the faster one kept, by a clock that the ways themselves move."""

from __future__ import annotations

import time
from functools import partial

import pytest

from backends.engine import fastest as module
from backends.engine.fastest import fastest


def test_the_faster_way_is_kept_for_each_size(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(module, "_records", {})
    monkeypatch.setattr(time, "perf_counter", lambda: now)

    def work(name: str, seconds: list[float]) -> str:
        nonlocal now
        now += seconds.pop(0)
        return name

    slow_to_wake = {"a": [9.0] + [1.0] * 20, "b": [2.0] * 20}
    ways = {name: partial(work, name, seconds) for name, seconds in slow_to_wake.items()}
    assert "".join(fastest(ways, 256) for _ in range(16)) == "ababaaaabaaaaaaa"
    held_up_at_first = {"a": [3.0] * 20, "b": [9.0] * 2 + [2.0] * 20}
    ways = {name: partial(work, name, seconds) for name, seconds in held_up_at_first.items()}
    assert "".join(fastest(ways, 512) for _ in range(12)) == "ababaaaabbbb"
