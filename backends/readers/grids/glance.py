"""What a look at a large mesh gives before it is read; nothing that reads files is imported for it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.progress import Progress

LARGE = 192
"""Cells a side above which a mesh is looked at before it is read."""


@dataclass(frozen=True)
class Glance:
    """What has been seen of a mesh: so many of so many cells, and the density that can be made of it."""

    seen: int
    of: int
    field: Callable[[], Field | None]
    """None where values are no numbers: reading all of them will say so."""


@runtime_checkable
class GlancingReader(Protocol):
    """A reader of grids that can look at a large one before it is read."""

    def glances(
        self, description: Description, told: Facts, member: str, seconds: float, progress: Progress
    ) -> Generator[Glance]:
        """Yield what comes in about so many seconds, then more; nothing of what is small or no density."""


def is_large(description: Description) -> bool:
    """Whether a file holds a mesh that is looked at before it is read."""
    return description.kind == "field" and any(
        len(facts.shape) >= 3 and sorted(facts.shape)[-3] > LARGE for facts in description.fields.values()
    )
