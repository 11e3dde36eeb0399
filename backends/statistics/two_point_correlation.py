"""The two-point correlation function: how much more often than by chance matter, or halos, lie at a distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.handful import enough, few
from backends.statistics.meshes import frame_of, with_mesh

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

FEW = 1 << 17
"""Particles up to which their pairs are counted; more are painted and transformed."""
BINS_PER_DECADE = 10
CLOSEST = 1e-2
"""In units of the mean separation: what lies closer is one."""
FARTHEST = 0.25
"""Of the box."""
MOST_PAIRS = 5e8
"""Pairs of points spread evenly that are looked at; of more of them the farthest are left out."""
SHARPEST = 2
"""Cells below which a mesh does not resolve a separation."""


@register("two-point-correlation")
class TwoPointCorrelation:
    """ξ(r), from pairs of halos or of few particles, else from the Fourier transform of a mesh.

    Pairs: ξ = DD / RR − 1 in bins of a tenth of a decade, RR of an evenly filled periodic box, which is
    known exactly; the error is that of the number of pairs, √DD / RR. Mesh: ⟨δ(x) δ(x + r)⟩ in shells one
    cell wide; the error is that of a Gaussian field.
    """

    label = "Two-point correlation"
    axes = Axes(
        x_label="r  [Mpc/h]",
        y_label="ξ(r)",
        log_x=True,
        log_y=True,
        ratio_label="ξ / ξ_ref",
        faint="closer than two cells",
        shared_phases=True,
    )
    needs_reference = False

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        matter = sample.compared(parameters, part(progress, 0.0, 0.3))
        if isinstance(matter, Particles) and (matter.count <= FEW or sample.is_catalogue(parameters.species)):
            said: dict[str, object] = {"estimator": "pairs", "species": parameters.species}
            said |= sample.halo_words(parameters)
            return of_pairs(matter, said, part(progress, 0.3, 1.0))
        from backends.mesh.correlation import correlation

        parameters = with_mesh(parameters, sample, reference)
        frame = frame_of(sample, None, parameters, part(progress, 0.0, 0.3), lines=True)
        modes = sample.modes(parameters, frame.n_mesh, part(progress, 0.3, 0.8), frame.cell_offset)
        found = correlation(modes, part(progress, 0.8, 1.0))
        return StatisticResult(
            name="two-point-correlation",
            columns={"r": found.r, "xi": found.xi, "error": found.error},
            units={"r": "Mpc/h", "xi": "", "error": ""},
            x="r",
            y="xi",
            sigma="error",
            parameters={**frame.parameters(sample), "estimator": "mesh", "errors": "Gaussian field"},
            reliable=found.r >= SHARPEST * frame.box_size / frame.n_mesh,
            notes=frame.notes,
        )


def of_pairs(points: Particles, said: dict[str, object], progress: Progress) -> StatisticResult:
    """Count the pairs of points, weighted by mass where masses differ.

    Raises
    ------
    NotApplicable
        Where there are no two points that are near enough.
    """
    from backends.mesh.density import mass_weights
    from backends.mesh.pair_counts import pair_counts

    if points.count < 2:
        raise NotApplicable("there are no two points whose distance could be measured")
    edges, notes = _edges(points)
    weights = mass_weights(points)
    count, weight = pair_counts(points.positions, points.box_size, edges, weights, progress)
    if not count.any():
        raise NotApplicable(f"no two points are closer than {edges[-1]:.3g} Mpc/h")
    pairs = points.count * (points.count - 1) / 2
    if weights is not None:
        total = float(weights.sum(dtype=np.float64))
        pairs = (total**2 - float(np.einsum("i,i->", weights, weights, dtype=np.float64))) / 2
    by_chance = pairs * 4 / 3 * np.pi * np.diff(edges**3) / points.box_size**3
    ratio = weight / by_chance
    first = int(np.flatnonzero(count)[0])
    per_pair = np.where(count > 0, ratio / np.sqrt(np.maximum(count, 1)), 1 / by_chance * pairs_mean(weight, count))
    return StatisticResult(
        name="two-point-correlation",
        columns={
            "r": np.sqrt(edges[:-1] * edges[1:])[first:],
            "xi": (ratio - 1)[first:],
            "error": per_pair[first:],
            "count": count[first:],
        },
        units={"r": "Mpc/h", "xi": "", "error": "", "count": ""},
        x="r",
        y="xi",
        sigma="error",
        parameters={
            **said,
            "n_particles": points.count,
            "box_size": points.box_size,
            "bins_per_decade": BINS_PER_DECADE,
            "errors": "number of pairs",
        },
        reliable=enough(count[first:]),
        notes=(*notes, *few(count[first:], "pairs")),
    )


def pairs_mean(weight: NDArray[np.float64], count: NDArray[np.int64]) -> float:
    """Return what a pair weighs on average: the error of a bin that has none."""
    return float(weight.sum() / count.sum())


def _edges(points: Particles) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return 10^(j/10) from where there is no pair to a quarter of the box, or as far as can be counted."""
    box_size, separation = points.box_size, points.box_size / points.count ** (1 / 3)
    farthest = FARTHEST * box_size
    affordable = box_size * (MOST_PAIRS * 2 / points.count**2 / (4 / 3 * np.pi)) ** (1 / 3)
    notes: tuple[str, ...] = ()
    if affordable < farthest:
        farthest = affordable
        notes = (f"Pairs farther apart than {farthest:.3g} Mpc/h are too many to count.",)
    first = int(np.floor(BINS_PER_DECADE * np.log10(CLOSEST * separation)))
    last = int(np.floor(BINS_PER_DECADE * np.log10(farthest) + 1e-9))
    return 10 ** (np.arange(first, max(last, first + 1) + 1) / BINS_PER_DECADE), notes
