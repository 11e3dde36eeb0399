"""Enzo's two texts: the parameters of the run, and the hierarchy that says where every grid is and in which file."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backends.cosmology.background import CRITICAL_DENSITY
from backends.errors import UnreadableFile
from backends.readers.amr.patches import Patch
from backends.readers.files.plain_text import reals, setting, settings, start_of, text_of, wholes

LONGEST_HIERARCHY = 1 << 29
"""Bytes of a hierarchy: some 700 for a grid, and the largest runs have half a million."""

GRID = re.compile(r"^\s*Grid\s*=\s*(\d{1,9})\s*$", re.MULTILINE)
SUFFIX = ".hierarchy"
MOST_REFINED = 16


@dataclass(frozen=True)
class Run:
    """What the parameter file says.

    rank : dimensions;  coarse : cells a side of the root grid;  left, side : of the domain, in code units
    box_size : comoving Mpc/h, None for what is no cosmology
    velocity : km/s of the code's unit, None likewise
    mass : Msun/h of the code's density times the volume of the whole domain, None likewise
    only_dark_matter : whether it can hold neither stars nor tracers
    """

    path: Path
    rank: int
    coarse: int
    left: tuple[float, ...]
    side: float
    refine_by: int
    box_size: float | None
    redshift: float | None
    hubble: float | None
    omega_m: float | None
    velocity: float | None
    mass: float | None
    only_dark_matter: bool


@dataclass(frozen=True)
class EnzoGrid:
    """One grid of the hierarchy: its cells, what surrounds them, and how many particles it has."""

    patch: Patch
    whole: tuple[int, ...]
    first: tuple[int, ...]
    particles: int
    width: float


def parameter_file(path: Path) -> Path | None:
    """Return the parameter file of the output that a file or a folder belongs to, or None.

    An output is a parameter file and what is called as it is, with an ending; among them the hierarchy.
    """
    try:
        if path.is_dir():
            found = [p for p in path.iterdir() if p.name.endswith(SUFFIX) and _is_hierarchy(p)]
            return found[0].with_name(found[0].name.removesuffix(SUFFIX)) if len(found) == 1 else None
        name = path.name
        while name:
            if _is_hierarchy(path.with_name(name + SUFFIX)):
                return path.with_name(name)
            name = name.rpartition(".")[0]
    except OSError:
        return None
    return None


def _is_hierarchy(path: Path) -> bool:
    start = start_of(path)
    return GRID.search(start) is not None and "GridRank" in start


def is_parameters(path: Path) -> bool:
    """Whether a text is a parameter file of Enzo."""
    start = start_of(path, 1 << 14)
    return "TopGridRank" in start and "TopGridDimensions" in start


def read_run(path: Path) -> Run:
    """Read the parameters; raises ``UnreadableFile`` where the box is none that can be shown."""
    values = settings(text_of(path))
    missing = [name for name in ("TopGridRank", "TopGridDimensions") if name not in values]
    if missing:
        raise UnreadableFile(path, f"is no whole parameter file of Enzo: it lacks {missing[0]}", "Copy it again")
    (rank,) = wholes(path, values["TopGridRank"], 1, "TopGridRank")
    if rank not in (2, 3):
        raise UnreadableFile(path, f"is of {rank} dimensions, and fields have 2 or 3")
    sides = wholes(path, values["TopGridDimensions"], rank, "TopGridDimensions")
    left = reals(path, values.get("DomainLeftEdge", "0 0 0"), rank, "DomainLeftEdge")
    right = reals(path, values.get("DomainRightEdge", "1 1 1"), rank, "DomainRightEdge")
    lengths = [b - a for a, b in zip(left, right, strict=True)]
    if len(set(sides)) > 1 or max(lengths) - min(lengths) > 1e-6 * max(lengths):
        raise UnreadableFile(path, f"has a box of {sides} cells and sides {lengths}, and only a cube can be shown")
    if sides[0] < 1 or lengths[0] <= 0:
        raise UnreadableFile(path, f"is damaged: its box has {sides} cells and sides {lengths}")
    refine_by = setting(path, values, "RefineBy") or 2
    if refine_by not in range(2, MOST_REFINED + 1):
        raise UnreadableFile(path, f"is damaged: it refines by {refine_by:g}", "Copy or download it again")
    cosmology = _cosmology(path, values) if setting(path, values, "ComovingCoordinates") else {}
    attributes = setting(path, values, "NumberOfParticleAttributes")
    return Run(
        path=path,
        rank=rank,
        coarse=sides[0],
        left=left,
        side=lengths[0],
        refine_by=int(refine_by),
        box_size=cosmology.get("box_size"),
        redshift=cosmology.get("redshift"),
        hubble=cosmology.get("hubble"),
        omega_m=cosmology.get("omega_m"),
        velocity=cosmology.get("velocity"),
        mass=cosmology.get("mass"),
        only_dark_matter=attributes == 0 and not setting(path, values, "TracerParticleOn"),
    )


def _cosmology(path: Path, values: Mapping[str, str]) -> dict[str, float]:
    """Units and cosmology of a run in comoving coordinates, by CosmologyGetUnits.C.

    The unit of density is Ω_m times the critical one, so that of mass is the matter of the whole box, whatever z;
    v = 1.22475e7 L √Ω_m √(1 + z_i) cm/s with the initial redshift, a proper peculiar velocity.
    """
    names = {
        "box_size": "CosmologyComovingBoxSize",
        "hubble": "CosmologyHubbleConstantNow",
        "omega_m": "CosmologyOmegaMatterNow",
        "redshift": "CosmologyCurrentRedshift",
        "initial": "CosmologyInitialRedshift",
    }
    found = {name: setting(path, values, key) for name, key in names.items()}
    known = {name: value for name, value in found.items() if value is not None}
    size, omega_m = known.get("box_size"), known.get("omega_m")
    for name in ("box_size", "hubble", "omega_m"):
        if name in known and not 0 < known[name] < 1e9:
            raise UnreadableFile(path, f"is damaged: {names[name]} is {known[name]:g}", "Copy it again")
    initial = known.pop("initial", None)
    if size is not None and omega_m is not None:
        known["mass"] = CRITICAL_DENSITY * omega_m * size**3
        if initial is not None and initial > -1:
            known["velocity"] = 122.475 * size * math.sqrt(omega_m * (1 + initial))
    if known.get("redshift", 0.0) <= -1:
        raise UnreadableFile(path, f"is damaged: its redshift is {known['redshift']:g}", "Copy it again")
    return known


def read_grids(run: Run) -> tuple[EnzoGrid, ...]:
    """Read the hierarchy; paths of the machine that wrote it are not followed, files are looked for beside it."""
    path = run.path.with_name(run.path.name + SUFFIX)
    pieces = GRID.split(text_of(path, LONGEST_HIERARCHY))
    grids = [_grid(path, run, int(number), text) for number, text in zip(pieces[1::2], pieces[2::2], strict=True)]
    if not grids:
        raise UnreadableFile(path, "lists no grids", "Copy it again")
    return tuple(grids)


def _grid(path: Path, run: Run, number: int, text: str) -> EnzoGrid:
    values = settings(text)
    try:
        whole = wholes(path, values["GridDimension"], run.rank, "GridDimension")
        first = wholes(path, values["GridStartIndex"], run.rank, "GridStartIndex")
        last = wholes(path, values["GridEndIndex"], run.rank, "GridEndIndex")
        left = reals(path, values["GridLeftEdge"], run.rank, "GridLeftEdge")
        right = reals(path, values["GridRightEdge"], run.rank, "GridRightEdge")
        (particles,) = wholes(path, values.get("NumberOfParticles", "0"), 1, "NumberOfParticles")
    except KeyError as lost:
        raise UnreadableFile(
            path, f"is cut short: grid {number} has no {lost.args[0]}", "Copy or download it again"
        ) from lost
    shape = tuple(b - a + 1 for a, b in zip(first, last, strict=True))
    width = (right[0] - left[0]) / max(shape[0], 1)
    inside = all(0 <= a <= b < n for a, b, n in zip(first, last, whole, strict=True))
    if not inside or width <= 0 or particles < 0:
        raise UnreadableFile(path, f"is damaged: grid {number} has no cells or no extent", "Copy it again")
    level = _level(run, width)
    cell = run.side / (run.coarse * run.refine_by**level) if level is not None else 0.0
    if level is None or any(abs((b - a) / cell - n) > 0.1 for a, b, n in zip(left, right, shape, strict=True)):
        raise UnreadableFile(path, f"is damaged: the cells of grid {number} are of no level", "Copy it again")
    start = tuple(round((a - corner) / cell) for a, corner in zip(left, run.left, strict=True))
    name = values.get("BaryonFileName") or values.get("ParticleFileName") or ""
    return EnzoGrid(
        Patch(level, start, shape, path.with_name(_base(name) or run.path.name + ".cpu0000"), number),
        whole,
        first,
        particles,
        cell / run.side,
    )


def _level(run: Run, width: float) -> int | None:
    """How often the root grid's cells were refined to have this width, or None where no number does."""
    depth = math.log(run.side / run.coarse / width) / math.log(run.refine_by)
    level = round(depth)
    return level if abs(depth - level) < 0.05 and 0 <= level <= 50 else None


def _base(name: str) -> str:
    """A file's own name of a path as another machine wrote it, or "" where it is none."""
    name = name.replace("\0", "").rstrip().rpartition("/")[2]
    return "" if name in (".", "..") or len(name) > 255 else name
