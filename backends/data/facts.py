"""What a person may tell about a file that does not say it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Facts:
    """Facts told by the user; ``None`` means not told. They win over what the file says.

    box_size : comoving side of the box, Mpc/h
    redshift : redshift of the snapshot
    quantity : what a grid holds: "relative_density", "overdensity", "displacement", …
    cell_offset : where in its cell a value sits: 0 (lower corner) or 0.5 (centre)
    hubble : H0 / 100, which brings what is not in units of h to them
    length_unit : of the comoving lengths in a file: "Mpc/h", "kpc/h", "Mpc" or "kpc"
    units : of a table of statistics: "h" for h/Mpc, Mpc/h and Msun/h, "no-h" for 1/Mpc, Mpc and Msun
    level : of a refined mesh, the level on whose cells its quantities are laid, as its code counts them
    """

    box_size: float | None = None
    redshift: float | None = None
    quantity: str | None = None
    cell_offset: float | None = None
    hubble: float | None = None
    units: str | None = None
    length_unit: str | None = None
    level: int | None = None

    def over(self, other: Facts) -> Facts:
        """Return these facts, filled up from ``other`` where nothing is told here."""
        missing = {f.name: getattr(other, f.name) for f in fields(self) if getattr(self, f.name) is None}
        return replace(self, **missing)
