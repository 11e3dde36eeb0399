"""What readers of catalogues share: how one is described, and how columns, in Halograph's units, become it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.description import Description, Part, SpeciesFacts
from backends.data.facts import Facts
from backends.data.members import Members
from backends.errors import UnreadableFile
from backends.readers.files.limits import require_memory
from backends.readers.lengths import box_of, correction, no_box

REACH = 0.1
"""Of the box, how far beyond it (or beyond one that is centred on 0) positions may lie."""

UNCHECKED = np.errstate(all="ignore")
"""Lets numbers be converted that are none: :func:`catalogue` looks for them afterwards, and counts them."""

INTEGERS = ("counts", "ids", "hosts", "descendants", "rows")
OWN = ("positions", "masses", "radii", "velocities", "redshifts", *INTEGERS)
LENGTHS = ("positions", "radii")


def described(
    name: str,
    files: Sequence[Path],
    told: Facts,
    species: Mapping[str, SpeciesFacts],
    *,
    path: Path | None = None,
    kind: str = "catalogue",
    box_size: float | None = None,
    redshift: float | None = None,
    hubble: float | None = None,
    omega_m: float | None = None,
    length_read: float | None = 1.0,
    length_unit: float | None = None,
    parts: Sequence[Part] = (),
    complete: bool = True,
    warnings: Sequence[str] = (),
    proposed: Facts = Facts(),
) -> Description:
    """Describe a catalogue, and say so where nobody states its box.

    Parameters
    ----------
    name : the reader's registered name
    path : what stands for the data set, where that is not its first file
    parts : the runs that it can become; one alone needs no name
    length_read : Mpc/h in its unit of length, by convention where ``length_unit`` does not say that it is stated
    """
    return Description(
        path=path or files[0],
        files=tuple(files),
        format=name,
        kind=kind,
        box_size=box_size,
        redshift=redshift,
        hubble=hubble,
        omega_m=omega_m,
        species=species,
        parts=tuple(parts) if len(parts) > 1 else (),
        complete=complete,
        warnings=(*warnings, *([] if proposed.box_size else no_box(box_size, told))),
        proposed=proposed,
        length_unit=length_unit,
        length_read=length_read,
    )


def catalogue(
    description: Description,
    told: Facts,
    columns: Mapping[str, NDArray[Any]],
    *,
    finder: str,
    redshift: float | None = None,
    parameters: tuple[tuple[str, float], ...] = (),
    scaled: bool = False,
    hosts_are: str = "halos",
    members: Members | None = None,
) -> Catalogue:
    """Order halos by mass and bring them into the box; those of trees keep their order.

    Parameters
    ----------
    told : what wins over the file: a box, a unit of length, a redshift
    columns : by name: "positions" (n, 3) in Mpc/h and "masses" (n,) in Msun/h, and whichever others of
        ``Catalogue`` there are; what it has no place of its own for goes into its ``columns``
    redshift : as the file says it
    scaled : whether a told box corrects the unit of length, as it does for snapshots
    hosts_are : "halos" of the same table, within which subhalos lie; "groups", of which the first halo is the main
        one and lies in no other; or "galaxies", all of which count
    members : the halos' particles, in the order of the columns

    Raises
    ------
    MissingFact
        Where nobody says the box, or the h that the told unit of length needs.
    UnreadableFile
        Where there are no halos, where positions or masses are not finite, or lie outside of the box.
    """
    path, is_tree = description.path, description.kind == "tree"
    unit = correction(path, told, description.length_read, description.hubble)
    stated = None if description.box_size is None else description.box_size * unit
    box_size = box_of(path, told, stated)
    if scaled and stated is not None and told.length_unit is None:
        unit *= box_size / stated
    masses = np.asarray(columns["masses"], dtype=np.float64)
    count = masses.shape[0]
    require_memory(path, 2 * sum(int(column.nbytes) for column in columns.values()), f"{count} halos")
    if not count:
        raise UnreadableFile(path, "holds no halos", "Choose another snapshot")
    if not np.isfinite(masses).all() or masses.min() < 0:
        bad = count - int(np.count_nonzero(np.isfinite(masses) & (masses >= 0)))
        raise UnreadableFile(path, f"holds {bad} masses that are no masses", "Look at the finder that wrote it")
    order = slice(None) if is_tree else np.argsort(-masses, kind="stable")
    kept: dict[str, Any] = {
        name: np.ascontiguousarray(_typed(path, name, column)[order]) for name, column in columns.items()
    }
    for name in LENGTHS if unit != 1 else ():
        if name in kept:
            kept[name] = kept[name] * unit
    if "hosts" in kept:
        kept["hosts"] = _others(kept["hosts"], kept.get("ids"))
    inner = _inner(columns, kept, order, hosts_are)
    return Catalogue(
        positions=_wrapped(path, kept.pop("positions"), box_size),
        masses=kept.pop("masses"),
        box_size=box_size,
        redshift=None if is_tree else told.redshift if told.redshift is not None else redshift,
        finder=finder,
        parameters=parameters,
        columns={name: kept.pop(name) for name in sorted(kept) if name not in OWN},
        members=None if members is None else members.of(np.arange(count)[order]),
        inner=inner,
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


def _inner(
    columns: Mapping[str, NDArray[Any]], kept: Mapping[str, NDArray[Any]], order: Any, hosts_are: str
) -> NDArray[np.bool_] | None:
    """Return which halos lie in another one, in their order by mass; None where the file does not tell."""
    if "hosts" not in kept or hosts_are == "galaxies":
        return None
    if hosts_are == "halos":
        return np.asarray(kept["hosts"] >= 0)
    groups = np.asarray(columns["hosts"])
    _, first = np.unique(groups, return_index=True)
    inner = groups >= 0
    inner[first] = False
    return np.asarray(inner[order])


def _wrapped(path: Path, positions: NDArray[np.float64], box_size: float) -> NDArray[np.float64]:
    """Bring positions into [0, box_size); some finders write them within half a box of 0."""
    low, high = float(positions.min()), float(positions.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise UnreadableFile(path, "holds positions that are not finite numbers", "Look at the finder that wrote it")
    if low < -(0.5 + REACH) * box_size or high > (1 + REACH) * box_size:
        raise UnreadableFile(
            path,
            f"places halos between {low:.6g} and {high:.6g} Mpc/h, outside of a box of {box_size:.6g} Mpc/h",
            "Say the box size with --box-size L, or the unit of the positions with --length-unit UNIT",
        )
    wrapped: NDArray[np.float64] = np.mod(positions, box_size)
    wrapped[wrapped >= box_size] = 0  # what lies just below 0 rounds up to the side itself
    return wrapped
