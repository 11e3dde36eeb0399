"""What a snapshot's header must say for an N-body code to go on from it."""

from __future__ import annotations

from dataclasses import dataclass

CRITICAL_DENSITY = 2.77536627e11
"""3 H0² / 8πG, in h² Msun / Mpc³."""

KPC_IN_CM = 3.085678e21
MASS_IN_G = 1.989e43
KM_IN_CM = 1e5
"""The conventional units of this family of codes: kpc/h, 1e10 Msun/h, km/s."""

TYPES = {"gas": 0, "dm": 1, "neutrinos": 2, "tracers": 3, "stars": 4, "black-holes": 5}
LAST_TYPE = 5
BLACK_HOLES = {"gadget-hdf5": "BH_Flag", "bigfile": "BlackholeFlag"}
"""A column of ones: such a name is what tells black holes from a zoom's coarse matter, which is of the same type."""


@dataclass(frozen=True)
class SnapshotFacts:
    """One moment of one simulation.

    box_size : comoving Mpc/h
    hubble : H0 / 100
    omega_lambda : None for a flat universe
    created_by : name and version of the program and the call that made it
    """

    box_size: float
    redshift: float
    omega_m: float
    hubble: float
    omega_lambda: float | None = None
    omega_baryon: float = 0.0
    created_by: str = ""

    @property
    def scale_factor(self) -> float:
        """a = 1 / (1 + z)."""
        return 1 / (1 + self.redshift)

    def cosmology(self) -> dict[str, float]:
        """Return the density parameters and h under the names that all codes of this family give them."""
        return {
            "Omega0": self.omega_m,
            "OmegaLambda": 1 - self.omega_m if self.omega_lambda is None else self.omega_lambda,
            "OmegaBaryon": self.omega_baryon,
            "HubbleParam": self.hubble,
        }

    def mean_mass(self, count: int) -> float:
        """Return the mass of one of so many equal particles that are all matter: Ω_m ρ_crit L³ / n, Msun/h."""
        return self.omega_m * CRITICAL_DENSITY * self.box_size**3 / max(count, 1)


UNITS = {"UnitLength_in_cm": KPC_IN_CM, "UnitMass_in_g": MASS_IN_G, "UnitVelocity_in_cm_per_s": KM_IN_CM}


def types_of(species: tuple[str, ...]) -> dict[str, int]:
    """Give every species the particle type that it has by convention, or else the first one that is free."""
    found = {name: TYPES[name] for name in species if name in TYPES}
    for name in species:
        if name not in found:
            number = name.rpartition("-")[2]
            wanted = [int(number)] if number.isdigit() else [1] if name == "matter" else []
            free = [
                type_ for type_ in (*wanted, 1, 2, 3, 5, 4, 0) if type_ <= LAST_TYPE and type_ not in found.values()
            ]
            if free:
                found[name] = free[0]
    return {name: found[name] for name in species if name in found}
