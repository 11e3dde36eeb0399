"""What the numbered particle types of the Gadget family are, judged by what they carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from backends.data.description import SpeciesFacts
from backends.readers.particles.mass_range import MassRange

NEUTRINO_SHARE = 0.1
"""Neutrinos weigh little of the dark matter; a zoom's coarse particles weigh more each."""


@dataclass(frozen=True)
class TypeFacts:
    """One particle type over the pieces that are there; masses in Msun/h, or None.

    whole : whether all masses were looked at
    """

    count: int
    columns: frozenset[str]
    mass_min: float | None = None
    mass_max: float | None = None
    whole: bool = True

    @classmethod
    def weighed(
        cls,
        count: int,
        columns: frozenset[str],
        number: int,
        found: MassRange | None,
        warnings: list[str],
    ) -> TypeFacts:
        """Take up what was seen of the masses of a type that has a column of them, in Msun/h."""
        if found is None:
            warnings.append(f"Masses of type {number} are not all finite numbers.")
            return cls(count, columns)
        if found.low < 0:
            warnings.append(f"Masses of type {number} are not all above zero: the lowest is {found.low:.4g} Msun/h.")
        if not found.whole:
            warnings.append(found.told(count, number))
        return cls(count, columns, found.low, found.high, found.whole)

    @property
    def facts(self) -> SpeciesFacts:
        """What holds for all of them: masses of which some were seen, and agree, need not all do so."""
        if self.mass_min is None or self.mass_max is None:
            return SpeciesFacts(self.count)
        return SpeciesFacts(self.count, *MassRange(self.mass_min, self.mass_max, self.whole).known)


def species_names(types: Mapping[int, TypeFacts], cosmological: bool) -> dict[int, str]:
    """Name every type that has particles.

    Gas, dark matter and stars are 0, 1 and 4 everywhere; 5 is black holes only where it carries
    their fields; 3 is tracers where it carries theirs. Heavier particles than the dark matter's are
    a zoom's coarser ones; lighter ones of type 2 that weigh little in all are neutrinos.
    """
    return {number: _name(number, facts, types.get(1), cosmological) for number, facts in types.items() if facts.count}


def _name(number: int, facts: TypeFacts, dm: TypeFacts | None, cosmological: bool) -> str:
    known = {0: "gas", 1: "dm", 4: "stars"}
    if number in known:
        return known[number]
    if number == 5 and _is_black_hole(facts.columns):
        return "black-holes"
    if number == 3 and facts.columns & {"TracerID", "ParentID", "FluidQuantities"}:
        return "tracers"
    if dm is None or dm.mass_max is None or facts.mass_min is None or facts.mass_max is None or not cosmological:
        return f"type-{number}"
    if facts.mass_min > dm.mass_max:
        return f"dm-{number}"
    if number == 2 and facts.mass_max * facts.count < NEUTRINO_SHARE * dm.mass_max * dm.count:
        return "neutrinos"
    return f"type-{number}"


def _is_black_hole(columns: Collection[str]) -> bool:
    return any(name.startswith(("BH_", "BlackHole")) for name in columns)
