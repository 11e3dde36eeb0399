"""Particles as views draw them: in an order left to chance, packed small, coloured by what they carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from cmap import Color
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.particles import Particles
from widgets.volume import picking

CHUNK = 1 << 17
"""Particles that are packed, uploaded and drawn together: any first chunks are a fair sample of all."""

CODES = 1 << 16
"""Places along a side of the box: a particle is drawn within 1/131072 of the side, 0.8 kpc/h in 100 Mpc/h."""

SHADES = 32767
"""Steps of a velocity's component: 0.05 km/s where the fastest is at 1500 km/s."""

EMPTY = 1e-3
"""A density below this share of the mean is coloured as this."""

SPECIES = {
    "dm": "#7d8cff",
    "gas": "#ff6a4d",
    "stars": "#ffd45c",
    "black-holes": "#ffffff",
    "neutrinos": "#4de3b0",
    "tracers": "#c48bff",
}
OTHER = "#7d8cff"

VALUES = ("density", "speed", "along", "mass")
"""Colours that stand for a number, of which a pixel shows the mean weighted by mass."""

VELOCITIES = ("speed", "along", "direction")

Packed = tuple[NDArray[np.uint16], NDArray[np.generic] | None]


@dataclass(frozen=True, eq=False)
class Swarm:
    """All particles of a run.

    parts : of one box, species by species where they are told apart
    total : how many particles the run has; more than there are here where only a sample was read
    most : of them that are drawn at most; a fair sample
    """

    parts: tuple[Particles, ...]
    total: int = 0
    most: int = 1 << 40

    @property
    def box_size(self) -> float:
        """Side of the box, Mpc/h."""
        return self.parts[0].box_size

    @cached_property
    def count(self) -> int:
        """Particles that are drawn."""
        return min(self._held, self.most)

    @property
    def _held(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return sum(part.nbytes for part in self.parts)

    @property
    def n_chunks(self) -> int:
        """Chunks of them."""
        return -(-self.count // CHUNK)

    @property
    def note(self) -> str:
        """What a view must say where not all of the run's particles are here."""
        return f"{self.count:,} of {self.total:,} particles" if self.total > self.count else ""

    def size(self, chunk: int) -> int:
        """Return how many particles a chunk holds."""
        return min(CHUNK, self.count - chunk * CHUNK)

    def lacks(self, colour: str) -> str:
        """Return why these particles cannot be coloured so and what helps, or "" where they can."""
        if colour in VELOCITIES and any(part.velocities is None for part in self.parts):
            return "This run keeps no velocities: colour its particles by density"
        if colour == "mass" and all(part.masses is None for part in self.parts):
            return "This run does not say what its particles weigh: colour them by density"
        return ""

    @cached_property
    def _order(self) -> NDArray[np.integer[Any]]:
        """An order left to chance, the same every time."""
        kind: type[np.integer[Any]] = np.int32 if self._held < 2**31 else np.int64
        order = np.arange(self._held, dtype=kind)
        np.random.default_rng(0).shuffle(order)
        return order[: self.count]

    @cached_property
    def _weights(self) -> tuple[float, float]:
        """Binary logarithms of the smallest weight and of the ratio of the largest to it."""
        masses = [np.asarray(1.0 if p.masses is None else p.masses, dtype=np.float64) for p in self.parts]
        mean = self._mean_mass
        positive = [m[m > 0] for m in masses]
        least, most = (
            min((float(p.min()) for p in positive if p.size), default=mean),
            max((float(p.max()) for p in positive if p.size), default=mean),
        )
        if least == most:
            return 0.0, 0.0
        # What weighs less than 1e-9 of the mean adds nothing that is seen.
        least = max(least, 1e-9 * mean)
        return float(np.log2(least / mean)), float(np.log2(most / least))

    @cached_property
    def _mean_mass(self) -> float:
        total = sum(
            part.count * 1.0 if part.masses is None else part.count * part.masses if isinstance(part.masses, float)
            else float(part.masses.sum(dtype=np.float64))
            for part in self.parts
        )  # fmt: skip
        return total / max(self._held, 1) or 1.0

    @property
    def weights(self) -> tuple[float, float]:
        """How the shader reads weights, in units of the mean: 2 ** (first + second × code / 65535)."""
        return self._weights

    def packed(self, chunk: int) -> NDArray[np.uint16]:
        """Return positions and weights of a chunk, (n, 4) uint16: 8 bytes a particle.

        Weights are kept to 2e-4 of themselves over ten decades, exactly where all are equal.
        """
        packed = np.empty((self.size(chunk), 4), dtype=np.uint16)
        packed[:, :3] = self._gather(chunk, _codes)
        first, span = self._weights
        packed[:, 3] = 0
        if span:
            masses = self._gather(chunk, _masses) / self._mean_mass
            with np.errstate(divide="ignore"):
                place = (np.log2(masses) - first) / span
            packed[:, 3] = np.rint(np.clip(place, 0.0, 1.0) * (CODES - 1))
        return packed

    def painted(self, chunk: int, colour: str, density: Field | None, fastest: float) -> NDArray[np.generic] | None:
        """Return what a chunk's particles are coloured by, or None for their own light alone.

        (n,) float32: log10(1+δ), km/s or log10 of Msun/h; of "along" and "direction" (n, 4) int16, velocities in
        units of ``fastest`` / 32767; of "species" (n, 4) uint8, red, green, blue, and how much of its weight counts.

        Parameters
        ----------
        density : 1+δ, which "density" is read from
        fastest : km/s, the largest component that is kept
        """
        if colour == "density" and density is not None:
            places = self._gather(chunk, _places)
            found = np.maximum(picking.interpolated(density, places), EMPTY)
            return np.asarray(np.log10(found), dtype=np.float32)
        if colour == "speed":
            return np.asarray(np.linalg.norm(self._gather(chunk, _velocities), axis=1), dtype=np.float32)
        if colour in VELOCITIES:
            velocities = np.zeros((self.size(chunk), 4), dtype=np.int16)
            scaled = np.clip(self._gather(chunk, _velocities) / fastest, -1.0, 1.0) * SHADES
            velocities[:, :3] = np.rint(scaled)
            return velocities
        if colour == "mass":
            return np.asarray(np.log10(np.maximum(self._gather(chunk, _masses), 1e-30)), dtype=np.float32)
        if colour == "species":
            return np.asarray(self._gather(chunk, self._tints), dtype=np.uint8)
        return None

    @cached_property
    def faintest(self) -> float:
        """Mean weight of the species whose particles weigh least: where species are told apart all shine like it."""
        return min((self._mean_weight(part) for part in self.parts), default=1.0)

    def _mean_weight(self, part: Particles) -> float:
        mean = 1.0 if part.masses is None else float(np.mean(part.masses, dtype=np.float64))
        return max(mean, 1e-30) / self._mean_mass

    def _tints(self, part: Particles, rows: NDArray[np.integer]) -> NDArray[np.uint8]:
        """Return a species' colour, and the square root of the share of its weight that it shines with."""
        share = round(255 * (self.faintest / self._mean_weight(part)) ** 0.5)
        return np.tile(np.array((*species_tint(part.species), max(share, 1)), dtype=np.uint8), (len(rows), 1))

    @cached_property
    def fastest(self) -> float:
        """The largest component of a velocity, km/s; 1 where nothing moves."""
        speeds = [float(np.abs(p.velocities).max(initial=0.0)) for p in self.parts if p.velocities is not None]
        return max(speeds, default=0.0) or 1.0

    def _gather(self, chunk: int, take: Callable[[Particles, NDArray[np.integer]], NDArray[np.generic]]) -> NDArray:  # type: ignore[type-arg]
        """Return what ``take`` finds of a chunk's particles, part by part and in the chunk's order."""
        rows = self._order[chunk * CHUNK : chunk * CHUNK + self.size(chunk)]
        if len(self.parts) == 1:
            return take(self.parts[0], rows)
        begins = np.cumsum([0, *(part.count for part in self.parts)])
        found = None
        for part, begin, end in zip(self.parts, begins, begins[1:], strict=False):
            mine = np.flatnonzero((rows >= begin) & (rows < end))
            taken = take(part, rows[mine] - begin)
            if found is None:
                found = np.empty((rows.size, *taken.shape[1:]), dtype=taken.dtype)
            found[mine] = taken
        assert found is not None
        return found


@dataclass(frozen=True, eq=False)
class Pair:
    """A run's particles at two times, row by row the same ones: both swarms have one order."""

    before: Swarm
    after: Swarm

    @property
    def nbytes(self) -> int:
        """Bytes of both in memory."""
        return self.before.nbytes + self.after.nbytes

    def lacks(self, colour: str) -> str:
        """Return why these particles cannot be coloured so and what helps, or "" where they can."""
        return self.before.lacks(colour) or self.after.lacks(colour)


def _places(part: Particles, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    return np.asarray(part.positions[rows] / part.box_size, dtype=np.float64) % 1.0


def _codes(part: Particles, rows: NDArray[np.integer]) -> NDArray[np.uint16]:
    # The box is periodic: what lies on its far side lies on its near side.
    return (np.floor(_places(part, rows) * CODES).astype(np.int64) % CODES).astype(np.uint16)


def _masses(part: Particles, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    if isinstance(part.masses, np.ndarray):
        return np.asarray(part.masses[rows], dtype=np.float64)
    return np.full(len(rows), 1.0 if part.masses is None else part.masses)


def _velocities(part: Particles, rows: NDArray[np.integer]) -> NDArray[np.float32]:
    assert part.velocities is not None
    return np.asarray(part.velocities[rows], dtype=np.float32)


def species_tint(species: str) -> tuple[int, int, int]:
    """Return the colour of a species' light: red, green and blue in [0, 255]."""
    red, green, blue = Color(SPECIES.get(species, OTHER)).rgba8[:3]
    return int(red), int(green), int(blue)
