"""Readers: one short file a format, recognised by content and never by extension.

A reader joins with ``@readers.register("gadget-hdf5")`` in a module of its own in this package. Its
name is what sessions and ``info --json`` store: once released it is never renamed.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from backends.data.catalogue import Catalogue
from backends.data.curve import Curve
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.progress import Progress
from backends.registry import Registry

Data = Field | Particles | Catalogue | Curve


class Reader(Protocol):
    """Reads one format. Every method but ``recognises`` raises ``UnreadableFile`` with advice."""

    label: str
    """What a person calls the format, e.g. "Gadget HDF5"."""

    def recognises(self, path: Path) -> bool:
        """Whether the content (a file's first bytes, a folder's entries) is of this format."""

    def gather(self, path: Path) -> tuple[Path, ...]:
        """All files that belong to the same data set as ``path`` (a piece, or the folder)."""

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        """Say what is in there from the headers alone; never reads a large array."""

    def load(
        self,
        description: Description,
        told: Facts,
        member: str,
        species: str | None,
        progress: Progress,
        columns: Collection[str] = (),
    ) -> Data:
        """Read one member, in Halograph's units.

        ``species`` is a name of ``description.species``, or None for all matter but tracers, summed.
        ``columns`` are those of particles that are read beside positions and masses: "velocities", "ids".
        Raises ``MissingFact`` where a box size is needed and neither stated nor told.
        """


_registry: Registry[Reader] = Registry("backends.readers", "halograph.readers", "reader")
register = _registry.register


def registry() -> Registry[Reader]:
    """All readers, found on first use."""
    return _registry
