"""Pairwise velocities: how fast matter, or halos, fall towards each other, and how much that varies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.halo_source import words_of
from backends.statistics.two_point_correlation import BINS_PER_DECADE, FARTHEST, MOST_PAIRS

if TYPE_CHECKING:
    from backends.mesh.pair_velocities import PairVelocities
    from backends.statistics.sample import Sample

Floats = NDArray[np.float64]

DEPENDS = ("species", "pairs_of", "pair_points", "linking_length", "min_particles")
CLOSEST = 0.05
"""Of the points' mean separation: closer pairs are too few to say anything."""
FEWEST = 100
"""Pairs in a bin below which it is not believed."""


@register("pairwise-velocity")
class PairwiseVelocity:
    """−v₁₂(r), v₁₂ = ⟨(v₂ − v₁)·r̂⟩ of peculiar velocities, over all pairs of halos or of some of the particles.

    Above zero pairs approach each other. Every pair counts the same. Errors are those of a jackknife that
    leaves out, one after another, all pairs that touch one of 27 cubes of the box.
    """

    label = "Pairwise velocity"
    axes = Axes(
        x_label="r  [Mpc/h]",
        y_label="−v₁₂(r)  [km/s]",
        log_x=True,
        ratio_label="v₁₂ / v_ref",
        faint="fewer than 100 pairs",
        shared_phases=True,
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        return measure("pairwise-velocity", "infall", "error", sample, parameters, progress)


@register("pairwise-velocity-dispersion")
class PairwiseVelocityDispersion:
    """σ₁₂(r) = √(⟨((v₂ − v₁)·r̂)²⟩ − v₁₂²), as ``pairwise-velocity``; in the table that across r̂, per axis, too."""

    label = "Pairwise velocity dispersion"
    axes = Axes(
        x_label="r  [Mpc/h]",
        y_label="σ₁₂(r)  [km/s]",
        log_x=True,
        ratio_label="σ₁₂ / σ_ref",
        faint="fewer than 100 pairs",
        shared_phases=True,
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        return measure("pairwise-velocity-dispersion", "dispersion", "dispersion_error", sample, parameters, progress)


def measure(
    name: str, drawn: str, sigma: str, sample: Sample, parameters: Parameters, progress: Progress
) -> StatisticResult:
    """Return infall and dispersion, of which one column is drawn.

    Raises
    ------
    NotApplicable
        Where nothing that has velocities comes in pairs.
    """
    positions, velocities, box_size, of, whose = _points(sample, parameters, part(progress, 0.0, 0.4))
    n = positions.shape[0]
    edges, notes = _edges(n, box_size)

    def make() -> PairVelocities:
        from backends.mesh.pair_velocities import pair_velocities  # brings numba, for which no window should wait

        return pair_velocities(positions, velocities, box_size, edges, part(progress, 0.4, 1.0))

    chosen = tuple(getattr(parameters, field) for field in DEPENDS)
    listed = None if sample.catalogue is None else sample.catalogue.key
    key = ("pairwise velocities", *chosen, listed, *whose.items())
    found = sample.once(key, make, part(progress, 0.4, 1.0))
    values, resampled = _moments(found.whole), _moments(found.without)
    spread = resampled - resampled.mean(axis=1, keepdims=True)
    regions = spread.shape[1]
    errors = np.sqrt((regions - 1) / regions * (spread**2).sum(axis=1))
    count = found.whole[:, 0].astype(np.int64)
    first = int(np.flatnonzero(count)[0]) if count.any() else 0
    if not count.any():
        raise NotApplicable(f"no two of its {n:,} {of} are closer than {edges[-1]:.3g} Mpc/h")
    columns = {"r": np.sqrt(edges[:-1] * edges[1:])}
    for place, column in enumerate(("infall", "dispersion", "dispersion_across")):
        columns |= {column: values[place], "error" if not place else f"{column}_error": errors[place]}
    return StatisticResult(
        name=name,
        columns={**{key: column[first:] for key, column in columns.items()}, "count": count[first:]},
        units={**dict.fromkeys(columns, "km/s"), "r": "Mpc/h", "count": ""},
        x="r",
        y=drawn,
        sigma=sigma,
        parameters={
            "pairs_of": of,
            "n_points": n,
            "species": parameters.species,
            "box_size": box_size,
            "bins_per_decade": BINS_PER_DECADE,
            "errors": "jackknife of 27 cubes",
            **whose,
        },
        reliable=count[first:] >= FEWEST,
        notes=notes,
    )


def _moments(sums: Floats) -> Floats:
    """Return −⟨v_r⟩, the spread of v_r and the rms of v_t per axis, from sums (…, 4); NaN where there is no pair."""
    with np.errstate(invalid="ignore", divide="ignore"):
        radial, square, across = (sums[..., place] / sums[..., 0] for place in (1, 2, 3))
    return np.stack([-radial, np.sqrt(np.maximum(square - radial**2, 0.0)), np.sqrt(np.maximum(across, 0.0) / 2)])


def _edges(n: int, box_size: float) -> tuple[Floats, tuple[str, ...]]:
    """Return 10^(j/10) Mpc/h, from where few pairs are left to a quarter of the box, or as far as can be counted."""
    farthest = FARTHEST * box_size
    affordable = box_size * (MOST_PAIRS * 2 / n**2 / (4 / 3 * np.pi)) ** (1 / 3)
    notes: tuple[str, ...] = ()
    if affordable < farthest:
        farthest = affordable
        notes = (f"Pairs farther apart than {farthest:.3g} Mpc/h are too many to count.",)
    first = int(np.floor(BINS_PER_DECADE * np.log10(CLOSEST * box_size / n ** (1 / 3))))
    last = int(np.floor(BINS_PER_DECADE * np.log10(farthest) + 1e-9))
    return np.asarray(10 ** (np.arange(first, max(last, first + 1) + 1) / BINS_PER_DECADE)), notes


def _points(
    sample: Sample, parameters: Parameters, progress: Progress
) -> tuple[NDArray[np.floating], NDArray[np.floating], float, str, dict[str, str]]:
    """Return positions and velocities, (n, 3) each, the box's side, what they are of, and of which halos."""
    if parameters.pairs_of == "halos" or sample.is_catalogue(parameters.species):
        halos = sample.halos(parameters, progress, ("velocities",)).at_last_time()
        linked = dict(halos.parameters).get("linking_length")
        finder = halos.finder if linked is None else f"FoF b = {linked:g}"
        moving = _moving(halos, sample.label, "halos")
        return (*moving, halos.box_size, "halos", {"halo_finder": finder, **words_of(halos)})
    particles = sample.particles(parameters.species, ("velocities",), progress)
    positions, velocities = _moving(particles, sample.label, "particles")
    if particles.count > parameters.pair_points:
        # The same rows of every run: what is left to chance is left to the same.
        chosen = np.random.default_rng(0).choice(particles.count, parameters.pair_points, replace=False)
        chosen.sort()
        positions, velocities = positions[chosen], velocities[chosen]
    return positions, velocities, particles.box_size, "particles", {}


def _moving(points: Catalogue | Particles, label: str, of: str) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return what moves; raises NotApplicable where it does not, or there are no two."""
    if points.velocities is None:
        raise NotApplicable(f"the {of} of {label} have no velocities")
    if points.count < 2:
        raise NotApplicable(f"{label} has no two {of} that could be a pair")
    if bad := int(np.count_nonzero(~np.isfinite(points.velocities).all(axis=1))):
        raise NotApplicable(f"{bad} of {points.count} velocities of {label} are not finite numbers")
    return points.positions, points.velocities
