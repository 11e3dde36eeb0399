"""A particle-mesh N-body simulation in a periodic box, from a 2LPT start, with few large steps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import Cosmology
from backends.cosmology.linear_power import LinearPower
from backends.errors import MachineError, WrongCall
from backends.progress import Progress, part, silent
from backends.readers.files.limits import SHARE, available_memory, human
from backends.simulation.initial_conditions import linear_overdensity
from backends.simulation.lagrangian import second_order, zeldovich
from backends.simulation.mesh_force import acceleration

Array = NDArray[np.float32]

START = 0.1
"""Scale factor of the 2LPT start."""
LATTICE_OFFSET = 0.5
"""Particles start at q = (i + 0.5) L / N."""
STEPPING, SNAPSHOT = 200, 48
"""Bytes a particle that a step takes, its force mesh among them, and that each snapshot keeps."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Particles at one redshift, as displacements from their lattice q = (i + 0.5) L / N.

    displacement : (3, N, N, N) float32, comoving Mpc/h: x = q + displacement, not wrapped
    velocity : (3, N, N, N) float32, peculiar, km/s
    zeldovich, second_order : (3, N, N, N) float32, Mpc/h: displacements of first-order and up to
        second-order (2LPT) perturbation theory at the same redshift, from the same modes
    particle_mass : Msun/h
    """

    redshift: float
    box_size: float
    particle_mass: float
    cosmology: Cosmology
    displacement: Array
    velocity: Array
    zeldovich: Array
    second_order: Array

    def positions(self, displacement: Array | None = None) -> Array:
        """Positions (N³, 3) float32 in [0, box_size), of this displacement (default: the N-body one)."""
        psi = self.displacement if displacement is None else displacement
        n = psi.shape[-1]
        q = (np.arange(n) + LATTICE_OFFSET) * (self.box_size / n)
        x = psi + np.stack(np.meshgrid(q, q, q, indexing="ij"))
        wrapped = np.mod(x, self.box_size).astype(np.float32)
        wrapped[wrapped >= np.float32(self.box_size)] = 0
        return np.ascontiguousarray(np.moveaxis(wrapped, 0, -1).reshape(-1, 3))


def simulate(
    n_particles: int = 64,
    box_size: float = 128.0,
    seed: int = 0,
    redshifts: Sequence[float] = (0.0,),
    cosmology: Cosmology | None = None,
    n_steps: int = 10,
    progress: Progress = silent,
    linear_power: LinearPower | None = None,
) -> list[Snapshot]:
    """Run a particle mesh and return its snapshots, in the order of ``redshifts``.

    Particles start with 2LPT at a = 0.1 and move by kick–drift–kick steps, equal in a, whose factors
    reproduce linear growth exactly however long the step is (FastPM; Feng, Chu, Seljak & McDonald
    2016, MNRAS 463, 2273, equations 22 and 23). Forces come from a mesh of twice as many cells a side.

    Parameters
    ----------
    n_particles : particles a side
    box_size : Mpc/h
    redshifts : of the snapshots; at z ≥ 9 they hold 2LPT itself
    n_steps : steps from a = 0.1 to the last snapshot, in all; at least one between two snapshots
    linear_power : today's linear P(k); Eisenstein & Hu's with wiggles if None

    Raises
    ------
    WrongCall
        Where a parameter cannot be meant.
    MachineError
        Where memory cannot hold so many particles.
    """
    cosmology = cosmology or Cosmology()
    _check(n_particles, box_size, redshifts, n_steps)
    power = linear_power or LinearPower(cosmology)
    progress(0.0, "Drawing initial conditions")
    modes = linear_overdensity(n_particles, box_size, seed, power)
    first = zeldovich(modes, box_size)
    progress(0.02, "Second-order displacements")
    second = second_order(modes, box_size)
    del modes
    progress(0.05, "Starting")

    wanted = [1 / (1 + z) for z in redshifts]
    later = sorted({a for a in wanted if a > START})
    states: dict[float, tuple[Array, Array]] = {a: _lpt(first, second, a, cosmology) for a in wanted if a <= START}
    if later:
        states |= _march(first, second, later, box_size, cosmology, n_steps, part(progress, 0.05, 1.0))
    mass = cosmology.particle_mass(box_size, n_particles)
    snapshots = []
    for z, a in zip(redshifts, wanted, strict=True):
        psi, momentum = states[a]
        linear = np.float32(cosmology.growth(a)) * first
        quadratic = linear + np.float32(cosmology.second_growth(a)) * second
        velocity = momentum * np.float32(100 / a)
        snapshots.append(Snapshot(z, box_size, mass, cosmology, psi, velocity, linear, quadratic))
    progress(1.0, "Simulated")
    return snapshots


def _check(n_particles: int, box_size: float, redshifts: Sequence[float], n_steps: int) -> None:
    if not 4 <= n_particles <= 1024:
        raise WrongCall(f"{n_particles} particles a side cannot be simulated: give 4 to 1024")
    if not 0 < box_size < math.inf:
        raise WrongCall(f"a box of {box_size:g} Mpc/h cannot be simulated: give a positive side")
    if not redshifts or not all(0 <= z < math.inf for z in redshifts):
        raise WrongCall("give at least one redshift, each 0 or above")
    if n_steps < 1:
        raise WrongCall(f"{n_steps} steps cannot be taken: give at least 1")
    wanted, free = (STEPPING + SNAPSHOT * len(redshifts)) * n_particles**3, available_memory()
    if wanted > SHARE * free:
        raise MachineError(
            f"{n_particles}³ particles take about {human(wanted)}, and {human(free)} of memory are free. "
            "Simulate fewer particles, or fewer redshifts at once"
        )


def _lpt(first: Array, second: Array, a: float, cosmology: Cosmology) -> tuple[Array, Array]:
    """Displacement and momentum p = a² dx/d(H0 t) of 2LPT."""
    d1, d2 = float(cosmology.growth(a)), float(cosmology.second_growth(a))
    f1, f2 = float(cosmology.growth_rate(a)), float(cosmology.second_growth_rate(a))
    rate = a * a * float(cosmology.expansion(a))
    psi = np.float32(d1) * first + np.float32(d2) * second
    return psi, np.float32(rate * d1 * f1) * first + np.float32(rate * d2 * f2) * second


def _march(
    first: Array,
    second: Array,
    stops: list[float],
    box_size: float,
    cosmology: Cosmology,
    n_steps: int,
    progress: Progress,
) -> dict[float, tuple[Array, Array]]:
    factors = StepFactors(cosmology)
    n_mesh = 2 * first.shape[1]
    psi, momentum = _lpt(first, second, START, cosmology)
    edges = _edges(stops, n_steps)
    force = acceleration(psi, box_size, n_mesh, cosmology.omega_m)
    states = {}
    for step, (a, b) in enumerate(itertools.pairwise(edges)):
        inside = _step_progress(progress, step, len(edges) - 1)
        inside(0.0)
        middle = math.sqrt(a * b)
        momentum += np.float32(factors.kick(a, middle, a)) * force
        psi += np.float32(factors.drift(a, b, middle)) * momentum
        force = acceleration(psi, box_size, n_mesh, cosmology.omega_m, inside)
        momentum += np.float32(factors.kick(middle, b, b)) * force
        if b in stops:
            states[b] = (psi.copy(), momentum.copy())
    return states


def _step_progress(progress: Progress, step: int, steps: int) -> Progress:
    whole = part(progress, step / steps, (step + 1) / steps)

    def report(fraction: float, message: str = "") -> None:
        whole(fraction, f"Step {step + 1} of {steps}")

    return report


def _edges(stops: list[float], n_steps: int) -> list[float]:
    """Scale factors of the steps: nearly equal ones, that meet every stop exactly."""
    edges, length = [START], stops[-1] - START
    for stop in stops:
        start = edges[-1]
        count = max(1, round(n_steps * (stop - start) / length))
        edges += [*(float(a) for a in np.linspace(start, stop, count + 1)[1:-1]), stop]
    return edges


@dataclass(frozen=True)
class StepFactors:
    """FastPM's kick and drift: with D the growth, G = a³ E dD/da and g = dG/da = (3/2) Ω_m D / (a² E)."""

    cosmology: Cosmology

    def kick(self, start: float, stop: float, at: float) -> float:
        """Momentum gained per acceleration at ``at``, from ``start`` to ``stop``."""
        c = self.cosmology
        slope = 1.5 * c.omega_m * float(c.growth(at)) / (at**2 * float(c.expansion(at)))
        return (self._momentum(stop) - self._momentum(start)) / slope / (at**2 * float(c.expansion(at)))

    def drift(self, start: float, stop: float, at: float) -> float:
        """Way moved per momentum at ``at``, from ``start`` to ``stop``."""
        c = self.cosmology
        return (float(c.growth(stop)) - float(c.growth(start))) / self._momentum(at)

    def _momentum(self, a: float) -> float:
        c = self.cosmology
        return a**2 * float(c.expansion(a)) * float(c.growth(a)) * float(c.growth_rate(a))
