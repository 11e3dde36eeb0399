"""The slabs of one Abacus snapshot, by the names that Abacus gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SLAB = re.compile(r"^slab(?P<number>\d{1,6})\.(?P<kind>L0|field)\.pack9(?P<ids>\.pid)?\.asdf$")
SUBSAMPLE = re.compile(r"^(?P<kind>halo|field)_(?P<what>rv|pid)_(?P<letter>[AB])_(?P<number>\d{1,6})\.asdf$")
KINDS = {"": ("L0", "field"), "A": ("halo", "field"), "B": ("halo", "field")}


@dataclass(frozen=True)
class Slab:
    """What a file's name says: which subsample ("" for all particles), which half of them, where, and what of them."""

    letter: str
    kind: str
    number: int
    ids: bool

    @property
    def rank(self) -> tuple[bool, int, str]:
        return (self.ids, self.number, self.kind)


def slab(path: Path) -> Slab | None:
    """Return what a file's name says of it, or None."""
    match = SLAB.match(path.name)
    if match:
        return Slab("", match["kind"], int(match["number"]), bool(match["ids"]))
    match = SUBSAMPLE.match(path.name)
    return Slab(match["letter"], match["kind"], int(match["number"]), match["what"] == "pid") if match else None


def siblings(path: Path) -> tuple[Path, ...]:
    """Return every file of the same particles: beside it, or in the folders beside its own that Abacus makes."""
    own = slab(path)
    if own is None:
        return (path,)
    folders = {path.parent}
    names = {_folder(own.letter, kind, ids) for kind in KINDS[own.letter] for ids in (False, True)}
    if path.parent.name in names:
        folders |= {path.parent.parent / name for name in names}
    found: list[tuple[Slab, Path]] = []
    for folder in folders:
        for other in folder.iterdir() if folder.is_dir() else ():
            named = slab(other)
            if named is not None and named.letter == own.letter and other.is_file():
                found.append((named, other))
    return tuple(other for _, other in sorted(found, key=lambda pair: (pair[0].rank, pair[1])))


def _folder(letter: str, kind: str, ids: bool) -> str:
    if letter:
        return f"{kind}_{'pid' if ids else 'rv'}_{letter}"
    return f"{kind}_pack9{'_pid' if ids else ''}"


def partners(files: tuple[Path, ...]) -> dict[Path, Path]:
    """Return, for every file of particles, the one that holds their identities."""
    named = {path: slab(path) for path in files}
    ids = {(s.kind, s.number): path for path, s in named.items() if s is not None and s.ids}
    return {
        path: ids[s.kind, s.number]
        for path, s in named.items()
        if s is not None and not s.ids and (s.kind, s.number) in ids
    }


def gaps(files: tuple[Path, ...]) -> list[str]:
    """Say what is not there, as far as names tell: one half of the particles, or a slab among others."""
    named = [s for s in map(slab, files) if s is not None and not s.ids]
    if not named:
        return []
    said = []
    numbers = {kind: {s.number for s in named if s.kind == kind} for kind in KINDS[named[0].letter]}
    for kind, there in numbers.items():
        if not there:
            said.append(
                f"No {kind} slabs are there, which hold the particles {'in' if kind != 'field' else 'outside'} "
            )
            said[-1] += "dense places: what is there is no fair sample of all matter."
    every = set(range(1 + max(s.number for s in named)))
    for kind, there in numbers.items():
        missing = sorted(every - there) if there else []
        if missing:
            shown = ", ".join(str(n) for n in missing[:6]) + (f" and {len(missing) - 6} more" if missing[6:] else "")
            said.append(f"Of the {kind} slabs, {shown} {'are' if missing[1:] else 'is'} missing.")
    return said
