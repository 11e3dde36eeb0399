"""Species of particles in the words that people read."""

from __future__ import annotations

from collections.abc import Iterable

WORDS = {
    "gas": "gas",
    "dm": "dark matter",
    "stars": "stars",
    "black-holes": "black holes",
    "neutrinos": "neutrinos",
    "tracers": "tracers",
}


def in_words(species: str | None) -> str:
    """Return what a species is called; None is all matter."""
    return "all matter" if species is None else WORDS.get(species, species)


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return each species once, the usual ones first and always in the same order."""
    usual = tuple(WORDS)
    found = set(names)
    return tuple(sorted(found, key=lambda name: (usual.index(name) if name in usual else len(usual), name)))
