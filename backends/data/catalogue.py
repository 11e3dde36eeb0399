"""Halos, from a file or found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.data.kinship import Kinship
from backends.data.members import Members


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Halos in a periodic box, most massive first; those of a merger tree in the order of its file.

    positions : (n, 3) float64, comoving Mpc/h
    masses : (n,) float64, Msun/h
    counts : (n,) int64, linked particles, or None where the file does not say
    radii : (n,) float64, comoving Mpc/h, or None
    velocities : (n, 3) float64, peculiar km/s, or None
    finder : "fof" or the name of whoever made it
    parameters : what the finder was told, e.g. {"linking_length": 0.2, "min_particles": 20}
    ids : (n,) int64, what other halos call them, or None
    hosts : (n,) int64, the id of the halo or group that each lies in, -1 for none, or None
    descendants : (n,) int64, the id of what each becomes at the next snapshot, -1 for none, or None
    redshifts : (n,) float64, where they are not all of one time; ``redshift`` is None then
    columns : what else the file says of them, (n,) or (n, 3), by name: "m200c" (Msun/h), "r200c" (Mpc/h), "vmax" (km/s)
        "centre" (Mpc/h) says where a halo is densest, if ``positions`` are something else
    members : which particles they are made of, or None where that is not known
    rows : (n, 2) int64, the place in the snapshot of each one's first dark-matter particle and how many follow each
        other there, as codes write them that sort their particles by group; or None
    inner : (n,) bool, which of them lie in another halo, or None where the file does not say
    left_out : how many of such the file has beside these
    kin : what each came from and what it becomes, or None where that was not looked for
    """

    positions: NDArray[np.float64]
    masses: NDArray[np.float64]
    box_size: float
    counts: NDArray[np.int64] | None = None
    radii: NDArray[np.float64] | None = None
    velocities: NDArray[np.float64] | None = None
    redshift: float | None = None
    finder: str = "fof"
    parameters: tuple[tuple[str, float], ...] = ()
    ids: NDArray[np.int64] | None = None
    hosts: NDArray[np.int64] | None = None
    descendants: NDArray[np.int64] | None = None
    redshifts: NDArray[np.float64] | None = None
    columns: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    members: Members | None = None
    rows: NDArray[np.int64] | None = None
    inner: NDArray[np.bool_] | None = None
    left_out: int = 0
    kin: Kinship | None = None

    @property
    def count(self) -> int:
        return int(self.masses.shape[0])

    @property
    def nbytes(self) -> int:
        of_halos = (self.positions, self.masses, self.counts, self.radii, self.velocities)
        of_trees = (self.ids, self.hosts, self.descendants, self.redshifts, self.rows, self.inner)
        arrays = (*of_halos, *of_trees, *self.columns.values(), self.members)
        return sum(int(a.nbytes) for a in arrays if a is not None)

    @property
    def centres(self) -> NDArray[np.float64]:
        """Where the halos are densest, (n, 3) float64, Mpc/h; their positions where nothing else is known."""
        return self.columns.get("centre", self.positions)

    @property
    def kept(self) -> str:
        """Which halos these are, where their file tells those in others apart: "distinct" or "with substructure"."""
        if self.inner is None:
            return ""
        return "with substructure" if self.inner.any() else "distinct"

    def distinct(self) -> Catalogue:
        """Return the halos that lie in no other one; of a catalogue that does not say, itself."""
        if self.inner is None or not self.inner.any():
            return self
        return replace(self._of(np.flatnonzero(~self.inner)), left_out=int(np.count_nonzero(self.inner)))

    def at_last_time(self) -> Catalogue:
        """Return the halos of the last time that there is, most massive first; of a catalogue, itself."""
        if self.redshifts is None:
            return self
        last = float(self.redshifts.min())
        chosen = np.flatnonzero(self.redshifts == last)
        chosen = chosen[np.argsort(-self.masses[chosen], kind="stable")]
        return replace(self._of(chosen), redshift=last, redshifts=None)

    def _of(self, chosen: NDArray[np.int64]) -> Catalogue:
        """Return some of the halos, in that order."""

        def rows(values: NDArray[Any] | None) -> Any:
            return None if values is None else values[chosen]

        return replace(
            self,
            positions=rows(self.positions),
            masses=rows(self.masses),
            counts=rows(self.counts),
            radii=rows(self.radii),
            velocities=rows(self.velocities),
            ids=rows(self.ids),
            hosts=rows(self.hosts),
            descendants=rows(self.descendants),
            redshifts=rows(self.redshifts),
            columns={name: rows(values) for name, values in self.columns.items()},
            members=None if self.members is None else self.members.of(chosen),
            rows=rows(self.rows),
            inner=rows(self.inner),
            kin=None,
        )
