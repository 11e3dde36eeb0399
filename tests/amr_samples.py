"""Small outputs of codes with refined meshes, of the same boxes: two pieces, three levels, a few particles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

COARSE = 8
BOX_SIZE, REDSHIFT, HUBBLE, OMEGA_M = 50.0, 1.0, 0.7, 0.3


@dataclass(frozen=True)
class Box:
    """Cells of one level: where they begin and end, what they hold, and the particles in them."""

    level: int
    start: tuple[int, int, int]
    values: NDArray[np.float64]
    positions: NDArray[np.float64]
    masses: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape


CELLS = (
    (0, (0, 0, 0), (4, 8, 8)),
    (0, (4, 0, 0), (4, 8, 8)),
    (1, (4, 4, 4), (6, 4, 8)),
    (1, (12, 0, 12), (4, 6, 4)),
    (2, (10, 8, 12), (6, 6, 4)),
)
"""Level, first cell and shape. The last box stands in the third, and cuts cells of the root grid."""


def boxes(rng: np.random.Generator) -> tuple[Box, ...]:
    """Boxes with random densities and particles at random places in them, positions in the box of side 1."""
    made = []
    for level, start, shape in CELLS:
        places = (np.array(start) + rng.random((20, 3)) * shape) / (COARSE * 2**level)
        made.append(Box(level, start, 1 + rng.random(shape), places, 1e9 * (1 + rng.random(20))))
    return tuple(made)


def covering(made: Sequence[Box], level: int) -> NDArray[np.float64]:
    """Lay boxes on the mesh of a level, slowly and plainly: on the finest one first, then averaged."""
    finest = max(box.level for box in made)
    fine = np.zeros((COARSE * 2**finest,) * 3)
    for box in sorted(made, key=lambda box: box.level):
        ratio = 2 ** (finest - box.level)
        for place in np.ndindex(*box.shape):
            low = [(a + i) * ratio for a, i in zip(box.start, place, strict=True)]
            fine[tuple(slice(a, a + ratio) for a in low)] = box.values[place]
    n, ratio = COARSE * 2**level, 2 ** (finest - level)
    return fine.reshape(n, ratio, n, ratio, n, ratio).mean(axis=(1, 3, 5))


ENZO_PARAMETERS = f"""\
InitialTime = 0.8
TopGridRank = 3
TopGridDimensions = {COARSE} {COARSE} {COARSE}
RefineBy = 2
DomainLeftEdge = 0 0 0
DomainRightEdge = 1 1 1
LeftFaceBoundaryCondition = 3 3 3
RightFaceBoundaryCondition = 3 3 3
HydroMethod = 0
InitialCycleNumber = 1
NumberOfParticleAttributes = 3
ComovingCoordinates = 1
CosmologyHubbleConstantNow = {HUBBLE}
CosmologyOmegaMatterNow = {OMEGA_M}
CosmologyOmegaLambdaNow = 0.7
CosmologyComovingBoxSize = {BOX_SIZE}
CosmologyInitialRedshift = 99
CosmologyCurrentRedshift = {REDSHIFT}
"""

GHOSTS = 3


def write_enzo(
    folder: Path, made: Sequence[Box], order: str = "<", types: int = 1, ghosts: bool = False, width: int = 8
) -> Path:
    """Write an output of two processors; every fifth particle is of another type where there are several."""
    folder.mkdir()
    (folder / "data0001").write_text(ENZO_PARAMETERS)
    (folder / "data0001.boundary").write_text("BoundaryRank = 3\nBoundaryDimension = 14 14 14\n")
    entries = []
    for number, box in enumerate(made, 1):
        side = COARSE * 2**box.level
        name = f"data0001.cpu{number % 2:04d}"
        count = len(box.positions)
        dimension = " ".join(str(n + 2 * GHOSTS) for n in box.shape)
        entries.append(
            f"Grid = {number}\nGridRank = 3\nGridDimension = {dimension}\nGridStartIndex = {GHOSTS} {GHOSTS} {GHOSTS}\n"
            f"GridEndIndex = {' '.join(str(n + GHOSTS - 1) for n in box.shape)}\n"
            f"GridLeftEdge = {' '.join(repr(a / side) for a in box.start)}\n"
            f"GridRightEdge = {' '.join(repr((a + n) / side) for a, n in zip(box.start, box.shape, strict=True))}\n"
            f"NumberOfBaryonFields = 1\nBaryonFileName = /scratch/somebody/run/{name}\n"
            f"NumberOfParticles = {count}\nParticleFileName = /scratch/somebody/run/{name}\n"
            f"Pointer: Grid[{number}]->NextGridThisLevel = 0\n"
        )
        values = np.pad(box.values, GHOSTS, constant_values=-1) if ghosts else box.values
        with h5py.File(folder / name, "a") as file:
            group = file.create_group(f"Grid{number:08d}")
            group["Density"] = values.T.astype(f"{order}f{width}")
            group["x-velocity"] = -values.T.astype(f"{order}f{width}")
            for axis, places in zip("xyz", box.positions.T, strict=True):
                group[f"particle_position_{axis}"] = places.astype(f"{order}f8")
                group[f"particle_velocity_{axis}"] = places.astype(f"{order}f{width}")
            # Msun/h as the density that the particle would give a cell of this grid, in units of all matter.
            unit = OMEGA_M * 2.77536627e11 * BOX_SIZE**3 / side**3
            group["particle_mass"] = (box.masses / unit).astype(f"{order}f{width}")
            group["particle_index"] = (100 * number + np.arange(count)).astype(f"{order}i8")
            group["particle_type"] = np.where(np.arange(count) % 5, 1, types).astype(f"{order}i4")
    (folder / "data0001.hierarchy").write_text("\n".join(entries))
    return folder


def write_plotfile(
    folder: Path, made: Sequence[Box], order: str = "<", width: int = 8, nyx: bool = True, ghosts: int = 0
) -> Path:
    """Write a plotfile as AMReX does, the boxes of every level in two files; Nyx's has particles and a cosmology."""
    folder.mkdir()
    finest = max(box.level for box in made)
    domains = " ".join(f"((0,0,0) ({s},{s},{s}) (0,0,0))" for s in (COARSE * 2**i - 1 for i in range(finest + 1)))
    side = BOX_SIZE / HUBBLE if nyx else BOX_SIZE
    lines = ["HyperCLaw-V1.1", "2", "xmom", "density", "3", "0.5", str(finest), "0 0 0", f"{side!r} {side!r} {side!r}"]
    lines += ["2 " * finest, domains, "7 " * (finest + 1), *["1 1 1"] * (finest + 1), "0", "0"]
    reals = "64 11 52 0 1 12 0 1023" if width == 8 else "32 8 23 0 1 9 0 127"
    bytes_ = " ".join(map(str, range(1, width + 1) if order == ">" else range(width, 0, -1)))
    for level in range(finest + 1):
        here = [box for box in made if box.level == level]
        place = folder / f"Level_{level}"
        place.mkdir()
        lines += [f"{level} {len(here)} 0.5", "7", *["0 1"] * (3 * len(here)), f"Level_{level}/Cell"]
        written, named = [], []
        for number, box in enumerate(here):
            low, high = np.array(box.start), np.array(box.start) + box.shape - 1
            written.append(f"(({','.join(map(str, low))}) ({','.join(map(str, high))}) (0,0,0))")
            stored = np.pad(box.values, ghosts, constant_values=-1)
            edges = f"(({','.join(map(str, low - ghosts))}) ({','.join(map(str, high + ghosts))}) (0,0,0))"
            with (place / f"Cell_D_{number % 2:05d}").open("ab") as file:
                named.append(f"FabOnDisk: Cell_D_{number % 2:05d} {file.tell()}")
                file.write(f"FAB ((8, ({reals})),({width}, ({bytes_}))){edges} 2\n".encode())
                for values in (-stored, stored):
                    file.write(values.astype(f"{order}f{width}").tobytes(order="F"))
        head = [
            "1",
            "1",
            "2",
            str(ghosts),
            f"({len(here)} 0",
            *written,
            ")",
            str(len(here)),
            *named,
            "",
            f"{len(here)},2",
        ]
        (place / "Cell_H").write_text("\n".join(head) + "\n")
    (folder / "Header").write_text("\n".join(lines) + "\n")
    if nyx:
        (folder / "comoving_a").write_text(f"{1 / (1 + REDSHIFT)!r}\n")
        (folder / "job_info").write_text(
            " Nyx Job Information\n\n Cosmology Information\n"
            f"Omega_m (comoving):      {OMEGA_M}\nh (comoving):            {HUBBLE}\n"
        )
        _write_nyx_particles(folder / "DM", made, side, order, width)
    return folder


def _write_nyx_particles(folder: Path, made: Sequence[Box], side: float, order: str, width: int) -> None:
    """Records of position, mass and velocity; the first box's particles on level 0, all others on level 1."""
    lines = [f"Version_Two_Dot_Zero_{'double' if width == 8 else 'single'}", "3", "4", "mass", "xvel", "yvel", "zvel"]
    total = sum(len(box.positions) for box in made)
    lines += ["0", "0", str(total), "1", "1", "1", str(len(made) - 1)]
    for number, box in enumerate(made):
        place = folder / f"Level_{min(number, 1)}"
        place.mkdir(parents=True, exist_ok=True)
        records = np.column_stack([box.positions * side, box.masses / HUBBLE, box.positions])
        with (place / "DATA_00000").open("ab") as file:
            lines.append(f"0 {len(records)} {file.tell()}")
            file.write(records.astype(f"{order}f{width}").tobytes())
    (folder / "Header").write_text("\n".join(lines) + "\n")


def enzo(path: Path, rng: np.random.Generator) -> None:
    write_enzo(path, boxes(rng))


def plotfile(path: Path, rng: np.random.Generator) -> None:
    write_plotfile(path, boxes(rng))
