"""What the pieces of a Gadget snapshot make together, be they HDF5 or binary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from backends.data.description import SpeciesFacts
from backends.data.facts import Facts
from backends.data.length_unit import length_factor
from backends.errors import UnreadableFile
from backends.readers.gadget.header import CRITICAL_DENSITY, Header
from backends.readers.gadget.pieces import Piece, missing_note
from backends.readers.gadget.species import TypeFacts
from backends.readers.particles.extent import suggested_side

KPC = 1e-3

USUAL_OMEGA_M = 0.3
"""Tells kpc from Mpc where no cosmology is stated: a factor of 1e9 lies between them."""

AnyPiece = TypeVar("AnyPiece", bound=Piece)


def pieces_of(files: Sequence[Path], read: Callable[[Path], AnyPiece], warnings: list[str]) -> list[AnyPiece]:
    """Read every piece; a damaged one, or one of another snapshot, is left out and named."""
    pieces: list[AnyPiece] = []
    failure: UnreadableFile | None = None
    for path in files:
        try:
            piece = read(path)
        except UnreadableFile as damaged:
            failure = failure or damaged
            warnings.append(f"{path.name} {damaged.reason} and is left out.")
            continue
        if pieces and (piece.header.n_files, piece.header.redshift) != (
            pieces[0].header.n_files,
            pieces[0].header.redshift,
        ):
            warnings.append(f"{path.name} belongs to another snapshot than {pieces[0].path.name} and is left out.")
            continue
        pieces.append(piece)
    if not pieces:
        raise failure or UnreadableFile(files[0], "holds no snapshot")
    return pieces


def note_missing(pieces: Sequence[Piece], n_files: int, warnings: list[str]) -> bool:
    """Name the pieces that are not there; returns whether all are."""
    lost = missing_note([piece.path for piece in pieces], n_files)
    if lost:
        warnings += [lost, "Counts are the whole snapshot's; only the pieces that are there are read."]
    return not lost


def totals(types: Mapping[int, TypeFacts], header: Header, complete: bool, warnings: list[str]) -> dict[int, int]:
    """Counts over the whole snapshot: the header's, unless every piece is there to be counted."""
    found = {}
    for number, facts in types.items():
        promised = header.totals[number] if number < len(header.totals) else facts.count
        if complete and promised != facts.count:
            warnings.append(
                f"The header promises {promised} particles of type {number} in all; the pieces hold {facts.count}."
            )
        found[number] = facts.count if complete or promised < facts.count else promised
    return found


def in_units(reach: tuple[float, float] | None, length: float) -> tuple[float, float] | None:
    """Bring how far positions reach to Mpc/h."""
    return None if reach is None else (reach[0] * length, reach[1] * length)


def proposed_side(
    reach: tuple[float, float] | None,
    species: Mapping[str, SpeciesFacts],
    length: float,
    told: Facts,
    hubble: float | None,
) -> float | None:
    """Return the side of the box, in Mpc/h, that positions suggest which reach so far in the file's unit.

    length : Mpc/h of that unit, if no other one is told;  hubble : as the header says it
    """
    side = None if reach is None else suggested_side(*reach, sum(facts.count for facts in species.values()))
    factor = length_factor(told, length, hubble)
    return None if side is None or factor is None else side * length * factor


def inferred_length(
    header: Header,
    types: Mapping[int, TypeFacts],
    counts: Mapping[int, int],
    warnings: list[str],
    reach: tuple[float, float] | None = None,
) -> float:
    """Guess the unit of length where none is stated: kpc/h by convention, Mpc/h where only that adds up.

    The mass in the box must be Ω_m ρ_crit L³; between the two units lies a factor of 1e9, so that
    missing baryons or an odd mass unit cannot deceive. ``reach`` is how far the positions reach, in the
    file's unit; it stands for a side that is not stated. The mass of an isolated system says nothing.
    """
    extent = None
    if reach is not None and header.side is None and header.redshift is not None:
        extent = suggested_side(*reach, sum(facts.count for facts in types.values()))
    mass = sum(counts[n] * (t.mass_min + t.mass_max) / 2 for n, t in types.items() if t.mass_min and t.mass_max)
    side = header.side or extent
    density = header.mean_density or (None if extent is None else USUAL_OMEGA_M * CRITICAL_DENSITY)
    if density and side and mass:
        with np.errstate(all="ignore"):  # a damaged side overflows
            as_mpc = float(np.float64(mass) / (density * np.float64(side) ** 3))
        unit, name = (1.0, "Mpc/h") if 1e-3 < as_mpc < 1e3 else (KPC, "kpc/h")
        if 1e-3 < as_mpc / unit**3 < 1e3:
            warnings.append(f"No unit of length is stated; the mass in the box says {name}.")
            return unit
    stated = "" if header.side is None else f", which makes the box {header.side * KPC:.6g} Mpc/h"
    warnings.append(f"No unit of length is stated; read as kpc/h by convention{stated}.")
    return KPC
