"""From the columns of a halo finder's file, already in Halograph's units, to a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import SpeciesFacts
from backends.data.facts import Facts
from backends.errors import MissingFact, UnreadableFile
from backends.readers.files.limits import require_memory

REACH = 0.1
"""Of the box, how far beyond it (or beyond one that is centred on 0) positions may lie."""

UNCHECKED = np.errstate(all="ignore")
"""Lets numbers be converted that are none: :func:`catalogue` looks for them afterwards, and counts them."""

INTEGERS = ("counts", "ids", "hosts", "descendants")
OWN = ("positions", "masses", "radii", "velocities", "redshifts", *INTEGERS)


def box_of(path: Path, told: Facts, stated: float | None) -> float:
    """Return the told side, else the stated one, Mpc/h; raises ``MissingFact`` where there is neither."""
    box_size = told.box_size or stated
    if box_size is None:
        raise MissingFact(path, "box size", "--box-size L")
    return box_size


def catalogue(
    path: Path,
    columns: Mapping[str, NDArray[Any]],
    *,
    box_size: float,
    redshift: float | None,
    finder: str,
    is_tree: bool = False,
    parameters: tuple[tuple[str, float], ...] = (),
) -> Catalogue:
    """Order halos by mass and bring them into the box.

    Parameters
    ----------
    columns : by name: "positions" (n, 3) in Mpc/h and "masses" (n,) in Msun/h, and whichever others of
        ``Catalogue`` there are; what it has no place of its own for goes into its ``columns``
    is_tree : whether the rows keep their order

    Raises
    ------
    UnreadableFile
        Where there are no halos, where positions or masses are not finite, or lie outside of the box.
    """
    masses = np.asarray(columns["masses"], dtype=np.float64)
    count = masses.shape[0]
    require_memory(path, 2 * sum(int(column.nbytes) for column in columns.values()), f"{count} halos")
    if not count:
        raise UnreadableFile(path, "holds no halos", "Choose another snapshot")
    if not np.isfinite(masses).all() or masses.min() < 0:
        bad = count - int(np.count_nonzero(np.isfinite(masses) & (masses >= 0)))
        raise UnreadableFile(path, f"holds {bad} masses that are no masses", "Look at the finder that wrote it")
    order = slice(None) if is_tree else np.argsort(-masses, kind="stable")
    kept = {name: np.ascontiguousarray(_typed(path, name, column)[order]) for name, column in columns.items()}
    if "hosts" in kept:
        kept["hosts"] = _others(kept["hosts"], kept.get("ids"))
    return Catalogue(
        positions=_wrapped(path, kept.pop("positions"), box_size),
        masses=kept.pop("masses"),
        box_size=box_size,
        redshift=redshift,
        finder=finder,
        parameters=parameters,
        columns={name: kept.pop(name) for name in sorted(kept) if name not in OWN},
        members=None,
        **kept,
    )


def species_facts(count: int, masses: NDArray[Any] | None) -> SpeciesFacts:
    """Say how many halos there are and between which masses, those without one left out, Msun/h."""
    if masses is None or not masses.size:
        return SpeciesFacts(count)
    weighed = masses[np.isfinite(masses) & (masses > 0)]
    return SpeciesFacts(count, float(weighed.min()), float(weighed.max())) if weighed.size else SpeciesFacts(count)


def _typed(path: Path, name: str, column: NDArray[Any]) -> NDArray[Any]:
    """Return a column as the type that its kind has; what does not fit was no such number."""
    if name not in INTEGERS:
        return np.asarray(column, dtype=np.float64)
    column = np.asarray(column)
    if column.dtype.kind == "f" and not (np.abs(column) < 2.0**63).all():
        raise UnreadableFile(path, f"holds {name} that are no whole numbers", "Write it again")
    return column.astype(np.int64)


def _others(hosts: NDArray[np.int64], ids: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return -1 for halos that lie in no other one: finders write their own id there, 0, or what is below 0."""
    nobody = hosts < 0
    if ids is not None:
        nobody |= hosts == ids
        if not (ids == 0).any():
            nobody |= hosts == 0
    return np.where(nobody, -1, hosts)


def _wrapped(path: Path, positions: NDArray[np.float64], box_size: float) -> NDArray[np.float64]:
    """Bring positions into [0, box_size); some finders write them within half a box of 0."""
    low, high = float(positions.min()), float(positions.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise UnreadableFile(path, "holds positions that are not finite numbers", "Look at the finder that wrote it")
    if low < -(0.5 + REACH) * box_size or high > (1 + REACH) * box_size:
        raise UnreadableFile(
            path,
            f"places halos between {low:.6g} and {high:.6g} Mpc/h, outside of a box of {box_size:.6g} Mpc/h",
            "Say the box size with --box-size L",
        )
    wrapped: NDArray[np.float64] = np.mod(positions, box_size)
    wrapped[wrapped >= box_size] = 0  # what lies just below 0 rounds up to the side itself
    return wrapped
