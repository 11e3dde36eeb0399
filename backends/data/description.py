"""What a reader says about a data set from its headers alone, before anything large is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from backends.data.facts import Facts
from backends.data.length_unit import length_factor

HALOS = ("catalogue", "tree")
"""Kinds of data that are halos, and no matter."""


@dataclass(frozen=True)
class SpeciesFacts:
    """One species of particles: how many over the whole snapshot, and their masses in Msun/h."""

    count: int
    mass_min: float | None = None
    mass_max: float | None = None


@dataclass(frozen=True)
class FieldFacts:
    """One array of a grid file: its shape as stored, its dtype's name, and whether its rows are lines of sight."""

    shape: tuple[int, ...]
    dtype: str
    lines: bool = False

    @property
    def in_words(self) -> str:
        """How many cells it has, as people say it of lines; else its shape."""
        if not self.lines:
            return " × ".join(map(str, self.shape))
        return f"1D, {self.shape[-1]} cells, {self.shape[0]:,} line{'s' * (self.shape[0] > 1)} of sight"


@dataclass(frozen=True)
class Part:
    """One run that a data set can become: a bundle holds many, a snapshot one.

    member : what the reader needs to find it again, e.g. "cases/held-out/target"
    label : what to call the run
    role : "reference", "input" or "prediction"
    architecture : name of the network that made it, if one did
    quantity : what it holds, where the file says so and its parts differ
    facts : what holds for it alone: the cases of a bundle differ in box size and redshift
    parameters : what its simulation was run with, by name: "omega_m", "sigma_8", "A_SN1", …
    """

    member: str
    label: str
    role: str = "prediction"
    architecture: str | None = None
    quantity: str | None = None
    facts: Facts = Facts()
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def case(self) -> str:
        """The bundle's case that it belongs to; "" for none."""
        return case_of(self.member)


def case_of(member: str) -> str:
    """Return the case in a bundle's member: cases/<id>/… or models/<name>/predictions/<id>/…; else ""."""
    pieces = member.split("/")
    if pieces[0] == "cases" and len(pieces) > 2:
        return pieces[1]
    return pieces[3] if pieces[0] == "models" and len(pieces) > 4 else ""


@dataclass(frozen=True)
class Description:
    """A recognised data set. A value that the files do not hold is ``None``, never a guess.

    path : what stands for the data set: its only file, its first piece, or its folder
    files : every file that belongs to it and is there, in order
    format : the reader's registered name
    kind : "particles", "field", "catalogue", "tree", "network", "table" or "bundle"
    box_size : Mpc/h;  hubble : H0 / 100;  omega_m : today's matter density parameter
    length_unit : Mpc/h in the unit of length that the files state; None where they do not
    length_read : Mpc/h in the unit of length that was taken, stated or not; None where none can be told
    levels : cells a side of the whole box at each level of a refined mesh; empty where there is none
    parts : the runs that it can become; empty means one, made of everything
    complete : whether every piece that the header promises is there
    warnings : what was odd, missing or could be inferred, as sentences
    proposed : what could be inferred where the files do not say it; the window takes it up as told
    stamp : another number when one of the files has been written since; it means nothing to another process
    """

    path: Path
    files: tuple[Path, ...]
    format: str
    kind: str
    box_size: float | None = None
    redshift: float | None = None
    hubble: float | None = None
    omega_m: float | None = None
    quantity: str | None = None
    cell_offset: float | None = None
    species: Mapping[str, SpeciesFacts] = field(default_factory=dict)
    fields: Mapping[str, FieldFacts] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    complete: bool = True
    warnings: tuple[str, ...] = ()
    proposed: Facts = Facts()
    length_unit: float | None = None
    length_read: float | None = None
    levels: Mapping[int, int] = field(default_factory=dict, hash=False)
    stamp: int = 0

    def box_in(self, told: Facts, member: str = "") -> float | None:
        """Return the box size that the files state of a member, in the unit of length that is told."""
        factor, stated = length_factor(told, self.length_read, self.hubble), self.facts_of(member).box_size
        return None if stated is None or factor is None else stated * factor

    def is_grid(self, member: str) -> bool:
        """Whether a member is a quantity on a mesh, and neither particles nor halos."""
        return self.kind in ("field", "bundle") or member.partition("@")[0] in self.fields

    def facts_of(self, member: str) -> Facts:
        """Return what the files say of one member: its own part's facts, else its case's, over the whole's."""
        whole = Facts(self.box_size, self.redshift, self.quantity, self.cell_offset)
        part = self.part(member)
        return part.facts.over(whole) if part is not None else whole

    def unstated(self, told: Facts) -> Facts:
        """Return what was told and the files do not say: what they say stands."""
        names = [fact.name for fact in fields(Facts) if getattr(self, fact.name, None) is None]
        return Facts(**{name: getattr(told, name) for name in names})

    def part(self, member: str) -> Part | None:
        """Return the part of that member, else the first of its case, else None."""
        fitting = next((part for part in self.parts if part.member == member), None)
        case = case_of(member) if fitting is None else ""
        return fitting or (next((part for part in self.parts if part.case == case), None) if case else None)
