"""The particles of the one snapshot of a path, with all that is known of each."""

from __future__ import annotations

from pathlib import Path

from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.readers import opening


def load(path: Path, told: Facts = Facts(), species: str | None = None) -> Particles:
    """Describe and load the one snapshot that is there."""
    (description,), refused = opening.describe([path], told)
    assert not refused
    data = opening.load(description, told, species=species, columns=("velocities", "ids"))
    assert isinstance(data, Particles)
    return data
