"""Where a run breaks, by scale: the error of its power and of its phases in bands of k, and the worst voxel of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.error_maps import Floats, cell_places, map_result
from backends.statistics.meshes import with_mesh
from backends.statistics.pair import Pair, measure_pair

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

BANDS_PER_DECADE = 6


@register("error-map-scale")
class ErrorMapOfScale:
    """T − 1 in bands of k, T = √(ΣP / ΣP_ref) over the band's modes, with the error √((1 − r²) / 2n) T of n modes.

    The worst voxel of a band is the largest |δ − δ_ref| once both hold the modes of that band alone; ``worst`` is
    δ − δ_ref there.
    """

    label = "Where it breaks · power"
    axes = Axes(x_label="k  [h/Mpc]", y_label="T − 1")
    needs_reference = True

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        return _banded("error-map-scale", sample, reference, parameters, progress)


@register("error-map-phase")
class ErrorMapOfPhase:
    """r − 1 in bands of k, r = ΣP× / √(ΣP ΣP_ref) over the band's modes, with the error (1 − r²) / √(2n)."""

    label = "Where it breaks · phases"
    axes = Axes(x_label="k  [h/Mpc]", y_label="r − 1")
    needs_reference = True

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        return _banded("error-map-phase", sample, reference, parameters, progress)


def _banded(
    name: str, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
) -> StatisticResult:
    if reference is None:
        raise NotApplicable("there is no reference to compare with; choose one")
    parameters = with_mesh(parameters, sample, reference)
    pair = measure_pair(sample, reference, parameters, part(progress, 0.0, 0.5))
    bands = bands_of(pair)
    sums = sums_of(pair, bands)
    number = _numbers(pair.k)[bands[:, 0]]
    low, high = 10 ** (number / BANDS_PER_DECADE), 10 ** ((number + 1) / BANDS_PER_DECADE)
    worst = worst_voxels(sample, reference, pair, bands, part(progress, 0.5, 1.0))
    return map_result(
        name,
        "k",
        (low, high, sums.k),
        sums.transfer if name == "error-map-scale" else sums.phase,
        (worst.places(sample, pair), worst.values),
        unit="h/Mpc",
        parameters={**pair.frame.parameters(sample), "errors": "number of modes"},
        more={"n_modes": sums.n_modes},
        notes=pair.frame.notes,
    )


@dataclass(frozen=True, eq=False)
class BandSums:
    """What the modes of each band add up to: mean k, T − 1 and r − 1, each with its standard error, and their number.

    All (n,) float64 but ``n_modes``, (n,) int64.
    """

    k: Floats
    transfer: tuple[Floats, Floats]
    phase: tuple[Floats, Floats]
    n_modes: NDArray[np.int64]


def sums_of(pair: Pair, bands: NDArray[np.int64]) -> BandSums:
    """Add up the shells of each band (n, 2), weighed by their modes."""

    def summed(values: Floats) -> Floats:
        return np.asarray(np.add.reduceat((values * pair.n_modes)[: bands[-1, 1]], bands[:, 0]), np.float64)

    n_modes = summed(np.ones_like(pair.k))
    power, theirs, cross = (summed(values) for values in (pair.power, pair.reference, pair.cross))
    with np.errstate(divide="ignore", invalid="ignore"):
        transfer, r = np.sqrt(power / theirs), cross / np.sqrt(power * theirs)
    stochasticity = np.clip(1 - r**2, 0.0, 1.0)
    return BandSums(
        summed(pair.k) / n_modes,
        (transfer - 1, transfer * np.sqrt(stochasticity / (2 * n_modes))),
        (r - 1, stochasticity / np.sqrt(2 * n_modes)),
        n_modes.astype(np.int64),
    )


def bands_of(pair: Pair) -> NDArray[np.int64]:
    """Return the shells of each band, (n, 2), from the first to before the last: those up to what is resolved."""
    known = int(np.count_nonzero(pair.k <= pair.frame.k_end))
    if not known:
        raise NotApplicable("no shell of modes is resolved by both runs; a finer mesh may help")
    starts = np.concatenate([[0], 1 + np.flatnonzero(np.diff(_numbers(pair.k[:known])))])
    return np.stack([starts, np.append(starts[1:], known)], axis=1)


def _numbers(k: Floats) -> NDArray[np.int64]:
    """Return the band in which each k lies: bands are the same for all runs and boxes."""
    return np.floor(BANDS_PER_DECADE * np.log10(k) + 1e-9).astype(np.int64)


@dataclass(frozen=True, eq=False)
class WorstVoxels:
    """Where the residual of each band is largest: (n,) places in the flat mesh, -1 for none, and δ − δ_ref there."""

    cells: NDArray[np.int64]
    values: Floats

    @property
    def nbytes(self) -> int:
        return int(self.cells.nbytes + self.values.nbytes)

    def places(self, sample: Sample, pair: Pair) -> Floats:
        """Return where they lie, (n, 3) Mpc/h."""
        frame, dimensions = pair.frame, 2 if "dimensions" in pair.frame.parameters(sample) else 3
        return cell_places(self.cells, frame.n_mesh, dimensions, frame.cell_offset, frame.box_size)


def worst_voxels(
    sample: Sample, reference: Sample, pair: Pair, bands: NDArray[np.int64], progress: Progress
) -> WorstVoxels:
    """Return the voxel of the largest |δ − δ_ref| of each band's modes; both maps of scale share it."""
    chosen, n_mesh, offset = pair.frame.chosen, pair.frame.n_mesh, pair.frame.cell_offset
    # Before the run is held for itself: two runs that wait for each other would do so for ever.
    theirs = reference.modes(chosen, n_mesh, part(progress, 0.0, 0.1), offset)

    def find() -> WorstVoxels:
        from backends.mesh.band_extremes import extreme  # brings numba, for which no window should wait
        from backends.mesh.smoothing import residual

        left = residual(sample.modes(chosen, n_mesh, part(progress, 0.1, 0.2), offset), theirs)
        cells, values = np.empty(len(bands), np.int64), np.empty(len(bands))
        for band, (first, end) in enumerate(bands):
            progress(0.2 + 0.8 * band / len(bands), "Looking for the worst voxel")
            # Shell i holds i + 1 ≤ |m| < i + 2.
            cells[band], values[band] = extreme(left, int(first) + 1, int(end) + 1)
            if not values[band]:
                cells[band] = -1
        progress(1.0, "Found the worst voxels")
        return WorstVoxels(cells, values)

    painted = chosen.mass_assignment, chosen.interlaced, sample.painted(chosen), reference.painted(chosen)
    key = ("worst voxels", reference.key, n_mesh, offset, *painted, tuple(bands.reshape(-1).tolist()))
    return sample.once(key, find, progress)
