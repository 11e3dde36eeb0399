"""Small outputs of RAMSES: an octree of three refined levels on two processors, and particles of several families."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVEL_MIN, FINEST = 3, 5
BOX_SIZE, REDSHIFT, HUBBLE, OMEGA_M = 50.0, 1.0, 0.7, 0.3
CM_PER_MPC = 3.0856775814913673e24
CRITICAL = 2.77536627e11 * 1.98841e33 / CM_PER_MPC**3
"""g/cm³ of the critical density over h²."""

MASS = OMEGA_M * 2.77536627e11 * BOX_SIZE**3
"""Msun/h of the code's unit."""


@dataclass(frozen=True)
class Output:
    """What was written: the densities on the mesh of the finest level, and the particles, in Halograph's units."""

    folder: Path
    fine: NDArray[np.float64]
    positions: NDArray[np.float64]
    masses: NDArray[np.float64]
    velocities: NDArray[np.float64]
    families: NDArray[np.int64]

    def covering(self, level: int) -> NDArray[np.float64]:
        """The densities averaged to the mesh of a level."""
        n, ratio, d = 2**level, 2 ** (FINEST - level), self.fine.ndim
        shape = [length for _ in range(d) for length in (n, ratio)]
        return self.fine.reshape(shape).mean(axis=tuple(range(1, 2 * d, 2)))


class Writer:
    """Fortran records of one byte order."""

    def __init__(self, order: str) -> None:
        self.order, self.parts = order, [b""]

    def put(self, kind: str, *values: Any) -> None:
        data = np.concatenate([np.atleast_1d(np.asarray(value)) for value in values]).astype(self.order + kind)
        marker = np.array([data.nbytes], dtype=f"{self.order}u4").tobytes()
        self.parts += [marker, data.tobytes(), marker]

    def text(self, text: str) -> None:
        self.put("S1", np.frombuffer(text.encode(), dtype="S1"))

    def save(self, path: Path) -> None:
        path.write_bytes(b"".join(self.parts))


def _octs(rng: np.random.Generator, dimensions: int) -> tuple[list[NDArray[np.int64]], list[set[tuple[int, ...]]]]:
    """Octs of every level, each by the cell of the coarser level that it refines, and those cells."""
    octs = [np.zeros((1, dimensions), dtype=np.int64)]
    refined: list[set[tuple[int, ...]]] = []
    for level in range(1, FINEST + 1):
        cells = [tuple(2 * o + bits) for o in octs[-1] for bits in product(range(2), repeat=dimensions)]
        share = 1.0 if level < LEVEL_MIN else 0.3 if level < FINEST else 0.0
        chosen = {cell for cell in cells if rng.random() < share}
        refined.append(chosen)
        if level < FINEST:
            octs.append(np.array(sorted(chosen), dtype=np.int64).reshape(-1, dimensions))
    return octs, refined


def write_ramses(
    parent: Path,
    rng: np.random.Generator,
    order: str = "<",
    dimensions: int = 3,
    walls: bool = False,
    cosmological: bool = True,
    families: bool = True,
    name: str = "output_00007",
) -> Output:
    """Write an output; each processor has its own octs and copies of the other's, as virtual ones."""
    folder = parent / name
    folder.mkdir()
    octs, refined = _octs(rng, dimensions)
    owners = [np.arange(len(level)) % 2 if len(level) > 1 else np.zeros(1, dtype=np.int64) for level in octs]
    fine = np.zeros((2**FINEST,) * dimensions)
    density = []
    for level, here in enumerate(octs, 1):
        values = np.full((2**dimensions, len(here)), -1.0)
        for i, o in enumerate(here):
            for cell in range(2**dimensions):
                place = 2 * o + [cell >> axis & 1 for axis in range(dimensions)]
                if tuple(place) not in refined[level - 1]:
                    values[cell, i] = 1 + rng.random()
                    ratio = 2 ** (FINEST - level)
                    fine[tuple(slice(a * ratio, (a + 1) * ratio) for a in place)] = values[cell, i]
        density.append(values)
    for number in (1, 2):
        _write_tree(folder, number, order, octs, refined, owners, density, walls)
    _write_texts(folder, dimensions, cosmological, families)
    count = 60
    positions, velocities = rng.random((count, dimensions)), 100 * rng.normal(size=(count, dimensions))
    masses = 1e9 * (1 + rng.random(count))
    kinds = rng.choice([1, 1, 1, 2, 0, -2] if families else [1, 1, 2], size=count)
    if dimensions == 3:
        _write_particles(folder, order, positions, velocities, masses, kinds, families)
    return Output(folder, fine, BOX_SIZE * positions, masses, velocities, kinds)


def _write_tree(
    folder: Path,
    number: int,
    order: str,
    octs: list[NDArray[np.int64]],
    refined: list[set[tuple[int, ...]]],
    owners: list[NDArray[np.int64]],
    density: list[NDArray[np.float64]],
    walls: bool,
) -> None:
    dimensions, levels = octs[0].shape[1], len(octs) + 1
    edges = 2 * dimensions if walls else 0
    coarse = [3 if walls and axis < dimensions else 1 for axis in range(3)]
    counts = np.zeros((levels, 2), dtype=np.int64)
    for level, owner in enumerate(owners):
        counts[level] = np.count_nonzero(owner == 0), np.count_nonzero(owner == 1)
    amr, hydro = Writer(order), Writer(order)
    for value in (2, dimensions):
        amr.put("i4", value)
    amr.put("i4", coarse)
    for value in (levels, 1000, edges, int(counts.sum())):
        amr.put("i4", value)
    amr.put("f8", 1.0)
    amr.put("i4", [1, 1, 1])
    for values in ([1.0], [1.0], [0.0], np.zeros(levels), np.zeros(levels)):
        amr.put("f8", values)
    amr.put("i4", [3, 3])
    for values in (np.zeros(3), [OMEGA_M, 0.7, 0, 0.05, 100 * HUBBLE, 0.01, BOX_SIZE], np.zeros(5), [0.0]):
        amr.put("f8", values)
    for _ in range(2):
        amr.put("i4", np.zeros(2 * levels))
    amr.put("i4", counts.reshape(-1))
    totals = np.zeros((levels, 10))
    totals[:, 0] = counts.sum(axis=1)
    amr.put("i4", totals.reshape(-1))
    if walls:
        for values in (np.zeros(edges * levels), np.zeros(edges * levels), np.r_[1, np.zeros(edges * levels - 1)]):
            amr.put("i4", values)
    amr.put("i4", np.zeros(5))
    amr.text("hilbert".ljust(128))
    amr.put("f8", np.zeros(3))
    for _ in range(3):
        amr.put("i4", np.zeros(int(np.prod(coarse))))
    for value in (2, 3, dimensions, levels, edges):
        hydro.put("i4", value)
    hydro.put("f8", 1.4)
    for level in range(levels):
        for owner in range(2 + edges):
            outside = owner >= 2
            if level < len(octs) and not outside:
                rows = np.flatnonzero(owners[level] == owner)
                here = octs[level][rows]
                values = density[level][:, rows]
            else:
                n = int(outside and level == 0 and owner == 2)
                here, values = np.zeros((n, dimensions)), np.zeros((2**dimensions, n))
            hydro.put("i4", level + 1)
            hydro.put("i4", len(here))
            if not len(here):
                continue
            _put_octs(amr, here, level, refined, walls)
            for cell in range(2**dimensions):
                for factor in (1.0, -2.0, 3.0):
                    hydro.put("f8", factor * values[cell])
    amr.save(folder / f"amr_00007.out{number:05d}")
    hydro.save(folder / f"hydro_00007.out{number:05d}")


def _put_octs(amr: Writer, here: NDArray[Any], level: int, refined: list[set[tuple[int, ...]]], walls: bool) -> None:
    dimensions = here.shape[1]
    for _ in range(3):
        amr.put("i4", np.arange(len(here)))
    for axis in range(dimensions):
        amr.put("f8", (2 * here[:, axis] + 1) / 2 ** (level + 1) + walls)
    for _ in range(1 + 2 * dimensions):
        amr.put("i4", np.zeros(len(here)))
    for cell in range(2**dimensions):
        bits = [cell >> axis & 1 for axis in range(dimensions)]
        amr.put("i4", [int(tuple(2 * o + bits) in refined[level]) if level < len(refined) else 0 for o in here])
    for _ in range(2 * 2**dimensions):
        amr.put("i4", np.ones(len(here)))


def _write_texts(folder: Path, dimensions: int, cosmological: bool, families: bool) -> None:
    a = 1 / (1 + REDSHIFT)
    unit_l = a * BOX_SIZE / HUBBLE * CM_PER_MPC
    unit_t = a**2 / (100 * HUBBLE * 1e5 / CM_PER_MPC)
    unit_d = OMEGA_M * CRITICAL * HUBBLE**2 / a**3
    values = (a, 100 * HUBBLE, unit_l, unit_t, unit_d) if cosmological else (1.0,) * 5
    (folder / "info_00007.txt").write_text(
        f"ncpu        =          2\nndim        =          {dimensions}\nlevelmin    =          {LEVEL_MIN}\n"
        f"levelmax    =          {FINEST + 1}\nngridmax    =       1000\nnstep_coarse=          3\n\n"
        f"boxlen      =  {1:.15E}\ntime        =  {0:.15E}\naexp        =  {values[0]:.15E}\nH0          =  "
        f"{values[1]:.15E}\nomega_m     =  {OMEGA_M:.15E}\nomega_l     =  {0.7:.15E}\nomega_k     =  {0:.15E}\n"
        f"omega_b     =  {0.05:.15E}\nunit_l      =  {values[2]:.15E}\nunit_d      =  {values[4]:.15E}\n"
        f"unit_t      =  {values[3]:.15E}\n\nordering type=hilbert\n"
        "   DOMAIN   ind_min                 ind_max\n"
        f"       1   {0:.15E}   {1:.15E}\n       2   {1:.15E}   {2:.15E}\n"
    )
    (folder / "hydro_file_descriptor.txt").write_text(
        "# version:  1\n# ivar, variable_name, variable_type\n 1, density, d\n 2, velocity_x, d\n 3, pressure, d\n"
    )
    if dimensions == 3 and families:
        names = [f"{what}_{axis}" for what in ("position", "velocity") for axis in "xyz"]
        kinds = [(name, "d") for name in (*names, "mass")] + [("identity", "i"), ("levelp", "i")]
        lines = [f" {i}, {name}, {kind}" for i, (name, kind) in enumerate([*kinds, ("family", "b"), ("tag", "b")], 1)]
        (folder / "part_file_descriptor.txt").write_text(
            "# version:  1\n# ivar, variable_name, variable_type\n" + "\n".join(lines) + "\n"
        )
    fields = "pos vel mass iord level " + ("family tag " if families else "tform ")
    (folder / "header_00007.txt").write_text(f" Particle fields\n{fields}\n")


def _write_particles(
    folder: Path,
    order: str,
    positions: NDArray[np.float64],
    velocities: NDArray[np.float64],
    masses: NDArray[np.float64],
    kinds: NDArray[np.int64],
    families: bool,
) -> None:
    """Velocities are written in units of length over units of time: H0 L / a."""
    speed = BOX_SIZE / HUBBLE * 100 * HUBBLE * (1 + REDSHIFT)
    for number in (1, 2):
        rows = np.arange(number - 1, len(masses), 2)
        part = Writer(order)
        for values in (2, 3, len(rows), [1, 2, 3, 4], int(np.count_nonzero(kinds == 2))):
            part.put("i4", values)
        part.put("f8", 0.0)
        part.put("f8", 0.0)
        part.put("i4", 0)
        for column in (*positions[rows].T, *(velocities[rows] / speed).T, masses[rows] / MASS):
            part.put("f8", column)
        part.put("i8" if families else "i4", rows + 1)
        part.put("i4", np.full(len(rows), LEVEL_MIN))
        if families:
            part.put("i1", kinds[rows])
            part.put("i1", np.zeros(len(rows)))
        else:
            part.put("f8", np.where(kinds[rows] == 2, -0.5, 0.0))
        part.save(folder / f"part_00007.out{number:05d}")


def ramses(path: Path, rng: np.random.Generator) -> None:
    write_ramses(path.parent, rng, name=path.name)
