"""Two runs whose error is known in every environment, or at every halo, because it was planted there.

A cell that holds all of a clump's matter is smoothed to h exp(−r² / 2R²), to nine digits where R is two cells. Clumps
and classes lie eight R and more apart, so that what was planted in one of them does not reach another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Data, Sample

Floats = NDArray[np.float64]

CELL, RADIUS_CELLS = 2.0, 2
CLUMP = (2 * np.pi) ** 1.5 * RADIUS_CELLS**3
WALL = (2 * np.pi) ** 0.5 * RADIUS_CELLS
"""What one cell, or every cell of a plane, holds whose smoothed density is one there."""


@dataclass(frozen=True)
class Planted:
    """Two runs and what must be found of them, by column; where the worst places are is (n, 3) Mpc/h."""

    run: Field
    reference: Field
    parameters: Parameters
    expected: dict[str, Floats]
    worst_places: Floats
    halos: Catalogue | None = None

    def measure(self, name: str) -> StatisticResult:
        """Compute a statistic of the two; the reference has the halos."""
        halos = self.halos
        listed = None if halos is None else _sample(halos)
        return registry()[name].compute(_sample(self.run), _sample(self.reference, listed), self.parameters, silent)


def matter_out_of_place(height: float = 0.2, n: int = 128) -> Planted:
    """Return a wave along x in quarters of its volume; a wall of the fullest, and a clump in it, lie in the emptiest.

    The wall is as high as the clump that stands on it.
    """
    amplitude, phase, quarter = 0.3, 0.4, n**3 / 4
    heights = amplitude * np.cos(2 * np.pi * np.arange(n) / n + phase)
    kept = np.exp(-((2 * np.pi / n * RADIUS_CELLS) ** 2) / 2)
    base = np.broadcast_to(heights[:, None, None] / kept, (n, n, n))
    quarters = np.argsort(heights).reshape(4, n // 4)
    # In the middle of the wave's trough and of its crest; the clumps anywhere across.
    cells = np.array([(heights.argmin(), 30, 90), (heights.argmax(), 70, 11)])
    run, reference = base.copy(), base.copy()
    for field, cell in zip((run, reference), cells, strict=True):
        field[cell[0]] += height * WALL
        field[tuple(cell)] += height * CLUMP
    matter = height * (WALL * n**2 + CLUMP)
    bare = 1 + heights[quarters].mean(axis=1) - matter / n**3
    here, there = (bare + np.array(which) * matter / quarter for which in ([1, 0, 0, 0], [0, 0, 0, 1]))
    # Of the squares of a wall, of a clump, and twice of their product.
    thick = np.sqrt(np.pi) * RADIUS_CELLS
    squares = height**2 * thick * (n**2 + thick**2 + 2 * (2 * np.pi * RADIUS_CELLS**2))
    expected = {
        "relative_error": here / there - 1,
        "mean_ratio": here / there,
        "density_error": np.sqrt(squares / quarter) * np.array([1, 0, 0, 1]) / there,
        "overdensity": there - 1,
        "worst": np.array([2 * height, 0.0, 0.0, -2 * height]),
    }
    places = np.full((4, 3), np.nan)
    places[[0, 3]] = (cells + 0.5) * CELL
    parameters = Parameters(smoothing_radius=RADIUS_CELLS * CELL, density_quantiles=4)
    return Planted(_field(run), _field(reference), parameters, expected, places)


def halos_of_wrong_density(n: int = 64) -> Planted:
    """Return 64 halos in four bins of mass: too dense in the second, by as much too thin in the third, else right."""
    random = np.random.default_rng(8)
    sites = np.stack(np.meshgrid(*[np.arange(8, n, 16)] * 3, indexing="ij"), -1).reshape(-1, 3)
    bins = random.permutation(np.arange(len(sites)) % 4)
    masses = 10 ** (13 + 0.2 * (bins + random.uniform(0.1, 0.9, len(sites))))
    there = random.uniform(1.0, 2.0, len(sites))
    there += 1 - CLUMP * there.sum() / n**3  # 1 + δ at the halos: the mean is that of the box
    wrong = np.linspace(0.1, 0.3, len(sites)) * (bins == 1)
    lost = np.linspace(0.2, 0.1, len(sites)) * (bins == 2)
    lost *= (wrong * there).sum() / (lost * there).sum()
    error = wrong - lost
    here = there * (1 + error)
    run, reference = np.zeros((n,) * 3), np.zeros((n,) * 3)
    for field, density in ((run, here), (reference, there)):
        field[tuple(sites.T)] = CLUMP * density
    # The clumps' own heights: what the mean takes off is put back, in both alike.
    mean = CLUMP * there.sum() / n**3
    for field in (run, reference):
        field[tuple(sites.T)] += CLUMP * (mean - 1) / (1 - CLUMP * len(sites) / n**3)
    centres = (sites + 0.5 + random.uniform(-0.4, 0.4, sites.shape)) * CELL
    of = [np.flatnonzero(bins == b) for b in range(4)]
    ratio = np.array([here[some].mean() / there[some].mean() for some in of])
    off = [(here - r * there)[some] for r, some in zip(ratio, of, strict=True)]
    worst = [some[np.abs(error[some]).argmax()] for some in of]
    places = np.where(error[worst][:, None] != 0, centres[worst], np.nan)
    expected = {
        "relative_error": ratio - 1,
        "mean_ratio": ratio,
        "mean_ratio_error": np.array([d.std(ddof=1) / 4 / there[some].mean() for d, some in zip(off, of, strict=True)]),
        "density_error": np.array([np.sqrt(((here - there)[s] ** 2).mean()) / there[s].mean() for s in of]),
        "overdensity": np.array([there[some].mean() - 1 for some in of]),
        "worst": error[worst],
        "mass_low": 10 ** (13 + 0.2 * np.arange(4)),
    }
    order = np.argsort(-masses)
    halos = Catalogue(centres[order], masses[order], n * CELL)
    return Planted(
        _field(run), _field(reference), Parameters(smoothing_radius=RADIUS_CELLS * CELL), expected, places, halos
    )


def _field(values: NDArray[np.floating]) -> Field:
    return Field(values.astype(np.float32), len(values) * CELL, "overdensity", cell_offset=0.5)


def _sample(data: Data, catalogue: Sample | None = None) -> Sample:
    return Sample(lambda species, progress: data, label="run", catalogue=catalogue)
